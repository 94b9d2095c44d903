"""Days and hours as the trade counts them: business days of a place, calendar days, hours that survive a clock change.

Business days are Monday to Friday less the public holidays of the place. A request that arrives after the cut-off
hour, or on a day that is none, counts as received on the next business day (FCC-35: business hours are at least
08:00 to 17:00 local time). Where a promise leaves the hour open, the safe reading is taken: what must be there
*before* a day is due when that day opens, what follows *after* a day is due when it closes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from onboarding.domain.task import LeadTime, Unit
from onboarding.domain.validity import later
from onboarding.errors import InputError

_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The calendar of one place.

    ``country`` and ``subdivision`` are ISO 3166 codes (``US`` alone: federal holidays), ``time_zone`` an IANA name. A
    calendar without a country has no public holidays.
    ``opens_at`` and ``closes_at`` are local times, ``time`` or ``HH:MM`` as a data file has them; the closing hour
    is the cut-off. Raises InputError for a place, zone or hour that does not exist.
    """

    country: str = ""
    subdivision: str = ""
    time_zone: str = "UTC"
    opens_at: time | str = time(8)
    closes_at: time | str = time(17)

    def __post_init__(self) -> None:
        object.__setattr__(self, "opens_at", _hour(self.opens_at))
        object.__setattr__(self, "closes_at", _hour(self.closes_at))
        if self.opening >= self.closing:
            raise InputError("CALENDAR-HOURS", f"The day opens at {self.opens_at} and closes at {self.closes_at}.")
        _ = self.zone

    @property
    def zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            message = f"There is no time zone {self.time_zone!r}."
            raise InputError("CALENDAR-ZONE", message, "Use a name such as Europe/London.") from error

    @property
    def opening(self) -> time:
        return _hour(self.opens_at)

    @property
    def closing(self) -> time:
        return _hour(self.closes_at)

    def begins_at(self, day: date) -> datetime:
        """The instant, in UTC, at which a day begins; the first or last there is where that has no name."""
        try:
            return self._instant(day, time())
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC) if day.year > 1 else datetime.min.replace(tzinfo=UTC)

    def over_at(self, day: date, by: time | None = None) -> datetime:
        """The instant, in UTC, from which what is due on a day is late: when that is over, or the hour it is due by."""
        return self._instant(day, by) + timedelta.resolution if by else self.begins_at(later(day, 1))

    def is_business_day(self, day: date) -> bool:
        """Whether people work that day. Raises InputError when the country or subdivision is unknown."""
        return _is_business_day(self.country, self.subdivision, day)

    def add_business_days(self, day: date, n: int) -> date:
        """The ``n``-th business day after ``day``, before it when negative; for 0 the first one on or after it."""
        if n == 0:
            return day if self.is_business_day(day) else self.add_business_days(day, 1)
        step = timedelta(days=1 if n > 0 else -1)
        for _other in range(abs(n)):
            day += step
            while not self.is_business_day(day):
                day += step
        return day

    def received_on(self, at: datetime, until: time | None = None) -> date:
        """The business day on which something that arrives at ``at`` counts as received: the same one ``until`` the
        closing hour, unless another is given.
        """
        local = self._local(at)
        return self.add_business_days(local.date(), 1 if local.time() > (until or self.closing) else 0)

    def due(self, lead: LeadTime, start: datetime, anchors: Mapping[str, date]) -> date | None:
        """The local day by which something with that lead time is due: what is promised to people.

        ``start`` is when it could begin or was handed over (aware), ``anchors`` the dates known so far: ``go-live`` and
        question ids. None while the anchor's date is not known. Raises InputError for a naive ``start``.
        """
        at = self.due_at(lead, start, anchors)
        return at.astimezone(self.zone).date() if at else None

    def days_after(self, lead: LeadTime, day: date) -> date:
        """The day that lies the length of the lead time after a day, before it for one that counts backwards; what is
        shorter than a day is over on the same. The last or first day there is where it lies beyond that.
        """
        amount = -lead.amount if lead.is_before else lead.amount
        try:
            if lead.unit is Unit.BUSINESS_DAYS:
                return self._business_days_after(day, amount, lead.is_before)
            return later(day, _whole_days(lead.unit, amount))
        except OverflowError:
            return date.max if amount > 0 else date.min

    def _business_days_after(self, day: date, amount: int, is_before: bool) -> date:
        if not is_before:
            return self.add_business_days(self.add_business_days(day, 0), amount)
        return self.add_business_days(day, amount or (0 if self.is_business_day(day) else -1))

    def days_back(self, lead: LeadTime, end: date) -> date:
        """The last day from which the length of the lead time, counted onward, ends by a day."""
        try:
            if lead.unit is Unit.BUSINESS_DAYS:
                last = end if self.is_business_day(end) else self.add_business_days(end, -1)
                return self.add_business_days(last, -lead.amount) if lead.amount else last
            return later(end, -_whole_days(lead.unit, lead.amount))
        except OverflowError:
            return date.min

    def due_at(self, lead: LeadTime, start: datetime, anchors: Mapping[str, date]) -> datetime | None:
        """The instant, in UTC, at which it becomes late: exact for hours and minutes, else the close of the day.

        What is due *before* an anchor day by hours counts from its opening.
        """
        local_start = self._local(start)
        day = local_start.date() if lead.anchor == "start" else anchors.get(lead.anchor)
        if day is None:
            return None
        try:
            if lead.unit in (Unit.MINUTES, Unit.HOURS):
                return self._elapsed(lead, local_start, day)
            return self._instant(self._due_day(lead, local_start, day), lead.by or self.closing)
        except OverflowError as error:
            raise InputError("CALENDAR-RANGE", f"{lead} from {day} is not a date.") from error

    def _elapsed(self, lead: LeadTime, start: datetime, day: date) -> datetime:
        span = timedelta(**{lead.unit.value: -lead.amount if lead.is_before else lead.amount})
        if lead.anchor == "start":
            return start.astimezone(UTC) + span
        return self._instant(day, self.opening if lead.is_before else self.closing) + span

    def _due_day(self, lead: LeadTime, start: datetime, day: date) -> date:
        amount = -lead.amount if lead.is_before else lead.amount
        if lead.unit is not Unit.BUSINESS_DAYS:
            return day + timedelta(**{lead.unit.value: amount})
        if lead.anchor == "start" and not lead.is_before:
            day = self.received_on(start, lead.received_by)
        if amount == 0 and lead.is_before and not self.is_business_day(day):
            return self.add_business_days(day, -1)
        return self.add_business_days(day, amount)

    def _instant(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone).astimezone(UTC)

    def _local(self, at: datetime) -> datetime:
        if at.tzinfo is None or at.utcoffset() is None:
            raise InputError("CALENDAR-NAIVE", f"{at.isoformat()} does not say its time zone.", "Use an aware instant.")
        return at.astimezone(self.zone)


def _whole_days(unit: Unit, amount: int) -> int:
    """Calendar days of a length of time, rounded towards none."""
    sign, length = (-1 if amount < 0 else 1), abs(amount)
    match unit:
        case Unit.MINUTES:
            return sign * (length // (24 * 60))
        case Unit.HOURS:
            return sign * (length // 24)
        case Unit.WEEKS:
            return amount * 7
    return amount


def _hour(value: time | str) -> time:
    try:
        return time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise InputError("CALENDAR-HOURS", f"{value!r} is not an hour.", "Write it as 17:00.") from error


@lru_cache(maxsize=20_000)
def _is_business_day(country: str, subdivision: str, day: date) -> bool:
    return day.weekday() < _SATURDAY and not _holiday_test(country, subdivision)(day)


@cache
def _holiday_test(country: str, subdivision: str) -> Callable[[date], bool]:
    if not country:
        return lambda day: False
    from holidays import country_holidays  # takes a tenth of a second: only for those who ask for a day

    try:
        return country_holidays(country, subdiv=subdivision or None).__contains__
    except NotImplementedError as error:
        place = f"{country}-{subdivision}" if subdivision else country
        message = f"The holidays of {place!r} are not known."
        raise InputError("CALENDAR-PLACE", message, "Use ISO 3166 codes.") from error


@cache
def has_holidays(country: str, subdivision: str = "") -> bool:
    """Whether the holidays of a country, or of a part of it, are known."""
    parts = known_places().get(country)
    return parts is not None and (not subdivision or subdivision in parts)


def known_places() -> dict[str, list[str]]:
    """Codes of the countries whose holidays are known -> those of their parts."""
    from holidays import list_supported_countries  # as above

    return list_supported_countries()
