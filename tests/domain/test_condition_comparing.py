"""Conditions compare numbers, days and versions, and count rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.condition import Condition, parse_condition

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def holds(op: str, bound: Any, value: Any) -> bool:
    return parse_condition({"question": "port.x", op: bound}).holds({"port": {"x": value}})


@given(st.integers(), st.integers())
def test_numbers_compare_as_numbers(bound: int, value: int) -> None:
    """Below and at least are each other's opposite, and both bounds lie within."""
    assert holds("at_least", bound, value) is (value >= bound) is not holds("below", bound, value)
    low, high = sorted((bound, value))
    assert holds("within", [low, high], value)
    assert not holds("within", [low, high], high + 1)


@given(DAYS, DAYS)
def test_days_compare_as_days(bound: date, value: date) -> None:
    """A day of TOML and its text are the same; the day itself is neither before nor after, but within."""
    for given_bound in (bound, bound.isoformat()):
        assert holds("before", given_bound, value.isoformat()) is (value < bound)
        assert holds("after", given_bound, value.isoformat()) is (value > bound)
    assert holds("within", [bound.isoformat(), (bound + timedelta(days=3)).isoformat()], bound.isoformat())


@pytest.mark.parametrize("value", [None, "", "many", True, [], "2026-13-40", 9.5])
def test_what_is_of_another_kind_never_compares(value: Any) -> None:
    """Neither yes, nor words, nor a day there is not are a number or a day."""
    compared = [("at_least", 0), ("below", 10), ("before", "2100-01-01"), ("after", "1900-01-01"), ("within", [0, 9])]
    assert not any(holds(op, bound, value) for op, bound in compared)


@pytest.mark.parametrize(("count", "is_many"), [(0, False), (49, False), (50, True), (51, True)])
def test_rows_are_counted(count: int, is_many: bool) -> None:
    """A bulk order is one of so many numbers."""
    condition = parse_condition({"rows": "numbers", "at_least": 50})
    assert condition.holds({"numbers": [{}] * count}) is is_many
    assert list(condition.questions()) == ["numbers"]
    assert not parse_condition({"rows": "numbers", "within": [1, 9]}).holds({})


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"question": "a.b", "before": 3}, "'before' takes a date such as"),
        ({"question": "a.b", "at_least": "many"}, "'at_least' takes a version as text"),
        ({"question": "a.b", "at_least": True}, "'at_least' takes a version as text"),
        ({"question": "a.b", "within": [1]}, "'within' takes two whole numbers or two dates"),
        ({"question": "a.b", "within": [1, "2026-01-01"]}, "'within' takes two whole numbers or two dates"),
        ({"question": "a.b", "within": [9, 1]}, "the lower bound first"),
        ({"rows": "a", "at_least": "9.0"}, "rows are counted"),
        ({"rows": "a", "is": 3}, "a condition has 'question' with one of"),
    ],
)
def test_what_cannot_be_compared_is_refused(table: dict[str, Any], words: str) -> None:
    """With what would be right."""
    with pytest.raises(ValueError, match=words):
        parse_condition(table)


def test_a_day_is_kept_as_text() -> None:
    """A condition is JSON, as everything of a profile is."""
    assert parse_condition({"question": "a.b", "after": date(2026, 5, 4)}) == Condition("after", "a.b", ("2026-05-04",))
