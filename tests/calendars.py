"""Calendars of the places where the tests' customers are."""

from __future__ import annotations

from onboarding.domain.calendar import Calendar

NEW_YORK = Calendar("US", "", "America/New_York")
