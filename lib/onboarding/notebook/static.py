"""The answers as a plain table, for runs without a person and for archives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onboarding.domain.json import JSON, Document
from onboarding.domain.problem import Problem
from onboarding.domain.question import Question, Questionnaire, Section, labels
from onboarding.notebook.markup import badge, box, count, shown, table, text
from onboarding.notebook.sections import Checked

LISTED = 20


def answers_html(questionnaire: Questionnaire, document: Document, checked: Checked) -> str:
    """All answers by section, then what is wrong; what is not asked is left out."""
    parts = [box("quiet", f"<strong>{text(questionnaire.title)}</strong>")]
    asked = [s for s in questionnaire.sections if s.when is None or s.when.holds(checked.values)]
    parts += [_section(section, document.get(section.id), checked.values) for section in asked]
    return "".join(parts) + _problems(checked.problems)


def _section(section: Section, held: JSON, values: Document) -> str:
    if not section.is_table:
        record = held if isinstance(held, Mapping) else {}
        asked = [q for q in section.questions if q.when is None or q.when.holds(values)]
        return table(["Question", "Answer"], [[text(q.label), _answer(q, record)] for q in asked], section.title)
    rows = [row for row in held if isinstance(row, Mapping)] if isinstance(held, list) else []
    headers = [question.label for question in section.questions]
    cells = [[_answer(question, row) for question in section.questions] for row in rows]
    return table(headers, cells, f"{section.title}: {count(len(rows), 'row')}")


def _answer(question: Question, held: Mapping[str, Any]) -> str:
    value = held.get(question.name)
    names = labels(question.options)
    if isinstance(value, list):
        return text(shown([names.get(item, item) if isinstance(item, str) else item for item in value]))
    return text(shown(names.get(value, value) if isinstance(value, str) else value))


def _problems(problems: Sequence[Problem]) -> str:
    if not problems:
        return box("done", badge("done", "no problem") + " The answers are complete and without contradiction.")
    rows = [[text(problem.place), text(problem.message)] for problem in problems[:LISTED]]
    more = box("quiet", f"and {len(problems) - LISTED} more") if len(problems) > LISTED else ""
    return table(["Where", "What"], rows, count(len(problems), "problem")) + more
