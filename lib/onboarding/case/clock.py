"""Instants as people give them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from onboarding.errors import InputError

MORNING = time(9)
"""A day without a time means the morning of it."""


def parse_moment(text: str, zone: str = "America/New_York") -> datetime:
    """A UTC-aware instant from an ISO date or instant; empty is now, and what has no zone is in ``zone``.

    Raises InputError for anything else.
    """
    given = text.strip()
    if not given:
        return datetime.now(UTC)
    try:
        is_day = len(given) == len("2026-01-31")
        moment = datetime.combine(date.fromisoformat(given), MORNING) if is_day else datetime.fromisoformat(given)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        remedy = "Write 2026-11-30 or 2026-11-30T14:00+00:00."
        raise InputError("AS-OF", f"{text[:40]!r} is not a day or instant.", remedy) from None
