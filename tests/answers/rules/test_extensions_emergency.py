"""Rules over emergency calls: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.extensions import cesid_form, cesid_registered, dispatchable
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Case, Sheet, column, record, table, tried

SHEET = Sheet(
    table("erls", number=Kind.TEXT, location=Kind.TEXT, site=Kind.TEXT),
    table("e911", number=Kind.TEXT),
    table("sites", name=Kind.TEXT, street=Kind.TEXT),
    record("platform", version=Kind.TEXT),
)
CESID = {"question": "erls.number"}
OF_OLD = {**CESID, "version": "platform.version", "before": "6.0", "most": 10}
REGISTERED = {**CESID, "table": "e911.number"}
PLACE = {"question": "erls.location", "site": "erls.site"}


def numbers(*values: str, version: str = "") -> dict[str, Any]:
    return {"erls": column("number", values), "platform": {"version": version}}


def registered(number: str, *known: str) -> dict[str, Any]:
    return {"erls": [{"number": number}], "e911": column("number", known)}


def placed(location: str, site: str = "Boston", street: str = "12 Elm Street") -> dict[str, Any]:
    return {"erls": [{"location": location, "site": site}], "sites": [{"name": "Boston", "street": street}]}


LOST = "erls.location row 1: “{}” does not lead responders to a place; name a site with a street, and floor or room."
CASES: dict[str, Case] = {
    "seven and twelve digits": (cesid_form, CESID, numbers("5550101", "555-0101", "+1 (617) 555-0101 2"), []),
    "six digits": (cesid_form, CESID, numbers("5550101", "555010"), [
        "erls.number row 2: An emergency number has 7 to 12 digits; “555010” has 6."]),
    "thirteen digits": (cesid_form, CESID, numbers("1617555010123"), [
        "erls.number row 1: An emergency number has 7 to 12 digits; “1617555010123” has 13."]),
    "a star": (cesid_form, CESID, numbers("617*5550101"), [
        ("erls.number row 1: “617*5550101” has more than digits in it; "
         "an emergency number may not hold *, # or P.")]),
    "an old platform": (cesid_form, OF_OLD, numbers("6175550101", "16175550101", version="5.9"), [
        "erls.number row 2: An emergency number has 7 to 10 digits; “16175550101” has 11."]),
    "a new platform": (cesid_form, OF_OLD, numbers("16175550101", version="6.0"), []),
    "a platform nobody knows": (cesid_form, OF_OLD, numbers("16175550101", version="old"), []),
    "a platform without a version": (cesid_form, OF_OLD, numbers("16175550101"), []),
    "every version is new enough": (
        cesid_form, {**CESID, "version": "platform.version", "most": 10}, numbers("16175550101", version="5.9"), []),
    "an old platform of no special limit": (
        cesid_form, {**CESID, "version": "platform.version", "before": "6.0"},
        numbers("161755501012", version="5.9"), []),
    "registered": (cesid_registered, REGISTERED, registered("617 555-0101", "+16175550199", "+16175550101"), []),
    "not registered": (cesid_registered, REGISTERED, registered("617 555-0101", "+16175550102"), [
        ("erls.number row 1: 617 555-0101 is not among the numbers registered for emergency calls; "
         "register it first.")]),
    "a floor": (dispatchable, PLACE, placed("Floor 2"), []),
    "a floor of a site in another case": (dispatchable, PLACE, placed("Floor 2", "BOSTON"), []),
    "a floor behind the street": (dispatchable, PLACE, placed("12 Elm Street, floor 2"), []),
    "the street twice": (dispatchable, PLACE, placed("12 ELM street."), [LOST.format("12 ELM street.")]),
    "a part of the street": (dispatchable, PLACE, placed("Elm Street"), [LOST.format("Elm Street")]),
    "a site that is not there": (dispatchable, PLACE, placed("Floor 2", "Salem"), [LOST.format("Floor 2")]),
    "no site": (dispatchable, PLACE, placed("Floor 2", ""), [LOST.format("Floor 2")]),
    "a site without a street": (dispatchable, PLACE, placed("Floor 2", street=""), [LOST.format("Floor 2")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


@given(st.text("0123456789", min_size=1, max_size=16), st.booleans())
@tried
def test_so_many_digits_and_no_more_where_the_platform_is_old(number: str, is_old: bool) -> None:
    """Seven to twelve; at most what the profile says of older platforms, which cut longer ones off."""
    found = SHEET.messages(cesid_form, OF_OLD, numbers(number, version="5.9" if is_old else "9.4"))
    assert (found == []) is (7 <= len(number) <= (10 if is_old else 12))


@given(st.lists(st.sampled_from(["6175550101", "6175550102", "6175550103"])), st.sampled_from(["", "1", "+1"]))
@tried
def test_a_number_is_registered_however_it_is_written(known: list[str], country: str) -> None:
    """With or without the country code, with whatever people write between the digits."""
    found = SHEET.messages(
        cesid_registered, REGISTERED, registered("(617) 555-0102", *(country + one for one in known))
    )
    assert (found == []) is ("6175550102" in known)
