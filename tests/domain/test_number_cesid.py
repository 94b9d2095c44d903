"""Emergency numbers: 7 to 12 digits, on old systems 10, and never a star."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.number import NotACesid, is_same_number, parse_cesid


@given(st.text("0123456789", min_size=1, max_size=16), st.sampled_from([10, 12]))
@settings(max_examples=100, deadline=None)
def test_length_decides_over_digits(digits: str, most: int) -> None:
    """Seven digits are the fewest, the system says the most; nothing is cut off."""
    if 7 <= len(digits) <= most:
        assert parse_cesid(digits, most) == digits
    else:
        with pytest.raises(NotACesid) as caught:
            parse_cesid(digits, most)
        assert (caught.value.code, caught.value.count) == ("cesid-length", len(digits))


@pytest.mark.parametrize(
    ("count", "is_sound"), [(6, False), (7, True), (11, True), (12, True), (13, False), (15, False)]
)
def test_a_new_system_takes_seven_to_twelve_digits(count: int, is_sound: bool) -> None:
    """Unless the system says otherwise; longer ones are no emergency numbers, though E.164 would allow fifteen."""
    digits = "401555011000000"[:count]
    if is_sound:
        assert parse_cesid(digits) == digits
    else:
        with pytest.raises(NotACesid, match="cesid-length"):
            parse_cesid(digits)


@pytest.mark.parametrize("text", ["401555*110", "#4015550110", "P4015550110", "401555011O", "", "٤٠١٥٥٥٠١١٠"])
def test_only_digits_go_out(text: str) -> None:
    """Star, hash and P mean something to a telephone system; letters mean nothing."""
    with pytest.raises(NotACesid) as caught:
        parse_cesid(text)
    assert (caught.value.code, caught.value.count) == ("cesid-characters", 0)


def test_people_write_it_as_a_number() -> None:
    """Punctuation and a leading plus make no difference."""
    assert parse_cesid("+1 (401) 555-0110") == "14015550110"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("4015550110", "+14015550110", True), ("14015550110", "+14015550110", True), ("5550110", "4015550110", False),
        ("401555011", "1401555011", False),
        ("4015550110", "4015550111", False), ("5550110", "555-0110", True), ("", "", False),
    ],
)  # fmt: skip
def test_one_number_in_two_ways(one: str, other: str, same: bool) -> None:
    """With and without country code it is one number; seven digits alone name no number of ten."""
    assert is_same_number(one, other, "US") is is_same_number(other, one, "US") is same
