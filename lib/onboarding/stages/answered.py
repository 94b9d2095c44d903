"""What is known of one customer at one instant: the answers, the clock, and what can be read from them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from onboarding.domain.calendar import Calendar
from onboarding.domain.callflow import CallFlow, call_flow
from onboarding.domain.history import Customer, Edit, History
from onboarding.domain.json import Answers
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.place import address_line
from onboarding.domain.question import Problem
from onboarding.domain.reseller import Reseller
from onboarding.domain.row import ROW_ID
from onboarding.domain.validity import Clock, Validity, later
from onboarding.profile.model import Profile


@dataclass(frozen=True)
class Answered:
    """One customer at one instant ``at`` (UTC-aware): ``values`` are the normalised answers.

    ``version`` is that of the answers, ``ids`` are those of their rows by table. ``edits`` are the saves, newest first,
    since a decision that does not hold for these answers any more. ``language`` is the one the customer is written in,
    ``reseller`` whose customer it is. Where a mail server ``delivers``, what is sent does not wait in the outbox.

    ``ordered_beside`` is how much of each item of the contract the customer's other services alone order.

    What is decided by the time asks `has_come` or `is_past`: ``validity`` then notes how long it holds. Where ``at`` or
    ``today`` is read instead, it is taken to hold for that day.
    """

    customer: Customer
    profile: Profile
    values: Answers
    problems: tuple[Problem, ...]
    record: History
    at: Clock[datetime] = Clock()  # noqa: RUF009  a descriptor, no default
    calendar: Calendar = field(default_factory=Calendar)
    edits: Sequence[Edit] = ()
    language: Language = ENGLISH
    version: int = 0
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reseller: Reseller | None = None
    delivers: bool = False
    ordered_beside: Mapping[str, int] = field(default_factory=dict)
    validity: Validity[datetime] = field(default_factory=Validity, compare=False, repr=False)

    @property
    def today(self) -> date:
        """The day it is where the provider's calendar is kept."""
        return self.day(self.at)

    @property
    def shown_today(self) -> date:
        """``today``, for what is only shown: nothing is decided by it."""
        return self.day(self._now)

    @property
    def shown_now(self) -> datetime:
        """``at``, for what is only shown: nothing is decided by it."""
        return self._now

    @property
    def _now(self) -> datetime:
        now: datetime = vars(self)["at"]
        return now

    def identified(self, section: str, places: Sequence[int] | None = None) -> Any:
        """The answers of a section, with its id in each row of a table that has ids; of a table the rows there only."""
        content, ids = self.values.get(section), self.ids.get(section, ())
        if not isinstance(content, list):
            return content
        wanted = range(len(content)) if places is None else places
        if len(ids) != len(content):
            return [content[place] for place in wanted]
        return [{**content[place], ROW_ID: ids[place]} for place in wanted]

    def clock_was_read(self) -> None:
        today, begins = self.shown_today, self.calendar.begins_at
        self.validity.narrow(begins(today), begins(later(today, 1)))

    def has_come(self, day: date, party: str = "") -> bool:
        """Whether it is that day or later, where the party works, or else where the provider's calendar is kept."""
        return self.validity.has_come(self.calendar_of(party).begins_at(day), self._now)

    def is_past(self, instant: datetime) -> bool:
        """Whether it is later than that."""
        return self.validity.has_come(instant + timedelta.resolution, self._now)

    def day(self, at: datetime, party: str = "") -> date:
        """The day of an instant where the party works, or else where the provider's calendar is kept."""
        return at.astimezone(self.calendar_of(party).zone).date()

    def today_of(self, party: str) -> date:
        """The day it is where the party works, for what is only shown: nothing is decided by it."""
        return self.day(self._now, party)

    def clock(self, at: datetime) -> str:
        """The time of day of an instant there: ``14:05``."""
        return f"{at.astimezone(self.calendar.zone):%H:%M}"

    def answer(self, question_id: str) -> Any:
        """The answer to a question of a record section, or None."""
        section, _, name = question_id.partition(".")
        content = self.values.get(section)
        return content.get(name) if isinstance(content, Mapping) else None

    @property
    def company(self) -> str:
        """The name the customer answered, which is on bills and letters; until then what we call the customer."""
        return str(self.answer("company.name") or self.customer.name)

    def rows(self, section_id: str) -> list[Mapping[str, Any]]:
        """The rows of a table section; empty when it was not answered."""
        content = self.values.get(section_id)
        return list(content) if isinstance(content, list) else []

    def rows_with(self, section_id: str, *columns: str) -> list[Mapping[str, Any]]:
        """Those of which ``columns`` are answered; an answer that is wrong is none."""
        return [row for row in self.rows(section_id) if all(row.get(name) not in (None, "") for name in columns)]

    def call_flow(self) -> CallFlow:
        """The call flow of the answers."""
        return call_flow(lambda table: enumerate(self.rows(table)), self.profile.country)

    def services_of(self, user: Mapping[str, Any]) -> frozenset[str]:
        """Services of a user with composite ones taken apart (Total Connect is Exchange and Lync, C-48)."""
        found: set[str] = set()
        for service_id in user.get("services") or ():
            found.add(service_id)
            service = self.profile.services.get(service_id)
            found.update(service.includes if service else ())
        return frozenset(found)

    def users_with(self, service_id: str) -> list[Mapping[str, Any]]:
        return [user for user in self.rows("users") if service_id in self.services_of(user)]

    def go_live(self) -> date | None:
        """The wanted go-live, as it was given with the customer or answered."""
        answered = self.answer("company.go_live_on")
        return self.customer.go_live_on or (date.fromisoformat(answered) if answered else None)

    def wanted_live(self) -> date | None:
        """The same as long as it is wanted: not one that was reached before the phase began."""
        answered = self.answer("company.go_live_on")
        return self.ahead(self.go_live()) or self.ahead(date.fromisoformat(answered) if answered else None)

    def ahead(self, day: date | None) -> date | None:
        """A day as far as anything is still to happen in time for it: not one that was over before the phase began."""
        begun = self.record.phase.at
        return day if day is None or begun is None or day >= self.day(begun) else None

    def dates(self, question_id: str) -> list[date]:
        """Every date answered to a question; of a table only those that do not lie before the current phase."""
        days = [date.fromisoformat(day) for day in self.column(question_id)]
        if not isinstance(self.values.get(question_id.partition(".")[0]), list):
            return days
        return [day for day in days if self.ahead(day)]

    def column(self, question_id: str) -> list[Any]:
        """Every answer to a question: of a record at most one, of a table one a row that has one."""
        section, _, name = question_id.partition(".")
        content = self.values.get(section)
        rows = content if isinstance(content, list) else [content] if isinstance(content, Mapping) else []
        return [row[name] for row in rows if row.get(name) is not None]

    def calendar_of(self, party: str) -> Calendar:
        """The calendar of a party: where it has none of its own, the provider's."""
        return self.profile.calendars.get(party, self.calendar)

    def site(self, name: str) -> Mapping[str, Any]:
        """The row of ``sites`` with that name, or an empty one."""
        return next((row for row in self.rows("sites") if row.get("name") == name), {})

    def address_of(self, site: Mapping[str, Any]) -> str:
        """Civic address of a site on one line, as country or profile write it: ``12 Elm Street, Boston, MA 02110``."""
        section = self.profile.questionnaire.section("sites")
        if section is None or not site:
            return ""
        country = section.country_of(site)
        order = self.profile.address_order if country == self.profile.country else ()
        return address_line(section.address(site), country, order)
