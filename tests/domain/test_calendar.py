"""Business days, lead times and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onboarding.domain.calendar import Calendar
from onboarding.domain.task import LeadTime, Unit
from onboarding.errors import InputError

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "Pacific/Honolulu",
)
BOSTON = Calendar("US", "MA", "America/New_York")
NEW_YORK = Calendar("US", "", "America/New_York")

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
steps = st.integers(-40, 40)
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-25", True),
        ("2026-11-26", False),  # Thanksgiving
        ("2026-07-03", False),  # Independence Day falls on a Saturday
        ("2026-06-19", False),  # Juneteenth
        ("2026-11-28", False),  # Saturday
        ("2026-11-29", False),  # Sunday
    ],
)
def test_federal_holidays_and_weekends_are_no_business_days(day: str, works: bool) -> None:
    """A business day is Monday to Friday less federal holidays, moved ones included."""
    assert NEW_YORK.is_business_day(date.fromisoformat(day)) is works


def test_a_subdivision_adds_its_own_holidays() -> None:
    """Patriots' Day is worked in New York but not in Massachusetts."""
    patriots_day = date(2026, 4, 20)
    assert NEW_YORK.is_business_day(patriots_day)
    assert not BOSTON.is_business_day(patriots_day)


@settings(max_examples=60)
@given(days, steps)
@example(date(2026, 11, 26), 0)
def test_business_days_land_on_business_days(day: date, n: int) -> None:
    """Whatever is added or taken away, the result is a day on which people work."""
    assert NEW_YORK.is_business_day(NEW_YORK.add_business_days(day, n))


@settings(max_examples=60)
@given(days, steps)
def test_adding_and_taking_away_are_inverse(day: date, n: int) -> None:
    """From a business day, n days forth and n days back end where they began."""
    first = NEW_YORK.add_business_days(day, 0)
    assert NEW_YORK.add_business_days(NEW_YORK.add_business_days(first, n), -n) == first


@settings(max_examples=60)
@given(days, days, steps, steps)
def test_business_days_are_monotone(one: date, other: date, n: int, more: int) -> None:
    """A later start or a longer wait never ends earlier."""
    (one, other), (n, more) = sorted((one, other)), sorted((n, more))
    assert NEW_YORK.add_business_days(one, n) <= NEW_YORK.add_business_days(other, n)
    assert NEW_YORK.add_business_days(one, n) <= NEW_YORK.add_business_days(one, more)


@settings(max_examples=60)
@given(instants, zones, st.integers(0, 30))
def test_business_days_are_due_when_the_local_day_closes(start: datetime, zone: str, n: int) -> None:
    """In every zone the due instant is 17:00 local on a business day, n business days after receipt."""
    calendar = Calendar("US", time_zone=zone)
    due = calendar.due_at(LeadTime(n, Unit.BUSINESS_DAYS), start, {})
    assert due is not None
    local = due.astimezone(ZoneInfo(zone))
    assert local.time() == time(17)
    assert calendar.is_business_day(local.date())
    assert due.tzinfo is UTC
    assert due >= start
    assert local.date() == calendar.add_business_days(calendar.received_on(start), n)


@settings(max_examples=60)
@given(instants, zones, st.integers(0, 500), st.sampled_from([Unit.HOURS, Unit.MINUTES]))
def test_hours_are_elapsed_time_in_every_zone(start: datetime, zone: str, n: int, unit: Unit) -> None:
    """Hours and minutes are counted by the stopwatch, whatever the clocks on the wall do."""
    due = Calendar("US", time_zone=zone).due_at(LeadTime(n, unit), start, {})
    assert due == start + timedelta(**{unit.value: n})


@settings(max_examples=60)
@given(instants, zones, st.integers(0, 60), st.sampled_from([Unit.DAYS, Unit.WEEKS]))
def test_calendar_days_are_local_days(start: datetime, zone: str, n: int, unit: Unit) -> None:
    """Days and weeks are counted on the local calendar and end at its closing hour."""
    calendar = Calendar("US", time_zone=zone)
    local = start.astimezone(ZoneInfo(zone)).date()
    assert calendar.due(LeadTime(n, unit), start, {}) == local + timedelta(**{unit.value: n})


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-11-02T16:59", "2026-11-03"),
        ("2026-11-02T17:00", "2026-11-03"),
        ("2026-11-02T17:01", "2026-11-04"),  # after the cut-off: counts as Tuesday
        ("2026-10-30T18:00", "2026-11-03"),  # Friday evening counts as Monday
        ("2026-11-01T12:00", "2026-11-03"),  # Sunday counts as Monday
        ("2026-11-25T18:00", "2026-11-30"),  # Wednesday evening, Thanksgiving, Friday, weekend
    ],
)
def test_what_arrives_late_counts_as_the_next_business_day(start: str, due: str) -> None:
    """A user import of one business day that is asked for after 17:00 starts on the next business day."""
    assert NEW_YORK.due(LeadTime(1, Unit.BUSINESS_DAYS), at(start), {}) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-07T12:00", 24, "2026-03-08T13:00"),  # clocks go forward: the day has 23 hours
        ("2026-10-31T12:00", 24, "2026-11-01T11:00"),  # clocks go back: the day has 25 hours
    ],
)
def test_nights_with_a_clock_change_keep_their_length(start: str, hours: int, due: str) -> None:
    """Twenty-four hours across a clock change move the wall clock by twenty-three or twenty-five."""
    assert NEW_YORK.due_at(LeadTime(hours, Unit.HOURS), at(start), {}) == at(due)


def test_a_day_due_across_a_clock_change_still_closes_at_five() -> None:
    """Closing time is local before and after the clocks change."""
    due = NEW_YORK.due_at(LeadTime(1, Unit.BUSINESS_DAYS), at("2026-10-30T12:00"), {})
    assert due == at("2026-11-02T17:00")
    assert due == datetime(2026, 11, 2, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lead", "due"),
    [
        (LeadTime(3, Unit.BUSINESS_DAYS, "go-live", is_before=True), "2026-11-24"),  # Thanksgiving lies between
        (LeadTime(3, Unit.WEEKS, "port_orders.wanted_on", is_before=True), "2026-11-12"),
        (LeadTime(2, Unit.BUSINESS_DAYS, "go-live"), "2026-12-02"),
        (LeadTime(0, Unit.BUSINESS_DAYS, "weekend", is_before=True), "2026-11-27"),
        (LeadTime(0, Unit.BUSINESS_DAYS, "weekend"), "2026-11-30"),
        (LeadTime(72, Unit.HOURS, "go-live", is_before=True), "2026-11-27"),
        (LeadTime(24, Unit.HOURS, "go-live"), "2026-12-01"),
        (LeadTime(1, Unit.DAYS, is_before=True), "2026-10-31"),
    ],
)
def test_anchors_count_both_ways(lead: LeadTime, due: str) -> None:
    """A lead time counts before or after go-live or a date that was answered."""
    anchors = {
        "go-live": date(2026, 11, 30),
        "port_orders.wanted_on": date(2026, 12, 3),
        "weekend": date(2026, 11, 28),
    }
    assert NEW_YORK.due(lead, at("2026-11-01T09:00"), anchors) == date.fromisoformat(due)


def test_hours_before_a_day_count_from_its_opening() -> None:
    """What must stand 72 hours before go-live is late from 08:00 three days earlier, also across a clock change."""
    lead = LeadTime(72, Unit.HOURS, "go-live", is_before=True)
    due = NEW_YORK.due_at(lead, at("2026-10-01T09:00"), {"go-live": date(2026, 11, 3)})
    assert due == at("2026-10-31T09:00")


def test_an_unknown_anchor_gives_no_day() -> None:
    """While nobody knows the go-live day, nothing can be dated from it."""
    assert NEW_YORK.due(LeadTime(1, Unit.WEEKS, "go-live", is_before=True), at("2026-11-01T09:00"), {}) is None


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Calendar(time_zone="America/Bosten"), "CALENDAR-ZONE"),
        (lambda: Calendar(time_zone="../etc/passwd"), "CALENDAR-ZONE"),
        (lambda: Calendar(closes_at="25:00"), "CALENDAR-HOURS"),
        (lambda: Calendar(opens_at="18:00"), "CALENDAR-HOURS"),
        (lambda: Calendar(opens_at="17:00"), "CALENDAR-HOURS"),
        (lambda: Calendar(country="XX").is_business_day(date(2026, 1, 2)), "CALENDAR-PLACE"),
        (lambda: Calendar("US", subdivision="XX").is_business_day(date(2026, 1, 2)), "CALENDAR-PLACE"),
        (lambda: NEW_YORK.received_on(datetime(2026, 1, 1)), "CALENDAR-NAIVE"),  # noqa: DTZ001
        (
            lambda: NEW_YORK.due(LeadTime(9999, Unit.WEEKS, "go-live"), at("2026-11-01T09:00"), {"go-live": date.max}),
            "CALENDAR-RANGE",
        ),
    ],
)
def test_what_does_not_exist_is_refused(make, code: str) -> None:
    """An unknown place, zone or hour, a naive instant and a day past the calendar's end each have a plain message."""
    with pytest.raises(InputError, match=code):
        make()


class _Nowhere(tzinfo):
    """A zone that does not know how far it is from Greenwich."""

    def utcoffset(self, dt: datetime | None) -> None:
        return None


def test_an_instant_of_no_known_place_is_naive() -> None:
    """A zone that says nothing is as good as none."""
    with pytest.raises(InputError, match="CALENDAR-NAIVE"):
        NEW_YORK.received_on(datetime(2026, 1, 1, tzinfo=_Nowhere()))


@pytest.mark.parametrize(("country", "subdivision", "place"), [("XX", "", "'XX'"), ("US", "XX", "'US-XX'")])
def test_an_unknown_place_is_named(country: str, subdivision: str, place: str) -> None:
    """The country alone, or with its part."""
    with pytest.raises(InputError, match=f"The holidays of {place} are not known"):
        Calendar(country, subdivision).is_business_day(date(2026, 1, 2))


def test_hours_may_come_from_a_data_file() -> None:
    """Text and times give the same calendar."""
    assert Calendar("US", "", "America/New_York", opens_at="08:00", closes_at="17:00") == NEW_YORK
