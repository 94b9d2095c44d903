"""Problems sent back inside a copy of the customer's own workbook, so that it can go to and fro by mail.

Each cell in question is coloured and carries a note; a sheet before all others lists everything with links. What
marked the copy of an earlier round is taken away first: notes are known by their flag, and the fill a cell had before
is kept on a hidden sheet.
"""

from __future__ import annotations

import copy
import io
import re
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice, repeat
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from onboarding.answers import sheet_layout
from onboarding.answers.assigned_questions import concerning, part_of
from onboarding.answers.markup_list import COLOURS, MarkupLine, tone_of, write_list
from onboarding.answers.reading import Reading
from onboarding.answers.sheet_layout import SheetLayout
from onboarding.answers.workbook_guard import Package, admit, unreadable
from onboarding.answers.workbook_reader import DAMAGED, read_package
from onboarding.answers.workbook_writer import Memory, workbook_bytes
from onboarding.domain.question import Problem, Questionnaire, Section
from onboarding.text import in_xml

MOST_MARKS = 1000
"""Problems marked at once; the others are reported in the next round."""

AUTHOR = "onboarding"
FLAG = "⚑ "
"""Begins what we say in a note; what stands before it is somebody else's."""

_WHERE = re.compile(r"(?P<sheet>'(?:[^']|'')+'|[^!']+)(?:!(?P<cell>[A-Z]{1,3}\d+)(?::[A-Z]{1,3}\d+)?)?")
_NEWER_LIST = re.compile(rb"<x14:dataValidation\b[^>]*\btype=\"list\".*?</x14:dataValidation>", re.DOTALL)
_SOURCE = re.compile(rb"<xm:f>([^<]+)</xm:f>.*?<xm:sqref>([^<]+)</xm:sqref>", re.DOTALL)
_NOTE_WIDTH = 320  # pixels
_CHARACTERS_A_LINE, _LINE_HEIGHT = 44, 18


def mark_up(questionnaire: Questionnaire, source: bytes, problems: Iterable[Problem]) -> bytes:
    """A copy of the returned workbook ``source`` in which every one of the ``problems`` is shown.

    Everything else stays as the customer has it, and it is read like the original; only a sheet that is missing is put
    in anew. Everything is written in the language of the questionnaire. Raises AnswerError for what cannot be opened,
    like `read_workbook`.
    """
    package = admit(source)
    reading = read_package(questionnaire, package)
    reported = concerning(part_of(questionnaire, reading.owner), reading.locate(problems))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it cannot keep has been put right below
            book = load_workbook(io.BytesIO(package.data), rich_text=True)  # text as it is written, codes and all
            return _Copy(questionnaire, package, reading, book).marked(reported)
    except DAMAGED:
        raise unreadable() from None


class _Copy:
    def __init__(self, questionnaire: Questionnaire, package: Package, reading: Reading, book: Any) -> None:
        self.plan = SheetLayout(part_of(questionnaire, reading.owner))
        self.questionnaire, self.reading, self.book = questionnaire, reading, book
        self.language = questionnaire.language
        self._put_lists_back(package.data)
        self._clean()

    def marked(self, problems: tuple[Problem, ...]) -> bytes:
        self._put_sheets_back(problems)
        marks: dict[tuple[str, str], list[Problem]] = defaultdict(list)
        lines: list[MarkupLine] = []
        for problem in problems[:MOST_MARKS]:
            place = self._place(problem)
            if place:
                marks[place].append(problem)
            lines.append(self._line(problem, place))
        kept = self.book.create_sheet(sheet_layout.MARKS)
        kept.sheet_state = "veryHidden"
        for number, ((sheet, cell), found) in enumerate(marks.items(), start=2):
            self._mark(self.book[sheet][cell], found, kept, number)
        kept["A1"] = write_list(self.book, lines, len(problems) - len(lines), self.language)
        target = Memory()
        self.book.save(target)
        return target.getvalue()

    # --- What the library does not keep, and what an earlier round has left

    def _put_lists_back(self, data: bytes) -> None:
        """Drop-downs in the form newer Excel gives them, and how large notes are."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for sheet, part in zip(self.book.worksheets, _parts(self.book, archive), strict=True):
                for found in _NEWER_LIST.findall(part):
                    if inside := _SOURCE.search(found):
                        formula, cells = (text.decode().replace("&amp;", "&") for text in inside.groups())
                        rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=True)
                        rule.sqref = cells
                        sheet.add_data_validation(rule)

    def _clean(self) -> None:
        kept = self._sheet(sheet_layout.MARKS)
        before: dict[tuple[str, str], Any] = {}
        if kept is not None:
            before = {(str(row[0].value), str(row[1].value)): row[2].fill for row in kept.iter_rows(2, None, 1, 3)}
            if (old := self._sheet(str(kept["A1"].value))) is not None:
                self.book.remove(old)
            self.book.remove(kept)
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if not isinstance(cell, MergedCell):
                        _clean_cell(cell, before.get((sheet.title, cell.coordinate)))

    def _put_sheets_back(self, problems: Iterable[Problem]) -> None:
        """Sheets the customer has removed, empty and where they were."""
        wanted = [_parse(problem.where)[0] for problem in problems if problem.code == "missing-sheet"]
        if not wanted:
            return
        empty = load_workbook(io.BytesIO(workbook_bytes(self.questionnaire, {}, "", self.reading.owner)))
        for name in (name for name in wanted if name in empty.sheetnames and self._sheet(name) is None):
            there = empty[name]
            made = self.book.create_sheet(name, min(empty.index(there), len(self.book.worksheets)))
            _copy_sheet(there, made)

    # --- Marks

    def _line(self, problem: Problem, place: tuple[str, str] | None) -> MarkupLine:
        question = self.questionnaire.question(problem.question)
        section = self.questionnaire.section(problem.section)
        title = question.label if question else section.title if section else ""
        return MarkupLine(*(place or ("", "")), title, problem.sentence_in(self.language), tone_of(problem))

    def _mark(self, cell: Any, problems: list[Problem], kept: Worksheet, number: int) -> None:
        kept.cell(number, 1, cell.parent.title).data_type = "s"
        kept.cell(number, 2, cell.coordinate)
        kept.cell(number, 3).fill = copy.copy(cell.fill)
        worst = min((tone_of(problem) for problem in problems), key=list(COLOURS).index)
        cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
        words = "\n".join(FLAG + in_xml(problem.sentence_in(self.language)) for problem in problems)
        before = cell.comment
        cell.comment = _note(f"{before.text}\n\n{words}", before.author) if before else _note(words, AUTHOR)

    # --- Places

    def _sheet(self, name: str) -> Worksheet | None:
        return next((sheet for sheet in self.book.worksheets if sheet.title.casefold() == name.casefold()), None)

    def _place(self, problem: Problem) -> tuple[str, str] | None:
        """(title of the sheet, cell) the problem is shown at; None when the workbook has no place for it."""
        name, cell = _parse(problem.where)
        if not problem.where and self.plan.questionnaire.section(problem.section):
            name = self.plan.sheets.get(problem.section, self.plan.answers)
        sheet = self._sheet(name) if name else None
        if sheet is None or sheet.sheet_state != "visible":
            return None
        cell = cell or self._place_on(sheet, problem)
        for area in sheet.merged_cells.ranges:
            if cell in area:
                cell = area.start_cell.coordinate
        return sheet.title, cell

    def _place_on(self, sheet: Worksheet, problem: Problem) -> str:
        """Where on the sheet the answer belongs that is not there."""
        names = {title.casefold(): section_id for section_id, title in self.plan.sheets.items()}
        section = self.plan.questionnaire.section(names.get(sheet.title.casefold(), ""))
        if section is None and sheet.title.casefold() != self.plan.answers.casefold():
            return "A1"  # a sheet of the customer's own
        if section is None:
            first = self.plan.questionnaire.section(problem.section) or self.plan.records[0]
            where = self.reading.cells.get((first.questions[0].id, None), "")
            return _parse(where)[1] or f"{sheet_layout.column_letter(sheet_layout.ANSWER)}2"
        if problem.code == "missing-column":
            return _heading(sheet, section, problem.name)
        return f"{self._column(section, problem.name or section.key)}{self._free_row(section)}"

    def _column(self, section: Section, name: str) -> str:
        names = [question.name for question in section.questions]
        name = name if name in names else names[0]
        _, cell = _parse(self.reading.cells.get((f"{section.id}.{name}", 0), ""))
        return cell.rstrip("0123456789") or sheet_layout.column_letter(names.index(name))

    def _free_row(self, section: Section) -> int:
        cells = self.reading.cells.items()
        rows = [_parse(where)[1] for (place, number), where in cells if place == section.id and number is not None]
        return max([1, *(int(re.sub(r"\D", "", cell)) for cell in rows)]) + 1


def _clean_cell(cell: Cell, before: Any) -> None:
    if cell.comment is not None:
        text, flag, _ = cell.comment.text.partition(FLAG)
        cell.comment = _note(text.rstrip() if flag else text, cell.comment.author) if text.strip() else None
    if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in COLOURS.values():
        cell.fill = copy.copy(before) if before is not None else PatternFill()


def _note(text: str, author: str) -> Comment:
    """A note large enough for what it says."""
    lines = sum(1 + len(line) // _CHARACTERS_A_LINE for line in text.splitlines())
    return Comment(text, author, height=_LINE_HEIGHT * (lines + 1), width=_NOTE_WIDTH)


def _parse(where: str) -> tuple[str, str]:
    """(title of the sheet, cell or nothing) of ``'Port orders'!B2:C2``; empty when it is no such place."""
    found = _WHERE.fullmatch(where)
    if not found:
        return "", ""
    name = found["sheet"]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name, found["cell"] or ""


def _heading(sheet: Worksheet, section: Section, name: str) -> str:
    """The cell of a heading that is missing: where it belongs if a strange one stands there, else behind the last."""
    known = {sheet_layout.heading_key(text) for text in sheet_layout.headings(section).values()}
    known |= {sheet_layout.heading_key(question.name) for question in section.questions}
    own = sheet.cell(1, [question.name for question in section.questions].index(name) + 1)
    if own.value is None or sheet_layout.heading_key(str(own.value)) not in known:
        return str(own.coordinate)
    last = max((cell.column for cell in sheet[1] if cell.value is not None), default=0)
    return str(sheet.cell(1, last + 1).coordinate)


def _parts(book: Any, archive: zipfile.ZipFile) -> Iterator[bytes]:
    """Markup of each worksheet, in the order of the book."""
    workbook = archive.read("xl/workbook.xml").decode()
    links = archive.read("xl/_rels/workbook.xml.rels").decode()
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        found = dict(re.findall(r'(\w+)="([^"]*)"', link))
        targets[found["Id"]] = found["Target"].removeprefix("/").removeprefix("xl/")
    ids = re.findall(r'<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"', workbook)
    names = set(archive.namelist())
    worksheets = [f"xl/{part}" for key in ids if (part := targets.get(key, "")).startswith("worksheets/")]
    for part in islice(chain(worksheets, repeat("")), len(book.worksheets)):
        yield archive.read(part) if part in names else b""


def _copy_sheet(there: Any, made: Any) -> None:
    """Copies values, looks, notes, widths and drop-downs of a sheet of another workbook."""
    for row in there.iter_rows():
        for cell in row:
            new = made.cell(cell.row, cell.column, cell.value)
            new.font, new.fill, new.border = copy.copy(cell.font), copy.copy(cell.fill), copy.copy(cell.border)
            new.alignment, new.number_format = copy.copy(cell.alignment), cell.number_format
            if cell.comment is not None:
                new.comment = _note(cell.comment.text, cell.comment.author)
    for letter, column in there.column_dimensions.items():
        made.column_dimensions[letter].width, made.column_dimensions[letter].hidden = column.width, column.hidden
    for rule in there.data_validations.dataValidation:
        made.add_data_validation(copy.copy(rule))
    made.freeze_panes = there.freeze_panes
