"""Tasks by party with promised and actual dates and their proof; gates with their decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from onboarding.domain.language import say
from onboarding.domain.record import Evidence, TaskState
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.progress import Progress, TaskView
from onboarding.stages.time_tracking import Span


@dataclass(frozen=True, slots=True)
class EvidenceFigure:
    """One line of proof; ``is_read_back`` when an outside system showed it, otherwise somebody said so."""

    at: datetime
    by: str
    what: str
    subject: str = ""
    reference: str = ""
    document: str = ""
    document_name: str = ""
    is_read_back: bool = False


@dataclass(frozen=True, slots=True)
class TaskFigure:
    """One task. ``promised_on`` is the local day it was due, ``closed_at`` when it was done or left out.

    ``is_reported``: it counts as done because somebody said so; nothing was read back and no document was filed.
    """

    id: str
    title: str
    stage: str
    party: str
    state: TaskState
    reasons: tuple[str, ...] = ()
    begun_at: datetime | None = None
    promised_on: date | None = None
    closed_at: datetime | None = None
    is_late: bool = False
    is_reported: bool = False
    by: str = ""
    note: str = ""
    reference: str = ""
    evidence: tuple[EvidenceFigure, ...] = ()


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
    def closed(self) -> int:
        return sum(task.state.is_closed for task in self.needed)


@dataclass(frozen=True, slots=True)
class DecisionFigure:
    """One person's word on a gate."""

    is_approved: bool
    by: str
    role: str
    at: datetime
    note: str = ""
    document: str = ""
    is_verified: bool = False
    answers: tuple[tuple[str, str], ...] = ()


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


def party_tasks(context: Context, progress: Progress, found: Sequence[Span]) -> list[PartyTasks]:
    """Every task under the party that is accountable for it, parties in the profile's order."""
    begun = {span.task: span.start for span in found}
    evidence: dict[str, list[Evidence]] = {}
    for line in context.record.evidence:
        evidence.setdefault(line.task, []).append(line)
    by_party: dict[str, list[TaskFigure]] = {}
    for view in progress.tasks:
        figure = _task(view, context, begun.get(view.task.id), evidence.get(view.task.id, ()))
        by_party.setdefault(view.task.party, []).append(figure)
    known = context.profile.parties
    return [
        PartyTasks(
            party, say(context.profile.party_title(party)), known[party].side if party in known else "", tuple(tasks)
        )
        for party, tasks in sorted(by_party.items(), key=lambda item: _place(item[0], list(known)))
    ]


def _place(party: str, known: list[str]) -> int:
    return known.index(party) if party in known else len(known)


def _task(view: TaskView, context: Context, begun: datetime | None, lines: Iterable[Evidence]) -> TaskFigure:
    held, lines = view.record, tuple(lines)
    closed_at = held.at if held and view.state.is_closed else None
    promised = (held.due_on if held else None) or _promise(view.task, context, begun)
    today = context.today
    day = context.day(closed_at) if closed_at else today
    return TaskFigure(
        id=view.task.id,
        title=say(view.task.title),
        stage=say(context.profile.stage(view.task.stage).title),
        party=say(context.profile.party_title(view.waits_for or view.task.party)),
        state=view.state,
        reasons=tuple(reason for reason in view.reasons if reason),
        begun_at=begun,
        promised_on=promised if view.state is not TaskState.NOT_NEEDED else None,
        closed_at=closed_at,
        is_late=promised is not None and promised < day and view.state is not TaskState.NOT_NEEDED,
        is_reported=_is_reported(view, lines),
        by=held.by if held else "",
        note=held.note.sentence if held else "",
        reference=held.reference if held else "",
        evidence=tuple(_evidence(line) for line in lines),
    )


def _is_reported(view: TaskView, lines: Sequence[Evidence]) -> bool:
    by_itself = view.task.is_check or view.task.connector == "support"
    is_proved = any(line.observed is not None or line.document for line in lines)
    return view.state is TaskState.DONE and not by_itself and not is_proved


def _promise(task: Task, context: Context, begun: datetime | None) -> date | None:
    """The promise that follows from the lead time, for tasks whose promise was not written down."""
    if task.lead is None or begun is None:
        return None
    return context.due_on(task, begun)


def _evidence(line: Evidence) -> EvidenceFigure:
    return EvidenceFigure(
        line.at, line.by, line.what.sentence, line.subject, line.reference, line.document, line.document_name,
        line.observed is not None,
    )  # fmt: skip


def gates(context: Context, progress: Progress) -> list[GateFigure]:
    """Gates that apply to this customer, in the profile's order, with every decision ever taken."""
    found = []
    for gate_id, view in progress.gates.items():
        if view.gate.when is not None and not view.gate.when.holds(context.values):
            continue
        decisions = tuple(
            DecisionFigure(
                d.is_approved,
                d.by,
                say(context.profile.party_title(d.role)),
                d.at,
                d.note,
                d.document,
                d.is_verified,
                tuple((say(label), value) for label, value in view.recorded(d)),
            )
            for d in context.record.decisions
            if d.gate == gate_id
        )
        found.append(
            GateFigure(
                gate_id,
                say(view.gate.title),
                say(view.gate.question),
                view.gate.kind,
                say(context.profile.party_title(view.gate.owed_by)),
                view.is_open,
                view.missing,
                decisions,
            )
        )
    return found
