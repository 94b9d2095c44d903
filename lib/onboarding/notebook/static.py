"""The answers as plain tables, for runs without a person and for archives."""

from __future__ import annotations

from collections.abc import Sequence

from onboarding.answers.outline import OutlineCell, OutlineSection, outline
from onboarding.domain.json import Document
from onboarding.domain.problem import Problem
from onboarding.domain.question import Questionnaire
from onboarding.notebook.markup import badge, box, count, shown, table, text

LISTED = 20


def answers_html(questionnaire: Questionnaire, document: Document, problems: Sequence[Problem]) -> str:
    """All answers by section with what is wrong beside them; what is not asked is left out."""
    parts = [box("quiet", f"<strong>{text(questionnaire.title)}</strong>"), _verdict(problems)]
    parts += [_section(section) for section in outline(questionnaire, document, problems)]
    return "".join(parts)


def _section(section: OutlineSection) -> str:
    said = box("stopped", *map(text, section.problems)) if section.problems else ""
    if not section.is_table:
        rows = [[text(cell.label), _answer(cell)] for cell in section.fields]
        return table(["Question", "Answer"], rows, section.title) + said
    if not section.rows:
        return f"<p><strong>{text(section.title)}</strong>: no rows</p>" + said
    cells = [[_answer(cell) for cell in row] for row in section.rows]
    return table(section.columns, cells, f"{section.title}: {count(len(cells), 'row')}") + said


def _answer(cell: OutlineCell) -> str:
    said = "".join(f"<br>{badge('stopped', 'look')} {text(problem)}" for problem in cell.problems)
    return text(shown(cell.value)) + said


def _verdict(problems: Sequence[Problem]) -> str:
    if not problems:
        return box("done", badge("done", "no problem") + " The answers are complete and without contradiction.")
    rows = [[text(problem.place), text(problem.message)] for problem in problems[:LISTED]]
    more = box("quiet", f"and {len(problems) - LISTED} more") if len(problems) > LISTED else ""
    return table(["Where", "What"], rows, f"{count(len(problems), 'thing')} to look at") + more
