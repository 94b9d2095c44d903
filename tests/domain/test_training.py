"""Training classes: enough of them, none too large, one after the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.training import TrainingClass, classes_needed, timetable

NINE = datetime(2026, 3, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("people", "size", "classes"),
    [(0, 6, 0), (1, 6, 1), (5, 6, 1), (6, 6, 1), (7, 6, 2), (12, 6, 2), (13, 6, 3), (25, 6, 5), (3, 1, 3)],
)
def test_six_a_class(people: int, size: int, classes: int) -> None:
    """Six people learn together (O-41); the seventh opens a second class."""
    assert classes_needed(people, size) == classes


@pytest.mark.parametrize(("people", "size"), [(5, 0), (5, -6), (-1, 6)])
def test_impossible_sizes_are_refused(people: int, size: int) -> None:
    """A class of nobody, and fewer people than none."""
    with pytest.raises(ValueError, match=f"{people} people in classes of {size}"):
        classes_needed(people, size)


def test_classes_follow_each_other() -> None:
    """Fifteen minutes each (O-41), filled in the order of the list; the last one takes who is left."""
    assert timetable([f"user {n}" for n in range(1, 9)], 6, 15, NINE) == [
        TrainingClass(1, NINE, NINE + timedelta(minutes=15), tuple(f"user {n}" for n in range(1, 7))),
        TrainingClass(2, NINE + timedelta(minutes=15), NINE + timedelta(minutes=30), ("user 7", "user 8")),
    ]
    assert timetable([], 6, 15, NINE) == []


@given(
    st.lists(st.text(max_size=3), max_size=40),
    st.integers(1, 12),
    st.integers(1, 240),
    st.sampled_from(["UTC", "America/New_York"]),
)
@settings(max_examples=100, deadline=None)
def test_everybody_has_one_seat(people: list[str], size: int, minutes: int, zone: str) -> None:
    """Nobody is left out or invited twice, no class is too large or empty, none begins before the last has ended."""
    first_at = NINE.astimezone(ZoneInfo(zone))
    classes = timetable(people, size, minutes, first_at)
    assert [name for one in classes for name in one.people] == people
    assert all(0 < len(one.people) <= size for one in classes)
    assert all(len(one.people) == size for one in classes[:-1])
    assert all(one.ends_at - one.starts_at == timedelta(minutes=minutes) for one in classes)
    assert all(one.ends_at == following.starts_at for one, following in pairwise(classes))
    assert [one.number for one in classes] == list(range(1, len(classes) + 1))
    assert not classes or classes[0].starts_at == first_at
