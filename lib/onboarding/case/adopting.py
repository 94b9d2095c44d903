"""Customers who were under way elsewhere, taken over from a file: shown first, then each kept whole or not at all.

Nothing is sent or planned because of it. The same file again adds nothing: each fact is known by its digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from onboarding.answers.answer_files import read_answers
from onboarding.answers.assigned_questions import judged
from onboarding.answers.check import check
from onboarding.answers.fact_file import Complaint, FactFile, FactRow
from onboarding.answers.reading import likeness
from onboarding.case.case import Case
from onboarding.case.clock import parse_moment
from onboarding.case.dates import rows_meant
from onboarding.case.preview import with_ids
from onboarding.case.stated import Fact, Objections, Stated, facts_in, known_facts, record_of
from onboarding.domain.history import Customer, TaskRecord, check_customer_id
from onboarding.domain.json import JSON
from onboarding.domain.question import Kind, Question, errors
from onboarding.domain.reservation import Key, Move
from onboarding.errors import InputError, OnboardingError
from onboarding.profile.edition import Edition
from onboarding.profile.load import edition_of, load_profile
from onboarding.stages.context import Context
from onboarding.stages.reservations import brought, move_of, reserved, wanted
from onboarding.store.adoption_repository import Adoption
from onboarding.store.store import Store


@dataclass
class TakenOver:
    """What a file states of one customer.

    ``lines`` are what would be kept, ``known`` counts the facts that are there already; ``adoption`` is None where
    there is nothing new, or where something is wrong (``said.complaints``).
    """

    customer: str
    said: Objections = field(default_factory=Objections)
    is_new: bool = False
    name: str = ""
    profile: str = ""
    known: int = 0
    lines: list[str] = field(default_factory=list)
    adoption: Adoption | None = None


def judged_facts(
    store: Store, file: FactFile, folder: Path, login: str, at: datetime, is_training: bool = False
) -> list[TakenOver]:
    """What the file states of each customer, in its order, as ``login`` would enter it; nothing is kept."""
    by_customer: dict[str, list[FactRow]] = {}
    for row in file.rows:
        by_customer.setdefault(row["customer"], []).append(row)
    there = {one.id for one in store.customers()}
    with Store.in_memory() as scratch:
        given = _Given(store, scratch, folder, login, at, is_training)
        return [_Customer(name, rows, given, name in there).judged() for name, rows in by_customer.items()]


def adopt(store: Store, taken: TakenOver, login: str, at: datetime) -> Mapping[Key, str]:
    """Keeps what is stated of one customer; returns what another one has of its numbers, and who.

    Raises InputError CUSTOMER-EXISTS, Busy ADOPT-MOVED when somebody has written about the customer meanwhile.
    """
    assert taken.adoption
    found = store.adopt(taken.adoption)
    stated = [record.at for record, _move in taken.adoption.tasks] + [one.at for one in taken.adoption.decisions]
    case = Case.open(store, taken.customer, max(stated, default=at), login)
    if case.progress().is_complete:
        case.note_progress()  # what was complete is handed over as of then
    Case.open(store, taken.customer, at, login).note_progress()
    return found


@dataclass(frozen=True)
class _Given:
    """The same for every customer of the file; in ``scratch`` new ones are as they would be made."""

    store: Store
    scratch: Store
    folder: Path
    login: str
    at: datetime
    is_training: bool


class _Customer:
    """One customer of the file."""

    def __init__(self, name: str, rows: Sequence[FactRow], given: _Given, is_there: bool) -> None:
        self.rows, self.given = rows, given
        self.found = TakenOver(name, is_new=not is_there)
        self.said = self.found.said
        self.edition: Edition | None = None

    def judged(self) -> TakenOver:
        try:
            case = self._case()
            facts = self._read(case.calendar.time_zone if case else "")
            if case and not self.said.complaints:
                self._facts(case, facts)
        except OnboardingError as problem:
            words = problem.message.strip().replace("\n", " ")
            self.said.refuse(self.rows[0], "customer", words, problem.remedy)
        if self.said.complaints:
            self.found.adoption = None
        return self.found

    # -- the customer --------------------------------------------------------------------------------------

    def _case(self) -> Case | None:
        """The customer as it is, or as it would be made; None where that cannot be said."""
        check_customer_id(self.found.customer)
        return self._made() if self.found.is_new else self._there()

    def _there(self) -> Case:
        given = self.given
        case = Case.open(given.store, self.found.customer, given.at, given.login)
        case.refuse_ended()
        if case.record.handed_over:
            words = f"{case.customer.name} was handed over: nothing is stated of it any more."
            self.said.refuse(self.rows[0], "customer", words, "Begin a phase first: `onboard phase`.")
        for column, kept in (("profile", case.engagement.profile), ("name", case.customer.name)):
            if (row := self._first(column)) and row[column] != kept:
                self.said.refuse(row, column, f"{case.customer.id} has the {column} {kept!r}.", "Leave the cell empty.")
        self.found.name, self.found.profile = case.customer.name, case.engagement.profile
        return case

    def _made(self) -> Case | None:
        row = self._first("profile")
        if row is None:
            words = f"{self.found.customer} is new, and its profile is not given."
            self.said.refuse(self.rows[0], "profile", words, "Give it in one of the customer's rows.")
            return None
        for other in self.rows:
            for column in ("profile", "name", "go-live"):
                if (first := self._first(column)) and other[column] and other[column] != first[column]:
                    self.said.refuse(other, column, f"{self.found.customer} has two: {other[column]!r} differs.",
                                     "Give it once.")  # fmt: skip
        try:
            profile, self.edition = load_profile(row["profile"]), edition_of(row["profile"])
        except OnboardingError as problem:
            self.said.refuse(row, "profile", problem.message.strip().replace("\n", " "), problem.remedy)
            return None
        name, self.found.profile = self._first("name"), profile.id
        self.found.name = name["name"] if name else self.found.customer
        begun = min((moment for moment in self._moments(profile.data.calendar.time_zone)), default=self.given.at)
        made = Customer(
            self.found.customer, self.found.name, begun, self._go_live(), is_training=self.given.is_training
        )
        self.given.scratch.create_customer(made, profile.id)
        return Case.open(self.given.scratch, made.id, self.given.at, self.given.login)

    def _moments(self, zone: str) -> Iterator[datetime]:
        for row in self.rows:
            if row["date"] and row["kind"] != "date":
                try:
                    yield min(parse_moment(row["date"], zone), self.given.at)
                except InputError:
                    continue  # it is told of with its row

    def _go_live(self) -> date | None:
        row = self._first("go-live")
        try:
            return date.fromisoformat(row["go-live"]) if row else None
        except ValueError:
            if row:
                self.said.refuse(row, "go-live", f"{row['go-live'][:40]!r} is not a day.", "Write it as 2026-03-30.")
            return None

    def _first(self, column: str) -> FactRow | None:
        return next((row for row in self.rows if row[column]), None)

    # -- its facts -----------------------------------------------------------------------------------------

    def _read(self, zone: str) -> list[Fact]:
        given = self.given
        return facts_in(self.rows, given.folder, lambda text: parse_moment(text, zone), given.at, self.said)

    def _facts(self, case: Case, facts: Sequence[Fact]) -> None:
        given = self.given
        known = known_facts([*case.record.lines()], case.record.decisions)
        new = [fact for fact in facts if fact.id not in known]
        self.found.known = len(facts) - len(new)
        head = 0 if self.found.is_new else case.store.moment(case.customer.id).head
        document = self._answers(case, new)
        document = with_ids(case, self._days(case, new, document), f"adoption of {case.customer.id}")
        context = self._context(case, document)
        stated = Stated(context, given.login, given.at, self.said)
        self._state(case, stated, new)
        stated.take([fact for fact in new if fact.kind != "answers" and not self._is_day(case, fact)])
        self.found.lines = stated.lines
        if stated.lines or stated.evidence or self.found.is_new:
            self.found.adoption = self._adoption(case, stated, document, head)

    def _state(self, case: Case, stated: Stated, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if fact.kind == "answers" and fact.document:
                stated.answers_of(fact, fact.document.name)
            elif self._is_day(case, fact) and (question := case.profile.questionnaire.question(fact.name)):
                stated.day_of(fact, question.label)

    def _answers(self, case: Case, facts: Sequence[Fact]) -> dict[str, Any]:
        """The answers with those of the files that are named."""
        document = dict(case.document)
        for fact in (fact for fact in facts if fact.kind == "answers"):
            try:
                reading = read_answers(case.questionnaire, self.given.folder / fact.row["document"])
                reading = judged(case.questionnaire, document, reading, case.today)
            except OnboardingError as problem:
                self.said.refuse(fact.row, "document", problem.message, problem.remedy)
                continue
            document = {name: part for name, part in reading.document.items() if isinstance(part, dict | list)}
            if count := len(errors(reading.problems)):
                words = (
                    f"{count} of the answers are missing or wrong." if count > 1 else "One answer is missing or wrong."
                )
                self.said.remark(fact.row, "document", words, "`onboard check` names them once they are kept.")
        return document

    def _is_day(self, case: Case, fact: Fact) -> bool:
        return fact.kind == "date" and self._question(case, fact) is not None

    @staticmethod
    def _question(case: Case, fact: Fact) -> Question | None:
        """The question whose day is stated: named itself, or brought by the task that is named."""
        task = case.profile.task(fact.name)
        return case.profile.questionnaire.question(task.brings if task and task.brings else fact.name)

    def _days(self, case: Case, facts: Sequence[Fact], document: dict[str, Any]) -> dict[str, Any]:
        """The answers with the days that are stated."""
        asked = case.profile.questionnaire
        for fact in (fact for fact in facts if fact.kind == "date"):
            question = self._question(case, fact)
            if question is None and case.profile.task(fact.name) is None:
                self.said.refuse(fact.row, "id", f"There is no question or task {fact.name!r}.",
                                 "Give the id of a question about a day, such as port_orders.foc_on.")  # fmt: skip
            if question is None or fact.at is None:
                continue
            if question.kind is not Kind.DATE:
                self.said.refuse(fact.row, "id", f"{question.label} is no day.", "Give a question that asks for one.")
                continue
            section, day = asked.section(question.section), case.context().day(fact.at).isoformat()
            if section is None or not section.is_table:
                document[question.section] = {**record_of(document.get(question.section)), question.name: day}
                continue
            rows = [dict(one) for one in document.get(question.section) or () if isinstance(one, Mapping)]
            try:
                for one in rows_meant(rows, section, question, fact.row["row"]):
                    one[question.name] = day
            except InputError as problem:
                self.said.refuse(fact.row, "row", problem.message, "Name the row in the column row.")
            document[question.section] = rows
        return document

    def _context(self, case: Case, document: Mapping[str, JSON]) -> Context:
        """The customer with these answers."""
        context = case.context()
        if document == case.document:
            return context
        checked = case.with_inventory(check(context.profile.questionnaire, document, case.today))
        return replace(
            context,
            values=checked.values,
            problems=checked.problems,
            ids=checked.ids,
            version=context.version + 1,
            past=None,
        )

    def _adoption(self, case: Case, stated: Stated, document: Mapping[str, JSON], head: int) -> Adoption:
        profile, name = case.profile, case.customer.id
        is_changed = document != case.document
        claimed = reserved(profile, case.check(document), name)

        def moved(record: TaskRecord) -> Move | None:
            states = brought(profile, record.task)
            return move_of(states, record, stated.evidence, claimed) if states and record.state.is_closed else None

        return Adoption(
            case.customer, self.found.profile, self.given.login, self.given.at, head, self.edition,
            document if is_changed else None, likeness(profile.questionnaire), stated.documents,
            sorted(stated.evidence, key=lambda line: line.at), [(one, moved(one)) for one in stated.tasks.values()],
            sorted(stated.decisions, key=lambda one: one.at), wanted(claimed) if is_changed else {},
        )  # fmt: skip


def complaints_of(file: FactFile, found: Sequence[TakenOver]) -> list[Complaint]:
    """Everything that is wrong, with the file first."""
    return [*file.complaints, *(one for taken in found for one in taken.said.complaints)]
