"""Numbers in the plan of a country: as they are dialled there, and never silently those of another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.number import (
    NotANumber,
    area_code,
    example,
    is_fictitious,
    is_of,
    is_same_number,
    is_toll_free,
    national,
    parse,
    parse_area_code,
)
from onboarding.domain.place import known_countries

BLOCKS = ("020 7946 0{}", "01632 960{}", "0131 496 0{}", "029 2018 0{}", "0113 496 0{}", "07700 900{}", "0808 157 0{}")
"""Blocks Ofcom keeps for drama."""

british = st.builds(lambda block, last: block.format(f"{last:03d}"), st.sampled_from(BLOCKS), st.integers(0, 999))
WRITTEN = (
    "{}", " {} ", "tel:{}", "'{}", "{} x12",
)  # fmt: skip


@given(british, st.sampled_from(WRITTEN))
@settings(max_examples=150, deadline=None)
def test_numbers_as_they_are_dialled_in_the_united_kingdom(number: str, written: str) -> None:
    """With the 0, with +44, with 0044, with the 0 in brackets: one number, shown as it is dialled."""
    found = parse(written.format(number), "GB")
    assert found == "+44" + number.replace(" ", "")[1:]
    assert parse(number.replace(" ", ""), "GB") == found == parse(f"+44 {number[1:]}", "GB")
    assert (
        parse(f"+44 (0){number[1:]}", "GB") == parse(f"0044 {number[1:]}", "GB") == parse(int(found[1:]), "GB") == found
    )
    assert national(found, "GB").replace(" ", "") == number.replace(" ", "")
    assert national(found, "US").startswith("+44 ")
    assert is_fictitious(found)
    assert is_of(found, ["GB"])


@given(british)
@settings(max_examples=100, deadline=None)
def test_a_number_that_lost_its_zero_is_no_number_of_another_country(number: str) -> None:
    """Excel drops it. In the United Kingdom that is said; in the United States nothing with a British 0 is read."""
    lost = number.replace(" ", "")[1:]
    for given_number in (lost, int(lost), number[1:]):
        with pytest.raises(NotANumber, match=r"^number-trunk$"):
            parse(given_number, "GB")
    with pytest.raises(NotANumber):
        parse(number, "US")


@given(st.sampled_from(["617", "207", "212", "909", "800"]), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_an_american_number_is_no_british_one(code: str, last: int) -> None:
    """Written as at home it is refused in the United Kingdom; with + it is what it is."""
    digits = f"{code}55501{last:02d}"
    for written in (digits, f"({code}) 555-01{last:02d}", f"1{digits}", int(digits)):
        with pytest.raises(NotANumber):
            parse(written, "GB")
    assert parse(f"+1 {digits}", "GB") == f"+1{digits}"


def test_london_is_not_in_maine() -> None:
    """Grouped as in London it is no American number, and says which part is wrong."""
    with pytest.raises(NotANumber, match=r"^number-area-code$"):
        parse("20 7946 0018", "US")
    assert parse("207 946 0018", "US") == parse("2079460018", "US") == "+12079460018"


def test_whose_number_it_is() -> None:
    """Canada and Puerto Rico share the plan of the United States and are told apart; toll-free is everybody's."""
    boston, toronto, san_juan = "+16175550101", "+14165550101", "+17875550101"
    assert [is_of(number, ["US"]) for number in (boston, toronto, san_juan)] == [True, False, False]
    assert all(is_of(number, ["US", "CA", "PR"]) for number in (boston, toronto, san_juan))
    assert is_of("+18005550101", ["CA"])
    assert not is_of("+18095550101", ["US", "CA", "PR"])
    assert not is_of("+441481960123", ["GB"])  # Guernsey
    assert is_of("+441632960123", ["GB"])


def test_area_codes_as_they_are_dialled() -> None:
    """Three digits in North America, a 0 and what follows in the United Kingdom."""
    assert area_code("+442079460018") == parse_area_code("020", "GB") == "020"
    assert area_code("+441632960123") == "01632"
    assert area_code("+16175550101") == parse_area_code("617", "US") == "617"
    for text, country in (("20", "GB"), ("0", "GB"), ("0163296", "GB"), ("61", "US"), ("0617", "US")):
        with pytest.raises(ValueError, match="not an area code"):
            parse_area_code(text, country)


def test_toll_free_and_registered_numbers_elsewhere() -> None:
    """0808 is free of charge; a registered number is found with and without the country code."""
    assert is_toll_free("+448081570123")
    assert not is_toll_free("+442079460018")
    assert is_same_number("020 7946 0018", "442079460018", "GB")
    assert not is_same_number("020 7946 0018", "020 7946 0019", "GB")


@pytest.mark.parametrize("country", sorted(known_countries()))
def test_every_country_has_an_example_that_is_right_there(country: str) -> None:
    """What a hint shows is read as it is shown."""
    if shown := example(country):
        assert is_of(parse(shown, country), [country])
