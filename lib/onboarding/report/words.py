"""Figures in words: days, lengths of time, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from onboarding.domain.language import DAY, ENGLISH, SHORT, WEEKDAY, Language, Said

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Voice:
    """How a report speaks: its language, and the time zone its days are counted in. A day is never broken over two
    lines."""

    language: Language = ENGLISH
    zone: tzinfo = UTC

    def __call__(self, text: str, /, **values: object) -> str:
        return self.language(text, **values)

    def day(self, value: date | datetime | None) -> str:
        """``Thu 12 Mar 2026``; empty for None."""
        return _whole(self.language.day(value, WEEKDAY, self.zone))

    def instant(self, value: datetime | None) -> str:
        """``Thu 12 Mar 2026, 14:05``; empty for None."""
        return f"{self.day(value)}, {value.astimezone(self.zone):%H:%M}" if value else ""

    def period(self, start: datetime, end: datetime | None) -> str:
        """``2 Mar to 5 Mar 2026``; one day stands alone, an open end is ``to today``."""
        first, last = start.astimezone(self.zone), (end or start).astimezone(self.zone)
        is_short = end is not None and first.year == last.year and first.date() != last.date()
        begins = _whole(self.language.day(first, SHORT if is_short else DAY))
        if end is None:
            return self.language("{first} to\N{NO-BREAK SPACE}today", first=begins)
        if first.date() == last.date():
            return begins
        return self.language("{first} to\N{NO-BREAK SPACE}{last}", first=begins, last=_whole(self.language.day(last)))

    def length(self, value: timedelta) -> str:
        """``12 days``, ``1.5 days``, ``6 hours``, ``under an hour``, ``no time``."""
        if value >= 10 * _DAY:
            return self.language("{count} days", count=round(value / _DAY))
        if value >= _DAY:
            found = f"{value / _DAY:.1f}".removesuffix(".0")
            return self.language("1 day") if found == "1" else self.language("{count} days", count=found)
        if value >= _HOUR:
            hours = round(value / _HOUR)
            return self.language("1 hour") if hours == 1 else self.language("{count} hours", count=hours)
        return self.language("under an hour" if value else "no time")

    def count(self, number: int, noun: str) -> str:
        """``1 user``, ``2,000 users``, ``no users``."""
        return self.language.count(number, noun)

    def heads(self, columns: Mapping[Said, int]) -> dict[str, int]:
        """Headers of a table with their widths."""
        return {self(text): width for text, width in columns.items()}


def _whole(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")
