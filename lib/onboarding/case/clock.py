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
    if not text.strip():
        return datetime.now(UTC)
    try:
        if len(text.strip()) == len("2026-01-31"):
            moment = datetime.combine(date.fromisoformat(text.strip()), MORNING)
        else:
            moment = datetime.fromisoformat(text.strip())
        local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(
            "AS-OF", f"{text[:40]!r} is not a day or instant.", "Write 2026-11-30 or 2026-11-30T14:00+00:00."
        ) from None
