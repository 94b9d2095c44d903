"""A filled-in workbook back into answers, with every problem at its cell."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from onboarding.answers import sheet_layout
from onboarding.answers.assigned_questions import part_of
from onboarding.answers.messages import shown
from onboarding.answers.reading import Reading, ReadingBuilder, taker
from onboarding.answers.sheet_layout import SheetLayout
from onboarding.answers.value_kinds import is_blank
from onboarding.answers.workbook_guard import Package, unreadable
from onboarding.answers.workbook_rows import Cell, filled_rows
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, _
from onboarding.domain.question import Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID, brought
from onboarding.errors import AnswerError, InputError

Taker = Callable[[Any], JSON]
Columns = dict[int, tuple[str, Question, Taker] | None]
"""Position -> letter, question and how its cells are read; None where a heading says nothing to us, or ids stand."""

_CARRIAGE_RETURN = "_x000D_"  # how the format writes one, which the library leaves as it is
_MORE_COLUMNS = 40  # looked at beyond those there should be
DAMAGED = (
    ArithmeticError, AttributeError, EOFError, InvalidFileException, LookupError, OSError, ParseError, RuntimeError,
    SyntaxError, TypeError, ValueError, zipfile.BadZipFile,
)  # fmt: skip
"""What the library raises on workbooks that are not what they claim to be."""


def read_package(questionnaire: Questionnaire, package: Package) -> Reading:
    """Reads a workbook that was admitted.

    Raises AnswerError for a workbook of another profile, of no profile, or one that is damaged; InputError for the
    part of a party that is asked nothing any more.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of everything it drops; we only want the cells
            return _SheetReader(questionnaire, package).read()
    except InputError:
        raise
    except DAMAGED:
        raise unreadable() from None


class _SheetReader(ReadingBuilder):
    def __init__(self, questionnaire: Questionnaire, package: Package) -> None:
        super().__init__(questionnaire)
        self.merged = package.merged
        self.book = load_workbook(io.BytesIO(package.data), read_only=True, keep_links=False)
        self.sheets: dict[str, Any] = {sheet.title.casefold(): sheet for sheet in self.book.worksheets}

    def read(self) -> Reading:
        try:
            owner = self._hold_to_stamp()
            self.plan = SheetLayout(part_of(self.asked, owner))
            self._strangers()
            self._records()
            for section in self.plan.tables:
                self._table(section)
        finally:
            self.book.close()
        return self.reading(owner)

    # --- The workbook as a whole

    def _hold_to_stamp(self) -> str:
        """The party whose part this is, empty for the whole."""
        sheet = self.sheets.get(sheet_layout.STAMP)
        rows = sheet.iter_rows(1, 10, 1, 2, values_only=True) if sheet else ()
        stamp = {str(row[0]): str(row[1]) for row in rows if len(row) == 2}
        if "profile" not in stamp:
            message = _("This workbook was not made from our questionnaire.")
            remedy = _("Fill in the workbook you were sent; copy your answers into it.")
            raise AnswerError("WORKBOOK-TEMPLATE", message, remedy)
        if stamp["profile"] != self.asked.profile:
            names = {"given": shown(stamp["profile"]), "wanted": self.asked.profile}
            message = _("This workbook belongs to the profile {given}, not to {wanted}.", **names)
            raise AnswerError("WORKBOOK-PROFILE", message, _("Take the workbook of the right profile."))
        code = stamp.get("language", ENGLISH.code)
        if code != self.asked.language.code:
            names = {"given": shown(code), "wanted": self.asked.language.code}
            message = _("This workbook is in the language {given}, the customer's is {wanted}.", **names)
            remedy = _("Send the workbook of the customer's language, or change the customer's language.")
            raise AnswerError("WORKBOOK-LANGUAGE", message, remedy)
        version = stamp.get("version", "")
        if version != self.asked.version:
            self.report("template-old", "", severity="warning", value=shown(version), other=self.asked.version)
        return stamp.get("owner", "")

    def _strangers(self) -> None:
        known = {name.casefold() for name in (*self.plan.reserved, *self.plan.sheets.values(), self._list_of_marks())}
        for title, sheet in self.sheets.items():
            if title not in known:
                self.report("unknown-sheet", "", where=sheet_layout.quoted(sheet.title), value=shown(sheet.title))

    def _list_of_marks(self) -> str:
        """Name of the sheet that lists what was to correct when the workbook was sent back."""
        sheet = self.sheets.get(sheet_layout.MARKS)
        rows = sheet.iter_rows(1, 1, 1, 1, values_only=True) if sheet else ()
        return next((str(row[0]) for row in rows if row), "")

    def _sheet(self, name: str, section: str) -> Any:
        """The sheet of that name, or None after saying that it is missing."""
        sheet = self.sheets.get(name.casefold())
        if sheet is None:
            self.report("missing-sheet", section, where=sheet_layout.quoted(name), value=name)
            return None
        for ref in self.merged.get(sheet._worksheet_path, ())[:50]:
            self.report("merged-cells", section, where=f"{sheet_layout.quoted(name)}!{ref}", value=ref)
        return sheet

    # --- Records

    def _records(self) -> None:
        sheet = self._sheet(self.plan.answers, "") if self.plan.records else None
        if sheet is None:
            return
        name = sheet_layout.quoted(self.plan.answers)
        section: Section | None = None
        for number, row in filled_rows(sheet, sheet_layout.KEY + 1):
            where = f"{name}!{get_column_letter(sheet_layout.ANSWER + 1)}{number}"
            section = self._section_titled(row) or section
            question = self._question_of(row, section)
            if question is None:
                if number > 1 and not is_blank(row[sheet_layout.ANSWER].value):
                    self.report("unknown-line", "", where=where)
            elif (question.id, None) in self.cells:
                self.report("repeated-line", question.id, where=where, value=question.label)
            else:
                self.cells[question.id, None] = where
                self.cells.setdefault((question.section, None), name)
                value = self._value(row[sheet_layout.ANSWER], question, taker(self.asked, question), where, None)
                if value is not None:
                    self.document.setdefault(question.section, {})[question.name] = value

    def _section_titled(self, row: Sequence[Cell]) -> Section | None:
        """The section whose title stands on this line."""
        title = row[sheet_layout.QUESTION].value
        if row[sheet_layout.KEY].value is not None or row[sheet_layout.ANSWER].value is not None:
            return None
        return next((section for section in self.plan.records if section.title == title), None)

    def _question_of(self, row: Sequence[Cell], section: Section | None) -> Question | None:
        """The question of a line: by its hidden key, or by its words where somebody has deleted the key."""
        key, words = row[sheet_layout.KEY].value, row[sheet_layout.QUESTION].value
        if isinstance(key, str):
            found = self.plan.questionnaire.question(key)
            return found if found and found.section in {record.id for record in self.plan.records} else None
        if section is None or not isinstance(words, str):
            return None
        wanted = sheet_layout.heading_key(words)
        return next((q for q in section.questions if sheet_layout.heading_key(q.label) == wanted), None)

    # --- Tables

    def _table(self, section: Section) -> None:
        title = self.plan.sheets[section.id]
        sheet = self._sheet(title, section.id)
        if sheet is None:
            return
        name = sheet_layout.quoted(title)
        self.cells[section.id, None] = name
        lines = filled_rows(sheet, len(section.questions) + _MORE_COLUMNS)
        top, head = next(lines, (0, ()))
        columns = self._columns(section, name, head if top == 1 else ())
        ids = next((place for place, cell in enumerate(head) if str(cell.value).strip() == ROW_ID), None)
        rows: list[dict[str, JSON]] = []
        for number, row in lines if top == 1 else ():
            if self.is_full(section, rows, f"{name}!A{number}"):
                break
            answers = self._row(columns, row, name, number, len(rows))
            if answers is not None:
                self.cells[section.id, len(rows)] = f"{name}!A{number}"
                for letter, question, _other in filter(None, columns.values()):
                    self.cells[question.id, len(rows)] = f"{name}!{letter}{number}"
                rows.append(answers if ids is None else answers | brought(row[ids].value))
        if rows:
            self.document[section.id] = rows

    def _columns(self, section: Section, name: str, head: Sequence[Cell]) -> Columns:
        """The columns that have a heading; a heading that is not known is reported."""
        named = {sheet_layout.heading_key(question.name): question for question in section.questions}
        headings = sheet_layout.headings(section)
        named |= {sheet_layout.heading_key(headings[question.name]): question for question in section.questions}
        columns: Columns = {}
        found: list[Question] = []
        for position, cell in enumerate(head):
            if is_blank(cell.value):
                continue
            letter, text = get_column_letter(position + 1), str(cell.value)
            columns[position] = None
            if text.strip() == ROW_ID:
                continue
            question = named.get(sheet_layout.heading_key(text)) if cell.data_type == "s" else None
            if question := self.column(section, text, question, found, f"{name}!{letter}1"):
                columns[position] = (letter, question, taker(self.asked, question))
                found.append(question)
        for question in section.questions:
            if question not in found:
                self.report("missing-column", question.id, where=name, value=question.label)
        return columns

    def _row(self, columns: Columns, row: Sequence[Cell], name: str, number: int, place: int) -> dict[str, JSON] | None:
        """Answers of one line; None when it is blank as far as the headings reach."""
        answers, is_used = {}, False
        for position, cell in enumerate(row):
            if cell.value is None or is_blank(cell.value):
                continue
            if position not in columns:
                where = f"{name}!{get_column_letter(position + 1)}{number}"
                self.report("no-heading", "", where=where, value=shown(str(cell.value)))
                columns[position] = None  # reported once, enough for the column
            elif column := columns[position]:
                is_used = True
                letter, question, take = column
                value = self._value(cell, question, take, f"{name}!{letter}{number}", place)
                if value is not None:
                    answers[question.name] = value
        return answers if is_used else None

    def _value(self, cell: Cell, question: Question, take: Taker, where: str, row: int | None) -> JSON:
        """What a cell says as an answer; None when it says nothing, or nothing that may be used."""
        if cell.data_type == "f":
            self.report("formula", question.id, row, where=where)
            return None
        if cell.data_type == "e":
            self.report("cell-error", question.id, row, where=where, value=shown(str(cell.value)))
            return None
        value = cell.value
        if isinstance(value, str) and _CARRIAGE_RETURN in value:
            value = value.replace(_CARRIAGE_RETURN, "\r")
        return None if is_blank(value) else take(value)
