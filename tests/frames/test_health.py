"""How every customer is doing, and which of them to look at first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from onboarding.domain.calendar import Calendar
from onboarding.domain.history import Customer, TaskState
from onboarding.frames.health import OVERVIEW, Health, overview
from onboarding.store.store import Store
from onboarding.store.values import StatusRow

TODAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 15, tzinfo=UTC)
DONE = StatusRow("gather", "gather.a", "Ask", TaskState.DONE)
NEXT = StatusRow("cutover", "cutover.a", "Go", TaskState.BLOCKED)


def _owed(state: TaskState = TaskState.WAITING, due: date | None = None, task: str = "telephony.sign-loa") -> StatusRow:
    return StatusRow("telephony", task, "Sign the letter", state, "customer", AT, due, late_at=over_at(due))


def over_at(due: date | None) -> datetime | None:
    return Calendar(time_zone="America/New_York").over_at(due) if due else None


def _add(store: Store, name: str, *rows: StatusRow, go_live: date | None = None) -> None:
    store.create_customer(Customer(name, name.upper(), AT, go_live), "chinook")
    store.note_progress(name, rows)


@pytest.mark.parametrize(
    ("rows", "go_live", "health"),
    [
        ([DONE, DONE], None, Health.COMPLETE),
        ([DONE], TODAY, Health.COMPLETE),
        ([], None, Health.ON_TRACK),
        ([_owed(TaskState.UNKNOWN), DONE], None, Health.STOPPED),
        ([_owed(TaskState.REJECTED), _owed(due=date(2026, 3, 1))], None, Health.STOPPED),
        ([_owed(due=date(2026, 3, 9))], TODAY, Health.OVERDUE),
        ([_owed(due=TODAY)], None, Health.ON_TRACK),
        ([_owed()], date(2026, 3, 16), Health.AT_RISK),
        ([_owed()], date(2026, 3, 17), Health.ON_TRACK),
        ([_owed()], date(2026, 3, 1), Health.AT_RISK),
        ([DONE, NEXT], date(2026, 3, 1), Health.AT_RISK),
    ],
)
def test_health_follows_from_dates_and_states(
    tmp_path: Path, rows: list[StatusRow], go_live: date | None, health: Health
) -> None:
    """Refused or unknown is stopped, a promise not kept overdue, a near go-live with open work at risk."""
    with Store.open(tmp_path, "") as store:
        _add(store, "a", *rows, go_live=go_live)
        assert overview("2026-03-10", store=store)["health"].tolist() == [health]


def test_it_asks_as_often_however_many_customers_there_are(tmp_path: Path) -> None:
    """Once for the engagements, twice for the status, twice for what a day means to each; tasks that are closed are not
    read.
    """
    counts, now = [], []
    with Store.open(tmp_path, "") as store:
        asked: list[str] = []
        event.listen(store._database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        for number in range(6):
            _add(store, f"customer-{number}", DONE, _owed(), DONE)
            asked.clear()
            overview("2026-03-10", store=store)
            counts.append(sum(statement.startswith("SELECT") for statement in asked))
            overview(store=store)
            now.append(len(asked))
    assert (set(counts), len(set(now))) == ({5}, 1)


def test_the_one_to_look_at_first_stands_first(tmp_path: Path) -> None:
    """Stopped before overdue before at risk before on track before complete; then by promised day, then by name."""
    with Store.open(tmp_path, "") as store:
        _add(store, "done", DONE)
        _add(store, "fine", _owed())
        _add(store, "easy", _owed())
        _add(store, "later", _owed(due=date(2026, 3, 20)))
        _add(store, "late", _owed(due=date(2026, 3, 1)))
        _add(store, "refused", _owed(TaskState.REJECTED))
        _add(store, "near", _owed(), go_live=TODAY)
        found = overview("2026-03-10", store=store)
    assert found["customer"].tolist() == ["refused", "late", "near", "later", "easy", "fine", "done"]


def test_the_most_urgent_of_several_is_named(tmp_path: Path) -> None:
    """What is due first, what waits before what is ready; all else somebody can act on is counted."""
    with Store.open(tmp_path, "") as store:
        early, late = (_owed(due=date(2026, 3, day), task=f"telephony.by-{day}") for day in (12, 20))
        ready = _owed(TaskState.READY, task="telephony.ready")
        for name, rows in {"a": (late, early, _owed()), "b": (ready, _owed())}.items():
            _add(store, name, *rows, NEXT, DONE)
        a, b = overview("2026-03-10", store=store).sort_values("customer").rows()
    assert (a["due_on"], a["more"], a["closed"], a["total"]) == (early.due_on, 2, 1, 5)
    assert (b["title"], b["who"], b["stage"], b["more"]) == (
        "Sign the letter", "Customer", "Identify telephony requirements", 1
    )  # fmt: skip


def test_without_customers_there_are_the_columns(tmp_path: Path) -> None:
    """With their types, as with customers who have nothing to do."""
    with Store.open(tmp_path, "") as store:
        empty = overview(store=store)
        assert OVERVIEW.fits(empty)
        assert "There is no customer yet." in empty._repr_html_()
        _add(store, "new")
        assert OVERVIEW.fits(overview(store=store))
