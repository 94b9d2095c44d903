"""Versions compare part by part, and conditions may look at them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.condition import parse_condition
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


@pytest.mark.parametrize(
    ("held", "below", "least"),
    [
        ("8.9", True, False), ("9.0", False, True), ("9", False, True), ("10.1", False, True),
        ("soon", False, False), (None, False, False),
    ],
)  # fmt: skip
def test_a_condition_compares_versions(held: str | None, below: bool, least: bool) -> None:
    """Below and at least share no version; what is no version, or not answered, is neither."""
    answers = {"platform": {"mivb_version": held}}
    for op, wanted in (("below", below), ("at_least", least)):
        assert parse_condition({"question": "platform.mivb_version", op: "9.0"}).holds(answers) is wanted


def test_a_condition_takes_a_version_as_text() -> None:
    """A bare 9.0 in TOML is a number and has lost its form; the author is told."""
    with pytest.raises(ValueError, match="takes a version as text"):
        parse_condition({"question": "platform.mivb_version", "below": 9.0})
