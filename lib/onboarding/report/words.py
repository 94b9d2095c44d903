"""Figures in words: days, lengths of time, counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def day(value: date | datetime | None, zone: ZoneInfo | None = None) -> str:
    """``Thu 12 Mar 2026``, never broken over two lines; of an instant the day in ``zone``; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(zone)
    return f"{value:%a} {value.day} {value:%b %Y}".replace(" ", "\N{NO-BREAK SPACE}")


def period(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """``2 Mar to 5 Mar 2026``; one day stands alone, an open end is ``to today``."""
    first, last = start.astimezone(zone), (end or start).astimezone(zone)
    year = "" if end and first.year == last.year and first.date() != last.date() else f" {first:%Y}"
    begins = f"{first.day} {first:%b}{year}".replace(" ", "\N{NO-BREAK SPACE}")
    if end is None:
        return f"{begins} to\N{NO-BREAK SPACE}today"
    if first.date() == last.date():
        return begins
    return f"{begins} to\N{NO-BREAK SPACE}" + f"{last.day} {last:%b %Y}".replace(" ", "\N{NO-BREAK SPACE}")


def instant(value: datetime | None, zone: ZoneInfo) -> str:
    """``Thu 12 Mar 2026, 14:05``."""
    return f"{day(value, zone)}, {value.astimezone(zone):%H:%M}" if value else ""


def length(value: timedelta) -> str:
    """``12 days``, ``1.5 days``, ``6 hours``, ``under an hour``, ``no time``."""
    if value >= 10 * DAY:
        return f"{round(value / DAY)} days"
    if value >= DAY:
        found = f"{value / DAY:.1f}".removesuffix(".0")
        return f"{found} day" if found == "1" else f"{found} days"
    if value >= HOUR:
        hours = round(value / HOUR)
        return f"{hours} hour" if hours == 1 else f"{hours} hours"
    return "under an hour" if value else "no time"


def count(number: int, noun: str) -> str:
    """``1 user``, ``2,000 users``, ``no users``."""
    return f"{f'{number:,}' if number else 'no'} {noun if number == 1 else noun + 's'}"
