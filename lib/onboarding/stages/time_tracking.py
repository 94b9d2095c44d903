"""With whom the work lay, and for how long.

A party holds a task from the moment it could begin (or, where somebody was asked for it, from that moment) until it was
closed. Work that is planned for a day, such as a change on the eve of the go-live, counts from that day: nobody
holds it up before. What only shows as closed counts from when the last thing before it was closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from onboarding.domain.history import TaskState
from onboarding.domain.task import START, Task
from onboarding.stages.checks import WaitsFor
from onboarding.stages.context import Context
from onboarding.stages.gate import GateStatus
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import TaskStatus

Interval = tuple[datetime, datetime]
Ends = Mapping[str, datetime | None]


@dataclass(frozen=True, slots=True)
class Span:
    """One task in the hands of one party. ``is_open`` while it is not closed: then ``end`` is the report's instant."""

    task: str
    stage: str
    party: str
    start: datetime
    end: datetime
    is_open: bool

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def starts(context: Context, progress: ProjectStatus, asked: Mapping[str, datetime]) -> dict[str, datetime]:
    """When each task could begin or was handed over, by task id, in the profile's order.

    What is planned for a day may lie ahead. What is blocked is left out, as is what nobody ever worked on. ``asked`` is
    when a task was handed over to a person, by task id, as far as it was written down.
    """
    ends = {view.task.id: _closed_at(view) for view in (*progress.whole.values(), *progress.tasks)}
    found = {}
    for view in progress.tasks:
        if view.state in (TaskState.BLOCKED, TaskState.NOT_NEEDED):
            continue
        if view.state.is_closed and ends[view.task.id] is None:
            continue  # closed by its check before anybody looked: nobody has worked on it
        planned = _planned(view, context) or context.customer.created_at
        handed = asked.get(view.task.id) if view.task.is_manual else None
        begun = max(handed or _could_begin(view, context, progress, ends), planned)
        found[view.task.id] = max(begun, _undone_at(view, context) or begun)
    return found


def _undone_at(view: TaskStatus, context: Context) -> datetime | None:
    """Since when it is to be done anew: the change of the answers, and in a change order not before its beginning."""
    lines = [] if view.state.is_closed else context.lines(view.task.id)
    undone = [line.at for line in lines if line.what.kind == "task.undone"]
    begun = context.record.phase.at if undone and context.record.phase.is_change else None
    return max([*undone, *([begun] if begun else [])], default=None)


def spans(context: Context, progress: ProjectStatus) -> list[Span]:
    """A span for every task that has begun, up to now at most: of one that lies ahead it has no length."""
    begun = progress.begun
    found = []
    for view in progress.tasks:
        if view.task.id in begun:
            end = min(_closed_at(view) or context.at, context.at)
            party = (view.waits_for if not view.state.is_closed else "") or view.task.party
            start = min(begun[view.task.id], end)
            found.append(Span(view.task.id, view.task.stage, party, start, end, not view.state.is_closed))
    return found


def _planned(view: TaskStatus, context: Context) -> datetime | None:
    """The beginning of the day a task is planned for; None when it is simply to be done."""
    lead = context.lead_of(view.task)
    if not view.task.on and (lead is None or lead.anchor == START):
        return None
    day = context.promised_on(view.task, view.record)
    if day is None and not (lead and context.task(lead.anchor)):
        day = context.due_on(view.task)
    return context.calendar_for(view.task).begins_at(day) if day else None


def _closed_at(view: TaskStatus) -> datetime | None:
    return view.record.at if view.state.is_closed and view.record else None


def _could_begin(view: TaskStatus, context: Context, progress: ProjectStatus, ends: Ends) -> datetime:
    before = [ends.get(task_id) for task_id in _before(view.task, context)]
    gates = [gate for name in context.gates_of(view.task) if (gate := progress.gates.get(name))]
    opened = [_opened(gate, progress, ends) for gate in gates]
    could_begin = max([context.customer.created_at, *(at for at in (*before, *opened) if at is not None)])
    return min(could_begin, view.since) if view.since and not view.state.is_closed else could_begin


def _before(task: Task, context: Context) -> set[str]:
    """Tasks it follows; those that fall away are followed through to the ones before them."""
    found: set[str] = set()
    waiting = list(task.after)
    while waiting:
        task_id = waiting.pop()
        before = context.task(task_id)
        if task_id not in found and before is not None:
            found.add(task_id)
            if not context.is_needed(before):
                waiting += before.after
    return found


def _opened(view: GateStatus, progress: ProjectStatus, ends: Ends) -> datetime | None:
    """When a gate opened: the last approval, or the close of the last task its check looks at."""
    if view.gate.kind == "decision":
        return max((decision.at for decision in view.decisions if decision.is_approved), default=None)
    p = view.gate.params
    named = p.waited_for(view.task for view in progress.tasks) if isinstance(p, WaitsFor) else ()
    return max((at for name in named if (at := ends.get(name)) is not None), default=None)


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Overlapping and touching intervals made one, in order; those without length stay, so that a moment shows."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)
