"""The summary behind `onboard status`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.store.store import Store
from onboarding.store.values import StatusRow

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROWS = [
    StatusRow("gather", "gather.a", "Fill in", TaskState.DONE),
    StatusRow("gather", "gather.b", "Sign", TaskState.WAITING, "customer", AT, date(2026, 3, 9), "letter is out"),
    StatusRow("telephony", "telephony.a", "Port", TaskState.BLOCKED, "reseller", reason="letter"),
    StatusRow("migrate", "migrate.a", "Move", TaskState.NOT_NEEDED),
]


def test_rows_come_back_in_their_order(store: Store) -> None:
    """All rows of a customer are kept as given, until the next ones take their place."""
    store.note_progress("bright-smile", ROWS)
    assert store.progress("bright-smile") == ROWS
    store.note_progress("bright-smile", ROWS[1:])
    assert store.progress("bright-smile") == ROWS[1:]
    store.note_progress("bright-smile", [])
    assert store.progress("bright-smile") == []


def test_status_shows_all_customers_and_what_is_open(store: Store) -> None:
    """Every customer is there, counted without what is not needed, with the rows somebody can act on."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    store.note_progress("bright-smile", ROWS)
    acme, bright = store.status()
    assert (acme.customer.id, acme.closed, acme.total, acme.rows) == ("acme", 0, 0, ())
    assert (bright.customer, bright.closed, bright.total) == (store.customer("bright-smile"), 1, 3)
    assert bright.rows == (ROWS[1],)


def test_the_short_status_has_the_first_open_row_and_how_many_there_are(store: Store) -> None:
    """All the same otherwise; of somebody complete, or never noted, there is no row."""
    for name in ("acme", "zoe"):
        store.create_customer(Customer(name, name, AT), "chinook")
    store.note_progress("bright-smile", [*ROWS, replace(ROWS[1], task="gather.c")])
    store.note_progress("zoe", ROWS[:1])
    long, short = store.status(), store.status(is_short=True)
    assert [(one.customer, one.closed, one.total, one.open) for one in short] == [
        (one.customer, one.closed, one.total, len(one.rows)) for one in long
    ]
    assert [one.rows for one in short] == [(), (ROWS[1],), ()]


def test_lines_of_all_customers_name_who_brought_a_task_there(store: Store) -> None:
    """By customer, in their order; of one customer only its own, with nobody's name where nothing was recorded."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    store.note_progress("bright-smile", ROWS)
    store.note_progress("acme", ROWS[:1])
    store.set_task("bright-smile", TaskRecord("gather.b", TaskState.WAITING, AT, by="Kim", reference="R-1"))
    lines = store.task_lines()
    assert [(line.customer, line.row) for line in lines] == [
        ("acme", ROWS[0]),
        *(("bright-smile", row) for row in ROWS),
    ]
    assert [(line.by, line.reference) for line in lines] == [("", ""), ("", ""), ("Kim", "R-1"), ("", ""), ("", "")]
    assert store.task_lines("acme") == lines[:1]
