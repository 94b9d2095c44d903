"""The only place with effects: every task of a stage's plan in its order, done, handed over or waited for.

`engine.attempt` sends each action so that it takes effect once. Where that cannot be known a person is asked, once.
Nothing is called done that was not read back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby

from onboarding.case import planning
from onboarding.case.attachments import written
from onboarding.case.case import Case
from onboarding.domain.action import Action, Operation, Outcome, Plan, Verdict
from onboarding.domain.event import CONFIRMED, NOTHING, Event
from onboarding.domain.history import ENGAGEMENT, Evidence, TaskRecord, TaskState
from onboarding.domain.json import JSON, digest
from onboarding.domain.language import _
from onboarding.domain.sending import TAKING_BACK
from onboarding.domain.task import Task
from onboarding.engine.asking import ask_people
from onboarding.engine.attempt import TOOK_EFFECT, Attempts, Wait
from onboarding.engine.settling import settle_mails
from onboarding.errors import Busy, StalePlan, Unavailable
from onboarding.stages.amendment import needs_word
from onboarding.stages.context import Context
from onboarding.stages.desired import by_hand
from onboarding.stages.drift import sighting
from onboarding.stages.plan import compare
from onboarding.stages.planners.mail import REQUEST
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import ON_HOLD, TaskStatus, is_let_be
from onboarding.store.history_repository import MOVED_ON
from onboarding.store.lock import LOCK_WAIT

_HOLDS = Outcome(Verdict.DONE)

Step = Callable[[int, int, str], None]
"""Called before every action with its place, the number of actions and what it does."""


@dataclass(frozen=True, slots=True)
class Result:
    """One action and how it ended."""

    action: Action
    outcome: Outcome


@dataclass(slots=True)
class Applied:
    """What an apply did: results in order, and in ``troubles`` each outside system that was out of reach."""

    plan: Plan
    results: list[Result] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def count(self, verdict: Verdict) -> int:
        return sum(result.outcome.verdict is verdict for result in self.results)


def apply_stage(
    case: Case,
    stage: str,
    approved: str = "",
    tasks: Sequence[str] = (),
    step: Step = lambda place, total, what: None,
    wait: Wait = time.sleep,
    by_person: bool = True,
) -> Applied:
    """Carry out what the stage's plan calls for now.

    What is confirmed already is changed only where a person has ``approved`` it: not ``by_person`` is a plan that
    nobody has looked at, and only binds the run to what it has shown.

    ``approved`` is the digest (or its first 8 or more digits) of the plan that was shown; ``tasks`` narrows to some
    tasks. Raises StalePlan when the plan is no longer the approved one (nothing was sent), Busy when
    another run holds the customer, Unavailable when an outside system cannot even be read.
    """
    with case.store.lock(case.customer.id, wait=LOCK_WAIT):
        settle_mails(case)
        context = case.context()  # before the plan: what is saved meanwhile was not planned with
        plan = planning.plan(case, stage)
        if approved and not (len(approved) >= 8 and plan.digest.startswith(approved)):
            raise StalePlan(
                "PLAN-STALE",
                f"The plan for {stage} is now {plan.digest[:12]}, not {approved[:12]}: the answers or the outside "
                "world have changed since it was shown. Nothing was sent.",
                "Look at the plan again, then apply that one.",
            )
        _keep_drift(case, plan, context)
        run = _Apply(case, plan, context.version, step, wait, is_approved=bool(approved) and by_person)
        later = {deferred.task for deferred in plan.deferred}
        grouped = {task_id: list(group) for task_id, group in groupby(plan.actions, key=lambda action: action.task)}
        for task in context.tasks_of(stage):
            if (task.id in grouped or task.id not in later) and (not tasks or task.id in tasks):
                run.task(task, grouped.get(task.id, []))
        if not tasks:
            run.applied.troubles += ask_people(case, stage, run.attempts)
        case.note_progress()
        return run.applied


def _keep_drift(case: Case, plan: Plan, context: Context) -> None:
    """What the customer has changed outside since the hand-over is kept once, for status and report."""
    if seen := sighting(plan, context):
        case.store.add_evidence(
            case.customer.id, Evidence(ENGAGEMENT, case.at, case.by, seen, entered_by=case.entered_by)
        )


class _Apply:
    """One apply under the customer's lock."""

    def __init__(self, case: Case, plan: Plan, version: int, step: Step, wait: Wait, is_approved: bool) -> None:
        self.case = case
        self.is_approved = is_approved
        self.version = version
        self.applied = Applied(plan)
        self.step = step
        self.attempts = Attempts.of(case, plan.stage, plan.wanted, wait, self._note_trouble, version)
        self.begun, self.total = 0, len(plan.changes)
        self.unreachable: set[str] = set()
        self.now: tuple[Context, ProjectStatus] | None = None
        self.before: dict[str, TaskRecord | None] = {}
        self.rows, self.is_older = "", False
        self.proved = {_proof(line) for line in case.record.evidence}

    # -- one task ------------------------------------------------------------------------------------------

    def task(self, task: Task, actions: list[Action]) -> None:
        self._look_anew_for(task)
        context, progress = self._where_it_stands()
        view, self.before = progress.task(task.id), {task.id: context.record.tasks.get(task.id)}
        if task.is_check:
            self._check(view)
        elif view.state is TaskState.BLOCKED or view.state.is_left_out:
            self._take_back(view, actions)
        elif view.state.is_closed and not any(a.is_change for a in actions):
            return
        elif task.is_manual or not actions or planning.connector(self.case, task.connector).is_manual:
            self._hand_over(view, by_hand(task, actions))
        elif task.is_confirm:
            self._confirm(view, actions)
        elif self._is_held(view, actions):
            return
        elif task.connector not in self.unreachable:
            self._change(view, actions)

    def _is_held(self, view: TaskStatus, actions: list[Action]) -> bool:
        """Whether it waits for people's word, or for what still uses what is to be removed."""
        is_alone = is_let_be(view.reasons) and not any(action.removes for action in actions)
        return is_alone or (needs_word(view.task, self._where_it_stands()[0]) and not self.is_approved)

    def _take_back(self, view: TaskStatus, actions: list[Action]) -> None:
        """What lies in the outbox for a task that is held, or left out, and says what is not wanted any more."""
        taken = [Result(one, self._attempt(one)) for one in actions if one.id.endswith(TAKING_BACK)]
        self.applied.results += taken
        if taken and not view.state.is_closed:
            self._set(view, TaskState.READY, note=taken[0].outcome.message)

    def _check(self, view: TaskStatus) -> None:
        if view.state is TaskState.DONE and (view.record is None or view.record.state is not TaskState.DONE):
            self._prove(view.task, Event("task.check-holds", view.task.id))
            self._set(view, TaskState.DONE, note=Event("task.checked", view.task.id))
        elif view.state is TaskState.READY:
            self._set(view, TaskState.WAITING, due=self._due(view.task))

    def _hand_over(self, view: TaskStatus, action: Action) -> None:
        """A person is asked once, with a day to answer by."""
        if view.state is not TaskState.READY:
            return
        outcome = self._attempt(action)
        self._set(view, TaskState.WAITING, due=self._due(view.task), reference=outcome.reference)

    def _confirm(self, view: TaskStatus, actions: list[Action]) -> None:
        """Somebody else brings it about: seen in the outside system it is done, otherwise it is waited for."""
        open_actions = [action for action in actions if action.is_change]
        for action in actions:
            if not action.is_change:
                seen = _done(action) if action.removes else Event(CONFIRMED, action.key)
                self._prove(view.task, seen, action.key, Outcome(Verdict.DONE, observed=action.before))
        if not open_actions:
            self._set(view, TaskState.DONE, note=Event("task.seen", view.task.id))
            return
        counts = {"seen": len(actions) - len(open_actions), "total": len(actions)}
        note = Event("task.partly-seen", view.task.id, counts) if len(actions) > 1 else NOTHING
        if view.state is TaskState.READY or (view.record and note != view.record.note):
            due = view.due_on or self._due(view.task)
            self._set(view, TaskState.WAITING, due=due, note=note, since=view.since)

    def _change(self, view: TaskStatus, actions: list[Action]) -> None:
        sent, is_whole = self._send_all(view.task, actions)
        try:
            sent = self._read_back(view.task, sent)
        except Unavailable as problem:
            self._note_trouble(view.task.connector, problem)
            is_whole = False
        self.applied.results += sent
        if is_whole or any(result.outcome.verdict is Verdict.UNKNOWN for result in sent):
            self._conclude_task(view, sent)

    def _send_all(self, task: Task, actions: list[Action]) -> tuple[list[Result], bool]:
        """What was sent, and whether all of it was; the first sign that the system is out of reach ends it."""
        sent: list[Result] = []
        earlier = {entry.action_id: entry for entry in self.case.store.journal(self.case.customer.id)}
        for action in actions:
            if action.is_change:
                try:
                    sent.append(Result(action, self._attempt(action)))
                except Unavailable as problem:
                    self._note_trouble(task.connector, problem)
                if task.connector in self.unreachable:
                    return sent, False
            else:
                concluded = self.attempts.conclude(action, earlier.get(action.id))
                if concluded.verdict is Verdict.PENDING:
                    sent.append(Result(action, concluded))
                else:
                    self._find(task, action, concluded, action.id in earlier)
        return sent, True

    def _find(self, task: Task, action: Action, concluded: Outcome, is_ours: bool) -> None:
        """It is as wanted; a mail that went out with a run which was cut short is filed now."""
        found = _done(action) if action.removes else Event("action.found", action.key)
        if self._prove(task, found, action.key, concluded) and is_ours and action.resource == REQUEST:
            self._file(task, action)

    def _note_trouble(self, connector: str, problem: Unavailable) -> None:
        if connector not in self.unreachable:
            self.unreachable.add(connector)
            self.applied.troubles.append(str(problem))

    def _conclude_task(self, view: TaskStatus, sent: list[Result]) -> None:
        by_verdict = {verdict: [r for r in sent if r.outcome.verdict is verdict] for verdict in Verdict}
        reference = next((r.outcome.reference for r in sent if r.outcome.reference), "")
        if unknown := by_verdict[Verdict.UNKNOWN]:
            self._set_again(view, TaskState.UNKNOWN, _ended("task.unknown", unknown))
        elif rejected := by_verdict[Verdict.REJECTED]:
            self._set_again(view, TaskState.REJECTED, _ended("task.refused", rejected))
        elif pending := by_verdict[Verdict.PENDING]:
            if view.state is not TaskState.WAITING or any(result.action.is_change for result in pending):
                note = pending[0].outcome.message
                self._set(view, TaskState.WAITING, due=self._due(view.task), note=note, reference=reference)
        else:
            self._set(view, TaskState.DONE, reference=reference)

    def _set_again(self, view: TaskStatus, state: TaskState, note: Event) -> None:
        """A question that was asked already keeps its day."""
        self._set(view, state, note, since=view.since if view.state is state else None)

    # -- one action ----------------------------------------------------------------------------------------

    def _attempt(self, action: Action) -> Outcome:
        self.begun += 1
        self.step(self.begun, self.total, action.summary)
        return self.attempts.carry_out(action)

    def _read_back(self, task: Task, sent: list[Result]) -> list[Result]:
        """Compare what is there now with what was wanted; only what agrees counts as done."""
        done = [result.action for result in sent if result.outcome.verdict is Verdict.DONE]
        observed = planning.connector(self.case, task.connector).observe(done) if done else {}
        seen = {action.id: observed[action.id] for action in done if action.id in observed}
        # what a connector cannot observe (a mail that was sent) stands as it was reported
        found = [_verified(one, seen[one.action.id]) if one.action.id in seen else one for one in sent]
        for result in found:
            if result.outcome.verdict in TOOK_EFFECT:
                self._prove(task, _done(result.action), result.action.key, result.outcome)
                self._file(task, result.action)
        return found

    def _look_anew_for(self, task: Task) -> None:
        """No row of a task waits for another one of it: all of them are looked at once."""
        rows = task.declared if task.row else ""
        if rows != self.rows and self.is_older:
            self.now, self.is_older = None, False
        self.rows = rows

    def _was_kept(self) -> None:
        """What was looked at is older than the record."""
        if self.rows:
            self.is_older = True
        else:
            self.now = None

    def _where_it_stands(self) -> tuple[Context, ProjectStatus]:
        """Read anew only after something was kept."""
        if self.now is None:
            self.now = self.case.look()
        return self.now

    # -- what is kept --------------------------------------------------------------------------------------

    def _prove(self, task: Task, what: Event, subject: str = "", outcome: Outcome = _HOLDS) -> bool:
        """One line of evidence per subject and what was seen; a re-run adds none. Whether it is new."""
        case = self.case
        line = Evidence(
            task.id, case.at, case.by, what, subject, outcome.reference,
            observed=outcome.observed, version=self.version,
        )  # fmt: skip
        if _proof(line) in self.proved:
            return False
        self.proved.add(_proof(line))
        case.store.add_evidence(case.customer.id, line)
        self._was_kept()
        return True

    def _file(self, task: Task, action: Action) -> None:
        """What was made for this action is kept as it was sent."""
        case, what = self.case, Event("document.sent", action.key)
        for document in written(case, action):
            kept = case.store.keep_document(case.customer.id, document, case.by, case.at)
            line = Evidence(task.id, case.at, case.by, what, action.key, "", kept, document.name, version=self.version)
            case.store.add_evidence(case.customer.id, line)
            self._was_kept()

    def _set(
        self,
        view: TaskStatus,
        state: TaskState,
        note: Event = NOTHING,
        due: date | None = None,
        reference: str = "",
        since: datetime | None = None,
    ) -> None:
        task, at, by = view.task, since or self.case.at, self.case.by
        keeps_promise = view.state in ON_HOLD or state.is_closed  # what is to be done anew is promised anew
        due = due or (view.due_on if keeps_promise else None)
        record = TaskRecord(task.id, state, at, task.party, due, by, note, reference, self.version)
        try:
            self.case.set_task(record, self.before)
        except Busy as moved:
            if moved.code != MOVED_ON:
                raise  # what a person has said of it meanwhile stands
        self._was_kept()

    def _due(self, task: Task) -> date | None:
        """The promised day, on the provider's business calendar (C-37)."""
        return self._where_it_stands()[0].due_on(task)


def _done(action: Action) -> Event:
    """That it took effect."""
    return Event("action.removed" if action.removes else "action.done", action.key, {"what": action.summary})


def _proof(line: Evidence) -> tuple[str, str, str]:
    return line.task, line.subject, line.reference if line.observed is None else digest(line.observed)


def _verified(result: Result, observed: Mapping[str, JSON] | None) -> Result:
    now = compare(result.action, observed)
    if now.operation is Operation.NO_OP:
        return replace(result, outcome=replace(result.outcome, observed=now.before))
    differing = [
        _("{name} is {value}", name=name, value=repr(old)) for name, old, _other in now.changes[:3] if observed
    ]
    message = Event("attempt.unlike", result.action.key, {"fields": differing})
    return replace(result, outcome=Outcome(Verdict.REJECTED, result.outcome.reference, message))


def _ended(kind: str, results: Sequence[Result]) -> Event:
    """How actions of a task ended: the first with what was answered, and how many more."""
    first, more = results[0], len(results) - 1
    values = {"what": first.action.summary, "said": first.outcome.message, "more": more or ""}
    return Event(kind, first.action.task, {name: value for name, value in values.items() if value})
