"""Ranges of numbers against the slow way: one number after the other."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.number_range import DidRange, union, without

BASE = 4015550100
ends = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)
ranges = ends.map(lambda pair: DidRange(f"+1{BASE + pair[0]}", f"+1{BASE + pair[1]}"))
many = st.lists(ranges, max_size=8)


def numbers(found: list[DidRange]) -> set[str]:
    return {number for one in found for number in one.numbers()}


@given(ranges, ranges)
@settings(max_examples=150, deadline=None)
def test_overlap_is_a_number_in_common(one: DidRange, other: DidRange) -> None:
    """Two ranges overlap exactly when some number lies in both, whichever is asked."""
    assert one.overlaps(other) is other.overlaps(one) is bool(numbers([one]) & numbers([other]))
    assert len(one) == len(list(one.numbers()))
    assert all(number in one for number in one.numbers())


@given(many)
@settings(max_examples=150, deadline=None)
def test_union_keeps_every_number_in_the_fewest_ranges(found: list[DidRange]) -> None:
    """Nothing is lost or added; what is left neither overlaps nor touches."""
    joined = union(found)
    assert numbers(joined) == numbers(found)
    assert joined == sorted(joined)
    for before, after in pairwise(joined):
        assert int(after.start) > int(before.end) + 1


@given(many, ranges)
@settings(max_examples=150, deadline=None)
def test_taking_a_range_out_leaves_all_other_numbers(found: list[DidRange], gone: DidRange) -> None:
    """The numbers of the range are gone from every range, each other one is still there."""
    assert numbers(without(found, gone)) == numbers(found) - numbers([gone])


ENDS, LENGTHS, ORDER = "one E.164 number to another", "as many digits", "starts at its lower number"


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ("+14015550110", "+14015550109", ORDER), ("+1401555010", "+14015550111", LENGTHS),
        ("+14015550110", "+1401555011", LENGTHS), ("4015550110", "+14015550111", ENDS), ("", "", ENDS),
        ("+1401555011x", "+14015550111", ENDS), ("+14015550110", "+14015550111\n", ENDS),
        ("+14015550110", "", ENDS),
    ],
)  # fmt: skip
def test_what_is_no_range_is_refused(start: str, end: str, reason: str) -> None:
    """The end comes not before the start, both are E.164 and as long as each other."""
    with pytest.raises(ValueError, match=reason):
        DidRange(start, end)


def test_numbers_of_other_lengths_are_other_numbers() -> None:
    """A short number lies in no range of long ones, though its digits sort between them."""
    assert "+1401555011" not in DidRange("+14015550100", "+14015550199")
    assert not DidRange("+14015550100", "+14015550199").overlaps(DidRange("+1401555010", "+1401555019"))
    assert str(DidRange("+14015550100", "+14015550100")) == "+14015550100"


def test_neighbours_are_joined_behind_shorter_numbers() -> None:
    """Numbers of another length come first and are left alone; only the range just before counts."""
    short = DidRange("+442079460", "+442079461")
    given_ranges = [DidRange("+14015550102", "+14015550109"), DidRange("+14015550100", "+14015550101"), short]
    apart = DidRange("+14015550111", "+14015550112")
    assert union([apart, *given_ranges]) == [short, DidRange("+14015550100", "+14015550109"), apart]
