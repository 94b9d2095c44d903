"""What is no number and yet belongs to one customer: SIP user names by gateway, devices, names in a portal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from onboarding.domain.record import Customer
from onboarding.errors import InputError
from onboarding.store.model import Claim
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
CUSTOMER = "bright-smile"
ANA = ("sip-user", "mbg-1", "ana")
ELSEWHERE = ("sip-user", "mbg-2", "ana")
PHONE = ("device", "", "08000f123456")


@pytest.fixture
def two(store: Store) -> Store:
    """A store with a second customer, acme."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    return store


def test_claims_are_replaced_as_a_whole(store: Store) -> None:
    """What is not claimed any more is free; what stays keeps its instant, what changes its meaning is written anew."""
    store.claim(CUSTOMER, {ANA: "Ana", PHONE: "Ana"}, AT, "anna")
    store.claim(CUSTOMER, {ANA: "Ana", ELSEWHERE: "Ana"}, LATER, "anna")
    assert store.claims(CUSTOMER) == [
        Claim(*ANA, CUSTOMER, "Ana", AT), Claim(*ELSEWHERE, CUSTOMER, "Ana", LATER),
    ]  # fmt: skip
    store.claim(CUSTOMER, {ANA: "Ben"}, LATER, "anna")
    assert store.claims() == [Claim(*ANA, CUSTOMER, "Ben", LATER)]
    assert store.verify() == []


def test_one_name_on_one_gateway_belongs_to_one_customer(two: Store) -> None:
    """The same name on another gateway is another thing; a refusal changes nothing and names ids only."""
    two.claim("acme", {ANA: "Ana of Acme"}, AT)
    two.claim(CUSTOMER, {ELSEWHERE: "Ana"}, AT)
    assert two.taken(CUSTOMER, [ANA, ELSEWHERE, PHONE]) == {ANA: "acme"}
    with pytest.raises(InputError, match=r"CLAIM-TAKEN: .*sip-user ana is acme's\.") as caught:
        two.claim(CUSTOMER, {ANA: "Ana", PHONE: "Ana"}, LATER)
    assert "Ana of Acme" not in str(caught.value)
    assert [claim.scope for claim in two.claims(CUSTOMER)] == ["mbg-2"]
    two.claim("acme", {}, LATER)
    two.claim(CUSTOMER, {ANA: "Ana"}, LATER)
    assert two.verify() == []


def test_taken_numbers_are_named_before_they_are_claimed(two: Store) -> None:
    """Whoever asks first is told who has a number; their own are free to them."""
    two.claim_numbers("acme", {"+16175550101": "port"}, AT)
    two.claim_numbers(CUSTOMER, {"+16175550102": "port"}, AT)
    wanted = ["+16175550101", "+16175550102", "+16175550103"]
    assert two.taken_numbers(CUSTOMER, wanted) == {"+16175550101": "acme"}


def test_a_forged_claim_is_found(store: Store) -> None:
    """Who writes past the ledger is found by the audit."""
    store.claim(CUSTOMER, {ANA: "Ana"}, AT)
    with store._database.writing() as connection:
        connection.execute(text("UPDATE claims SET value = 'ben'"))
    assert [(finding.kind, finding.subject) for finding in store.verify()] == [("changed", "claims")]


def test_a_large_customer_fits(store: Store) -> None:
    """Thousands of claims are made, looked at and given back in one go."""
    many = {("sip-user", "mbg-1", f"user{number}"): "" for number in range(3000)}
    store.claim(CUSTOMER, many, AT)
    assert len(store.claims()) == 3000
    assert store.taken(CUSTOMER, many) == {}
    store.claim(CUSTOMER, {}, LATER)
    assert store.claims() == []
    assert store.verify() == []
