"""Answers and record of one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, GateDecision, PartyConfirmation, TaskRecord, TaskState
from onboarding.domain.reservation import NUMBER
from onboarding.errors import InputError
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "bright-smile"
WRITES: dict[str, Callable[[Store], object]] = {
    "answers": lambda store: store.save_section(NAME, "company", {"name": "A"}, "anna", AT, "test"),
    "a task": lambda store: store.set_task(NAME, TaskRecord("t.a", TaskState.WAITING, AT)),
    "a proof": lambda store: store.add_evidence(NAME, Evidence("t.a", AT, "anna", noted("seen"))),
    "a decision": lambda store: store.decide(NAME, GateDecision("g.a", True, "carla", "signer", AT, "digest")),
    "a party": lambda store: store.confirm_party(NAME, PartyConfirmation("t.a", "carrier", "anna", AT)),
    "a phase": lambda store: store.begin_phase(NAME, "Second building", [], "anna", AT),
    "the inventory": lambda store: store.reserve(NAME, {(NUMBER, "", "+16175550101"): "port"}, AT),
    "the customer": lambda store: store.change_customer(replace(store.customer(NAME), language="es"), "anna", AT),
}


def test_a_moment_is_what_answers_and_record_give(store: Store) -> None:
    """Both are the newest, and the same object stands for them until something is written."""
    assert store.moment(NAME).answers is None
    WRITES["answers"](store)
    WRITES["a task"](store)
    found = store.moment(NAME)
    assert (found.answers, found.record) == (store.answers(NAME), store.record(NAME))
    assert store.moment(NAME, found) is found


@pytest.mark.parametrize("what", WRITES)
def test_every_write_that_is_proof_makes_another_moment(store: Store, folder: Path, url: str, what: str) -> None:
    """Also one of another process; answers that did not change are not read again."""
    WRITES["answers"](store)
    before = store.moment(NAME)
    with Store.open(folder, url) as other:
        if what == "answers":
            other.save_section(NAME, "company", {"name": "B"}, "ben", AT, "test")
        else:
            WRITES[what](other)
    after = store.moment(NAME, before)
    assert after.head > before.head
    assert (after.answers is before.answers) is (what != "answers")
    assert after.record == store.record(NAME)


def test_what_follows_from_the_record_makes_none(store: Store) -> None:
    """Noting where the tasks stand is no reason to read anything again."""
    before = store.moment(NAME)
    store.note_progress(NAME, [])
    assert store.moment(NAME, before) is before


def test_a_customer_that_is_not_there_has_no_moment(store: Store) -> None:
    """As everywhere in the store."""
    with pytest.raises(InputError, match="CUSTOMER-UNKNOWN"):
        store.moment("nobody")
