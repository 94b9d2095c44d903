"""Versions compare part by part."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.condition import is_version, parse_version

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
    """Words, holes and numbers that are no text are distinguished."""
    assert not is_version(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("9.4.0.9", (9, 4, 0, 9)), ("9.4.0", (9, 4)), ("9.0.0", (9,)), ("9.1", (9, 1)), ("9", (9,)), ("0", (0,)),
        ("0.0", (0,)), ("0.1", (0, 1)), ("v9.4", (9, 4)), (" V 9.10 ", (9, 10)), ("09.04", (9, 4)),
        ("1.1.1.1.1.1", (1, 1, 1, 1, 1, 1)), ("999999", (999999,)),
    ],
)  # fmt: skip
def test_a_version_is_its_parts(text: str, parts: tuple[int, ...]) -> None:
    """Without zeros at the end; a v before it and spaces around it are nothing."""
    assert parse_version(text) == parts


@pytest.mark.parametrize("text", ["vv9", "9999999", "9.4-1", "version 9"])
def test_what_is_no_version_is_repeated(text: str) -> None:
    """The author of a profile sees what was read, and an example."""
    with pytest.raises(ValueError, match=f"^'{text}' is not a version; .* such as 9.4.0.9$"):
        parse_version(text)
