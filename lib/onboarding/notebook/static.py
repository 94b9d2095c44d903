"""The answers as plain tables, for runs without a person and for archives."""

from __future__ import annotations

from collections.abc import Sequence

from onboarding.answers.printable import OutlineCell, OutlineSection, outline
from onboarding.domain.json import Answers
from onboarding.domain.language import Language
from onboarding.domain.question import Problem, Questionnaire
from onboarding.html.inline import badge, box, strong, table
from onboarding.html.parts import EMPTY, Markup, fill, join
from onboarding.notebook.wording import NOTHING

LISTED = 20


def answers_html(questionnaire: Questionnaire, document: Answers, problems: Sequence[Problem]) -> Markup:
    """All answers by section with what is wrong beside them; what is not asked is left out."""
    language = questionnaire.language
    parts = [box("quiet", strong(questionnaire.title)), _verdict(problems, language)]
    parts += [_section(section, language) for section in outline(questionnaire, document, problems)]
    return join(parts)


def _section(section: OutlineSection, language: Language) -> Markup:
    wrong = box("stopped", *section.problems) if section.problems else EMPTY
    if not section.is_table:
        rows = [[cell.label, _answer(cell, language)] for cell in section.fields]
        return table([language("Question"), language("Answer")], rows, section.title) + wrong
    if not section.rows:
        return fill("<p><strong>{}</strong>: {}</p>{}", section.title, language.count(0, "row"), wrong)
    cells = [[_answer(cell, language) for cell in row] for row in section.rows]
    return table(section.columns, cells, f"{section.title}: {language.count(len(cells), 'row')}") + wrong


def _answer(cell: OutlineCell, language: Language) -> Markup | str:
    words = cell.value or NOTHING
    wrong = [fill("{} {}", badge("stopped", language("look")), problem) for problem in cell.problems]
    return join([words, *wrong], "<br>") if wrong else words


def _verdict(problems: Sequence[Problem], language: Language) -> Markup:
    if not problems:
        fine = language("The answers are complete and without contradiction.")
        return box("done", fill("{} {}", badge("done", language("no problem")), fine))
    rows = [[p.place_in(language), p.sentence_in(language)] for p in problems[:LISTED]]
    left = len(problems) - LISTED
    more = box("quiet", language("and {count} more", count=left)) if left > 0 else EMPTY
    title = language("{things} to look at", things=language.count(len(problems), "thing"))
    return table([language("Where"), language("What")], rows, title) + more
