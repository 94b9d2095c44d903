"""Questionnaire and answers as an Excel workbook that a customer fills in.

Everything is written as text, never as a formula or link, so no answer can come to life in Excel. The same
questionnaire and document always give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from onboarding.answers import sheet_layout
from onboarding.answers.assigned_questions import part_of
from onboarding.answers.messages import shown
from onboarding.answers.sheet_layout import SheetLayout
from onboarding.answers.value_kinds import is_blank
from onboarding.answers.workbook_style import WIDTHS, Style, instructions
from onboarding.domain.answer_text import answer_text
from onboarding.domain.json import Answers
from onboarding.domain.language import ENGLISH, _
from onboarding.domain.question import Kind, Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID, Row, row_id, rows_in
from onboarding.errors import AnswerError
from onboarding.text import in_xml

HEADS = (_("Question"), _("Answer"), _("What it means"), _("Key"))
"""Headings of the sheet of records."""

FORMAT = "1"
"""Version of the arrangement itself, kept in the stamp beside that of the questionnaire."""

_TEXT_STAYS_TEXT = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
_OPTIONS = {"in_memory": True, "default_date_format": "yyyy-mm-dd", **_TEXT_STAYS_TEXT}
_BORN = datetime(2000, 1, 1)  # noqa: DTZ001  the file format has no time zone here; fixed, so that bytes repeat
_LONGEST_CELL = 32_767  # Excel's own limit


class Memory(io.BytesIO):
    """A file in memory that nobody closes, so that an archive written to it can end itself whenever it is collected.

    Both workbook libraries leave their archive open when a save is cut short by an exception.
    """

    def close(self) -> None:
        """Nothing: the memory is freed with the object."""


def workbook_bytes(questionnaire: Questionnaire, document: Answers, customer_name: str = "", owner: str = "") -> bytes:
    """The workbook with the answers of ``document`` filled in. Raises AnswerError for an answer no cell can hold."""
    target = Memory()
    with Workbook(target, _OPTIONS) as book:
        book.set_properties({"title": questionnaire.title, "created": _BORN})
        _Writer(book, questionnaire, SheetLayout(part_of(questionnaire, owner)), document).write(in_xml(customer_name))
    return target.getvalue()


class _Writer:
    def __init__(self, book: Workbook, asked: Questionnaire, plan: SheetLayout, document: Answers) -> None:
        self.book, self.asked, self.plan, self.document = book, asked, plan, document
        self.style = Style(book)
        self.language = asked.language

    def write(self, customer_name: str) -> None:
        self._instructions(customer_name)
        self._records(customer_name)
        for section in self.plan.tables:
            self._table(section, customer_name)
        self._lists()
        self._stamp()

    def _sheet(self, name: str, customer_name: str = "", landscape: bool = True) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(1)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer(f"&L{customer_name[:60].replace('&', '&&')}&C{name.replace('&', '&&')}&R&P / &N")
        return sheet

    def _instructions(self, customer_name: str) -> None:
        sheet = self._sheet(self.plan.instructions, customer_name, landscape=False)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 76)
        for row, (style, left, right) in enumerate(instructions(self.plan, customer_name)):
            self._put(sheet, row, 0, left, self.style[style])
            if right:
                self._put(sheet, row, 1, right, self.style["prose"])

    def _records(self, customer_name: str) -> None:
        if not self.plan.records:
            return
        sheet = self._sheet(self.plan.answers, customer_name)
        for column, width in enumerate((34, 44, 70)):
            sheet.set_column(column, column, width)
        sheet.set_column(sheet_layout.KEY, sheet_layout.KEY, None, None, {"hidden": True})
        self._line(sheet, 0, map(self.language, HEADS), "head")
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.ignore_errors({"number_stored_as_text": f"B2:B{sheet_layout.LAST_ROW}"})
        row = 1
        for section in self.plan.records:
            row = self._record(sheet, section, row)
        sheet.print_area(0, 0, max(row - 1, 1), sheet_layout.MEANING)

    def _record(self, sheet: Worksheet, section: Section, row: int) -> int:
        self._put(sheet, row, sheet_layout.QUESTION, section.title, self.style["band"])
        self._put(sheet, row, sheet_layout.ANSWER, "", self.style["band"])
        only = f"{sheet_layout.only_if(section.when, self.asked)} " if section.when else ""
        self._put(sheet, row, sheet_layout.MEANING, f"{only}{section.help}".strip(), self.style["band-note"])
        content = self.document.get(section.id)
        for question in section.questions:
            row += 1
            label = question.label + _mark(question)
            self._put(sheet, row, sheet_layout.QUESTION, label, self.style[_weight(question, "label")])
            value = content.get(question.name) if isinstance(content, dict) else None
            self._answer(sheet, row, sheet_layout.ANSWER, question, value)
            self._drop_down(sheet, row, sheet_layout.ANSWER, row, question)
            words = sheet_layout.meaning(self.asked, question, self.plan.separator)
            self._put(sheet, row, sheet_layout.MEANING, words, self.style["note"])
            self._put(sheet, row, sheet_layout.KEY, question.id, self.style["note"])
        return row + 1

    def _table(self, section: Section, customer_name: str) -> None:
        sheet = self._sheet(self.plan.sheets[section.id], customer_name)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, 32)
        headings = sheet_layout.headings(section)
        for column, question in enumerate(section.questions):
            heading = headings[question.name]
            cell = self.style["date" if question.kind is Kind.DATE else "cell"]
            sheet.set_column(column, column, max(WIDTHS.get(question.kind, 20), min(len(heading) + 3, 30)), cell)
            self._put(sheet, 0, column, heading + _mark(question), self.style[_weight(question, "head")])
            note = sheet_layout.meaning(self.asked, question, self.plan.separator)
            if note:
                sheet.write_comment(0, column, note[:1000], {"x_scale": 2, "y_scale": 1 + len(note) / 200})
            self._drop_down(sheet, 1, column, sheet_layout.LAST_ROW, question)
        rows = rows_in(self.document.get(section.id))
        for number, row in enumerate(rows, start=1):
            for column, question in enumerate(section.questions):
                self._answer(sheet, number, column, question, row.get(question.name))
        if any(map(row_id, rows)):
            self._ids(sheet, len(section.questions), rows)
        last = xl_col_to_name(max(len(section.questions) - 1, 0))
        sheet.ignore_errors({"number_stored_as_text": f"A2:{last}{max(len(rows) + 1, sheet_layout.LAST_ROW)}"})

    def _ids(self, sheet: Worksheet, column: int, rows: Sequence[Row]) -> None:
        """The ids of the rows in a hidden column behind the others, where sorting the table takes them along."""
        sheet.set_column(column, column, 2, self.style["id"], {"hidden": True})
        for number, text in enumerate((ROW_ID, *map(row_id, rows))):
            self._put(sheet, number, column, text, self.style["id"])

    def _answer(self, sheet: Worksheet, row: int, column: int, question: Question, value: Any) -> None:
        style = self.style["date" if question.kind is Kind.DATE else "cell"]
        if question.kind is Kind.DATE and (day := _day(value)):
            sheet.write_datetime(row, column, day, style)
            return
        text = "" if is_blank(value) else self._text(question, value)
        if len(text) > _LONGEST_CELL:
            message = f"The answer to “{question.label}” has {len(text)} characters; a cell holds {_LONGEST_CELL}."
            raise AnswerError("ANSWER-TOO-LONG", message, "Shorten it.")
        self._put(sheet, row, column, text, style)

    def _text(self, question: Question, value: Any) -> str:
        if question.kind is Kind.CHOICES and isinstance(value, list | tuple):
            return self.plan.separator.join(answer_text(question, item, self.language, is_exact=True) for item in value)
        if isinstance(value, list | tuple | dict):
            return shown(value)
        return in_xml(answer_text(question, value, self.language, is_exact=True))

    def _put(self, sheet: Worksheet, row: int, column: int, text: str, style: Any) -> None:
        if text.startswith("<r>") and text.endswith("</r>"):
            # Such text would be taken for ready-made markup; in two runs it is escaped like any other.
            sheet.write_rich_string(row, column, text[0], self.style["plain"], text[1:], style)
        elif text:
            sheet.write_string(row, column, text, style)
        else:
            sheet.write_blank(row, column, None, style)

    def _line(self, sheet: Worksheet, row: int, texts: Iterable[str], style: str) -> None:
        for column, text in enumerate(texts):
            self._put(sheet, row, column, text, self.style[style])

    def _drop_down(self, sheet: Worksheet, row: int, column: int, last: int, question: Question) -> None:
        source = sheet_layout.drop_down(self.plan, question)
        if source:
            title, words = _("Not on the list"), _("Please choose one of the entries of the list.")
            error = {"error_title": self.language(title), "error_message": self.language(words)}
            sheet.data_validation(row, column, last, column, {"validate": "list", "source": source, **error})

    def _lists(self) -> None:
        sheet = self.book.add_worksheet(sheet_layout.LISTS)
        sheet.very_hidden()
        for column, entries in enumerate(self.plan.option_lists):
            for row, entry in enumerate(entries):
                self._put(sheet, row, column, entry, self.style["plain"])

    def _stamp(self) -> None:
        sheet = self.book.add_worksheet(sheet_layout.STAMP)
        sheet.very_hidden()
        stamp = {"profile": self.asked.profile, "version": self.asked.version, "format": FORMAT}
        if self.language.code != ENGLISH.code:
            stamp["language"] = self.language.code
        if self.plan.questionnaire.owner:
            stamp["owner"] = self.plan.questionnaire.owner
        for row, pair in enumerate(stamp.items()):
            self._line(sheet, row, pair, "plain")


def _mark(question: Question) -> str:
    return sheet_layout.REQUIRED_MARK if question.required and question.when is None else ""


def _weight(question: Question, part: str) -> str:
    """Name of the style by how a question is asked."""
    if question.when is not None:
        return f"{part}-sometimes"
    return f"{part}-required" if question.required else part


def _day(value: Any) -> datetime | None:
    """Midnight of a date the format can hold."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else date.min
    except ValueError:
        return None
    return datetime.combine(day, time()) if day.year >= 1901 else None
