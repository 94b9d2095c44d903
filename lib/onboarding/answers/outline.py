"""The answers as a listing to read: for the notebook that runs by itself, for reports and for printing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onboarding.answers.kinds import is_blank
from onboarding.answers.messages import shown
from onboarding.answers.reading import Place
from onboarding.answers.schema import Values, asked_only, normalise, settled
from onboarding.domain.answer_text import answer_text
from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON, Document
from onboarding.domain.language import Language
from onboarding.domain.question import Problem, Question, Questionnaire, Section


@dataclass(frozen=True, slots=True)
class OutlineCell:
    """One answer as people read it; empty when there is none. ``problems`` are the sentences about it."""

    question: str
    label: str
    value: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """One section that is asked.

    A record has ``fields``; a table has ``columns`` (labels) and ``rows`` of as many cells; columns nobody answered are
    left out. ``problems`` are the sentences about the section as a whole.
    """

    id: str
    title: str
    is_table: bool
    fields: tuple[OutlineCell, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[OutlineCell, ...], ...] = ()
    problems: tuple[str, ...] = ()


def outline(questionnaire: Questionnaire, document: Document, problems: Iterable[Problem] = ()) -> list[OutlineSection]:
    """The sections that are asked with their answers in words; ``problems`` are those `check` found in the document.

    Numbers are shown in national form, choices by their label, yes and no in words; what could not be understood, as it
    was typed.
    """
    full, _ = normalise(questionnaire, document)
    values = replace(full, held=asked_only(questionnaire, full.held))
    sentences: dict[Place, list[str]] = defaultdict(list)
    for problem in problems:
        sentences[problem.question, problem.row].append(problem.said_in(questionnaire.language))
    return [
        _section(section, values, document.get(section.id), sentences, questionnaire.language)
        for section in questionnaire.sections
        if section.id in values.held
    ]


def _section(
    section: Section, values: Values, raw: Any, sentences: Mapping[Place, Sequence[str]], language: Language
) -> OutlineSection:
    conditions = settled(section, values.held)

    def cell(question: Question, number: int | None, held: Mapping[str, JSON]) -> OutlineCell:
        words = answer_in_words(question, held, raw if number is None else raw[number], language)
        return OutlineCell(question.id, question.label, words, tuple(sentences.get((question.id, number), ())))

    rows = [
        [cell(question, number, held) for question in section.questions if _asked(question, held, conditions)]
        for number, held in values.rows(section.id)
    ]
    found = tuple(sentences.get((section.id, None), ()))
    if not section.is_table:
        return OutlineSection(section.id, section.title, False, tuple(rows[0]), problems=found)
    used = {cell.question for row in rows for cell in row if cell.value or cell.problems}
    columns = [question for question in section.questions if question.id in used]
    lines = []
    for row in rows:
        cells = {cell.question: cell for cell in row}
        lines.append(tuple(cells.get(q.id, OutlineCell(q.id, q.label, "")) for q in columns))
    return OutlineSection(
        section.id, section.title, True, columns=tuple(q.label for q in columns), rows=tuple(lines), problems=found
    )


def _asked(question: Question, row: Mapping[str, JSON], conditions: Mapping[str, Condition]) -> bool:
    condition = conditions.get(question.name)
    return condition is None or condition.holds({}, row, question.section)


def answer_in_words(question: Question, held: Mapping[str, JSON], typed: Any, language: Language) -> str:
    """The answer in a row of normalised values, or what was ``typed`` there and not understood; empty for neither."""
    if question.name in held:
        return answer_text(question, held[question.name], language)
    raw = typed.get(question.name) if isinstance(typed, Mapping) else None
    return "" if is_blank(raw) else shown(raw)
