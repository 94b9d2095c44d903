"""Addresses: states and ZIP codes in one form, and what an emergency address must have."""

from __future__ import annotations

import pytest
from holidays.countries import US
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.address import (
    STATES,
    has_house_number,
    is_po_box,
    is_zip_in_state,
    parse_state,
    parse_zip,
)


@pytest.mark.parametrize("code", STATES)
def test_states_by_code_and_name(code: str) -> None:
    """A state is known by its code and its name, in any case and with dots."""
    assert {parse_state(text) for text in (code, code.lower(), f" {STATES[code].upper()} ", ".".join(code) + ".")} == {
        code
    }


def test_the_states_are_those_of_the_postal_service() -> None:
    """Fifty, the District and five territories, as the calendar of holidays has them too."""
    known = {code: name for name, code in US.subdivisions_aliases.items() if code != "UM"}  # nobody lives there
    assert known | {"VI": "U.S. Virgin Islands"} == STATES


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
    "value", ["", "1234", "00000", "00000-1234", "0213a", "02139-43", "0" * 1000, -1, 12, True, float("nan"), 1e300]
)
def test_what_is_no_zip_code(value: str | float) -> None:
    """Too short, too long, made of letters or not even text."""
    with pytest.raises(ValueError, match="not a ZIP"):
        parse_zip(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (501, "00501"), (99999, "99999"), (100000, "00010-0000"), (10**9 - 1, "99999-9999"), ("'02139", "02139"),
        ("02139 4307", "02139-4307"), ("02139" + " " * 15, "02139"),
    ],
)  # fmt: skip
def test_the_edges_of_zip_codes(value: str | int, code: str) -> None:
    """The lowest code in use, the highest, and where five digits become nine."""
    assert parse_zip(value) == code


@pytest.mark.parametrize("value", [500, 10**9, "02139" + " " * 16])
def test_beyond_the_edges_is_no_zip_code(value: str | int) -> None:
    """Nobody lives below 00501, and no code has ten digits."""
    with pytest.raises(ValueError, match="not a ZIP"):
        parse_zip(value)


def test_streets() -> None:
    """A post office box and a street without a house number are distinguished from an address."""
    assert all(map(is_po_box, ["PO Box 12", "P.O. Box 9", "p o box 7", "Post Office Box 1", "12 Elm, POBox 3"]))
    assert not any(map(is_po_box, ["12 Boxwood Road", "9 Postal Way"]))
    assert has_house_number("12 Elm Street")
    assert not has_house_number("Elm Street")
    assert not has_house_number("12")


def test_zip_and_state_go_together() -> None:
    """The first digit of a ZIP code tells the region."""
    assert is_zip_in_state("02139", "MA")
    assert not is_zip_in_state("90210", "MA")
    assert not is_zip_in_state("", "MA")
    assert not is_zip_in_state("02139", "")


ZIP_OF = {
    "AL": "36104", "AK": "99801", "AZ": "85001", "AR": "72201", "CA": "95814", "CO": "80202", "CT": "06103",
    "DE": "19901", "DC": "20001", "FL": "32301", "GA": "30303", "HI": "96813", "ID": "83702", "IL": "62701",
    "IN": "46225", "IA": "50309", "KS": "66603", "KY": "40601", "LA": "70802", "ME": "04330", "MD": "21401",
    "MA": "02201", "MI": "48933", "MN": "55102", "MS": "39205", "MO": "65101", "MT": "59623", "NE": "68502",
    "NV": "89701", "NH": "03301", "NJ": "08608", "NM": "87501", "NY": "12207", "NC": "27601", "ND": "58501",
    "OH": "43215", "OK": "73102", "OR": "97301", "PA": "17101", "RI": "02903", "SC": "29217", "SD": "57501",
    "TN": "37219", "TX": "78701", "UT": "84111", "VT": "05602", "VA": "23219", "WA": "98507", "WV": "25301",
    "WI": "53703", "WY": "82001", "AS": "96799", "GU": "96910", "MP": "96950", "PR": "00901", "VI": "00802",
}  # fmt: skip
"""A ZIP code of each capital."""
TWO_REGIONS = {"NY": "00501", "TX": "88510", "DC": "56901"}
"""Where a second digit is in use: Holtsville, a part of El Paso, offices of the federal government."""


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_the_zip_codes_of_its_region(state: str) -> None:
    """Its capital's, and no code that begins with another digit."""
    own = {code[0] for code in (ZIP_OF[state], TWO_REGIONS.get(state, "")) if code}
    assert {digit for digit in "0123456789" if is_zip_in_state(f"{digit}0001", state)} == own


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """Sixty characters of a state, two hundred of a street: nobody has to wait for what is no address."""
    assert parse_state("." * 56 + "Ohio") == "OH"
    with pytest.raises(ValueError, match="not a state"):
        parse_state("." * 57 + "Ohio")
    assert [is_po_box("." * dots + "PO Box") for dots in (194, 195)] == [True, False]
    assert [has_house_number("Elm" + "." * dots + "1") for dots in (196, 197)] == [True, False]
    assert [has_house_number("1" + "." * dots + "E") for dots in (198, 199)] == [True, False]
