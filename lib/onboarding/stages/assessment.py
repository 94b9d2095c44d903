"""Where every task and gate stands, computed from the record and never stored as such."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.language import LazyText, _, join_sentences
from onboarding.domain.sending import TAKING_BACK
from onboarding.domain.task import Each, Gate, Task, Waits
from onboarding.domain.urgency import most_urgent
from onboarding.stages.amendment import held_back, is_withdrawn_by_hand, retractions, to_be_sent, was_called_off
from onboarding.stages.basis import has_moved
from onboarding.stages.checks import TaskCheck, missing, shorten
from onboarding.stages.context import Context
from onboarding.stages.dated import early_note
from onboarding.stages.decision_mail import Asked, doubtful, is_deliverable, to_stop
from onboarding.stages.desired import is_seen
from onboarding.stages.gate import GateStatus, applies, asked_at, decided_view
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.removal import is_guarded, removals
from onboarding.stages.reopening import (
    asked_since,
    changed,
    is_asked_to_remove,
    is_undone,
    kept_note,
    returned,
    stays_left_out,
    why_again,
)
from onboarding.stages.task_status import (
    GONE,
    NOT_GONE,
    NOT_THERE,
    NOT_WANTED,
    ON_HOLD,
    OUTDATED,
    UNUSED,
    TaskStatus,
    guarded,
    is_let_be,
)


def assess(context: Context) -> ProjectStatus:
    """Where one customer's project stands. Pure: the same context gives the same status."""
    return _Assessment(context).progress()


class _Assessment:
    """One pass over tasks and gates, each looked at once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.views: dict[str, TaskStatus] = {}
        self.whole: dict[str, TaskStatus] = {}
        self.gates: dict[str, GateStatus] = {}
        self.open: set[str] = set()

    def progress(self) -> ProjectStatus:
        """Once the project has ended nobody is asked for anything."""
        tasks = tuple(self.view(task) for task in self.context.tasks)
        gates = {gate_id: self.gate(gate_id) for gate_id in self.context.profile.gates}
        held = defaultdict[str, list[str]](list)
        end = self.context.record.end
        for view in tasks if end is None else ():
            for gate_id in self._gates_only(view):
                held[gate_id].append(view.task.id)
        held_by = {gate_id: tuple(names) for gate_id, names in held.items()}
        whole = {one.id: self.seen(self.context.known(one.id)) for one in self.context.profile.tasks if one.each}
        asked = {name: at for name in held_by if (at := self._asked_at(gates[name].gate))}
        stopped = {} if end else self._stopped(held_by)
        return ProjectStatus(tasks, gates, held_by, asked, end, whole, stopped)

    def _asked_at(self, gate: Gate) -> datetime | None:
        """When its people were asked; None also where a mail can go out now that lies in the outbox."""
        return None if is_deliverable(gate, self.context) else asked_at(gate, self.context)

    def _stopped(self, held_by: Collection[str]) -> dict[str, str]:
        """Gates of which mails are out that ask for what is not to be decided now, each with a stage whose run says so.

        What is still to be decided as it was asked, only not yet, is left alone.
        """
        known = [name for name in self.context.record.sendings if self.context.task(name) is None]
        return {
            name: self._stage_of(name)
            for name in known
            if name not in held_by and to_stop(name, Asked(), self.gates.get(name), self.context)
        }

    def _stage_of(self, gate: str) -> str:
        held = (task.stage for task in self.context.tasks if gate in self.context.gates_of(task))
        return next(held, self.context.profile.stages[0].id)

    def _gates_only(self, view: TaskStatus) -> list[str]:
        """The gates that hold a task, where all of them can be opened now and nothing else holds it."""
        task = view.task
        before = [found for task_id in task.after if (found := self.context.task(task_id)) is not None]
        is_held = any(not self.state(one.id).is_closed and not self._lets_pass(one) for one in before)
        if view.state is not TaskState.BLOCKED or is_held:
            return []
        names = dict.fromkeys(self.context.gates_of(task))
        closed = [self.gate(name).gate for name in names if not self.gate(name).is_open]
        can_open = [gate.id for gate in closed if not self._open_before(gate)]
        checks = [gate for gate in closed if gate.kind == "check"]
        return [gate.id for gate in checks if gate.id in can_open] if checks else can_open

    def state(self, task_id: str) -> TaskState:
        task = self.context.task(task_id)
        if task is None or task_id in self.open:
            return TaskState.BLOCKED
        return self.seen(task).state

    def seen(self, task: Task) -> TaskStatus:
        """How a task stands for what follows it: one for every row as a whole."""
        if not task.stands_for_rows:
            return self.view(task)
        if task.id not in self.whole:
            self.whole[task.id] = _together(
                task, [self.view(one) for one in self.context.made_of(task.id)], self.context
            )
        return self.whole[task.id]

    def view(self, task: Task) -> TaskStatus:
        if task.id not in self.views:
            self.open.add(task.id)
            try:
                self.views[task.id] = self._dated(self._held_by_end(self._look_at(task)))
            finally:
                self.open.discard(task.id)
        return self.views[task.id]

    def _dated(self, view: TaskStatus) -> TaskStatus:
        """With the day it is or was promised for, and the instant from which it is late."""
        if view.record is not None and view.state.is_closed and view.state is not TaskState.NOT_NEEDED:
            due, by = self.context.promised_on(view.task, view.record), self.context.due_by(view.task)
            view = replace(view, due_on=due, due_by=by if due else None)
        if view.due_on is None or view.state is TaskState.NOT_NEEDED:
            return view
        party = view.waits_for or (view.record.party if view.record else "")
        return replace(view, late_at=self.context.late_at(view.task, view.due_on, view.due_by, party))

    def gate(self, gate_id: str) -> GateStatus:
        if gate_id not in self.gates:
            gate = self.context.profile.gates[gate_id]
            if not applies(gate, self.context.values):
                self.gates[gate_id] = GateStatus(gate)
            elif gate.kind == "check":
                found = missing(gate.check, gate.params, self.context, self.state)
                self.gates[gate_id] = GateStatus(gate, found)
            else:
                early = tuple(_("First: {title}.", title=_(before.title)) for before in self._open_before(gate))
                decided = decided_view(gate, self.context)
                doubts = doubtful(gate, self.context) if decided.missing else ()
                self.gates[gate_id] = replace(decided, missing=(*early, *decided.missing, *doubts))
        return self.gates[gate_id]

    def _open_before(self, gate: Gate) -> list[Task]:
        """Tasks that must be closed before the gate may be decided, or before its check can hold."""
        waited = gate.params.waited_for(self.context.profile.tasks) if isinstance(gate.params, Waits) else ()
        tasks = (self.context.task(name) for name in (*gate.after, *waited))
        return [task for task in tasks if task is not None and not self.state(task.id).is_closed]

    def _look_at(self, task: Task) -> TaskStatus:
        if self.context.record.handed_over is not None:
            return self._handed_over(task)
        if task.each and task.row is None:
            return self._without_rows(task, task.each)
        return self._under_way(task)

    def _handed_over(self, task: Task) -> TaskStatus:
        """As it was when the phase was complete: what changes later is a change order, a phase of its own."""
        current, then = self.context.record.tasks.get(task.id), self._at_hand_over()
        is_left_out = current is not None and current.state.is_left_out
        if not is_left_out and not then.is_needed(task):
            return TaskStatus(task, TaskState.NOT_NEEDED, (_(task.skip_reason),) if task.skip_reason else ())
        if current is None:
            return TaskStatus(task, TaskState.DONE if task.is_check else TaskState.NOT_NEEDED)
        state = current.state if is_left_out else TaskState.DONE
        note = () if task.is_check or task.every else kept_note(current)
        return TaskStatus(task, state, note, since=current.at, record=current)

    def _at_hand_over(self) -> Context:
        done = self.context.record.handed_over
        return (self.context.before(done.version) if done else None) or self.context

    def _under_way(self, task: Task) -> TaskStatus:
        context, current = self.context, self.context.record.tasks.get(task.id)
        since = current.at if current else None
        if current and stays_left_out(task, current, self.context):
            reasons = (current.note.sentence, *self._outdated(task))
            return TaskStatus(task, current.state, reasons, since=current.at, record=current)
        if not context.is_needed(task):
            return self._not_needed(task)
        if task.every and self._all_else_closed():
            return TaskStatus(task, TaskState.DONE if current else TaskState.NOT_NEEDED, since=since, record=current)
        if current and current.state is TaskState.DONE and not task.is_check:
            if not is_undone(task, current, self.context, self.state):
                return TaskStatus(task, current.state, kept_note(current), since=current.at, record=current)
            current = None
        if current and current.state is TaskState.REJECTED and has_moved(task, current, context):
            current = None  # what was refused is not what would be sent now
        blocked = self._blocked(task)
        if current and self._lies(task, current) and not (task.is_check and not self._missing(task)):
            early = () if task.is_check else early_note(task, context)
            reasons = returned(task, context) or kept_note(current)
            reasons += self._missing(task) + changed(task, current, self.context) + early
            held = asked_since(task, current, self.context)
            due = context.promised_on(task, held)
            by = context.due_by(task)
            return TaskStatus(task, current.state, reasons, current.party or task.party, held.at, due, current, by)
        if blocked:
            held_view = self._held(task, blocked)
            return replace(held_view, reasons=(*held_view.reasons, *self._outdated(task)))
        missing = self._missing(task)
        if task.is_check and not missing:
            return TaskStatus(task, TaskState.DONE, since=since, record=current)
        early = () if task.is_check else early_note(task, context)
        return TaskStatus(task, TaskState.READY, (why_again(task, self.context) or missing) + early, task.party)

    def _lies(self, task: Task, current: TaskRecord) -> bool:
        """Whether it is with somebody, and no run has anything to send for it."""
        is_out = current.state in ON_HOLD and not to_be_sent(task, self.context)
        return is_out and not was_called_off(task, current, self.context)

    def _outdated(self, task: Task) -> tuple[str, ...]:
        return (OUTDATED,) if held_back(task, self.context) else ()

    @staticmethod
    def _held(task: Task, blocked: Sequence[tuple[str, str]]) -> TaskStatus:
        """Held by others: whom it waits for first, and why."""
        reasons = list(dict.fromkeys(reason for _party, reason in blocked))
        return TaskStatus(task, TaskState.BLOCKED, tuple(shorten(reasons) if task.row else reasons), blocked[0][0])

    def _without_rows(self, task: Task, each: Each) -> TaskStatus:
        """Of a task for every row without one: once nothing holds it rows are waited for, where there must be some."""
        asked, current = self.context.profile.questionnaire, self.context.record.tasks.get(task.id)
        section = asked.section(each.rows)
        if current and stays_left_out(task, current, self.context):
            return TaskStatus(task, current.state, (current.note.sentence,), since=current.at, record=current)
        if self.context.is_needed(task) and (blocked := self._blocked(task)):
            return self._held(task, blocked)
        if not self.context.is_needed(task) or section is None or not section.min_rows:
            return TaskStatus(task, TaskState.NOT_NEEDED, (_(task.skip_reason),) if task.skip_reason else ())
        reason = _("There is no row under “{section}” yet.", section=_(section.title))
        return TaskStatus(task, TaskState.READY, (reason,), asked.asks or task.party)

    def _held_by_end(self, view: TaskStatus) -> TaskStatus:
        """What was open when the project ended stays undone."""
        end = self.context.record.end
        if end is None or view.state.is_closed:
            return view
        return replace(view, state=TaskState.BLOCKED, reasons=(end.sentence(self.context.day(end.at)),), due_on=None)

    def _not_needed(self, task: Task) -> TaskStatus:
        if found := retractions(task, self.context):
            is_out = any(not action.id.endswith(TAKING_BACK) for action in found)
            return TaskStatus(task, TaskState.READY, (NOT_WANTED if is_out else NOT_GONE,), task.party)
        current = self.context.record.tasks.get(task.id)
        if current and current.state is TaskState.WAITING and is_withdrawn_by_hand(task, self.context):
            return TaskStatus(task, current.state, kept_note(current), task.party, current.at, current.due_on, current)
        if removals(task, self.context):
            return self._to_remove(task)
        if task.row and task.row.is_gone:
            return TaskStatus(task, TaskState.NOT_NEEDED, (GONE,), record=self.context.record.tasks.get(task.id))
        return TaskStatus(task, TaskState.NOT_NEEDED, (_(task.skip_reason),) if task.skip_reason else ())

    def _to_remove(self, task: Task) -> TaskStatus:
        """Somebody who was asked to remove it by hand is waited for."""
        current, reason = self.context.record.tasks.get(task.id), self._why_to_remove(task)
        if (
            current is not None
            and current.state in ON_HOLD
            and (task.undo or is_seen(task))
            and is_asked_to_remove(task, current, self.context)
        ):
            return TaskStatus(task, current.state, (reason,), current.party, current.at, current.due_on, current)
        return TaskStatus(task, TaskState.READY, (reason,), task.party)

    def _why_to_remove(self, task: Task) -> LazyText:
        procedures = self.context.profile.procedures.values()
        return guarded(procedures, task.connector) if is_guarded(task) else NOT_THERE

    def _lets_pass(self, task: Task) -> bool:
        """Whether others go on meanwhile: all it has to do is what two people decide, or what waits for them."""
        if task.id in self.open:
            return False
        reasons = self.seen(task).reasons
        return is_let_be(reasons) or reasons == (UNUSED,)

    def _all_else_closed(self) -> bool:
        """Whether only tasks that come back are left."""
        return all(self.view(task).state.is_closed for task in self.context.tasks if not task.every)

    def _missing(self, task: Task) -> tuple[str, ...]:
        p = task.params
        if not isinstance(p, TaskCheck):
            return ()
        return missing(p.check, p.params, self.context.narrowed(task), self.state) + early_note(task, self.context)

    def _blocked(self, task: Task) -> list[tuple[str, str]]:
        """(party that is waited for, why) of everything that holds the task."""
        found: list[tuple[str, str]] = []
        for gate_id in self.context.gates_of(task):
            gate = self.gate(gate_id)
            if not gate.is_open:
                what = join_sentences(gate.missing)
                found.append((self._opens(gate), _("{title}: {what}", title=_(gate.gate.title), what=what)))
        for task_id in task.after:
            before = self.context.task(task_id)
            if before is not None and not self.state(task_id).is_closed and not self._lets_pass(before):
                found.append((self._has(before), _("First: {title}.", title=_(before.title))))
        return found

    def _opens(self, gate: GateStatus) -> str:
        """The party that a closed gate waits for: whoever is to do first what has to be done before it."""
        before = [task for task in self._open_before(gate.gate) if task.id not in self.open]
        return self._has(before[0]) if before else gate.owed_by

    def _has(self, task: Task) -> str:
        """The party that an open task waits for."""
        return (self.seen(task).waits_for if task.id not in self.open else "") or task.party


def _together(task: Task, views: Sequence[TaskStatus], context: Context) -> TaskStatus:
    """How the tasks of all rows stand, as one: as the one that most has to be looked at."""
    needed = [view for view in views if view.state is not TaskState.NOT_NEEDED]
    still = [view for view in needed if not view.state.is_closed]
    if still:
        state = most_urgent(view.state for view in still)
        first = next(view for view in still if view.state is state)
        due = min((view.due_on for view in still if view.due_on), default=None)
        late = min((view.late_at for view in still if view.late_at), default=None)
        since = min((view.since for view in still if view.since), default=None)
        return replace(first, task=task, since=since, due_on=due, late_at=late, record=None)
    if not needed:
        return TaskStatus(task, TaskState.NOT_NEEDED, (_(task.skip_reason),) if task.skip_reason else ())
    is_done = any(view.state is TaskState.DONE for view in needed)
    record = context.kept(task.id)
    state = TaskState.DONE if is_done else needed[0].state
    return TaskStatus(task, state, since=record.at if record else None, record=record)
