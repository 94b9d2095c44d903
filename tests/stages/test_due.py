"""What a run could bring forward, with whom the work lies otherwise, and how long that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from onboarding.domain.due import Due, Move
from onboarding.domain.history import GateDecision, History, TaskRecord, TaskState
from onboarding.domain.task import Gate, LeadTime, Task, Unit
from onboarding.domain.validity import Validity
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.due import due, moved_by
from onboarding.stages.gate import asking, decision_digest
from onboarding.stages.task_status import TaskStatus
from tests.extensions import params
from tests.stages.world import AT, context_of, profile_of

CHECK = params("check", "tasks-closed", tasks=["gather.a"])
TASK = Task("gather.a", "A", "gather", "reseller")
CHECKED = replace(TASK, action="check")
SHOWN = replace(TASK, action="confirm", connector="portal")
DAY = timedelta(days=1)


def record(state: TaskState) -> TaskRecord:
    return TaskRecord(TASK.id, state, AT, "customer", None, "Ana")


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (TaskStatus(TASK, TaskState.READY), ""),
        (TaskStatus(TASK, TaskState.WAITING), None),
        (TaskStatus(TASK, TaskState.BLOCKED), None),
        (TaskStatus(TASK, TaskState.UNKNOWN), None),
        (TaskStatus(TASK, TaskState.REJECTED), None),
        (TaskStatus(TASK, TaskState.DONE), None),
        (TaskStatus(CHECKED, TaskState.READY), ""),
        (TaskStatus(CHECKED, TaskState.READY, record=record(TaskState.WAITING)), None),
        (TaskStatus(CHECKED, TaskState.DONE), ""),
        (TaskStatus(CHECKED, TaskState.DONE, record=record(TaskState.WAITING)), ""),
        (TaskStatus(CHECKED, TaskState.DONE, record=record(TaskState.DONE)), None),
        (TaskStatus(SHOWN, TaskState.WAITING), "portal"),
        (TaskStatus(SHOWN, TaskState.UNKNOWN), None),
        (TaskStatus(replace(SHOWN, connector="manual"), TaskState.WAITING), None),
    ],
)
def test_what_can_bring_a_task_forward(view: TaskStatus, found: str | None) -> None:
    """A run by itself, what a portal may show meanwhile, or nothing but people."""
    assert moved_by(view) == found


def test_what_is_due_is_said_by_stage_with_the_earliest_instant() -> None:
    """One line for each stage and way, since when the first of its tasks could begin."""
    tasks = [TASK, replace(TASK, id="gather.b"), replace(SHOWN, id="migrate.c", stage="migrate")]
    held = TaskRecord("migrate.c", TaskState.WAITING, AT, "provider", None, "Ana")
    context = context_of(profile_of(tasks), {}, History({"migrate.c": held}))
    begun = {"gather.a": AT + DAY, "gather.b": AT, "migrate.c": AT}
    found = due(context, assess(context), begun)
    assert found.moves == (Move("gather", AT), Move("migrate", AT, "portal"))
    assert found.waits_for == {"": "Provider", "gather": "Reseller", "migrate": "Provider"}
    assert found.validity == Validity()


def test_a_complete_project_waits_for_nobody() -> None:
    """Nothing moves, nobody is named."""
    context = context_of(profile_of([TASK]), {}, History({TASK.id: record(TaskState.DONE)}))
    found = due(context, assess(context), {})
    assert (found.moves, found.waits_for) == ((), {})


def test_an_approval_that_expires_ends_what_holds() -> None:
    """Open until then, closed from then on: each holds up to that instant, whichever side it is looked at from. Then
    its people are asked anew, once.
    """
    gate = Gate("go", "Go", "decision", "customer", roles=("customer",), expires=LeadTime(24, Unit.HOURS))
    behind = replace(TASK, gates=("go",))
    context = context_of(profile_of([behind], [gate]), {})
    said = GateDecision("go", True, "Ana", "customer", AT, decision_digest(gate, context))
    context = replace(context, record=History(decisions=[said]))
    end = AT + DAY + timedelta.resolution
    before, after = (_looked_at(context, at) for at in (AT, end))
    assert (before.moves, before.validity) == ((Move("gather", AT),), Validity(None, end))
    assert (after.moves, after.validity) == ((Move("gather", AT),), Validity(end, None))
    asked = asking(assess(replace(context, at=end)).gates["go"], replace(context, at=end), "R. Diaz")
    later = _looked_at(replace(context, record=replace(context.record, evidence=[asked])), end)
    assert (later.moves, later.waits_for) == ((), {"": "Customer", "gather": "Customer"})


def test_whoever_reads_the_clock_is_asked_again_the_next_day() -> None:
    """What an extension decides by the time of day nobody knows: it holds for the day, at the provider's place."""
    context = context_of(profile_of([TASK]), {})
    assert context.at == AT
    assert context.validity == Validity(datetime(2026, 3, 2, 5, tzinfo=UTC), datetime(2026, 3, 3, 5, tzinfo=UTC))
    last = replace(context, at=datetime(9999, 12, 31, 23, tzinfo=UTC), validity=Validity())
    assert last.today == date(9999, 12, 31)


def test_what_is_only_shown_of_the_clock_decides_nothing() -> None:
    """The day in a sentence does not make anybody due."""
    context = context_of(profile_of([TASK]), {})
    assert context.shown_today == date(2026, 3, 2)
    assert context.validity == Validity()


def _looked_at(context: Context, at: datetime) -> Due:
    now = replace(context, at=at, validity=Validity())
    return due(now, assess(now), {})
