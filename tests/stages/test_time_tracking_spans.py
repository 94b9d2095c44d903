"""With whom the work lay, and from when to when: on profiles of a few tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from onboarding.domain.condition import Condition
from onboarding.domain.history import GateDecision, History, TaskRecord, TaskState
from onboarding.domain.task import Gate, LeadTime, Task, Unit
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.gate import decision_digest
from onboarding.stages.time_tracking import Span, merge, spans, starts
from tests.extensions import params
from tests.stages.world import AT, context_of, profile_of

DONE, WAITING, SKIPPED = TaskState.DONE, TaskState.WAITING, TaskState.SKIPPED
HOUR, NOW = timedelta(hours=1), AT + timedelta(hours=9)
A, B, C = (Task(f"gather.{name}", name.upper(), "gather", "customer") for name in "abc")
AFTER = replace(B, after=(A.id,))


def world(*tasks: Task, gates: tuple[Gate, ...] = (), **records: tuple[TaskState, int]) -> Context:
    """A customer made at AT, nine hours later, with these tasks in a state since so many hours after AT."""
    kept = {f"gather.{name}": TaskRecord(f"gather.{name}", state, AT + hours * HOUR, "carrier")
            for name, (state, hours) in records.items()}  # fmt: skip
    return replace(context_of(profile_of(tasks, gates), {"telephony": {"kind": "port"}}, History(kept)), at=NOW)


def begun(context: Context, asked: Mapping[str, datetime] | None = None) -> dict[str, float]:
    """Hours after AT by the last word of the task's id."""
    found = starts(context, assess(context), asked or {})
    return {name[-1]: (at - AT) / HOUR for name, at in found.items()}


def spans_of(context: Context) -> list[Span]:
    """Where nobody wrote down what was handed over."""
    progress = assess(context)
    return spans(context, replace(progress, starts=lambda: starts(context, progress, {})))


def test_work_begins_when_what_comes_before_was_closed() -> None:
    """The first of all when the customer was made, each other with the last one before it."""
    assert begun(world(A, AFTER, a=(DONE, 2))) == {"a": 0, "b": 2}
    assert begun(world(A, B, replace(C, after=(A.id, B.id)), a=(DONE, 5), b=(SKIPPED, 2))) == {"a": 0, "b": 0, "c": 5}
    assert begun(world(A, AFTER)) == {"a": 0}, "what is blocked has not begun"
    assert begun(world(replace(A, after=("gather.gone",)))) == {"a": 0}


def test_what_falls_away_is_followed_through_to_what_came_before() -> None:
    """Nobody holds it, and what follows waits for the ones before it."""
    never = replace(AFTER, when=Condition("is", "telephony.kind", ("new",)))
    assert begun(world(A, never, replace(C, after=(B.id,)), a=(DONE, 3))) == {"a": 0, "c": 3}
    needed = replace(AFTER, when=Condition("is", "telephony.kind", ("port",)))
    assert begun(world(A, needed, replace(C, after=(B.id,)), a=(DONE, 3), b=(DONE, 1))) == {"a": 0, "b": 3, "c": 1}


def test_a_hand_over_counts_for_what_people_do() -> None:
    """Where it was written down; what a system does counts from when it could begin."""
    asked = {A.id: AT + 4 * HOUR}
    assert begun(world(A), asked) == {"a": 4}
    assert begun(world(replace(A, connector="portal")), asked) == {"a": 0}


def test_what_lies_with_somebody_is_held_since_then_at_the_latest() -> None:
    """Asked for before the last thing before it was closed; once it is closed the order of things counts."""
    assert begun(world(A, AFTER, a=(DONE, 5), b=(WAITING, 2)))["b"] == 2
    assert begun(world(A, AFTER, a=(DONE, 2), b=(WAITING, 5)))["b"] == 2
    assert begun(world(A, AFTER, a=(DONE, 5), b=(DONE, 2)))["b"] == 5


def test_what_closed_by_itself_before_anybody_looked_was_nobodys_work() -> None:
    """What a check has closed counts only where that was written down."""
    check = replace(AFTER, action="check", params=params("planner", "check", check="tasks-closed", tasks=[A.id]))
    assert begun(world(A, check, a=(DONE, 2))) == {"a": 0}
    assert begun(world(A, check, a=(DONE, 2), b=(DONE, 3))) == {"a": 0, "b": 2}


def test_a_gate_opens_with_the_last_approval_or_the_last_task_it_waits_for() -> None:
    """A no opens nothing; a check that waits for no task opens at once."""
    gate = Gate("go", "Go", "decision", "customer", "Shall we?", roles=("customer",), quorum=2)
    context = world(replace(A, gates=("go",)), gates=(gate,))
    words = [GateDecision("go", yes, who, role, AT + hours * HOUR, decision_digest(gate, context))
             for who, yes, hours, role in (("Ana", True, 6, "customer"), ("Ben", True, 3, "customer"))]  # fmt: skip
    assert begun(replace(context, record=History(decisions=words))) == {"a": 6}
    old = GateDecision("go", False, "Cyd", "customer", AT + 8 * HOUR, "another digest")
    assert begun(replace(context, record=History(decisions=[*words, old]))) == {"a": 6}
    check = Gate("go", "Go", "check", "reseller", check="tasks-closed",
                 params=params("check", "tasks-closed", tasks=[B.id, C.id]))  # fmt: skip
    closed = world(replace(A, gates=("go",)), B, C, gates=(check,), b=(DONE, 4), c=(SKIPPED, 7))
    assert begun(closed)["a"] == 7
    free = replace(check, check="answers-complete", params=params("check", "answers-complete"))
    assert begun(world(replace(A, gates=("go",)), gates=(free,))) == {"a": 0}


def test_what_is_planned_for_a_day_begins_with_that_day() -> None:
    """The promised day where there is one; a lead time from the start plans nothing, nor does a day nobody knows."""
    eve = LeadTime(1, Unit.DAYS, "go-live", is_before=True)
    context = world(replace(A, lead=eve))
    made = replace(context.customer, go_live_on=date(2026, 3, 6))
    found = starts(replace(context, customer=made), assess(context), {})
    assert found[A.id] == datetime(2026, 3, 5, 5, tzinfo=UTC)  # midnight in New York
    held = TaskRecord(A.id, WAITING, AT, "carrier", date(2026, 3, 4))
    promised = replace(context, customer=made, record=History({A.id: held}))
    assert starts(promised, assess(promised), {})[A.id] == datetime(2026, 3, 4, 5, tzinfo=UTC)
    late = AT + timedelta(days=5)
    assert starts(promised, assess(promised), {A.id: late})[A.id] == late
    assert begun(context) == {"a": 0}
    assert begun(world(replace(A, lead=LeadTime(3, Unit.DAYS)))) == {"a": 0}


def test_a_span_ends_when_the_task_was_closed_or_now() -> None:
    """It lies with whoever is waited for, once closed with the task's own party; never after now."""
    context = world(A, AFTER, C, a=(DONE, 2), b=(WAITING, 4))
    assert spans_of(context) == [
        Span(A.id, "gather", "customer", AT, AT + 2 * HOUR, False),
        Span(B.id, "gather", "carrier", AT + 2 * HOUR, NOW, True),
        Span(C.id, "gather", "customer", AT, NOW, True),
    ]
    ahead = world(A, AFTER, a=(DONE, 12), b=(DONE, 13))
    assert [(span.start, span.end, span.length) for span in spans_of(ahead)] == [
        (AT, NOW, 9 * HOUR), (NOW, NOW, timedelta()),
    ]  # fmt: skip


def test_intervals_that_touch_are_one() -> None:
    """The longer end counts; a moment by itself stays."""
    at = [AT + hours * HOUR for hours in range(9)]
    assert merge([(at[3], at[4]), (at[0], at[2]), (at[2], at[3])]) == ((at[0], at[4]),)
    assert merge([(at[0], at[8]), (at[1], at[2])]) == ((at[0], at[8]),)
    assert merge([(at[5], at[5]), (at[0], at[1])]) == ((at[0], at[1]), (at[5], at[5]))
    assert merge([]) == ()
