"""What was read from a file: a document, what was wrong with the file, and where each answer stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from pydantic_core import PydanticCustomError

from onboarding.answers.answer_schema import MOST_ROWS
from onboarding.answers.messages import make_problem, shown
from onboarding.answers.value_kinds import folded, is_blank, normaliser
from onboarding.domain.answer_text import NO, YES
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Kind, Problem, Question, Questionnaire, Section
from onboarding.domain.row import Likeness, Row, answers_in, by_answers, text_of

_HALF = re.compile(r"[\ud800-\udfff]")  # half a character: no file can hold it
_LARGEST = 2**53  # beyond it JSON readers disagree

Place = tuple[str, int | None]
"""(question or section id, row in the document or None)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was given, normalised where it could be, with the ``problems`` of the file itself.

    ``cells`` says where an answer stands (``Users!D7``), answered or not; empty for faces that have no cells. ``owner``
    is the party whose part of the questionnaire this is, empty when it is the whole.
    """

    document: Answers
    problems: tuple[Problem, ...] = ()
    cells: Mapping[Place, str] = field(default_factory=dict)
    owner: str = ""

    def locate(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems with the cell, row or sheet they are about."""
        return tuple(replace(problem, where=problem.where or self._where(problem)) for problem in problems)

    def _where(self, problem: Problem) -> str:
        places = (problem.question, problem.row), (problem.section, problem.row), (problem.section, None)
        return next((self.cells[place] for place in places if place in self.cells), "")


class ReadingBuilder:
    """A reading while a file is gone through: the answers, what is wrong with the file, where each answer stands."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.asked = questionnaire
        self.document: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.cells: dict[Place, str] = {}

    def reading(self, owner: str = "") -> Reading:
        """What was read."""
        return Reading(self.document, tuple(self.problems), self.cells, owner)

    def report(self, code: str, question: str, row: int | None = None, **more: Any) -> None:
        """Adds a problem, see `make_problem`."""
        self.problems.append(make_problem(code, question, row, **more))

    def column(
        self, section: Section, heading: str, question: Question | None, found: Collection[Question], where: str
    ) -> Question | None:
        """The question of a column; a heading that is unknown or among the ``found`` already is reported."""
        if question is None:
            self.report("unknown-column", section.id, where=where, value=shown(heading))
        elif question in found:
            self.report("repeated-column", section.id, where=where, value=question.label)
        return None if question in found else question

    def is_full(self, section: Section, rows: Sequence[object], where: str) -> bool:
        """Whether a table has all the rows it may have, so that a further one is reported."""
        if is_much := len(rows) == MOST_ROWS:
            much: dict[str, Any] = {"section": section.title, "most": MOST_ROWS, "count": f"more than {MOST_ROWS}"}
            self.report("too-many-rows", section.id, where=where, **much)
        return is_much


def taker(questionnaire: Questionnaire, question: Question) -> Callable[[Any], JSON]:
    """What a cell holds -> its normalised value, or what it holds as JSON when that is no answer to the question."""
    normalised = normaliser(question, questionnaire.question(question.to))
    yes_or_no: dict[str, JSON] = {}
    if question.kind is Kind.YES_NO:
        yes_or_no = {folded(questionnaire.language(YES)): True, folded(questionnaire.language(NO)): False}

    def take(raw: Any) -> JSON:
        try:
            return normalised(raw)
        except PydanticCustomError:
            return yes_or_no.get(folded(raw), plain(raw)) if yes_or_no and isinstance(raw, str) else plain(raw)

    return take


def taken(questionnaire: Questionnaire, question: Question, raw: Any) -> JSON:
    """The normalised value of a single cell, see `taker`."""
    return taker(questionnaire, question)(raw)


def likeness(questionnaire: Questionnaire) -> Callable[[str], Likeness]:
    """Section -> how its rows are compared: by their answers in normal form, and by the answer in the key column."""

    def of(section_id: str) -> Likeness:
        section = questionnaire.section(section_id)
        return by_answers(section_id) if section is None else likeness_in(questionnaire, section)

    return of


def likeness_in(questionnaire: Questionnaire, section: Section) -> Likeness:
    """How the rows of one section are compared, see `likeness`."""
    takers = {question.name: taker(questionnaire, question) for question in section.questions}

    def compared(row: Row) -> tuple[str, str | None]:
        given = {name: value for name, value in answers_in(row).items() if not is_blank(value)}
        answers = {name: takers.get(name, plain)(value) for name, value in given.items()}
        return text_of(answers), str(answers[section.key]).casefold() if section.key in answers else None

    return compared


def plain(raw: Any) -> JSON:
    """What a file holds as JSON that can be kept: dates, and numbers JSON has no room for, become text.

    Raises RecursionError when lists and tables are nested beyond reason.
    """
    if isinstance(raw, str):
        return _HALF.sub("\ufffd", raw)
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ")
    if isinstance(raw, date | time):
        return raw.isoformat()
    if isinstance(raw, list):
        return [plain(item) for item in raw]
    if isinstance(raw, dict):
        return {plain(str(key)): plain(item) for key, item in raw.items()}
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return raw if abs(raw) <= _LARGEST else shown(raw)
    return shown(str(raw))
