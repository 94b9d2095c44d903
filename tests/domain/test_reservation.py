"""What answers reserve: bounded, compared without regard to case, ranges number by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from onboarding.domain.reservation import (
    MOST_NUMBERS,
    OF_NUMBERS,
    STEPS,
    Claim,
    InventoryItem,
    InventoryState,
    plain_mac,
    reservations,
)

SIP = Claim("sip-user", "SIP user", question="users.sip", scope="users.gateway")
DID = Claim("did", "Direct number", "number", start="ranges.start", end="ranges.end")


def keys(claim: Claim, **values: object) -> list[tuple[str, str, str]]:
    return [item.key for item in reservations([claim], values, "acme")]


def test_a_claim_is_bounded_by_its_scope() -> None:
    """By an answer of the row, of a record, by the customer, or by nothing; without an answer nothing is reserved."""
    users = [{"sip": "Ana", "gateway": "East"}, {"sip": "ana", "gateway": "west"}, {"sip": "ben"}, {}]
    assert keys(SIP, users=users) == [("sip-user", "east", "ana"), ("sip-user", "west", "ana")]
    record = Claim("name", "Name", question="users.sip", scope="platform.group")
    assert keys(record, users=users[:1], platform={"group": "G1"}) == [("name", "g1", "ana")]
    assert keys(record, users=users[:1]) == []
    own = Claim("extension", "Extension", question="users.sip", scope="customer")
    assert keys(own, users=users[:1]) == [("extension", "acme", "ana")]


def test_a_number_is_one_everywhere() -> None:
    """Whatever bounds the claim: two customers never have the same number."""
    own = Claim("fax", "Fax", "number", "fax.number", scope="customer")
    assert keys(own, fax={"number": "+14015550110"}) == [("number", "", "+14015550110")]


def test_a_range_reserves_each_of_its_numbers() -> None:
    """Both ends count; what is no range, or beyond all measure, reserves nothing and is reported elsewhere."""
    rows = [{"start": "+14015550110", "end": "+14015550112"}, {"start": "+14015550112", "end": "+14015550110"}, {}]
    assert keys(DID, ranges=rows) == [("number", "", f"+1401555011{last}") for last in range(3)]
    assert keys(DID, ranges=[{"start": "+14010000000", "end": "+14019999999"}]) == []


def test_a_device_is_the_same_however_it_is_written() -> None:
    """Colons, hyphens, dots and case do not make another device."""
    written = ("08-00-0F-12-34-56", "08:00:0f:12:34:56", "0800.0f12.3456", "08000F123456")
    assert {plain_mac(text) for text in written} == {"08000f123456"}
    assert plain_mac("08-00-0F-12-34") == plain_mac("08-00-0G-12-34-56") == ""


def test_a_claim_says_where_it_was_made() -> None:
    """The question and the row of a table; a record has no row, and a range is named by its first number."""
    users = Claim("extension", "Extension", question="users.extension", scope="customer")
    found = list(reservations([users], {"users": [{}, {"extension": "101"}]}, "acme"))
    assert [(one.claim.place, one.row, one.value) for one in found] == [("users.extension", 1, "101")]
    web = Claim("web-id", "Web id", question="customer_details.web_id")
    found = list(reservations([web], {"customer_details": {"web_id": "Acme"}}, "acme"))
    assert [(one.claim.place, one.row, one.key) for one in found] == [
        ("customer_details.web_id", None, ("web-id", "", "acme"))
    ]
    found = list(reservations([DID], {"ranges": [{"start": "+14015550110", "end": "+14015550110"}]}, "acme"))
    assert [(one.claim.place, one.row) for one in found] == [("ranges.start", 0)]
    assert list(reservations([users, web, DID], {}, "acme")) == []


def test_only_a_device_that_is_one_is_reserved() -> None:
    """In its own spelling; what is no address of a device, and what is not answered, reserves nothing."""
    mac = Claim("mac", "Device", "mac", question="phones.mac")
    phones = [{"mac": "08-00-0F-12-34-56"}, {"mac": "soon"}, {"mac": None}, {}]
    assert keys(mac, phones=phones) == [("mac", "", "08000f123456")]
    text = Claim("name", "Name", question="phones.mac")
    assert keys(text, phones=phones) == [("name", "", "08-00-0f-12-34-56"), ("name", "", "soon")]


def test_a_range_may_be_as_long_as_twenty_thousand() -> None:
    """One number more is a mistake, and reserves nothing."""
    assert MOST_NUMBERS == 20_000
    longest = {"start": "+14015500000", "end": "+14015519999"}
    assert len(keys(DID, ranges=[longest])) == MOST_NUMBERS
    assert keys(DID, ranges=[longest | {"end": "+14015520000"}]) == []


def test_a_claim_names_the_tasks_that_bring_it() -> None:
    """Of a task that stands in two lists the later state counts; other tasks bring nothing."""
    claim = Claim("new", "New", assigned_by=("a", "b"), in_service_by=("b", "c"), released_by=("c",))
    brought = [claim.brought_by(task) for task in "abcd"]
    assert brought == [InventoryState.ASSIGNED, InventoryState.IN_SERVICE, InventoryState.RELEASED, None]


def test_the_table_of_steps_is_the_trade_s() -> None:
    """What is kept stays whatever the answers say; what is gone comes back only as a new reservation; from service a
    number is released by ageing alone.
    """
    states = list(InventoryState)
    assert [one.value for one in states if one.is_kept] == ["assigned", "in service", "parked"]
    assert [one.value for one in states if one.is_gone] == ["ageing", "released", "ported out"]
    assert STEPS.keys() == set(states)
    assert {to for one in states if one.is_gone for to in STEPS[one]} == {
        InventoryState.RESERVED, InventoryState.RELEASED,
    }  # fmt: skip
    assert {one.value for one, to in STEPS.items() if InventoryState.AGEING in to} == {"in service", "parked"}
    assert all(one not in to for one, to in STEPS.items())


@pytest.mark.parametrize("kind", ["number", "account"])
@pytest.mark.parametrize("state", InventoryState)
@pytest.mark.parametrize("to", InventoryState)
def test_an_item_goes_where_it_may_and_nowhere_else(kind: str, state: InventoryState, to: InventoryState) -> None:
    """What was in service as a number ages instead of being released; a name neither ages nor is ported."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    until = at + timedelta(days=10) if state is InventoryState.AGEING else None
    item = InventoryItem(kind, "", "x", "acme", "did", state, "anna", at, until=until)
    later = at + timedelta(days=1)
    found = item.moved(to, later, "ben", {"did": 7})
    is_ageing = kind == "number" and InventoryState.AGEING in STEPS[state] and to is InventoryState.RELEASED
    goal = InventoryState.AGEING if is_ageing else to
    is_early = state is InventoryState.AGEING and goal is InventoryState.RELEASED
    may = goal in STEPS[state] and not is_early and (kind == "number" or goal not in OF_NUMBERS)
    ends = later + timedelta(days=7) if goal is InventoryState.AGEING else None
    assert found == (replace(item, state=goal, since=later, by="ben", until=ends) if may else item)


def test_what_has_aged_is_released_on_its_day() -> None:
    """Not a moment before, and as of then; 45 days where the claim says nothing."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    item = InventoryItem("number", "", "+16175550101", "acme", "port", InventoryState.IN_SERVICE, "anna", at)
    ageing = item.moved(InventoryState.RELEASED, at, "ben", {})
    over = at + timedelta(days=45)
    assert (ageing.state, ageing.until) == (InventoryState.AGEING, over)
    assert ageing.as_of(over - timedelta.resolution) is ageing
    released = replace(ageing, state=InventoryState.RELEASED, since=over, until=None)
    assert ageing.as_of(over) == ageing.as_of(over + timedelta(days=99)) == released
