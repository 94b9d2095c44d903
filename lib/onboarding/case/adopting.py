"""Customers who were under way elsewhere, taken over from a file: shown first, then each kept whole or not at all.

Nothing is sent or planned because of it. The same file again adds nothing: each fact is known by its digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from onboarding.answers.fact_file import Complaint, FactFile, FactRow
from onboarding.answers.reading import likeness
from onboarding.case.adopted_services import Part, Services
from onboarding.case.case import Case
from onboarding.case.clock import parse_moment
from onboarding.case.decisions import saves
from onboarding.case.facts import Fact, facts_in
from onboarding.case.objections import Objections
from onboarding.case.preview import answered, consequences_of, whole_with_ids
from onboarding.case.stated import Stated
from onboarding.case.stated_answers import StatedAnswers, question_of
from onboarding.case.statement import known_facts
from onboarding.domain.history import Edit, TaskRecord
from onboarding.domain.json import Answers
from onboarding.domain.question import Question
from onboarding.domain.reservation import Key, Move, Reservation
from onboarding.domain.row import without_ids
from onboarding.errors import OnboardingError
from onboarding.stages.dated import moved
from onboarding.stages.early_days import early_days
from onboarding.stages.reservations import ageing_of, brought, move_of, reserved, sparing, wanted
from onboarding.stages.responsibility import directory
from onboarding.store.adoption_repository import AdoptedService, Adoption
from onboarding.store.people_repository import read_people
from onboarding.store.store import Store


@dataclass
class TakenOver:
    """What a file states of one customer.

    ``lines`` are what would be kept, ``known`` counts the facts that are there already; ``adoption`` is None where
    there is nothing new, or where something is wrong (``said.complaints``). ``profile`` names those of all services.
    ``others`` is what it names and another customer has, and who: that would not be reserved.
    """

    customer: str
    said: Objections = field(default_factory=Objections)
    is_new: bool = False
    name: str = ""
    profile: str = ""
    known: int = 0
    lines: list[str] = field(default_factory=list)
    adoption: Adoption | None = None
    others: dict[Key, str] = field(default_factory=dict)


def judged_facts(
    store: Store, file: FactFile, folder: Path, login: str, at: datetime, is_training: bool = False
) -> list[TakenOver]:
    """What the file states of each customer, in its order, as ``login`` would enter it; nothing is kept."""
    by_customer: dict[str, list[FactRow]] = {}
    for row in file.rows:
        by_customer.setdefault(row["customer"], []).append(row)
    there = {one.id for one in store.customers()}
    with Store.in_memory() as scratch:
        services = Services(store, scratch, login, at, is_training)
        found = [_Customer(name, rows, services, folder, name in there).judged() for name, rows in by_customer.items()]
    _note_owners(store, found, at)
    return found


def _note_owners(store: Store, found: Sequence[TakenOver], at: datetime) -> None:
    """Of what each customer names, what another has, or one before it in the file would have."""
    before: dict[tuple[bool, Key], str] = {}
    for one in (one for one in found if one.adoption):
        assert one.adoption
        name, is_training, keys = one.customer, one.adoption.customer.is_training, one.adoption.reserved
        named = {key: before[is_training, key] for key in keys if (is_training, key) in before}
        own = {item.key for item in store.inventory(name) if not item.state.is_gone} if not one.is_new else set()
        one.others = {key: who for key, who in named.items() if key not in own}
        one.others |= store.owners((key for key in keys if key not in own), at, is_training, name)
        before |= {(is_training, key): name for key in keys if key not in one.others}


def adopt(store: Store, taken: TakenOver, login: str, at: datetime) -> Mapping[Key, str]:
    """Keeps what is stated of one customer; returns what another one has of its numbers, and who.

    Raises Busy ADOPT-MOVED when somebody has written about the customer, or taken it over, meanwhile.
    """
    assert taken.adoption
    found = store.adopt(taken.adoption)
    for part in taken.adoption.services:
        stated = [record.at for record, _move in part.tasks] + [one.at for one in part.decisions]
        case = Case.open(store, taken.customer, max(stated, default=at), login, part.service)
        if case.progress().is_complete:
            case.note_progress()  # what was complete is handed over as of then
    case = Case.open(store, taken.customer, at, login, taken.adoption.services[0].service)
    for one in (case, *case.others):
        one.note_progress()
    return found


class _Customer:
    """One customer of the file."""

    def __init__(self, name: str, rows: Sequence[FactRow], services: Services, folder: Path, is_there: bool) -> None:
        self.rows, self.services, self.folder = rows, services, folder
        self.found = TakenOver(name, is_new=not is_there)
        self.said = self.found.said

    def judged(self) -> TakenOver:
        try:
            parts = self.services.parts(self.found.customer, self.rows, self.found.is_new, self.said)
            for part in parts:
                self._read(part)
            if parts and not self.said.complaints:
                self.found.name = parts[0].case.customer.name
                self.found.profile = ", ".join(part.case.engagement.profile for part in parts)
                self._facts(parts)
        except OnboardingError as problem:
            words = problem.message.strip().replace("\n", " ")
            self.said.refuse(self.rows[0], "customer", words, problem.command)
        if self.said.complaints:
            self.found.adoption = None
        return self.found

    def _read(self, part: Part) -> None:
        zone = part.case.calendar.time_zone
        part.facts = facts_in(
            part.rows, self.folder, lambda text: parse_moment(text, zone), self.services.at, self.said
        )

    def _facts(self, parts: Sequence[Part]) -> None:
        """What they come to, the answers of all services first."""
        first = parts[0].case
        kept = first.answers()
        answers = StatedAnswers(kept.document if kept else {}, self.folder, self.said)
        known = {part.case.engagement.id: self._known(part) for part in parts}
        for part in parts:
            part.new = [fact for fact in part.facts if fact.id not in known[part.case.engagement.id]]
            answers.take_files(part.case, [fact for fact in part.new if fact.kind == "answers"])
        for part in parts:
            days = [fact for fact in part.facts if fact.kind == "date"]
            answers.take_days(part.case, days, known[part.case.engagement.id])
        self.found.known = sum(len(part.facts) - len(part.new) for part in parts)
        if self.said.complaints:
            return
        whole = whole_with_ids(first, answers.whole, f"adoption of {self.found.customer}")
        is_changed = whole != (kept.document if kept else {})
        stated = [self._stated(part, answers, whole, is_changed) for part in parts]
        go_live = self.services.go_live(first.customer, self.rows, self.found.is_new)
        self.found.lines = [*go_live, *(self._undone(first, whole) if is_changed and not self.found.is_new else ())]
        for part, one in zip(parts, stated, strict=True):
            mark = f"{part.service}: " if len(parts) > 1 or part.case.service else ""
            self.found.lines += [f"{mark}{line}" for line in one.lines]
        if self.found.is_new or go_live or any(one.lines or one.evidence for one in stated):
            self.found.adoption = self._adoption(parts, stated, whole if is_changed else None)

    def _known(self, part: Part) -> set[str]:
        return known_facts([*part.case.record.lines()], part.case.record.decisions)

    @staticmethod
    def _undone(case: Case, whole: Answers) -> Iterator[str]:
        """What the answers that are stated undo of what is kept."""
        for one in (case, *case.others):
            for sentence in consequences_of(one, one.seen(whole)).sentences():
                yield f"{f'{one.service}: ' if one.service else ''}These answers undo what was done. {sentence}"

    def _stated(self, part: Part, answers: StatedAnswers, whole: Answers, is_changed: bool) -> Stated:
        case = part.case
        context = answered(case, case.seen(whole)) if is_changed else case.context()
        login, at = self.services.login, self.services.at
        people = directory(context, read_people(self.services.store.layout.people))
        edits = partial(self._edits, part, whole) if is_changed else partial(saves, case)
        stated = Stated(context, login, at, self.said, people, edits)
        if is_changed and not self.found.is_new:
            lines = moved(context, case.document, case.seen(whole), stated.login, stated.now)
            stated.evidence += [replace(line, entered_by=stated.login) for line in lines]
        days = {fact.id: question for fact in part.new if fact.kind == "date" and (question := question_of(case, fact))}
        for fact in part.new:
            if fact.kind == "answers" and fact.document:
                stated.answers_of(fact, fact.document.name)
            elif question := days.get(fact.id):
                if fact.row["date"] not in context.column(question.id):
                    words = f"“{question.label}” is not asked with these answers."
                    self.said.refuse(fact.row, "id", words, "Leave the row out, or give the answers that ask for it.")
                stated.hear_day(fact)
                stated.day_of(fact, question.label, answers.before[fact.id])
        stated.take([fact for fact in part.new if fact.kind != "answers" and fact.id not in days])
        self._refuse_early(case, stated, whole, [(fact, days[fact.id]) for fact in part.new if fact.id in days])
        return stated

    def _edits(self, part: Part, whole: Answers, sections: frozenset[str]) -> list[Sequence[Edit]]:
        """Who has given the answers: whoever enters the file, and those in whose name it states them."""
        case, by = part.case, [fact.row["by"] for fact in part.new if fact.kind == "answers" and fact.row["by"]]
        before, after = (
            without_ids({name: content for name, content in document.items() if name in sections})
            for document in (case.document, case.seen(whole))
        )
        version = case.context().version + 1
        kept = case.edits_since(sections, 0)
        return [[Edit(version, one, self.services.at, before, after), *kept] for one in (self.services.login, *by)]

    def _refuse_early(self, case: Case, stated: Stated, whole: Answers, days: Sequence[tuple[Fact, Question]]) -> None:
        """A day before the request that it answers, which may be stated beside it."""
        context = stated.context
        context = replace(context, record=replace(context.record, tasks={**context.record.tasks, **stated.tasks}))
        early = list(early_days(context, case.document, case.seen(whole)))
        for fact, question in days:
            given = [one for one in early if (one.question.id, str(one.day)) == (question.id, fact.row["date"])]
            if given:
                self.said.refuse(fact.row, "date", given[0].sentence, "Correct the one or the other day.")

    def _adoption(self, parts: Sequence[Part], stated: Sequence[Stated], whole: Answers | None) -> Adoption:
        first, services = parts[0].case, self.services
        cases = [part.case for part in parts] if self.found.is_new else [first, *first.others]
        claims = {one.engagement.id: _claims(one, whole) for one in cases}
        named: dict[Key, str] = {}
        for found in claims.values():
            named = wanted(found) | named
        head = 0 if self.found.is_new else first.store.moment(first.customer.id).head
        customer = replace(first.customer, go_live_on=services.wanted_go_live(first.customer, self.rows))
        return Adoption(
            customer, services.login, services.at, head, self.found.is_new, whole,
            likeness(first.joint_questionnaire), [one for part in stated for one in part.documents],
            [_service(part, one, claims) for part, one in zip(parts, stated, strict=True)],
            named if whole is not None else {},
        )  # fmt: skip


def _service(part: Part, stated: Stated, claims: Mapping[str, Sequence[Reservation]]) -> AdoptedService:
    """What one service gets; what its tasks bring moves in the inventory, but for what is another's."""
    own, profile = part.case.engagement.id, part.case.profile
    ours = claims.get(own, ())
    beside = {key for name, found in claims.items() if name != own for key in wanted(found)}

    def move(record: TaskRecord) -> Move | None:
        states = brought(profile, record.task)
        if not states or not record.state.is_closed:
            return None
        return sparing(move_of(states, record, stated.evidence, ours), beside, [one.key for one in ours])

    return AdoptedService(
        part.service, profile.id, part.edition, sorted(stated.evidence, key=lambda line: line.at),
        [(one, move(one)) for one in stated.tasks.values()], sorted(stated.decisions, key=lambda one: one.at),
        ageing_of(profile),
    )  # fmt: skip


def _claims(case: Case, whole: Answers | None) -> list[Reservation]:
    checked = case.checked() if whole is None else case.check(case.seen(whole))
    return reserved(case.profile, checked, case.customer.id)


def complaints_of(file: FactFile, found: Sequence[TakenOver]) -> list[Complaint]:
    """Everything that is wrong, with the file first."""
    return [*file.complaints, *(one for taken in found for one in taken.said.complaints)]
