"""Training in small classes: how many, and when each begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class TrainingClass:
    """One class, from its beginning to its end, with the people in it."""

    number: int
    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]


def classes_needed(people: int, size: int) -> int:
    """How many classes of at most ``size`` it takes (O-41: six a class). Raises ValueError for an impossible size."""
    if size < 1 or people < 0:
        raise ValueError(f"{people} people in classes of {size}")
    return -(-people // size)


def timetable(people: Sequence[str], size: int, minutes: int, first_at: datetime) -> list[TrainingClass]:
    """One class after the other from ``first_at`` (aware), filled in the order of ``people``."""
    length = timedelta(minutes=minutes)
    starts = (first_at + number * length for number in range(classes_needed(len(people), size)))
    return [
        TrainingClass(number, at, at + length, tuple(people[(number - 1) * size : number * size]))
        for number, at in enumerate(starts, start=1)
    ]
