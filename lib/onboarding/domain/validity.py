"""How long what was worked out at one instant stays as it is, noted while it is worked out.

Whoever decides by the time asks whether a moment has come (`Validity.has_come`): the answer is the same until the next
such moment. Whoever looks at the clock itself may decide anything, so that is taken to hold for that day only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T", date, datetime)
V = TypeVar("V")


@dataclass(slots=True)
class Validity(Generic[T]):
    """From ``since`` until before ``until``; None is no bound. Without an instant between them it never holds."""

    since: T | None = None
    until: T | None = None

    def has_come(self, moment: T, now: T) -> bool:
        """Whether it is ``moment`` or later; what is decided by it is noted to change then."""
        self.narrow(*((moment, None) if now >= moment else (None, moment)))
        return now >= moment

    def narrow(self, since: T | None, until: T | None) -> None:
        """Holds within these bounds only."""
        if since is not None:
            self.since = since if self.since is None else max(self.since, since)
        if until is not None:
            self.until = until if self.until is None else min(self.until, until)

    def holds(self, now: T) -> bool:
        return (self.since is None or self.since <= now) and (self.until is None or now < self.until)


class HasClock(Protocol):
    """Of what has a clock."""

    def clock_was_read(self) -> None:
        """Notes that something may have been decided by the day it is."""
        ...


class Clock(Generic[V]):
    """A field of a dataclass, always given: reading it calls ``clock_was_read`` of its owner."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: HasClock | None, kind: Any = None) -> V:
        if owner is None:
            raise AttributeError(self._name)  # tells `dataclass` that there is no default
        owner.clock_was_read()
        found: V = vars(owner)[self._name]
        return found

    def __set__(self, owner: object, value: V) -> None:
        vars(owner)[self._name] = value


def later(day: date, days: int) -> date:
    """So many days after a day, before it when negative; where there is no such day the last or first there is."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min
