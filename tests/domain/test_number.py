"""Telephone numbers: every way of writing them comes to one form, and nothing else does."""

from __future__ import annotations

import math
from contextlib import nullcontext

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.number import (
    NotANumber,
    area_code,
    is_area_code,
    is_assigned_area_code,
    is_fictitious,
    is_toll_free,
    national,
    parse,
    split,
)
from tests.strategies import numbers

WRITTEN = (
    "{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "1{0}{1}{2}", "+1 {0} {1} {2}", "+1{0}{1}{2}",
    "1-{0}-{1}-{2}", "  {0} {1} {2} ", "tel:+1-{0}-{1}-{2}", "'+1{0}{1}{2}", "1{0}{1}{2}.0", "{0}\u2011{1}\u2011{2}",
    "\u202a+1 {0} {1} {2}\u202c", "+1 ({0}) {1}\u2013{2}", "{0}\u00a0{1}\u00a0{2}",
)  # fmt: skip


@given(number=numbers, style=st.sampled_from(WRITTEN))
@settings(max_examples=200, deadline=None)
def test_every_way_of_writing_comes_to_one_form(number: str, style: str) -> None:
    """Punctuation, spaces, country code, apostrophes and invisible marks make no difference."""
    assert parse(style.format(number[2:5], number[5:8], number[8:]), "US") == number


@given(numbers)
@settings(max_examples=100, deadline=None)
def test_the_form_is_final_and_display_leads_back(number: str) -> None:
    """Parsing what was parsed or displayed changes nothing; what Excel makes of a number is mended."""
    assert (
        parse(number, "US")
        == parse(national(number, "US"), "US")
        == parse(int(number[1:]), "US")
        == parse(float(number[2:]), "US")
        == number
    )
    assert area_code(number) == number[2:5]


@given(
    number=numbers,
    extension=st.integers(0, 9999999).map(str),
    mark=st.sampled_from([";ext=", " x", "x", " ext. ", " #"]),
)
@settings(max_examples=60, deadline=None)
def test_an_extension_is_kept_apart(number: str, extension: str, mark: str) -> None:
    """The number comes without its extension, the extension beside it."""
    assert split(f"{national(number, 'US')}{mark}{extension}", "US") == (number, extension)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+44 20 7183 8750", "+442071838750"),
        ("+1 416 234 5678", "+14162345678"),
        ("800 234 5678", "+18002345678"),
    ],
)
def test_numbers_of_other_kinds(text: str, number: str) -> None:
    """Other countries with their plus, Canada and toll-free numbers are understood."""
    assert parse(text, "US") == number


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1.61756E+10", "number-scientific"),
        ("1,61756e10", "number-scientific"),
        ("617-555-O1O1", "number-letters"),
        ("1-800-FLOWERS", "number-letters"),
        ("617 555 010", "number-length"),
        ("555-0101", "number-length"),
        ("617-555-0101 / 617-555-0102", "number-length"),
        ("9" * 500, "number-length"),
        (10**400, "number-length"),
        (-6175550101, "number-length"),
        ("200 555 0101", "number-area-code"),
        ("911 555 0101", "number-area-code"),
        ("370 555 0101", "number-area-code"),
        ("617 911 1234", "number-exchange"),
        ("617 155 0101", "number-exchange"),
        ("", "number-invalid"),
        ("none", "number-letters"),
        ("442071838750", "number-length"),
        ("\x00", "number-invalid"),
        (True, "number-invalid"),
        (math.nan, "number-invalid"),
        (math.inf, "number-invalid"),
        (6175550101.5, "number-invalid"),
        ("+999 123456", "number-invalid"),
        ([], "number-invalid"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(value: str, code: str) -> None:
    """Every way of being wrong has a code of its own."""
    with pytest.raises(NotANumber) as caught:
        parse(value, "US")
    assert caught.value.code == code


@given(st.text(max_size=40) | st.floats() | st.integers())
@settings(max_examples=200, deadline=None)
def test_anything_is_parsed_or_refused(value: str | float) -> None:
    """Whatever is given, the answer is E.164 that the numbering library finds valid, or a refusal."""
    try:
        number = parse(value, "US")
    except NotANumber:
        return
    assert number.startswith("+")
    assert phonenumbers.is_valid_number(phonenumbers.parse(number, None))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("+1617" + " " * 48 + "5550101", None),  # 60 characters
        ("+1617" + " " * 49 + "5550101", "number-length"),
        ("\u200b" * 228 + "+16175550101", None),  # 240, of which nobody sees most
        ("\u200b" * 229 + "+16175550101", "number-length"),
        (0, "number-length"),
        (1, "number-invalid"),
        (10**15 - 1, "number-length"),
        (10**15, "number-length"),
        ("+442071838", "number-invalid"),
        ("10005812000000", "number-length"),  # zeros behind the country code are digits like others
        ("+4420718387501234", "number-invalid"),
        ("800 911 1234", None),  # an exchange like a service code, which only toll-free numbers have
        ("617 211 2345", "number-exchange"),
        ("617 055 0101", "number-exchange"),
    ],
)
def test_what_is_just_a_number_and_what_is_not_any_more(value: str | int, code: str | None) -> None:
    """Sixty characters, fifteen digits: one more is refused, and says so."""
    with pytest.raises(NotANumber, match=f"^{code}$") if code else nullcontext():
        parse(value, "US")


@pytest.mark.parametrize("code", ["800", "833", "844", "855", "866", "877", "888"])
def test_toll_free_codes(code: str) -> None:
    """The seven in use (NANPA); Microsoft's page leaves 833 out."""
    assert is_toll_free(f"+1{code}5550199")


@pytest.mark.parametrize("code", ["617", "822", "880", "881", "899", "900"])
def test_other_codes_are_not_toll_free(code: str) -> None:
    """Codes set aside for later among them."""
    assert not is_toll_free(f"+1{code}5550199")


def test_area_codes() -> None:
    """N11, 37X, 96X, a middle nine and a leading zero or one are no area codes; not every other one is in use."""
    assert all(map(is_area_code, ["617", "508", "978", "800", "988"[:1] + "08"]))
    assert not any(
        map(
            is_area_code,
            ["911", "211", "370", "969", "290", "017", "123", "61", "6170", "abc", "\uff16\uff11\uff17", ""],
        )
    )
    assert is_assigned_area_code("617")
    assert not is_assigned_area_code("200")


@given(st.integers(2_000_000_000, 9_999_999_999))
@settings(max_examples=300, deadline=None)
def test_numbers_at_home_are_shown_as_the_library_shows_them(digits: int) -> None:
    """Also those under area codes that nobody has."""
    parsed = phonenumbers.parse(f"+1{digits}", None)
    assert national(f"+1{digits}", "US") == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def test_what_a_number_tells() -> None:
    """Toll-free and fictitious numbers are known; area codes are those that are dialled."""
    assert is_toll_free("+18885550199")
    assert not is_toll_free("+16175550199")
    assert is_fictitious("+16175550199")
    assert not is_fictitious("+16175550200")
    assert not is_fictitious("+445555010000"[:13])
    assert area_code("+442071838750") == "020"
    assert national("+442071838750", "US") == "+44 20 7183 8750"
    assert national("+16175550199", "US") == "(617) 555-0199"
    for text in ("front desk", "+1 617 555 0199", "6175550199", "+999123456789", ""):
        assert national(text, "US") == text
