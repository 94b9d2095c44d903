"""Addresses: states and ZIP codes in one form, and what an emergency address must have."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.address import (
    STATES,
    has_house_number,
    is_po_box,
    is_zip_in_state,
    one_line,
    parse_state,
    parse_zip,
)


@pytest.mark.parametrize("code", STATES)
def test_states_by_code_and_name(code: str) -> None:
    """A state is known by its code and its name, in any case and with dots."""
    assert {parse_state(text) for text in (code, code.lower(), f" {STATES[code].upper()} ", ".".join(code) + ".")} == {
        code
    }


@pytest.mark.parametrize("text", ["", "XX", "Massachusets", "M A S S", "a" * 1000])
def test_other_words_are_no_states(text: str) -> None:
    """Misspelt and made-up states are refused."""
    with pytest.raises(ValueError, match="not a state"):
        parse_state(text)


@given(st.integers(501, 99999), st.integers(0, 9999))
@settings(max_examples=50, deadline=None)
def test_zip_codes_survive_excel(five: int, four: int) -> None:
    """A ZIP code that became a number gets its zeros back; nine digits get their hyphen."""
    code = f"{five:05d}"
    assert parse_zip(code) == parse_zip(five) == parse_zip(float(five)) == parse_zip(f" {code} ") == code
    assert parse_zip(f"{code}{four:04d}") == parse_zip(f"{code}-{four:04d}") == f"{code}-{four:04d}"


@pytest.mark.parametrize(
    "value", ["", "1234", "00000", "0213a", "02139-43", "0" * 1000, -1, 12, True, float("nan"), 1e300]
)
def test_what_is_no_zip_code(value: str | float) -> None:
    """Too short, too long, made of letters or not even text."""
    with pytest.raises(ValueError, match="not a ZIP"):
        parse_zip(value)


def test_streets() -> None:
    """A post office box and a street without a house number are told from an address."""
    assert all(map(is_po_box, ["PO Box 12", "P.O. Box 9", "p o box 7", "Post Office Box 1", "12 Elm, POBox 3"]))
    assert not any(map(is_po_box, ["12 Boxwood Road", "9 Postal Way"]))
    assert has_house_number("12 Elm Street")
    assert not has_house_number("Elm Street")
    assert not has_house_number("12")


def test_zip_and_state_go_together() -> None:
    """The first digit of a ZIP code tells the region."""
    assert is_zip_in_state("02139", "MA")
    assert not is_zip_in_state("90210", "MA")
    assert all(any(is_zip_in_state(str(digit), state) for digit in range(10)) for state in STATES)


def test_one_line_leaves_gaps_out() -> None:
    """The parts of an address on one line, as far as there are any."""
    site = {"street": "12 Elm Street", "suite": "Suite 4", "city": "Boston", "state": "MA", "zip": "02110"}
    assert one_line(site) == "12 Elm Street, Suite 4, Boston, MA 02110"
    assert one_line({"city": "Boston"}) == "Boston"
    assert one_line({}) == ""
