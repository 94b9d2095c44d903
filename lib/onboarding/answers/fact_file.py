"""A file with a fact in each row, for what happened elsewhere: CSV, or the first sheet of a workbook.

The columns are named in the first row, in any order. Rows whose customer begins with ``#`` are examples of the template
and are passed over.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onboarding.answers.answer_files import csv_lines, decoded
from onboarding.domain.json import JSON
from onboarding.errors import AnswerError, InputError
from onboarding.files import read_bytes, write_file
from onboarding.text import guarded, one_line, shortened, unguarded

if TYPE_CHECKING:
    from onboarding.answers.workbook_rows import Cell

COLUMNS: Mapping[str, str] = {
    "customer": "the customer's id; a new one is made",
    "service": "which of the customer's services, where it has several, such as univoip-teams",
    "profile": "the provider's profile, once for each new customer, or for each of its services",
    "name": "the customer's name, once for each new customer",
    "go-live": "the wanted day, once for each customer that has one",
    "kind": "stage, task, order, date, decision, document or answers",
    "id": "which: of a stage, task, gate or question, as `onboard profile show` and the sheet name them",
    "row": "of a table: which row it is about, such as its number; of an order, which of several requests",
    "date": "when it happened, as 2026-03-02; of a date the day itself",
    "by": "whose word it is",
    "role": "of a decision: the party in whose name",
    "decided": "of a decision: yes or no",
    "asked": "of a decision: what the gate asks besides, as window=evening; remark=ring first",
    "reference": "the order's or ticket's number",
    "document": "a file, from where this file lies; of answers the file with them",
    "note": "what else is to be kept with it",
}
"""Name of each column -> what stands in it. What means nothing in a row is refused."""

KINDS: Mapping[str, str] = {
    "stage": "every task of the stage is done that does not close by itself",
    "task": "the task is done",
    "order": "it was asked for and is still out, under the reference",
    "date": "the day that was promised or agreed: of a question, or by when a task that is out is due",
    "decision": "somebody decided on the gate: yes or no, in the column decided",
    "document": "a paper of the task, which stays open",
    "answers": "the customer's answers, as `onboard answers` reads them",
}
"""Kind of a fact -> what it states."""

_EXAMPLES: Sequence[Mapping[str, str]] = (
    {"profile": "chinook", "name": "Bright Smile Dental Group", "go-live": "2026-03-30", "kind": "answers",
     "document": "bright-smile.xlsx"},
    {"kind": "stage", "id": "telephony", "date": "2026-03-02", "by": "Ana Ruiz", "note": "by telephone"},
    {"kind": "task", "id": "telephony.sign-loa", "date": "2026-03-03", "by": "Ben O'Neil", "document": "loa.pdf"},
    {"kind": "order", "id": "telephony.submit-port-orders", "date": "2026-03-04", "by": "Rosa Diaz",
     "reference": "PON-4711"},
    {"kind": "date", "id": "port_orders.foc_on", "row": "+16175550100", "date": "2026-03-20", "by": "the carrier"},
    {"kind": "decision", "id": "go-no-go", "date": "2026-03-27", "by": "Ana Ruiz", "role": "customer",
     "decided": "yes"},
)  # fmt: skip

EXAMPLES: Sequence[Sequence[str]] = tuple(
    [{"customer": "# example", **row}.get(column, "") for column in COLUMNS] for row in _EXAMPLES
)

MOST_ROWS = 200_000
MORE_COLUMNS = 40
"""Columns of a sheet that are looked at beyond those there should be."""
HELP_SHEET = "How to fill in"


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong with a row: where, what, and what to do."""

    where: str
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row: what stands in each column, blank ones left out, the cell of each, and cells that cannot be read."""

    values: Mapping[str, str]
    cells: Mapping[str, str]
    where: str
    faults: Sequence[Complaint] = ()

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def cell(self, column: str) -> str:
        """Where the value of a column stands, or would."""
        return self.cells.get(column, self.where)


@dataclass
class FactFile:
    """The rows of a file, what is wrong with the file itself, and what of it is not read (``remarks``)."""

    rows: list[FactRow] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    remarks: list[Complaint] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Given:
    """A cell: where it is, what one would type to have it, and why that is not known."""

    where: str
    text: str
    fault: str = ""
    remedy: str = ""


_Line = tuple[str, Sequence[_Given]]
"""Where it is, and its cells."""


def read_facts(path: Path) -> FactFile:
    """Raises InputError or AnswerError for a file that cannot be read or has no column of a known name."""
    found = FactFile()
    is_workbook = path.suffix.lower() in (".xlsx", ".xlsm", ".xls")
    lines = _sheet_lines(path, found) if is_workbook else _text_lines(path)
    columns = _columns(next(lines, ("", ())), path, found)
    for where, cells in lines:
        if len(found.rows) >= MOST_ROWS:
            raise InputError("ADOPT-ROWS", f"{path.name} has more than {MOST_ROWS} rows.", "Take it apart.")
        row = _row(columns, where, cells)
        if row["customer"].startswith("#"):
            continue
        if row.values:
            found.rows.append(row)
        else:
            found.complaints += row.faults  # nobody's
    return found


def _columns(head: _Line, path: Path, found: FactFile) -> dict[int, str]:
    columns: dict[int, str] = {}
    for place, cell in enumerate(head[1]):
        name = one_line(cell.text).casefold().replace("_", "-").replace(" ", "-")
        if cell.fault:
            found.complaints.append(Complaint(cell.where, cell.fault, cell.remedy))
        elif name in columns.values():
            found.complaints.append(Complaint(cell.where, f"There are two columns {name!r}.", "Remove one of them."))
        elif name in COLUMNS:
            columns[place] = name
        elif name:
            what = f"There is no column {cell.text.strip()[:40]!r}."
            found.complaints.append(Complaint(cell.where, what, f"Columns: {', '.join(COLUMNS)}."))
    if missing := [name for name in ("customer", "kind") if name not in columns.values()]:
        words = f"{path.name} has no column {' and no column '.join(missing)} in its first row."
        raise InputError("ADOPT-COLUMNS", words, "`onboard adopt --template FILE` writes one to fill in.")
    return columns


def _row(columns: Mapping[int, str], where: str, cells: Sequence[_Given]) -> FactRow:
    values, at = {}, {}
    faults: list[Complaint] = []
    for place, cell in enumerate(cells):
        if cell.fault:
            faults.append(Complaint(cell.where, cell.fault, cell.remedy))
        elif place in columns:
            at[columns[place]] = cell.where
            if cell.text.strip():
                values[columns[place]] = cell.text.strip()
        elif cell.text.strip():
            what = f"{shortened(cell.text.strip(), 40)!r} stands in a column without a name."
            faults.append(Complaint(cell.where, what, "Name the column in the first row, or empty the cell."))
    return FactRow(values, at, where, faults)


def _text_lines(path: Path) -> Iterator[_Line]:
    text, _is_guess = decoded(path)
    for number, line in csv_lines(path, text):
        where = f"{path.name} line {number}"
        yield where, [_Given(f"{where}, column {place}", unguarded(cell)) for place, cell in enumerate(line, start=1)]


def _sheet_lines(path: Path, found: FactFile) -> Iterator[_Line]:
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    from onboarding.answers.workbook_guard import MOST_BYTES, admit, unreadable
    from onboarding.answers.workbook_reader import DAMAGED
    from onboarding.answers.workbook_rows import filled_rows

    package = admit(read_bytes(path, MOST_BYTES))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(package.data), read_only=True, keep_links=False)
            if not book.worksheets:
                words = f"{path.name} has no sheet with cells, only charts."
                raise AnswerError("WORKBOOK-CHARTS", words, "Give the workbook, or the CSV, in which the rows are.")
            sheet, *others = book.worksheets
            for number, row in filled_rows(sheet, len(COLUMNS) + MORE_COLUMNS):
                where = f"{sheet.title} row {number}"
                yield where, [_cell(f"{sheet.title}!{get_column_letter(n)}{number}", c) for n, c in enumerate(row, 1)]
            found.remarks += [
                Complaint(other.title, "Only the first sheet is read.", "Put what it states into the first one.")
                for other in others
                if other.title != HELP_SHEET and next(filled_rows(other, 1 + MORE_COLUMNS), None)
            ]
            book.close()
    except AnswerError:
        raise
    except DAMAGED:
        raise unreadable() from None


def _cell(where: str, cell: Cell) -> _Given:
    """A formula is no value: what it showed last is not what it shows elsewhere or later."""
    if cell.data_type == "f":
        return _Given(where, "", "It holds a formula.", "Type the value itself.")
    if cell.data_type == "e":
        return _Given(where, "", f"It shows the error {shortened(str(cell.value), 20)}.", "Type the value itself.")
    return _Given(where, _text(cell.value))


def _text(value: Any) -> str:
    """What a cell holds, as one would type it."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def write_template(target: Path) -> None:
    """Writes a file to fill in: CSV, or a workbook with a second sheet that explains. Raises InputError."""
    if target.suffix.lower() == ".xlsx":
        write_file(target, _workbook())
    elif target.suffix.lower() == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows([list(COLUMNS), *([guarded(cell) for cell in row] for row in EXAMPLES)])
        write_file(target, text.getvalue().encode("utf-8-sig"))
    else:
        raise InputError("ADOPT-TEMPLATE", f"{target.name} is neither .csv nor .xlsx.", "Give one of the two.")


def _workbook() -> bytes:
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}) as book:
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        facts = book.add_worksheet("Facts")
        facts.freeze_panes(1, 0)
        facts.set_column(0, len(COLUMNS) - 1, 18, text)
        for number, row in enumerate([list(COLUMNS), *EXAMPLES]):
            for place, cell in enumerate(row):
                facts.write_string(number, place, cell, text if number else head)
        for column, words in (("kind", list(KINDS)), ("decided", ["yes", "no"])):
            place = list(COLUMNS).index(column)
            facts.data_validation(1, place, MOST_ROWS, place, {"validate": "list", "source": words})
        help_sheet = book.add_worksheet(HELP_SHEET)
        help_sheet.set_column(0, 0, 14, text)
        help_sheet.set_column(1, 1, 90, text)
        lines: list[tuple[str, str]] = [("Column", "What stands in it"), *COLUMNS.items(), ("", ""),
                                        ("Kind", "What it states"), *KINDS.items()]  # fmt: skip
        for number, pair in enumerate(lines):
            for place, cell in enumerate(pair):
                help_sheet.write_string(number, place, cell, head if pair[0] in ("Column", "Kind") else text)
    return target.getvalue()


def as_json(row: FactRow) -> JSON:
    """What a row states of its service, for its digest: the same row again is the same fact, wherever it stands.

    Answers to what one service asks are not those to what all ask.
    """
    whose = ("service",) if row["kind"] == "answers" else ()
    named = ("kind", "id", "row", "date", "by", "role", "decided", "asked", "reference", "note", *whose)
    return {name: row[name] for name in named if row[name]}
