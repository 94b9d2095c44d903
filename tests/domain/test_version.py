"""Versions compare part by part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.version import is_version, parse_version

parts = st.lists(st.integers(0, 120), min_size=1, max_size=5)


def padded(numbers: list[int]) -> list[int]:
    return numbers + [0] * (6 - len(numbers))


@given(parts, parts)
@settings(max_examples=200, deadline=None)
def test_order_is_that_of_the_parts(one: list[int], other: list[int]) -> None:
    """Missing parts count as zero, and 9.10 comes after 9.9."""
    first, second = (parse_version(".".join(map(str, numbers))) for numbers in (one, other))
    assert (first < second) is (padded(one) < padded(other))
    assert (first == second) is (padded(one) == padded(other))


@pytest.mark.parametrize(
    "text", ["", "nine", "9.", ".9", "9..4", "9.4 SP1", "9,4", "9.4.0.9.1.1.1", "٩", "-9", None, 9.4]
)
def test_what_is_no_version(text: object) -> None:
    """Words, holes and numbers that are no text are told apart."""
    assert not is_version(text)
