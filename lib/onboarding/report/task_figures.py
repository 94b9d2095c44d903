"""Tasks by party with promised and actual dates and their proof; gates with their decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from onboarding.domain.history import Evidence, GateDecision, TaskState
from onboarding.domain.language import _
from onboarding.domain.schedule import Schedule
from onboarding.domain.task import declared_id
from onboarding.stages.context import Context
from onboarding.stages.gate import GateStatus
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import TaskStatus
from onboarding.stages.time_tracking import Span


@dataclass(frozen=True, slots=True)
class EvidenceFigure:
    """One line of proof; ``is_read_back`` when an outside system showed it, otherwise somebody reported it.

    ``entered_by`` is the login that entered it for somebody else, it
    ``is_on_trust`` where nobody had listed them for the role they said it in.
    """

    at: datetime
    by: str
    what: str
    subject: str = ""
    reference: str = ""
    document: str = ""
    document_name: str = ""
    is_read_back: bool = False
    entered_by: str = ""
    is_on_trust: bool = False


@dataclass(frozen=True, slots=True)
class TaskFigure:
    """One task. ``planned_on`` is its day by the schedule from the order on, ``promised_on`` the local day it was due,
    ``closed_at`` when it was done or left out.

    ``is_reported``: it counts as done because somebody reported it; nothing was read back and no document was filed.
    ``each`` is the title of the task for every row that it belongs to, ``row`` what its row is called.
    """

    id: str
    title: str
    stage: str
    party: str
    state: TaskState
    reasons: tuple[str, ...] = ()
    begun_at: datetime | None = None
    planned_on: date | None = None
    promised_on: date | None = None
    closed_at: datetime | None = None
    is_late: bool = False
    is_reported: bool = False
    by: str = ""
    note: str = ""
    reference: str = ""
    evidence: tuple[EvidenceFigure, ...] = ()
    each: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class PartyTasks:
    """Tasks one party is accountable for, in the profile's order."""

    party: str
    title: str
    side: str
    tasks: tuple[TaskFigure, ...]

    @property
    def needed(self) -> tuple[TaskFigure, ...]:
        return tuple(task for task in self.tasks if task.state is not TaskState.NOT_NEEDED)

    @property
    def not_needed(self) -> tuple[TaskFigure, ...]:
        return tuple(task for task in self.tasks if task.state is TaskState.NOT_NEEDED)

    @property
    def together(self) -> tuple[tuple[TaskFigure, ...], ...]:
        """Those that are needed, the rows of one task together."""
        return together(self.needed)

    @property
    def closed(self) -> int:
        return sum(all(task.state.is_closed for task in group) for group in self.together)


def together(tasks: Iterable[TaskFigure]) -> tuple[tuple[TaskFigure, ...], ...]:
    """Tasks in their order, the rows of one together where the first of them stands."""
    found: dict[str, list[TaskFigure]] = {}
    for task in tasks:
        found.setdefault(declared_id(task.id) if task.each else task.id, []).append(task)
    return tuple(map(tuple, found.values()))


@dataclass(frozen=True, slots=True)
class DecisionFigure:
    """One person's word on a gate; ``entered_by`` is the login that entered it for them."""

    is_approved: bool
    by: str
    role: str
    at: datetime
    note: str = ""
    document: str = ""
    is_verified: bool = False
    answers: tuple[tuple[str, str], ...] = ()
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class GateFigure:
    """A gate as it stands; ``kind`` is check or decision."""

    id: str
    title: str
    question: str
    kind: str
    owed_by: str
    is_open: bool
    missing: tuple[str, ...]
    decisions: tuple[DecisionFigure, ...]


def party_tasks(
    context: Context, progress: ProjectStatus, found: Sequence[Span], planned: Schedule
) -> list[PartyTasks]:
    """Every task under the party that is accountable for it, parties in the profile's order."""
    begun = {span.task: span.start for span in found}
    evidence: dict[str, list[Evidence]] = {}
    for line in (line for line in context.record.evidence if line.is_proof):
        evidence.setdefault(line.task, []).append(line)
    profile = context.profile
    by_party: dict[str, list[TaskFigure]] = {party: [] for party in profile.parties}
    for view in progress.tasks:
        figure = _task(view, context, begun.get(view.task.id), evidence.get(view.task.id, ()))
        days = planned.tasks.get(view.task.id)
        figure = replace(figure, planned_on=days.planned_on if days else None)
        by_party.setdefault(view.task.party, []).append(figure)
    sides = {party.id: party.side for party in profile.parties.values()}
    return [
        PartyTasks(party, _(profile.party_title(party)), sides.get(party, ""), tuple(tasks))
        for party, tasks in by_party.items()
        if tasks
    ]


def _task(view: TaskStatus, context: Context, begun: datetime | None, lines: Sequence[Evidence]) -> TaskFigure:
    current, is_needed = view.record, view.state is not TaskState.NOT_NEEDED
    closed_at = current.at if current and view.state.is_closed else None
    return TaskFigure(
        id=view.task.id,
        title=_(view.task.title),
        stage=_(context.profile.stage(view.task.stage).title),
        party=_(context.profile.party_title(view.waits_for or view.task.party)),
        state=view.state,
        reasons=tuple(filter(None, view.reasons)),
        begun_at=begun,
        promised_on=view.due_on if is_needed else None,
        closed_at=closed_at,
        is_late=is_needed and (view.was_late or view.is_overdue(context.shown_now)),
        is_reported=_is_reported(view, lines),
        by=current.by if current else "",
        note=current.note.sentence if current else "",
        reference=current.reference if current else "",
        evidence=tuple(map(_evidence, lines)),
        each=_title_of_all(view, context),
        row=view.task.row.label if view.task.row else "",
    )


def _title_of_all(view: TaskStatus, context: Context) -> str:
    declared = context.profile.task(view.task.row.task) if view.task.row else None
    return _(declared.title) if declared else ""


def _is_reported(view: TaskStatus, lines: Sequence[Evidence]) -> bool:
    by_itself = view.task.is_check or view.task.connector == "support"
    is_proved = any(line.observed is not None or line.document for line in lines)
    return view.state is TaskState.DONE and not by_itself and not is_proved


def _evidence(line: Evidence) -> EvidenceFigure:
    return EvidenceFigure(
        line.at, line.by, line.what.sentence, line.subject, line.reference, line.document, line.document_name,
        line.observed is not None, line.other_login, line.is_on_trust,
    )  # fmt: skip


def gates(context: Context, progress: ProjectStatus) -> list[GateFigure]:
    """Gates that apply to this customer, in the profile's order, with every decision ever taken."""
    views = progress.gates.values()
    return [_gate(context, view) for view in views if view.gate.when is None or view.gate.when.holds(context.values)]


def _note(decision: GateDecision) -> str:
    """What was said with it, and that it was only stated where it was."""
    text = _("Stated at adoption, not verified. {note}") if decision.note else _("Stated at adoption, not verified.")
    return _(text, note=decision.note) if decision.is_stated else decision.note


def _gate(context: Context, view: GateStatus) -> GateFigure:
    gate, title = view.gate, context.profile.party_title
    decisions = tuple(
        DecisionFigure(one.is_approved, one.by, _(title(one.role)), one.at, _note(one), one.document, one.is_verified,
                       tuple((_(label), value) for label, value in view.recorded(one)), one.other_login)
        for one in context.record.decisions
        if one.gate == gate.id
    )  # fmt: skip
    owed_by = _(title(gate.owed_by))
    return GateFigure(
        gate.id, _(gate.title), _(gate.question), gate.kind, owed_by, view.is_open, view.missing, decisions
    )
