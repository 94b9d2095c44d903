"""What a change of the answers comes to: what it undoes, what stands again, and the record of it.

Looked at before a change is saved, by assessing both states; written down after it, each with what had changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from onboarding.domain.event import Event
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.language import LazyText, _, join_sentences
from onboarding.domain.sending import BY_MAIL
from onboarding.domain.task import Gate, Task
from onboarding.stages.assessment import assess
from onboarding.stages.basis import changes_of_need, changes_since, covering, has_moved, is_redefined, results_used
from onboarding.stages.change_notes import in_short
from onboarding.stages.change_order import as_ordered
from onboarding.stages.context import Context
from onboarding.stages.day_changes import DayChange, day_changes
from onboarding.stages.gate import applies, redefined
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.requests_out import ChangedRequest, changed_requests
from onboarding.stages.task_status import ON_HOLD, OTHER_EDITION
from onboarding.stages.waiving import has_to_be_done, why_to_be_done

UNDONE, REDEFINED, STANDS, GONE = "task.undone", "task.redefined", "task.stands", "task.row-gone"
UNNEEDED = "task.not-needed"
GATE = "gate.redefined"

KEPT = (TaskState.DONE, TaskState.WAIVED)
"""States that say that somebody was through with a task, for the answers of then."""

THROUGH = (*KEPT, TaskState.SKIPPED)
"""The same, and that somebody left it out, for whatever answers."""

ORDERED = _("Work for a change order: {title}.")
HANDED_OVER = _("With this everything is done: the project is handed over, and what comes later is a change order.")


@dataclass(frozen=True, slots=True)
class Undone:
    """A task that does not hold any more; ``is_out``: it lies with somebody, who was asked with the old answers;
    ``is_left``: what was set up with it is not wanted any more, ``is_withdrawn``: what it asked for is not;
    ``is_check``: it closes by itself; ``is_more``: it was to be done anew already, and more is taken out of what was
    done; ``is_ordered``: it was handed over, and is done anew by a change order only.

    ``changes`` are the answers it rests on, as they change; none where it follows another task that is done anew.
    ``documents`` are the names of the files that do not cover it any more.
    """

    task: Task
    changes: tuple[LazyText, ...]
    documents: tuple[str, ...] = ()
    is_out: bool = False
    is_left: bool = False
    is_withdrawn: bool = False
    is_check: bool = False
    is_more: bool = False
    is_ordered: bool = False

    @property
    def sentence(self) -> str:
        """What becomes of the task, and why."""
        return join_sentences(list(self._parts()))

    def _parts(self) -> Iterator[LazyText]:
        text = _("Asked for with other answers: {title}.") if self.is_out else _("To be done anew: {title}.")
        text = _("What was set up is to be removed: {title}.") if self.is_left else text
        text = _("Not wanted any more, and to be withdrawn: {title}.") if self.is_withdrawn else text
        text = _("Open again: {title}.") if self.is_check else text
        text = _("More is taken out of what was done: {title}.") if self.is_more else text
        text = ORDERED if self.is_ordered else text
        yield _(text, title=_(self.task.title))
        yield from self.changes
        for name in self.documents:
            yield _("The document {name} does not cover it any more.", name=name)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change undoes: ``tasks`` in the profile's order, ``gates`` that close, and tasks that stand ``again``.

    What somebody was asked for or has done and is not needed any more is ``gone``; of a row that is back the tasks in
    ``anew`` begin from the start. ``needed`` are gates that were not, and are closed. ``days`` are those that were
    known and move or go, ``requests`` those that are out, or wait to be sent, and are to be changed or withdrawn. It
    ``completes`` the phase where nothing is open after it: from then on the customer has what was done.

    After the hand-over it undoes nothing by itself: all of this is what a change order would come to, and ``ordered``
    are the tasks that there are for it besides.
    """

    tasks: tuple[Undone, ...] = ()
    gates: tuple[Gate, ...] = ()
    again: tuple[Task, ...] = ()
    ordered: tuple[Task, ...] = ()
    gone: tuple[Task, ...] = ()
    needed: tuple[Gate, ...] = ()
    anew: tuple[Task, ...] = ()
    days: tuple[DayChange, ...] = ()
    requests: tuple[ChangedRequest, ...] = ()
    completes: bool = False

    def __bool__(self) -> bool:
        return bool(self.tasks or self.gates or self.gone or self.ordered or self.days or self.requests)

    def sentences(self) -> list[str]:
        """One for each request that is out, day, task and gate, in this order; last that it completes the phase."""
        first = [*dict.fromkeys(one.sentence for one in self.requests)]
        return [
            *first,
            *(day.sentence for day in self.days),
            *(one.sentence for one in self.tasks),
            *self._of_the_rest(),
            *([HANDED_OVER] if self.completes else ()),
        ]

    def _of_the_rest(self) -> Iterator[str]:
        for text, things in (
            (_("Not needed any more: {title}."), self.gone),
            (_("The gate closes: {title}."), self.gates),
            (_("A gate that was not needed is now: {title}."), self.needed),
            (ORDERED, self.ordered),
            (_("The row is back and begins anew: {title}."), self.anew),
            (_("Stands again as it was done: {title}."), self.again),
        ):
            yield from (_(text, title=_(one.title)) for one in things)


Look = tuple[Context, ProjectStatus]
"""A customer at a moment, and where everything stands then."""


def consequences(before: Look, after: Look) -> Consequences:
    """What differs between a customer as it is and as it would be with other answers."""
    is_over = after[0].record.handed_over is not None
    days = tuple(day_changes(before[0], after[0]))
    if is_over:
        before, after = (_ordered(context) for context, _progress in (before, after))
    tasks = [view.task for view in after[1].tasks if before[1].has(view.task.id)]
    undone = tuple(replace(found, is_ordered=is_over) for task in tasks if (found := _undone(task, before, after)))
    closed = [(name, status.gate) for name, status in after[1].gates.items() if not status.is_open]
    were_open = [(name, gate) for name, gate in closed if name in before[1].gates and before[1].gates[name].is_open]
    return Consequences(
        undone,
        tuple(gate for name, gate in were_open if _applied(name, before[0])),
        tuple(task for task in tasks if _stands_again(task, before, after)),
        tuple(_to_order(undone, before, after)) if is_over else (),
        tuple(task for task in tasks if _is_gone(task, before, after)),
        tuple(gate for name, gate in were_open if not _applied(name, before[0])),
        tuple(_anew(before, after)),
        days,
        tuple(changed_requests(before[0], after[0])),
        after[1].hands_over(after[0].record) and not before[1].hands_over(before[0].record),
    )


def _ordered(context: Context) -> Look:
    """How it would stand in a change order that begins now."""
    order = as_ordered(context)
    return order, assess(order)


def _to_order(undone: Sequence[Undone], before: Look, after: Look) -> Iterator[Task]:
    """What a change order opens besides what is undone: what was not needed, or not there."""
    named = {one.task.id for one in undone}
    for view in after[1].tasks:
        was_closed = not before[1].has(view.task.id) or before[1].task(view.task.id).state.is_closed
        if was_closed and not view.state.is_closed and view.task.id not in named:
            yield view.task


def _applied(gate: str, context: Context) -> bool:
    return applies(context.profile.gates[gate], context.values)


def _anew(before: Look, after: Look) -> Iterator[Task]:
    """The tasks of a row that left the answers earlier and is back: what was done for it then does not count."""
    left = {
        (task.declared, task.row.label)
        for task in before[0].tasks
        if task.row and task.row.is_gone and before[0].record.state(task.id) is TaskState.DONE
    }
    for view in after[1].tasks:
        row, is_new = view.task.row, not before[1].has(view.task.id)
        if row and is_new and not view.state.is_closed and (view.task.declared, row.label) in left:
            yield view.task


def _is_gone(task: Task, before: Look, after: Look) -> bool:
    """Whether nobody wants any more what was done or asked for, of a row with the row; what closes by its check was
    done by nobody.
    """
    if after[1].task(task.id).state is not TaskState.NOT_NEEDED or (task.is_check and task.row is None):
        return False
    return before[1].task(task.id).state in (*KEPT, *ON_HOLD)


def _undone(task: Task, before: Look, after: Look) -> Undone | None:
    then, now = before[1].task(task.id).state, after[1].task(task.id).state
    if task.is_check:
        return Undone(task, (), is_check=True) if then is TaskState.DONE and not now.is_closed else None
    record = after[0].record.tasks.get(task.id)
    if record is None:
        return None
    is_out = then in ON_HOLD and now in ON_HOLD and _is_out(task, record, before, after)
    if not is_out and not ((then in ON_HOLD or then in THROUGH) and not now.is_closed and now is not then):
        return _more_goes(task, record, before, after)
    covered = {line.document for line in covering(task.id, after[0])}
    lost = [line.document_name for line in covering(task.id, before[0]) if line.document not in covered]
    is_left = not after[0].is_needed(task)
    is_withdrawn = is_left and task.connector == BY_MAIL
    is_removed = is_left and not is_withdrawn
    changes = tuple(_sentences(task, record, after[0]))
    return Undone(task, changes, tuple(dict.fromkeys(lost)), is_out, is_removed, is_withdrawn)


def _more_goes(task: Task, record: TaskRecord, before: Look, after: Look) -> Undone | None:
    """What else is taken out of what was done, where it is to be done anew already."""
    is_open = not before[1].task(task.id).state.is_closed and not after[1].task(task.id).state.is_closed
    if not is_open or record.state not in KEPT:
        return None
    known = changes_since(task, record.version, before[0])
    changes = [one for one in changes_since(task, record.version, after[0]) if one not in known and one.new is None]
    return Undone(task, tuple(in_short(changes, after[0])), is_more=True) if changes else None


def _is_out(task: Task, record: TaskRecord, before: Look, after: Look) -> bool:
    """Whether what lies with somebody would be asked for otherwise now, or rests on what is to be done anew."""
    moved_before, moves = (has_moved(task, record, context) for context, _progress in (before, after))
    then, now = (progress for _context, progress in (before, after))
    names = results_used(task)
    known = [name for name in names if then.has(name) and now.has(name)]
    is_undercut = any(then.task(name).state.is_closed and not now.task(name).state.is_closed for name in known)
    return (moves and not moved_before) or is_undercut


def _stands_again(task: Task, before: Look, after: Look) -> bool:
    record = after[0].record.tasks.get(task.id)
    kept = record is not None and record.state in THROUGH and not task.is_check
    return (
        kept
        and record is not None
        and after[1].task(task.id).state is record.state
        and not before[1].task(task.id).state.is_closed
    )


def _sentences(task: Task, record: TaskRecord, context: Context) -> list[LazyText]:
    if has_to_be_done(task, record, context):
        return [why_to_be_done(task, context)]
    if not context.is_needed(task):
        return in_short(changes_of_need(task, record.version, context), context)
    if is_redefined(task, record.version, context):
        return [OTHER_EDITION]
    changes = changes_since(task, record.version, context)
    return in_short(sorted(changes, key=lambda one: one.new is not None), context)  # what goes is named in any case


def to_record(context: Context, by: str, at: datetime) -> list[Evidence]:
    """Lines for the record that are not in it yet: what the newest answers, saved ``by`` somebody ``at`` an instant,
    have undone or let stand again."""
    found = []
    for task in context.tasks:
        record = context.record.tasks.get(task.id)
        if record is not None and not task.is_check and (event := _to_record(task, record, context)):
            found.append(Evidence(task.id, at, by, event, version=context.version))
    return [*found, *_gates_to_record(context, by, at)]


def _gates_to_record(context: Context, by: str, at: datetime) -> Iterator[Evidence]:
    """A line for each gate that another edition has made another one since it was approved."""
    since = context.record.editions[-1].version if context.record.editions else 0
    for gate in context.profile.gates.values() if since else ():
        lines = [line for line in context.lines(gate.id) if line.what.kind == GATE and line.version >= since]
        if gate.kind == "decision" and not lines and (lapsed := redefined(gate, context)):
            who = [decision.by for decision in lapsed]
            event = Event(GATE, gate.id, {"title": _(gate.title), "who": ", ".join(who)})
            yield Evidence(gate.id, at, by, event, version=context.version)


def _to_record(task: Task, record: TaskRecord, context: Context) -> Event | None:
    known = [
        line.what
        for line in context.lines(task.id)
        if line.what.kind in (UNDONE, REDEFINED, STANDS, GONE, UNNEEDED) and line.version > record.version
    ]
    if task.row and task.row.is_gone and record.state is not TaskState.SKIPPED:
        return None if known and known[-1].kind == GONE else Event(GONE, task.id)
    if record.state in (*KEPT, *ON_HOLD) and not context.is_needed(task):
        changes = _sentences(task, record, context)
        event = Event(UNNEEDED, task.id, {"changes": join_sentences(changes)} if changes else {})
        return None if known and known[-1] == event else event
    if has_to_be_done(task, record, context):
        event = Event(UNDONE, task.id, {"why": why_to_be_done(task, context)})
        return None if known and known[-1] == event else event
    if record.state is not TaskState.SKIPPED and is_redefined(task, record.version, context):
        event = Event(REDEFINED, task.id)
        return None if known and known[-1] == event else event
    if record.state is TaskState.SKIPPED or not has_moved(task, record, context):
        return Event(STANDS, task.id) if known and known[-1].kind in (UNDONE, REDEFINED, GONE, UNNEEDED) else None
    changes = _sentences(task, record, context)
    event = Event(UNDONE, task.id, {"changes": join_sentences(changes)} if changes else {})
    return None if known and known[-1] == event else event
