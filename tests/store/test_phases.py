"""Phases and confirmed parties: what is set aside, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onboarding.domain.event import noted
from onboarding.domain.history import (
    Customer,
    Evidence,
    GateDecision,
    PartyConfirmation,
    Phase,
    TaskRecord,
    TaskState,
)
from onboarding.errors import InputError
from onboarding.store.store import Store
from tests.store.conftest import AT

NAME = "bright-smile"
LATER = AT + timedelta(days=90)


def work(store: Store, *tasks: str, at: timedelta = timedelta()) -> None:
    for task in tasks:
        store.set_task(NAME, TaskRecord(task, TaskState.DONE, AT + at, by="anna"))
        store.add_evidence(NAME, Evidence(task, AT + at, "anna", noted(f"{task} is done")))


def decision(by: str) -> GateDecision:
    return GateDecision("go", True, by, "customer", AT, "d" * 64)


def test_a_customer_begins_in_the_first_phase(store: Store) -> None:
    """Without a title, with nothing before it."""
    record = store.record(NAME)
    assert (record.phase, record.earlier, record.parties) == (Phase(), (), {})


def test_a_phase_sets_aside_all_but_what_is_kept(store: Store) -> None:
    """Tasks, decisions and proof of the phase before stay under it; kept tasks and their proof come along."""
    work(store, "once", "again")
    store.decide(NAME, decision("ana"))
    begun = store.begin_phase(NAME, "Second building", ["once"], "anna", LATER)
    work(store, "again", at=timedelta(days=91))
    store.decide(NAME, decision("ben"))
    record = store.record(NAME)
    assert record.phase == begun == Phase(2, "Second building", "anna", LATER)
    assert set(record.tasks) == {"once", "again"}
    assert record.tasks["again"].at == AT + timedelta(days=91)
    assert [(line.task, line.at) for line in record.evidence] == [("once", AT), ("again", AT + timedelta(days=91))]
    assert [found.by for found in record.decisions] == ["ben"]
    [first] = record.earlier
    assert first.phase == Phase()
    assert set(first.tasks) == {"again"}
    assert [line.task for line in first.evidence] == ["again"]
    assert [found.by for found in first.decisions] == ["ana"]
    assert store.verify() == []


def test_what_is_kept_is_kept_through_every_phase(store: Store) -> None:
    """A task once done is of the third phase too; one that is kept no longer stays in the phase that ended it."""
    work(store, "once", "twice")
    store.begin_phase(NAME, "Two", ["once", "twice"], "anna", LATER)
    store.begin_phase(NAME, "Three", ["once"], "anna", LATER)
    record = store.record(NAME)
    assert [line.task for line in record.evidence] == ["once"]
    assert [(phase.phase.number, [line.task for line in phase.evidence]) for phase in record.earlier] == [
        (1, []), (2, ["twice"]),
    ]  # fmt: skip
    assert set(record.earlier[1].tasks) == {"twice"}
    assert {row.customer.id: row.phase for row in store.status()} == {NAME: 3}
    assert store.verify() == []


def test_a_confirmed_party_is_kept_and_can_change(store: Store) -> None:
    """The newest confirmation counts, with who gave it; nobody's confirmation is another customer's."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    store.confirm_party(NAME, PartyConfirmation("t.a", "reseller", "anna", AT))
    newest = PartyConfirmation("t.a", "customer", "ben", LATER)
    store.confirm_party(NAME, newest)
    assert store.confirmed_parties(NAME) == store.record(NAME).parties == {"t.a": newest}
    assert store.confirmed_parties("acme") == {}
    with pytest.raises(InputError, match="CUSTOMER-UNKNOWN"):
        store.begin_phase("nobody", "Two", [], "anna", AT)
    assert store.verify() == []
