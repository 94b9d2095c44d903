"""What is asked: questions in sections, records (asked once) or tables (a row a thing); what is wrong with answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language, LazyText, _
from onboarding.domain.place_words import Part


class Kind(StrEnum):
    """Type of an answer; the value after normalisation is given in brackets."""

    TEXT = "text"  # str, one line
    LONG_TEXT = "long-text"  # str, several lines
    INTEGER = "integer"  # int
    YES_NO = "yes-no"  # bool
    CHOICE = "choice"  # str, value of an option
    CHOICES = "choices"  # list[str], values of options in the order of the options
    DATE = "date"  # str, ISO 8601 date
    TIME = "time"  # str, HH:MM in 24 hours
    NUMBER = "number"  # str, telephone number in E.164
    AREA_CODE = "area-code"  # str of digits as they are dialled: 617, 020
    EXTENSION = "extension"  # str of digits; 0100 keeps its zero
    EMAIL = "email"  # str, domain part in lower case
    DOMAIN = "domain"  # str, lower case DNS name
    SUBDIVISION = "subdivision"  # str, code of a part of the country: MA, SCT
    POSTCODE = "postcode"  # str as it is written in the country: 12345-6789, EC1A 1HQ
    REFERENCE = "reference"  # str, value of the key column of another table


PARTS = {Kind.SUBDIVISION: Part.SUBDIVISION, Kind.POSTCODE: Part.POSTCODE}
"""Kinds that are a part of an address."""


@dataclass(frozen=True, slots=True)
class Cited:
    """What cites a guide: ``requirements`` are the ids of its rows, ``source`` says where else it comes from."""

    id: str
    requirements: tuple[str, ...] = field(default=(), kw_only=True)
    source: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Titled(Cited):
    """A part of a profile that people know by its title."""

    title: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice and the words people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question(Cited):
    """One question; ``id`` is ``section.name``.

    ``to`` is the question a reference points at (``sites.name``). ``when`` decides whether it is asked at
    all: what is not asked is neither required nor used. ``owner`` is the party that knows the answer, ``document`` the
    paper it is copied from (``latest bill``). ``country`` is the one in whose form the answer is read, unless the row
    says another; with ``is_by_country`` it is required where addresses of the country have it. ``countries`` are all
    from which a number may be, any without them. ``address`` is which part of an address a text or choice is;
    the country that is chosen holds for everything else in the row. ``was`` are names of questions of the section
    in whose place it is asked.
    """

    kind: Kind
    label: str
    help: str = ""
    required: bool = False
    when: Condition | None = None
    options: tuple[Option, ...] = ()
    default: JSON = None
    example: str = ""
    to: str = ""
    unique: bool = False
    at_least: int | None = None
    at_most: int | None = None
    owner: str = ""
    derived: bool = False
    document: str = ""
    country: str = ""
    countries: tuple[str, ...] = ()
    is_by_country: bool = False
    address: str = ""
    was: tuple[str, ...] = ()

    @property
    def part(self) -> Part | None:
        """Which part of an address the answer is."""
        return PARTS.get(self.kind) or (Part(self.address) if self.address else None)

    @property
    def section(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Section(Titled):
    """A group of questions; ``is_table`` sections hold a row per thing, found again by their ``key`` column.

    ``stage`` is the one at which it is asked.
    """

    questions: tuple[Question, ...]
    is_table: bool = False
    key: str = ""
    help: str = ""
    when: Condition | None = None
    stage: str = ""
    min_rows: int = 0

    def question(self, name: str) -> Question | None:
        wanted = f"{self.id}.{name}"
        return next((question for question in self.questions if question.id == wanted), None)

    def asked_instead(self, name: str) -> list[Question]:
        """The questions that are asked in place of one of that name, which is asked no more."""
        return [question for question in self.questions if name.strip() in question.was]

    def part(self, part: Part) -> Question | None:
        """The question that asks for a part of an address; the first where several do."""
        return next((question for question in self.questions if question.part is part), None)

    def country_of(self, row: Mapping[str, Any]) -> str:
        """The country of a row: its own where one is asked and answered, else that in which its address is asked."""
        asked = self.part(Part.COUNTRY)
        own = str(row.get(asked.name) or "") if asked else ""
        placed = sorted(self.questions, key=lambda question: question.part is None)
        return own or next((question.country for question in placed if question.country), "")

    def address(self, row: Mapping[str, Any]) -> dict[Part, str]:
        """What a row says of an address, by its parts."""
        asked = {part: self.part(part) for part in Part}
        return {part: str(row[one.name]) for part, one in asked.items() if one and row.get(one.name)}


@dataclass(frozen=True, slots=True)
class Rule(Cited):
    """A check over the answers as a whole, named in code and parametrised by the profile.

    ``check`` is the name of a rule (`onboarding.answers.rules`); ``params`` are its parameters.
    """

    check: str
    message: str
    params: BaseModel
    when: Condition | None = None
    severity: str = "error"  # or "warning"


@dataclass(frozen=True, slots=True, eq=False)
class Questionnaire:
    """All that is asked of one customer, and the rules over it. ``version`` changes when a question does.

    ``parties`` are the titles of those who may know answers by their id, ``asks`` is the one that is asked where a
    question names nobody, ``owner`` the only one a part of the questionnaire is for. ``language`` is the one its texts
    are in: every face of it uses it too. ``country`` is the profile's.
    """

    profile: str
    title: str
    version: str
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()
    parties: Mapping[str, str] = field(default_factory=dict)
    asks: str = ""
    owner: str = ""
    language: Language = ENGLISH
    country: str = ""

    def section(self, section_id: str) -> Section | None:
        return _by_id(self)[0].get(section_id)

    def question(self, question_id: str) -> Question | None:
        return _by_id(self)[1].get(question_id)

    def named(self, fields: Iterable[str]) -> Iterator[tuple[Section, Question]]:
        """The questions with these ids, and all those of the sections with these ids, each with its section."""
        for field_id in fields:
            section_id, _, name = field_id.partition(".")
            if section := self.section(section_id):
                yield from ((section, question) for question in section.questions if name in ("", question.name))

    def owner_of(self, question: Question) -> str:
        """Id of the party that knows the answer; empty when the profile does not say."""
        return question.owner or self.asks

    def called(self, problem: Problem) -> str:
        """What a problem is about, as people know it: ``Users: E-mail, row 3``."""
        section, question = self.section(problem.section), self.question(problem.question)
        what: str = problem.place
        if section and question:
            what = _("{section}: {label}", section=_(section.title), label=_(question.label))
        elif section:
            what = _(section.title)
        return what if problem.row is None else _("{what}, row {number}", what=what, number=problem.row + 1)

    def questions(self) -> Iterator[Question]:
        return (question for section in self.sections for question in section.questions)


@lru_cache(maxsize=64)
def _by_id(questionnaire: Questionnaire) -> tuple[dict[str, Section], dict[str, Question]]:
    """Sections and questions, which the rules ask for at every answer."""
    sections = {section.id: section for section in questionnaire.sections}
    return sections, {question.id: question for question in questionnaire.questions()}


OURS = frozenset({"label", "section", "offered", "first", "message", "add_on", "state", "ways"})
"""Parameters of messages that are words of the questionnaire and not a customer's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or missing.

    ``question`` is ``section.name`` or only ``section``; ``row`` counts from 0 within a table. ``code`` is
    stable (``required``, ``number-invalid``, ``duplicate``). ``message`` is a whole sentence for a person:
    what is wrong and what is wanted; ``template`` and ``params`` are what it was made of, for other languages.
    ``where`` is added by a face that knows better (``Users!D7``). ``services`` are those of the customer for which
    alone it is wrong; none where it is for all, or there is one.
    """

    code: str
    question: str
    message: str
    row: int | None = None
    severity: str = "error"  # or "warning"
    source: str = ""
    where: str = ""
    template: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, compare=False)
    services: tuple[str, ...] = field(default=(), compare=False)

    def sentence_in(self, language: Language) -> str:
        """The message in another language."""
        return language(self.sentence)

    @property
    def sentence(self) -> LazyText:
        """The message, translated where it is shown."""
        if not self.template:
            return _(self.message)
        return LazyText(self.template, {name: _word(name, value) for name, value in self.params.items()})

    @property
    def section(self) -> str:
        return self.question.partition(".")[0]

    @property
    def name(self) -> str:
        return self.question.partition(".")[2]

    @property
    def place(self) -> str:
        """``Users!D7`` when a face knows the cell, else ``users.email row 3`` or ``company.name``."""
        return self.place_in(ENGLISH)

    def place_in(self, language: Language) -> str:
        """The place in another language."""
        if self.where or self.row is None:
            return self.where or self.question
        return language("{question} row {number}", question=self.question, number=self.row + 1)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def _word(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_word(name, one) for one in value]
    return _(value) if name in OURS and isinstance(value, str) else value


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only those that hold up provisioning; warnings left out."""
    return [problem for problem in problems if problem.severity == "error"]
