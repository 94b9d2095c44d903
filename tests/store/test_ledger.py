"""A number belongs to one customer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.domain.record import Customer
from onboarding.errors import InputError
from onboarding.store.model import NumberClaim
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
ONE, TWO, THREE = "+16175550101", "+16175550102", "+15085550103"
CUSTOMER = "bright-smile"


@pytest.fixture
def two(store: Store) -> Store:
    """A store with a second customer, acme."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    return store


def test_claims_are_replaced_as_a_whole(store: Store) -> None:
    """What is not claimed any more is free; what stays keeps its instant."""
    store.claim_numbers(CUSTOMER, {ONE: "port", TWO: "port"}, AT, "anna")
    store.claim_numbers(CUSTOMER, {TWO: "new", THREE: "new"}, LATER, "anna")
    assert store.numbers(CUSTOMER) == [
        NumberClaim(THREE, CUSTOMER, "new", "claimed", LATER), NumberClaim(TWO, CUSTOMER, "new", "claimed", AT),
    ]  # fmt: skip
    assert store.verify() == []


def test_a_taken_number_is_refused_and_nothing_claimed(two: Store) -> None:
    """The refusal names number and customer id only, and leaves both customers' claims as they were."""
    two.claim_numbers("acme", {ONE: "port"}, AT)
    two.claim_numbers(CUSTOMER, {TWO: "port"}, AT)
    with pytest.raises(InputError, match=r"NUMBER-TAKEN: .*\+16175550101 is acme's\.") as caught:
        two.claim_numbers(CUSTOMER, {THREE: "new", ONE: "port"}, LATER)
    assert "Acme" not in str(caught.value)
    assert [claim.number for claim in two.numbers(CUSTOMER)] == [TWO]
    assert two.verify() == []


def test_a_released_number_is_free(two: Store) -> None:
    """Some or all numbers can be given back; what is not held is passed over."""
    two.claim_numbers("acme", {ONE: "port", TWO: "port"}, AT)
    two.release("acme", AT, [ONE, THREE])
    two.claim_numbers(CUSTOMER, {ONE: "port"}, AT)
    two.release("acme", AT)
    assert [(claim.number, claim.customer) for claim in two.numbers()] == [(ONE, CUSTOMER)]
    assert two.verify() == []


def test_a_live_number_outlives_the_answers(store: Store) -> None:
    """A number in use stays the customer's although the answers do not name it any more."""
    store.claim_numbers(CUSTOMER, {ONE: "port", TWO: "port"}, AT)
    store.mark_number(CUSTOMER, ONE, "assigned", LATER, "anna@brightsmile.example")
    store.mark_number(CUSTOMER, ONE, "live", LATER)
    store.claim_numbers(CUSTOMER, {}, LATER)
    assert store.numbers() == [NumberClaim(ONE, CUSTOMER, "port", "live", LATER, "anna@brightsmile.example")]
    with pytest.raises(InputError, match="NUMBER-UNKNOWN"):
        store.mark_number(CUSTOMER, TWO, "live", LATER)
    with pytest.raises(InputError, match="NUMBER-STATE"):
        store.mark_number(CUSTOMER, ONE, "odd", LATER)
    assert store.verify() == []


def test_only_e164_gets_in(store: Store) -> None:
    """The ledger holds one spelling of a number."""
    for text in ("617-555-0101", "6175550101", "+0175550101", "+1617555010x", ONE + "\n", ""):
        with pytest.raises(InputError, match="NUMBER-FORM"):
            store.claim_numbers(CUSTOMER, {text: "port"}, AT)


def test_two_customers_at_once_get_one_number_once(two: Store, start) -> None:
    """Of two processes that claim one number, one has it and the other is refused."""
    workers = [start("claim", customer, ONE) for customer in ("acme", CUSTOMER)]
    codes = [worker.process.wait(60) for worker in workers]
    assert sorted(codes) == [0, 1]
    assert len(two.numbers()) == 1
    assert two.verify() == []


def test_a_large_customer_fits(store: Store) -> None:
    """Thousands of numbers are claimed and given back in one go."""
    many = {f"+1617{number:07d}": "port" for number in range(2_000_000, 2_003_000)}
    store.claim_numbers(CUSTOMER, many, AT)
    assert len(store.numbers()) == 3000
    store.claim_numbers(CUSTOMER, {}, LATER)
    assert store.numbers() == []
