"""How the answers to one questionnaire are read, as its questions say.

A document is first *arranged* (sections and rows of the right shape, blanks and strangers out), then each answer is
read by the function of its kind; what is wrong is left out and reported, the rest becomes normalised values. What is
asked, given what has been answered, is seen by the conditions of sections and questions, applied to whole tables.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from pydantic_core import PydanticCustomError

from onboarding.answers.messages import make_problem, shown, strange
from onboarding.answers.value_kinds import Normaliser, is_blank, normaliser
from onboarding.domain import place
from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON, Answers
from onboarding.domain.place_words import Part
from onboarding.domain.question import Option, Problem, Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID, row_id

MOST_ROWS = 20_000
"""Rows a table may have; ten times the largest customer. Beyond it nothing of the table is read."""

_MOST_STRANGERS = 50  # unknown names reported of one section or row


@dataclass(slots=True)
class Values:
    """Normalised values of a document. ``sections`` has every section: a dict for a record, a list of rows for a table.

    ``numbers`` gives for each row of a table its place in the document, blank rows counted, and ``ids`` its id: empty
    before the first save.
    """

    sections: dict[str, Any]
    numbers: dict[str, list[int]]
    ids: dict[str, list[str]] = field(default_factory=dict)

    def cells(self, question_id: str) -> Iterator[CellRef]:
        """Every answer to a question: one for a record, one a row for a table; unanswered ones have None."""
        section, _, name = question_id.partition(".")
        for number, row in self.rows(section):
            yield CellRef(question_id, number, row.get(name), row)

    def rows(self, section: str) -> Iterator[tuple[int | None, dict[str, JSON]]]:
        """(place in the document or None, values) of a record or of every row of a table; nothing if not asked."""
        content = self.sections.get(section)
        if isinstance(content, dict):
            yield None, content
        elif content:
            yield from zip(self.numbers[section], content, strict=True)


@dataclass(frozen=True, slots=True)
class CellRef:
    """One answer with its place; ``beside`` is the row or record it stands in."""

    question: str
    row: int | None
    value: JSON
    beside: Mapping[str, JSON]

    @property
    def section(self) -> str:
        return self.question.partition(".")[0]

    def other(self, question: str) -> CellRef:
        """The answer to another question of the same section in the same row."""
        return CellRef(question, self.row, self.beside.get(question.partition(".")[2]), self.beside)


@dataclass(frozen=True, slots=True)
class AnswerSchema:
    """How the answers of one questionnaire are read: by section id and question name."""

    read: Mapping[str, Mapping[str, Normaliser]]
    defaults: Mapping[str, Mapping[str, JSON]]  # normalised
    by_country: Mapping[str, ReadByCountry]  # sections whose rows may say their country

    def of_row(self, section: str, row: Mapping[str, JSON]) -> Mapping[str, Normaliser]:
        """How the answers of one row are read: in the form of its country."""
        by_country = self.by_country.get(section)
        return by_country.of_row(row) if by_country else self.read[section]


class ReadByCountry:
    """How the rows of one section are read that asks for their country."""

    def __init__(self, section: Section, usual: Mapping[str, Normaliser], targets: Mapping[str, Question]) -> None:
        self._section, self._usual, self._targets = section, usual, targets
        self._asked = section.part(Part.COUNTRY)
        self._read = dict[str, Mapping[str, Normaliser]]()

    def of_row(self, row: Mapping[str, JSON]) -> Mapping[str, Normaliser]:
        """By question name; as usual in a row that names no country."""
        if self._asked is None or is_blank(raw := row.get(self._asked.name)):
            return self._usual
        try:
            country = str(self._usual[self._asked.name](raw))
        except PydanticCustomError:  # reported where it stands
            return self._usual
        if country not in self._read:
            asked = (localized(question, country) for question in self._section.questions)
            self._read[country] = {one.name: normaliser(one, self._targets.get(one.name)) for one in asked}
        return self._read[country]


def localized(question: Question, country: str) -> Question:
    """The question as it is asked in that country."""
    countries = (country, *question.countries) if question.countries else ()
    zones = place.zone_names(country) if question.part is Part.ZONE else {}
    options = tuple(Option(zone, name) for zone, name in zones.items()) or question.options
    return replace(question, country=country, countries=countries, options=options)


def is_left_open(question: Question, section: Section, row: Mapping[str, JSON]) -> bool:
    """Whether addresses of the row's country have no such part, so that none is wanted."""
    if not question.is_by_country or question.part is None:
        return False
    country = section.country_of(row)
    if country == question.country:
        return not question.required
    return question.part not in place.country(country).required


@lru_cache(maxsize=32)
def schema(questionnaire: Questionnaire) -> AnswerSchema:
    """The schema of a questionnaire; built once."""
    read = {
        section.id: {one.name: normaliser(one, questionnaire.question(one.to)) for one in section.questions}
        for section in questionnaire.sections
    }
    defaults = {
        section.id: {
            one.name: read[section.id][one.name](one.default) for one in section.questions if not is_blank(one.default)
        }
        for section in questionnaire.sections
    }
    by_country = {
        section.id: ReadByCountry(section, read[section.id], _targets(section, questionnaire))
        for section in questionnaire.sections
        if section.part(Part.COUNTRY)
    }
    return AnswerSchema(read, defaults, by_country)


def _targets(section: Section, questionnaire: Questionnaire) -> dict[str, Question]:
    """What the references of a section point at."""
    found = {one.name: questionnaire.question(one.to) for one in section.questions}
    return {name: target for name, target in found.items() if target}


def normalise(questionnaire: Questionnaire, document: Answers) -> tuple[Values, list[Problem]]:
    """Values of all that can be read, and a problem for all that cannot. Conditions are not looked at yet."""
    built = schema(questionnaire)
    values, problems = _arrange(questionnaire, document, built)
    for section in built.read:
        for number, row in values.rows(section):
            problems += _read_row(section, number, row, built.of_row(section, row))
    _apply_defaults(values, built, {(p.question, p.row) for p in problems})
    return values, problems


def _read_row(section: str, number: int | None, row: dict[str, JSON], read: Mapping[str, Normaliser]) -> list[Problem]:
    """Puts normalised values in place of what was given in a row or record; what cannot be read is taken out."""
    problems = []
    for name, raw in tuple(row.items()):
        try:
            row[name] = read[name](raw)
        except PydanticCustomError as error:
            del row[name]
            problems.append(make_problem(error.type, f"{section}.{name}", number, **(error.context or {})))
    return problems


def _apply_defaults(values: Values, built: AnswerSchema, wrong: set[tuple[str, int | None]]) -> None:
    """What was not answered takes its default; what was answered wrongly does not."""
    for section, defaults in built.defaults.items():
        for number, row in values.rows(section) if defaults else ():
            for name, value in defaults.items():
                if (f"{section}.{name}", number) not in wrong:
                    row.setdefault(name, value)


def _arrange(questionnaire: Questionnaire, document: Any, built: AnswerSchema) -> tuple[Values, list[Problem]]:
    """Sections and rows of the document in the right shape, only with known names and without blanks."""
    values = Values({section.id: [] if section.is_table else {} for section in questionnaire.sections}, {})
    if not isinstance(document, Mapping):
        return values, [make_problem("document-shape", "")]
    strangers = _strangers(document, built.read)
    problems = [make_problem("unknown-section", shown(name), value=shown(name)) for name in strangers]
    for section in questionnaire.sections:
        content = document.get(section.id)
        if section.is_table:
            problems += _arrange_table(section, built.read[section.id], content, values)
        elif isinstance(content, Mapping):
            values.sections[section.id], found = _arrange_row(section, built.read[section.id], content, None)
            problems += found
        elif not is_blank(content):
            problems.append(make_problem("section-shape", section.id, section=section.title))
    return values, problems


def _strangers(given: Mapping[Any, Any], known: Container[str]) -> list[Any]:
    strangers = [name for name, value in given.items() if name not in known and not is_blank(value)]
    return strangers[:_MOST_STRANGERS]


def _arrange_table(section: Section, names: Collection[str], content: Any, values: Values) -> list[Problem]:
    rows, problems = values.sections[section.id], list[Problem]()
    numbers, ids = values.numbers.setdefault(section.id, []), values.ids.setdefault(section.id, [])
    if is_blank(content):
        return []
    if not isinstance(content, list | tuple):
        return [make_problem("table-shape", section.id, section=section.title)]
    if len(content) > MOST_ROWS:
        return [make_problem("too-many-rows", section.id, section=section.title, most=MOST_ROWS, count=len(content))]
    for number, raw in enumerate(content):
        if not isinstance(raw, Mapping):
            if not is_blank(raw):
                problems.append(make_problem("row-shape", section.id, number, section=section.title))
            continue
        row, found = _arrange_row(section, names, raw, number)
        problems += found
        if row:
            rows.append(row)
            numbers.append(number)
            ids.append(row_id(raw))
    return problems


def _arrange_row(
    section: Section, names: Collection[str], raw: Mapping[Any, Any], number: int | None
) -> tuple[dict[str, Any], list[Problem]]:
    row = {name: raw[name] for name in names if name in raw and not is_blank(raw[name])}
    beside = {ROW_ID} & raw.keys() if section.is_table else set()
    if len(row) + len(beside) == len(raw):
        return row, []
    strangers = [(shown(name), *strange(section, str(name))) for name in _strangers(raw, {*names, *beside})]
    return row, [make_problem(code, f"{section.id}.{name}", number, **values) for name, code, values in strangers]


_MOST_ROUNDS = 10  # a chain of questions that hang on each other is never longer; a circle ends here


def asked_only(questionnaire: Questionnaire, full: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are asked for; sections not asked are absent.

    Taking one answer out can close or open other questions, so it is repeated until nothing moves.
    """
    current = dict(full)
    for _ in range(_MOST_ROUNDS):
        kept = {
            section.id: _kept(section, full[section.id], current)
            for section in questionnaire.sections
            if section.when is None or section.when.holds(current)
        }
        if kept == current:
            break
        current = kept
    return current


def settled(section: Section, values: Answers) -> dict[str, Condition]:
    """Question name -> its condition, in which all that does not look at this section is already decided."""
    return {
        question.name: settle(question.when, values, section.id)
        for question in section.questions
        if question.when is not None
    }


def is_asked(question: Question, row: Mapping[str, JSON], conditions: Mapping[str, Condition]) -> bool:
    """Whether a question is asked in a row, given the conditions of the section as they are `settled`."""
    condition = conditions.get(question.name)
    return condition is None or condition.holds({}, row, question.section)


def settle(condition: Condition, values: Answers, section: str) -> Condition:
    """A condition that needs only the row: parts about other sections are decided once, not once a row."""
    if all(question.partition(".")[0] != section for question in condition.questions()):
        return Condition("all" if condition.holds(values) else "any")  # of nothing: always true, always false
    if condition.parts:
        return Condition(condition.op, parts=tuple(settle(part, values, section) for part in condition.parts))
    return condition


def _kept(section: Section, content: Any, current: Answers) -> Any:
    conditions = settled(section, current)
    if section.is_table:
        return [_kept_row(section.id, row, conditions) for row in content]
    return _kept_row(section.id, content, conditions)


def _kept_row(section: str, row: dict[str, JSON], conditions: Mapping[str, Condition]) -> dict[str, JSON]:
    kept = dict(row)
    for _ in range(_MOST_ROUNDS if conditions else 0):
        before = kept
        kept = {n: v for n, v in row.items() if n not in conditions or conditions[n].holds({}, before, section)}
        if kept == before:
            break
    return kept
