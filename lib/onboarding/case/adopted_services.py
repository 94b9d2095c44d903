"""Whose facts they are: the rows of a customer by its services, as they are or as they would be begun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from onboarding.answers.fact_file import FactRow
from onboarding.answers.value_kinds import is_far
from onboarding.case.case import Case
from onboarding.case.clock import check_as_of, parse_day, parse_moment
from onboarding.case.engaging import refuse_disagreeing
from onboarding.case.facts import Fact
from onboarding.case.objections import Objections
from onboarding.domain.history import Customer, check_customer_id, check_customer_name, check_service
from onboarding.domain.params import hint_or_stop
from onboarding.errors import InputError, OnboardingError
from onboarding.profile.edition import Edition
from onboarding.profile.load import edition_of, load_profile
from onboarding.profile.model import Profile
from onboarding.store.store import Store

WHICH = "Name it in the column service."


@dataclass
class Part:
    """What the file states of one service: its rows, and the ``facts`` in them, of which some are ``new``.

    One that does not go on yet has the ``edition`` it begins with.
    """

    service: str
    case: Case
    rows: Sequence[FactRow]
    edition: Edition | None = None
    facts: Sequence[Fact] = ()
    new: Sequence[Fact] = ()


@dataclass
class _Begun:
    """A service of a new customer: its name, its rows, and the profile it begins with."""

    service: str
    rows: list[FactRow] = field(default_factory=list)
    profile: Profile | None = None
    edition: Edition | None = None


@dataclass(frozen=True)
class Services:
    """The same for every customer of the file; in ``scratch`` new ones are as they would be made."""

    store: Store
    scratch: Store
    login: str
    at: datetime
    is_training: bool

    def parts(self, customer: str, rows: Sequence[FactRow], is_new: bool, said: Objections) -> list[Part]:
        """The services that are meant; none where that cannot be said. Raises OnboardingError where there is none."""
        check_customer_id(customer)
        return self._made(customer, rows, said) if is_new else self._there(customer, rows, said)

    # -- customers that are there --------------------------------------------------------------------------

    def _there(self, customer: str, rows: Sequence[FactRow], said: Objections) -> list[Part]:
        begun = self.store.engagements_of(customer)
        going_on = [one.service for one in begun if one.ended is None]
        grouped = _grouped(rows, [one.service for one in begun], (going_on or [begun[0].service])[0], said)
        parts = [Part(name, self._case(customer, name), own) for name, own in grouped.items()]
        for part in parts:
            self._refuse_finished(part, said)
            self._refuse_other(part, said)
        _refuse_two(rows, "go-live", said)
        if parts and self.is_training:  # the only ones that are taken over as of another day
            known = parts[0].case.customer
            check_as_of(known, self.at, self.store.last_record_at(known.id))
        return parts

    def _case(self, customer: str, service: str) -> Case:
        return Case.open(self.store, customer, self.at, self.login, service)

    def _refuse_finished(self, part: Part, said: Objections) -> None:
        part.case.refuse_ended()
        if part.case.record.handed_over:
            words = f"{part.case.customer.name} was handed over: nothing is stated of it any more."
            said.refuse(part.rows[0], "customer", words, "Begin a phase first: `onboard phase`.")

    def _refuse_other(self, part: Part, said: Objections) -> None:
        known = {"profile": part.case.engagement.profile, "name": part.case.customer.name}
        for row in part.rows:
            for column, kept in known.items():
                if row[column] not in ("", kept):
                    words = f"{part.case.customer.id} has the {column} {kept!r}."
                    said.refuse(row, column, words, "Leave the cell empty.")

    # -- customers that are new ----------------------------------------------------------------------------

    def _made(self, customer: str, rows: Sequence[FactRow], said: Objections) -> list[Part]:
        names = list(dict.fromkeys(row["service"] for row in rows if row["service"]))
        if len(names) < 2 and len({row["profile"] for row in rows if row["profile"]}) > 1:
            names = list(dict.fromkeys([*names, *(row["service"] for row in rows)]))  # whose the others are is not said
        names = names or [""]
        for column in ("name", "go-live"):
            _refuse_two(rows, column, said)
        grouped = _grouped(rows, names, names[0], said, is_new=True)
        begun = [self._begun(customer, name, own, said) for name, own in grouped.items()]
        if said.complaints or not begun:
            return []
        name = next((row["name"] for row in rows if row["name"]), customer)
        _refuse_long(rows, said)
        made = Customer(customer, name, self._first_day(rows, begun), None, is_training=self.is_training)
        made = replace(made, go_live_on=self.wanted_go_live(made, rows))
        for number, one in enumerate(begun):
            self._begin(made, one, said, is_first=number == 0)
        if said.complaints:
            return []
        return [
            Part(
                one.service, Case.open(self.scratch, customer, self.at, self.login, one.service), one.rows, one.edition
            )
            for one in begun
        ]

    def _begun(self, customer: str, name: str, rows: list[FactRow], said: Objections) -> _Begun:
        """The service with its profile; what is wrong is reported."""
        found = _Begun(name, rows)
        row = next((row for row in rows if row["profile"]), None)
        if row is None:
            words = f"{f'The service {name} of ' if name else ''}{customer} is new, and its profile is not given."
            said.refuse(rows[0], "profile", words, "Give it in one of its rows.")
            return found
        _refuse_two(rows, "profile", said)
        try:
            found.profile, found.edition = load_profile(row["profile"]), edition_of(row["profile"])
        except OnboardingError as problem:
            said.refuse(row, "profile", problem.message.strip().replace("\n", " "), problem.command)
            return found
        found.service = name or found.profile.id
        try:
            check_service(found.service)
        except InputError as problem:
            said.refuse(rows[0], "service", problem.message, problem.command)
        return found

    def _begin(self, customer: Customer, one: _Begun, said: Objections, is_first: bool) -> None:
        assert one.profile
        assert one.edition
        if is_first:
            self.scratch.create_customer(customer, one.profile.id, service=one.service)
            return
        try:
            refuse_disagreeing(self.scratch, customer.id, one.edition)
            self.scratch.engage(customer.id, one.profile.id, one.service, self.login, customer.created_at)
        except InputError as problem:
            said.refuse(one.rows[0], "service", problem.message, problem.command)

    def _first_day(self, rows: Sequence[FactRow], begun: Sequence[_Begun]) -> datetime:
        """When the first thing happened that is stated."""
        zone = begun[0].profile.data.calendar.time_zone if begun[0].profile else ""
        return min(self._moments(rows, zone), default=self.at)

    def _moments(self, rows: Sequence[FactRow], zone: str) -> Iterator[datetime]:
        for row in rows:
            if row["date"] and row["kind"] != "date":
                try:
                    yield min(parse_moment(row["date"], zone), self.at)
                except InputError:
                    continue  # it is told of with its row

    # -- go-live -------------------------------------------------------------------------------------------

    def wanted_go_live(self, customer: Customer, rows: Sequence[FactRow]) -> date | None:
        """The wanted day that the file gives, else the one the customer has."""
        row = next((row for row in rows if row["go-live"]), None)
        try:
            return parse_day(row["go-live"]) if row else customer.go_live_on
        except ValueError:
            return customer.go_live_on  # it is told of with its row

    def go_live(self, customer: Customer, rows: Sequence[FactRow], is_new: bool) -> list[str]:
        """What becomes of the wanted day, in a line; nothing where it stays."""
        wanted, kept = self.wanted_go_live(customer, rows), customer.go_live_on
        if wanted is None or (wanted == kept and not is_new):
            return []
        return [f"Wanted go-live: {wanted}{f', instead of {kept}' if kept not in (None, wanted) else ''}."]


def _grouped(
    rows: Sequence[FactRow], known: Sequence[str], first: str, said: Objections, is_new: bool = False
) -> Mapping[str, list[FactRow]]:
    """The rows of each service, answers of all with the ``first``; a row that does not say which is reported."""
    found: dict[str, list[FactRow]] = {}
    for row in rows:
        name = row["service"]
        if name and name not in known:
            words = f"{row['customer']} has no service {name[:60]!r}{hint_or_stop(name, known)}"
            said.refuse(row, "service", words, f"It has: {', '.join(known)}.")
        elif name or len(known) == 1 or row["kind"] == "answers":
            found.setdefault(name or first, []).append(row)
        else:
            what = f"{len(known)} services" if all(known) else "another service"
            words = f"{row['customer']} {'is given' if is_new else 'has'} {what}: {', '.join(filter(None, known))}."
            said.refuse(row, "service", words, WHICH)
    return found


def _refuse_two(rows: Sequence[FactRow], column: str, said: Objections) -> None:
    """What stands once for several rows is the same in all."""
    first = next((row for row in rows if row[column]), None)
    for row in rows:
        if first and row[column] and row[column] != first[column]:
            what = f"{row['customer']} has two: {row[column]!r} differs from {first.cell(column)}."
            said.refuse(row, column, what, "Give it once.")
    if first and column == "go-live":
        try:
            day = parse_day(first[column])
            if is_far(day):
                said.refuse(first, column, f"{day} is too far away to be meant.", "Check the year.")
        except ValueError:
            said.refuse(first, column, f"{first[column][:40]!r} is not a day.", "Write it as 2026-03-30.")


def _refuse_long(rows: Sequence[FactRow], said: Objections) -> None:
    """A name beyond what a customer's may have, in its cell."""
    for row in rows:
        try:
            check_customer_name(row["name"])
        except InputError as problem:
            said.refuse(row, "name", problem.message, problem.command)
            return
