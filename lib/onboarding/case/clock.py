"""Instants as people give them, and which of them may be worked as of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from onboarding.case.case import Case
from onboarding.case.editions import offer_of
from onboarding.domain.history import Customer
from onboarding.errors import InputError, OnboardingError
from onboarding.store.store import Store

MORNING = time(9)
"""A day without a time means the morning of it."""

_DAY = len("2026-01-31")
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00)?", re.ASCII)

REST_OF_DAY = timedelta(hours=15)
"""From the morning to midnight."""

AHEAD = timedelta(days=1)
"""So far ahead of the machine's clock a customer may be worked as of: elsewhere it is another day already."""

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""Nothing was recorded with this product before."""

REMEDY = "Leave it out to work as of now. A customer for training may be worked as of any day."
COMMAND = (
    "Leave it out to work as of now. A customer for training (`onboard new --training`) may be worked as of any day."
)


def parse_moment(text: str, zone: str = "") -> datetime:
    """A UTC-aware instant from an ISO date or instant; empty is now, and what has no zone is in ``zone``.

    Where no place is meant either it is in UTC, a day alone at noon: then it is that day nearly everywhere. Raises
    InputError for anything else.
    """
    given = text.strip()
    if not given:
        return datetime.now(UTC)
    try:
        moment = _written(given, MORNING if zone else time(12))
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone or "UTC"))).astimezone(UTC)
    except (ValueError, OverflowError):
        remedy = "Write 2026-11-30 or 2026-11-30T14:00+00:00."
        raise InputError("AS-OF", f"{text[:40]!r} is not a day or instant.", remedy) from None


def parse_day(text: str) -> date:
    """An ISO date, also as spreadsheets write it, at midnight. Raises ValueError for anything else."""
    given = text.strip()
    found = _MIDNIGHT.fullmatch(given)
    return date.fromisoformat(found.group(1) if found else given)


def _written(given: str, hour: time) -> datetime:
    """As it is written, without a zone where none is; a day alone at that ``hour``. Raises ValueError."""
    with suppress(ValueError):
        return datetime.combine(parse_day(given), hour)
    return datetime.fromisoformat(given)


def as_of(case: Case, text: str, now: datetime | None = None) -> Case:
    """The case at the instant of ``text``, a day alone at the provider's place; now when it is empty.

    ``now`` is by the machine's clock unless it is given. Raises InputError AS-OF for what is no instant, and what
    `check_as_of` raises.
    """
    case.at = parse_moment(text, case.calendar.time_zone) if text.strip() else now or datetime.now(UTC)
    if text.strip():
        last = case.store.last_record_at(case.customer.id)
        case.at = _within_day(text, case.at, None if case.customer.is_training else last)
        check_as_of(case.customer, case.at, last, now)
    return case


def _within_day(text: str, at: datetime, last: datetime | None) -> datetime:
    """The morning that a day stands for, or later on that day where the last record is of then, wherever it was day."""
    is_of_the_day = len(text.strip()) == _DAY and last is not None and at < last < at + REST_OF_DAY
    return last if is_of_the_day and last is not None else at


def check_as_of(customer: Customer, at: datetime, last: datetime | None, now: datetime | None = None) -> None:
    """Whether a customer may be worked as of that instant; one for training as of any.

    Raises InputError AS-OF-PAST before the instant of its ``last`` record or before `FIRST`, AS-OF-AHEAD more than a
    day ahead of the machine's clock, or of ``now``: nothing is dated back, and nothing that has not happened is
    recorded.
    """
    if customer.is_training:
        return
    clock = now or datetime.now(UTC)
    if at > clock + AHEAD:
        words = f"{_said(at)} lies ahead: by the clock of this machine it is {_said(clock)}."
        raise InputError("AS-OF-AHEAD", f"{customer.id}: {words}", REMEDY, COMMAND)
    if last is not None and at < last:
        words = f"{_said(at)} lies before its last record, which is of {_said(last)}."
        raise InputError("AS-OF-PAST", f"{customer.id}: {words}", REMEDY, COMMAND)
    if at < FIRST:
        words = f"{_said(at)} lies before anything can have been recorded here."
        raise InputError("AS-OF-PAST", f"{customer.id}: {words}", REMEDY, COMMAND)


class Instants:
    """The instant that one text means for each of some customers, a day alone at the place of its provider; now for all
    of them when it is empty.

    ``now`` is by the machine's clock unless it is given. Raises InputError AS-OF for what is no instant.
    """

    def __init__(self, store: Store, text: str, now: datetime | None = None) -> None:
        self._store, self._text = store, text.strip()
        self._now = now or datetime.now(UTC)
        self._zones: dict[tuple[str, str], str] = {}
        self._same = parse_moment(self._text) if self._text else self._now
        self._is_same = not self._text or _written(self._text, MORNING).tzinfo is not None

    def of(self, customer: str, profile: str, edition: str) -> datetime:
        """As it is meant for a customer with that edition of a profile."""
        if self._is_same:
            return self._same
        at = parse_moment(self._text, self._zone(profile, edition))
        return _within_day(self._text, at, None if self._customers[customer].is_training else self._last.get(customer))

    def checked(self, customer: str, profile: str, edition: str) -> datetime:
        """The same. Raises InputError as `check_as_of` where the customer may not be worked as of then."""
        at = self.of(customer, profile, edition)
        if self._text:
            check_as_of(self._customers[customer], at, self._last.get(customer), self._now)
        return at

    @cached_property
    def _customers(self) -> Mapping[str, Customer]:
        return {one.id: one for one in self._store.customers()}

    @cached_property
    def _last(self) -> Mapping[str, datetime]:
        return self._store.last_records()

    def _zone(self, profile: str, edition: str) -> str:
        """Where the provider works; of an edition that cannot be read nothing is known."""
        key = profile, edition
        if key not in self._zones:
            self._zones[key] = ""
            with suppress(OnboardingError):
                self._zones[key] = offer_of(self._store, *key).data.calendar.time_zone
        return self._zones[key]


def check_all(store: Store, text: str, is_meant: Callable[[str], bool], now: datetime | None = None) -> None:
    """Whether all customers that are meant, by their ids, may be looked at as of the instant of ``text``; the others
    have no say. Raises InputError as `as_of` for the first that may not.
    """
    instants = Instants(store, text, now)
    for one in store.engagements():
        if is_meant(one.customer):
            instants.checked(one.customer, one.profile, one.edition)


def dated_back(customer: Customer, now: datetime | None = None) -> str:
    """That a customer is dated more than a day before it is made; empty where it is not, or is one for training."""
    clock = now or datetime.now(UTC)
    if customer.is_training or customer.created_at > clock - AHEAD:
        return ""
    made = f"made on {_said(clock)} by the clock of this machine"
    return f"{customer.id} is dated {_said(customer.created_at)}, and {made}; reports say so."


def _said(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
