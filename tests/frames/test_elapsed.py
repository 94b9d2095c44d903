"""How long tasks and stages took, as the completion report counts it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onboarding import frames
from onboarding.case.case import Case
from onboarding.errors import InputError
from onboarding.report.completion import figures_of
from onboarding.store.store import Store
from tests.frames.conftest import AT, SIGNED

LATER = SIGNED + timedelta(days=2)


def test_a_task_took_from_when_it_was_asked_for_until_it_was_closed(store: Store) -> None:
    """Days are those of the provider's calendar, where the signature came on Thursday evening."""
    found = frames.durations("bright-smile", as_of=LATER.isoformat(), store=store)
    [signed] = found[found.task == "telephony.sign-loa"].rows()
    assert (signed["begun_at"], signed["done_at"], signed["is_open"]) == (AT, SIGNED, False)
    assert (signed["took"], signed["worked"], signed["days"]) == (SIGNED - AT, SIGNED - AT, 5)
    assert (signed["party"], signed["who"]) == ("authorised-signer", "Authorised signer")


def test_open_work_counts_until_the_given_moment(store: Store) -> None:
    """And has no end yet."""
    found = frames.durations("bright-smile", as_of=LATER.isoformat(), store=store)
    still = found[found.is_open]
    assert len(still) > 1
    assert still["done_at"].isna().all()
    assert (still["begun_at"] + still["took"] == LATER).all()


@pytest.mark.parametrize("by", ["task", "stage"])
def test_it_is_what_the_completion_report_says(store: Store, by: str) -> None:
    """Begin and length of each task; of each stage its begin and the time work lay open."""
    case = Case.open(store, "bright-smile", LATER, "R. Diaz")
    found = {row[by]: row for row in frames.durations("bright-smile", by, LATER.isoformat(), store=store).rows()}  # type: ignore[arg-type]
    figures = figures_of(case)
    if by == "task":
        begun = {task.id: task.begun_at for task in figures.tasks if task.begun_at and task.begun_at < LATER}
        assert {name: row["begun_at"] for name, row in found.items()} == begun
    else:
        lanes = {lane.id: (lane.intervals[0][0], lane.total) for lane in figures.timeline.stages if lane.total}
        assert {name: (row["begun_at"], row["worked"]) for name, row in found.items()} == lanes
        assert found["telephony"]["title"] == "Identify telephony requirements"
        assert "Authorised signer" in found["telephony"]["who"]


def test_a_moment_that_is_none_is_refused(store: Store) -> None:
    """With how one is written."""
    with pytest.raises(InputError, match="AS-OF"):
        frames.durations(as_of="soon", store=store)
