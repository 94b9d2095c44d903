"""The answers as plain tables, for runs without a person and for archives."""

from __future__ import annotations

from collections.abc import Sequence

from onboarding.answers.outline import OutlineCell, OutlineSection, outline
from onboarding.domain.json import Document
from onboarding.domain.language import Language
from onboarding.domain.problem import Problem
from onboarding.domain.question import Questionnaire
from onboarding.notebook.markup import badge, box, shown, table, text

LISTED = 20


def answers_html(questionnaire: Questionnaire, document: Document, problems: Sequence[Problem]) -> str:
    """All answers by section with what is wrong beside them; what is not asked is left out."""
    language = questionnaire.language
    parts = [box("quiet", f"<strong>{text(questionnaire.title)}</strong>"), _verdict(problems, language)]
    parts += [_section(section, language) for section in outline(questionnaire, document, problems)]
    return "".join(parts)


def _section(section: OutlineSection, language: Language) -> str:
    said = box("stopped", *map(text, section.problems)) if section.problems else ""
    if not section.is_table:
        rows = [[text(cell.label), _answer(cell, language)] for cell in section.fields]
        return table([language("Question"), language("Answer")], rows, section.title) + said
    if not section.rows:
        return f"<p><strong>{text(section.title)}</strong>: {text(language.count(0, 'row'))}</p>" + said
    cells = [[_answer(cell, language) for cell in row] for row in section.rows]
    return table(section.columns, cells, f"{section.title}: {language.count(len(cells), 'row')}") + said


def _answer(cell: OutlineCell, language: Language) -> str:
    said = "".join(f"<br>{badge('stopped', language('look'))} {text(problem)}" for problem in cell.problems)
    return text(shown(cell.value)) + said


def _verdict(problems: Sequence[Problem], language: Language) -> str:
    if not problems:
        fine = text(language("The answers are complete and without contradiction."))
        return box("done", f"{badge('done', language('no problem'))} {fine}")
    rows = [[text(p.place_in(language)), text(p.said_in(language))] for p in problems[:LISTED]]
    left = len(problems) - LISTED
    more = box("quiet", text(language("and {count} more", count=left))) if left > 0 else ""
    title = language("{things} to look at", things=language.count(len(problems), "thing"))
    return table([language("Where"), language("What")], rows, title) + more
