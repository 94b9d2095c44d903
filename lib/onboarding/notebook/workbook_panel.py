"""The workbook's way out and in, as part of the form: download, upload, look at what it would change, confirm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from onboarding.answers.reading import Reading
from onboarding.case.attachments import XLSX
from onboarding.domain.answer_text import answer_text, key_text
from onboarding.domain.difference import Change, What, differences
from onboarding.domain.json import Answers
from onboarding.domain.language import Language, _
from onboarding.domain.question import Problem, Questionnaire, Section
from onboarding.errors import OnboardingError
from onboarding.html.inline import strong
from onboarding.html.parts import EMPTY, Markup, fill, items, join, paragraph
from onboarding.notebook.controls import FormScript, Line, button, column, row
from onboarding.notebook.undo_question import NOTHING_UNDONE, Undoing
from onboarding.notebook.wording import fine, refused

LISTED = 50  # problems of a workbook
NAMED = 8  # changes of a section

_ROWS = {
    What.ADDED: (_("{rows} added"), _("added: {row}")),
    What.CHANGED: (_("{rows} changed"), _("changed: {row}")),
    What.REMOVED: (_("{rows} removed"), _("removed: {row}")),
}


@dataclass(frozen=True, slots=True)
class SectionChange:
    """How one section would change: ``summary`` in a few words, ``lines`` with the details."""

    section: str
    title: str
    summary: str
    lines: tuple[str, ...] = ()


class WorkbookPanel:
    """``take_over(document, changed sections)`` is called once the person has seen and confirmed the changes.

    ``document`` is kept up to date by the form: what an upload is compared with. ``mark_up(bytes)`` gives the copy of
    an uploaded workbook in which its problems are marked, ``undoes(document)`` what taking its answers would undo.
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        script: FormScript,
        read_upload: Callable[[str, bytes], Reading] | None,
        export: Callable[[], bytes] | None,
        file_name: str,
        take_over: Callable[[Answers, Sequence[str]], None],
        mark_up: Callable[[bytes], bytes] | None = None,
        undoes: Callable[[Answers], Undoing] | None = None,
    ) -> None:
        self.document: Answers = {}
        self.language = questionnaire.language
        self._questionnaire, self._script, self._file_name = questionnaire, script, file_name
        self._read, self._export, self._take_over = read_upload, export, take_over
        self._mark_up, self._undoes = mark_up, undoes
        self._waiting: tuple[Answers, list[str]] | None = None
        self._returned: tuple[str, bytes] = ("", b"")
        self.download = button(self.language("Download the workbook"), self._hand_out, icon="download")
        self.marked = button(self.language("Download it with its problems marked"), self._hand_back, icon="download")
        self.confirm = button(self.language("Take these answers"), self._confirmed, "primary")
        self.cancel = button(self.language("Leave everything as it is"), self._clear)
        self.upload = self._new_upload()
        self.result = Line("", "live")
        self._choice, self._tools = row([self.confirm, self.cancel], "choice"), row([], "tools")
        self.box = column([self._tools, self.result, row([self.marked], "choice"), self._choice], "workbook")
        self._fill_tools()
        self._clear()

    def _fill_tools(self) -> None:
        self._tools.children = [*([self.download] if self._export else []), *([self.upload] if self._read else [])]
        self.box.layout.display = None if self._tools.children else "none"

    def _new_upload(self) -> widgets.FileUpload:
        words = self.language("Upload a filled-in workbook")
        upload = widgets.FileUpload(accept=".xlsx", multiple=False, description=words, layout={"width": "auto"})
        upload.observe(self._uploaded, "value")
        return upload

    def _hand_out(self) -> None:
        if self._export is not None:
            self._give(self._file_name, self._export)

    def _hand_back(self) -> None:
        """The uploaded workbook with its problems marked, to be mailed to whoever filled it in."""
        name, data = self._returned
        if self._mark_up is not None:
            self._give(f"{Path(name).stem}-{self.language('to-correct')}.xlsx", partial(self._mark_up, data))

    def _give(self, name: str, make: Callable[[], bytes]) -> None:
        try:
            self._script.download(name, XLSX, make())
        except OnboardingError as error:
            self._clear(refused(error, self.language))

    def _uploaded(self, change: Any) -> None:
        if not change["new"] or self._read is None:
            return
        item = change["new"][0]
        self._returned = item["name"], bytes(item["content"])
        self.upload = self._new_upload()  # the browser reports the same file again only to a new control
        self._fill_tools()
        try:
            reading = self._read(*self._returned)
        except OnboardingError as error:
            self._clear(refused(error, self.language))
            return
        found = section_changes(self._questionnaire, self.document, reading.document)
        changed = [difference.section for difference in found]
        self._waiting = ({**self.document, **{name: reading.document[name] for name in changed}}, changed)
        changes = {name: reading.document[name] for name in changed}
        undone = self._undoes(changes) if self._undoes and changed else NOTHING_UNDONE
        self.result.value = _reading_html(self._returned[0], reading.problems, found, undone, self.language)
        self.marked.layout.display = None if reading.problems and self._mark_up else "none"
        self._choice.layout.display = None if found else "none"

    def _confirmed(self) -> None:
        if self._waiting is None:
            return
        document, changed = self._waiting
        offered = self.marked.layout.display
        self._clear(fine(self.language("The answers of the workbook are in the form.")))
        self.marked.layout.display = offered  # what was wrong is still to be shown to whoever filled it in
        self._take_over(document, changed)

    def _clear(self, html: Markup = EMPTY) -> None:
        self._waiting = None
        self.marked.layout.display = "none"
        self.result.value = html
        self._choice.layout.display = "none"


def section_changes(questionnaire: Questionnaire, old: Answers, new: Answers) -> list[SectionChange]:
    """The sections ``new`` holds that differ from ``old``, in the language and order of the questionnaire."""
    before = {section.id: old.get(section.id) for section in questionnaire.sections if section.id in new}
    found = differences(questionnaire, before, {name: new[name] for name in before})
    by_section = groupby(found, key=lambda change: change.place.section)
    return [
        _of_section(section, list(changes), questionnaire.language)
        for section_id, changes in by_section
        if (section := questionnaire.section(section_id))
    ]


def not_kept_html(questionnaire: Questionnaire, kept: Answers, typed: Answers) -> Markup:
    """What of the answers as they were typed is not among those that are kept; nothing where all of it is."""
    found = section_changes(questionnaire, kept, typed)
    if not found:
        return EMPTY
    listed = items(fill("{}: {}{}", strong(one.title), one.summary, items(one.lines)) for one in found)
    return join([paragraph(questionnaire.language("What you had typed is not kept:")), listed])


def _of_section(section: Section, changes: Sequence[Change], language: Language) -> SectionChange:
    summary, lines = (_table if section.is_table else _record)(section, changes, language)
    more = len(lines) - NAMED
    shown = (*lines[:NAMED], *([language("and {count} more", count=more)] if more > 0 else []))
    return SectionChange(section.id, section.title, summary, shown)


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


def _reading_html(
    name: str, problems: Sequence[Problem], found: Sequence[SectionChange], undone: Undoing, language: Language
) -> Markup:
    """What the workbook holds: its problems by place, then what it would change, and what that undoes."""
    read = language("{file} was read: {problems}.", file=name, problems=language.count(len(problems), "problem"))
    parts = [paragraph(read)]
    if problems:
        parts.append(
            items(fill("{} {}", strong(p.place_in(language)), p.sentence_in(language)) for p in problems[:LISTED])
        )
    if (left := len(problems) - LISTED) > 0:
        parts.append(paragraph(language("and {count} more", count=left)))
    if not found:
        return join([*parts, paragraph(language("It holds the same answers as the form: nothing would change."))])
    parts.append(paragraph(language("Taking its answers would change:")))
    parts.append(items(fill("{}: {}{}", strong(one.title), one.summary, items(one.lines)) for one in found))
    if undone:
        words = language("What follows from this change:")
        if undone.is_ordered:
            words = language("What a change order would open with this change:")
        parts += [paragraph(words), items(map(language, undone.sentences))]
    return join(parts)
