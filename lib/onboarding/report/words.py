"""Figures in words: days, lengths of time, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from onboarding.domain.language import DAY, ENGLISH, SHORT, WEEKDAY, Language, Said

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def day(value: date | datetime | None, zone: ZoneInfo | None = None, language: Language = ENGLISH) -> str:
    """``Thu 12 Mar 2026``, never broken over two lines; of an instant the day in ``zone``; empty for None."""
    return _whole(language.day(value, WEEKDAY, zone))


def period(start: datetime, end: datetime | None, zone: ZoneInfo, language: Language = ENGLISH) -> str:
    """``2 Mar to 5 Mar 2026``; one day stands alone, an open end is ``to today``."""
    first, last = start.astimezone(zone), (end or start).astimezone(zone)
    is_short = end is not None and first.year == last.year and first.date() != last.date()
    begins = _whole(language.day(first.date(), SHORT if is_short else DAY))
    if end is None:
        return language("{first} to\N{NO-BREAK SPACE}today", first=begins)
    if first.date() == last.date():
        return begins
    return language("{first} to\N{NO-BREAK SPACE}{last}", first=begins, last=_whole(language.day(last.date())))


def _whole(words: str) -> str:
    """Never broken over two lines."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def instant(value: datetime | None, zone: ZoneInfo, language: Language = ENGLISH) -> str:
    """``Thu 12 Mar 2026, 14:05``."""
    return f"{day(value, zone, language)}, {value.astimezone(zone):%H:%M}" if value else ""


def length(value: timedelta, language: Language = ENGLISH) -> str:
    """``12 days``, ``1.5 days``, ``6 hours``, ``under an hour``, ``no time``."""
    if value >= 10 * _DAY:
        return language("{count} days", count=round(value / _DAY))
    if value >= _DAY:
        found = f"{value / _DAY:.1f}".removesuffix(".0")
        return language("1 day") if found == "1" else language("{count} days", count=found)
    if value >= _HOUR:
        hours = round(value / _HOUR)
        return language("1 hour") if hours == 1 else language("{count} hours", count=hours)
    return language("under an hour" if value else "no time")


@dataclass(frozen=True, slots=True)
class Voice:
    """How a report speaks: its language, and the time zone its days are counted in."""

    language: Language
    zone: ZoneInfo

    def __call__(self, text: str, /, **values: object) -> str:
        return self.language(text, **values)

    def day(self, value: date | datetime | None) -> str:
        return day(value, self.zone, self.language)

    def period(self, start: datetime, end: datetime | None) -> str:
        return period(start, end, self.zone, self.language)

    def instant(self, value: datetime | None) -> str:
        return instant(value, self.zone, self.language)

    def length(self, value: timedelta) -> str:
        return length(value, self.language)

    def count(self, number: int, noun: str) -> str:
        return self.language.count(number, noun)

    def heads(self, columns: Mapping[Said, int]) -> dict[str, int]:
        """Headers of a table with their widths."""
        return {self(text): width for text, width in columns.items()}
