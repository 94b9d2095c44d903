"""The schema of one questionnaire: a pydantic model with a field a section, built from the questions.

A document is first *arranged* (sections and rows of the right shape, blanks and strangers out), then validated
in one go; what is wrong is left out and reported, the rest becomes normalised values. What is asked, given what has
been answered, is seen by the conditions of sections and questions, applied to whole tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model

from onboarding.answers.messages import make_problem, shown
from onboarding.answers.value_kinds import is_blank, normaliser
from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Kind, Problem, Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID, row_id

MOST_ROWS = 20_000
"""Rows a table may have; ten times the largest customer. Beyond it nothing of the table is read."""

_MOST_STRANGERS = 50  # unknown names reported of one section or row

_TYPES: dict[Kind, Any] = {Kind.INTEGER: int, Kind.YES_NO: bool, Kind.CHOICES: list[str]}
_CONFIG = ConfigDict(strict=True, protected_namespaces=())


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
    """The model of one questionnaire, with the defaults of its questions."""

    model: type[BaseModel]
    defaults: Mapping[str, Mapping[str, JSON]]  # section id -> question name -> normalised default


@lru_cache(maxsize=32)
def schema(questionnaire: Questionnaire) -> AnswerSchema:
    """The schema of a questionnaire; built once."""
    fields, defaults = dict[str, Any](), {}
    for position, section in enumerate(questionnaire.sections):
        defaults[section.id] = {
            question.name: normaliser(question, questionnaire.question(question.to))(question.default)
            for question in section.questions
            if not is_blank(question.default)
        }
        model: Any = _section_model(questionnaire, section)
        fields[f"s{position}"] = (list[model] if section.is_table else model, Field(alias=section.id))
    # Fields are numbered and the ids are aliases: a question may be called copy or json.
    return AnswerSchema(create_model("Answers", __config__=_CONFIG, **fields), defaults)


def _section_model(questionnaire: Questionnaire, section: Section) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for position, question in enumerate(section.questions):
        before = BeforeValidator(normaliser(question, questionnaire.question(question.to)))
        fields[f"q{position}"] = (Annotated[_TYPES.get(question.kind, str), before], Field(None, alias=question.name))
    return create_model(section.id, __config__=_CONFIG, **fields)


def normalise(questionnaire: Questionnaire, document: Answers) -> tuple[Values, list[Problem]]:
    """Values of all that can be read, and a problem for all that cannot. Conditions are not looked at yet."""
    arranged, problems = _arrange(questionnaire, document)
    built = schema(questionnaire)
    try:
        model = built.model.model_validate(arranged.sections)
    except ValidationError as error:
        problems += _problems(error, arranged, built, questionnaire)
        model = built.model.model_validate(arranged.sections)
    arranged.sections = model.model_dump(by_alias=True, exclude_none=True)
    _apply_defaults(arranged, built, {(p.question, p.row) for p in problems})
    return arranged, problems


def _apply_defaults(values: Values, built: AnswerSchema, wrong: set[tuple[str, int | None]]) -> None:
    """What was not answered takes its default; what was answered wrongly does not."""
    for section, defaults in built.defaults.items():
        for number, row in values.rows(section) if defaults else ():
            for name, value in defaults.items():
                if (f"{section}.{name}", number) not in wrong:
                    row.setdefault(name, value)


def _problems(error: ValidationError, arranged: Values, built: AnswerSchema, asked: Questionnaire) -> list[Problem]:
    """A problem for each error; the answers they are about are taken out of ``arranged``."""
    found = []
    for entry in error.errors(include_url=False, include_input=False):
        section, *rest = entry["loc"]
        row = arranged.numbers[str(section)][int(rest[0])] if len(rest) > 1 else None
        holder = arranged.sections[str(section)]
        (holder[rest[0]] if len(rest) > 1 else holder).pop(rest[-1], None)
        question = f"{section}.{rest[-1]}"
        found.append(make_problem(entry["type"], question, row, **entry.get("ctx", {})))
    return found


def _arrange(questionnaire: Questionnaire, document: Any) -> tuple[Values, list[Problem]]:
    """The document in the shape the schema expects, only with known names and without blanks."""
    values = Values({section.id: [] if section.is_table else {} for section in questionnaire.sections}, {})
    if not isinstance(document, Mapping):
        return values, [make_problem("document-shape", "")]
    known = {section.id for section in questionnaire.sections}
    problems = [make_problem("unknown-section", shown(name), value=shown(name)) for name in _strangers(document, known)]
    for section in questionnaire.sections:
        content = document.get(section.id)
        if section.is_table:
            problems += _arrange_table(section, content, values)
        elif isinstance(content, Mapping):
            values.sections[section.id], strangers = _arrange_row(section, content, None)
            problems += strangers
        elif not is_blank(content):
            problems.append(make_problem("section-shape", section.id, section=section.title))
    return values, problems


def _strangers(given: Mapping[Any, Any], known: set[str]) -> list[Any]:
    strangers = [name for name, value in given.items() if name not in known and not is_blank(value)]
    return strangers[:_MOST_STRANGERS]


def _arrange_table(section: Section, content: Any, values: Values) -> list[Problem]:
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
        row, strangers = _arrange_row(section, raw, number)
        problems += strangers
        if row:
            rows.append(row)
            numbers.append(number)
            ids.append(row_id(raw))
    return problems


def _arrange_row(section: Section, raw: Mapping[Any, Any], number: int | None) -> tuple[dict[str, Any], list[Problem]]:
    names = [question.name for question in section.questions]
    row = {name: raw[name] for name in names if name in raw and not is_blank(raw[name])}
    beside = {ROW_ID} & raw.keys() if section.is_table else set()
    if len(row) + len(beside) == len(raw):
        return row, []
    strangers = [shown(name) for name in _strangers(raw, {*names, *beside})]
    return row, [
        make_problem("unknown-question", f"{section.id}.{name}", number, section=section.title, value=name)
        for name in strangers
    ]


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
