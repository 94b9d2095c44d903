"""What a returned workbook would change, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from onboarding.domain.answer_text import answer_text, key_text
from onboarding.domain.difference import Change, What, differences
from onboarding.domain.json import Document
from onboarding.domain.language import Language, say
from onboarding.domain.question import Questionnaire, Section

LISTED = 8

_ROWS = {
    What.ADDED: (say("{rows} added"), say("added: {row}")),
    What.CHANGED: (say("{rows} changed"), say("changed: {row}")),
    What.REMOVED: (say("{rows} removed"), say("removed: {row}")),
}


@dataclass(frozen=True, slots=True)
class SectionChange:
    """How one section would change: ``summary`` in a few words, ``lines`` with the details."""

    section: str
    title: str
    summary: str
    lines: tuple[str, ...] = ()


def section_changes(questionnaire: Questionnaire, old: Document, new: Document) -> list[SectionChange]:
    """The sections ``new`` holds that differ from ``old``, in the language and order of the questionnaire."""
    before = {section.id: old.get(section.id) for section in questionnaire.sections if section.id in new}
    found = differences(questionnaire, before, {name: new[name] for name in before})
    by_section = groupby(found, key=lambda change: change.place.section)
    return [
        _of_section(section, list(changes), questionnaire.language)
        for section_id, changes in by_section
        if (section := questionnaire.section(section_id))
    ]


def _of_section(section: Section, changes: Sequence[Change], language: Language) -> SectionChange:
    summary, lines = (_table if section.is_table else _record)(section, changes, language)
    more = len(lines) - LISTED
    told = (*lines[:LISTED], *([language("and {count} more", count=more)] if more > 0 else []))
    return SectionChange(section.id, section.title, summary, told)


def _record(section: Section, changes: Sequence[Change], language: Language) -> tuple[str, list[str]]:
    lines = []
    for change in changes:
        question = section.question(change.place.question)
        was, now = (answer_text(question, value, language) or "—" for value in (change.old, change.new))
        lines.append(f"{question.label if question else change.place.question}: {was} → {now}")
    return language("{answers} changed", answers=language.count(len(lines), "answer")), lines


def _table(section: Section, changes: Sequence[Change], language: Language) -> tuple[str, list[str]]:
    summary, lines = [], []
    for what, (words, line) in _ROWS.items():
        rows = {
            change.place.row: key_text(section, change.beside or {}) or language("row {number}", number=change.number)
            for change in changes
            if change.what is what
        }
        if rows:
            summary.append(language(words, rows=language.count(len(rows), "row")))
        lines += [language(line, row=row) for row in rows.values()]
    return ", ".join(summary) or language("another order"), lines
