"""Since when work lies with a party, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.event import Event
from onboarding.domain.history import EarlierPhase, Evidence, Phase, TaskState
from onboarding.domain.task import LeadTime, Unit
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.time_tracking import merge, spans, starts
from tests.report.cases import PROFILE, START, TASKS, bright_smile, played

SIGN, ORDER = "telephony.sign-loa", "telephony.order-port"
GO_LIVE = date(2026, 5, 4)


def _signing(found: Context, **change: object) -> Context:
    """The same customer of a profile whose letter is to be signed in another way."""
    tasks = tuple(replace(task, **change) if task.id == SIGN else task for task in TASKS)  # type: ignore[arg-type]
    return replace(found, profile=replace(PROFILE, tasks=tasks), customer=replace(found.customer, go_live_on=GO_LIVE))


def test_a_task_begins_when_what_came_before_was_closed_or_when_it_was_asked_for() -> None:
    """The hand-over counts where there was one; what is blocked does not begin."""
    found = played(bright_smile(), 9)
    progress = assess(found)
    asked = START + timedelta(hours=20)
    assert starts(found, progress, {})[SIGN] == START + timedelta(hours=12)
    assert starts(found, progress, {SIGN: asked})[SIGN] == asked
    early = replace(found, at=START, record=replace(found.record, tasks={}, evidence=(), decisions=()))
    blocked = {view.task.id for view in assess(early).tasks if view.state is TaskState.BLOCKED}
    assert blocked
    assert not blocked & set(starts(early, assess(early), {}))


def test_what_is_to_be_done_anew_begins_with_the_change() -> None:
    """Nobody held it up before; in a change order it begins with that."""
    found = played(bright_smile(), 9)
    changed, ordered = START + timedelta(days=8), START + timedelta(days=8, hours=5)
    line = Evidence(SIGN, changed, "ana", Event("task.undone", SIGN))
    sheet = {"gather.sheet": found.record.tasks["gather.sheet"]}
    anew = replace(found, record=replace(found.record, tasks=sheet, evidence=[*found.record.evidence, line]))
    for context, begun in ((anew, changed), (replace(anew, record=replace(
        anew.record, phase=Phase(2, "More", "ana", ordered, is_change=True), earlier=(EarlierPhase(Phase()),),
    )), ordered)):  # fmt: skip
        progress = assess(context)
        assert not progress.task(SIGN).state.is_closed
        assert starts(context, progress, {SIGN: START})[SIGN] == begun


def test_a_day_that_lies_ahead_is_no_time_yet() -> None:
    """It is known since when the task will lie with them, whenever that is asked; its span has no length before."""
    eve = datetime(2026, 5, 3, 4, tzinfo=UTC)  # midnight in New York
    for days in (1, 5):
        found = _signing(played(bright_smile(), days), lead=LeadTime(1, Unit.DAYS, "go-live", is_before=True))
        found = replace(found, record=replace(found.record, tasks={"gather.sheet": found.record.tasks["gather.sheet"]}))
        progress = assess(found)
        assert starts(found, progress, {})[SIGN] == eve
        [span] = [
            span
            for span in spans(found, replace(progress, starts=partial(starts, found, progress, {})))
            if span.task == SIGN
        ]
        assert (span.start, span.end, span.length) == (found.at, found.at, timedelta())


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=12))
def test_merged_intervals_cover_the_same_time(raw: list[tuple[int, int]]) -> None:
    """Merging loses no moment, and leaves neither overlap nor touch."""
    at = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(75)]
    intervals = [(at[start], at[start + length]) for start, length in raw]
    merged = merge(intervals)
    hours = {h for h in range(75) if any(a <= at[h] < b for a, b in intervals)}
    assert hours == {h for h in range(75) if any(a <= at[h] < b for a, b in merged)}
    assert all(left[1] < right[0] for left, right in pairwise(merged))
