"""The sheet in front of a returned workbook that lists everything to correct, each with a link to its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from onboarding.answers import sheet_layout
from onboarding.domain.language import Language, _
from onboarding.domain.question import Problem
from onboarding.text import in_xml

COLOURS = {"wrong": "FFF9C9C0", "missing": "FFFFE699", "check": "FFD3E3F5"}
"""Tone -> colour of the cell, the most urgent first. No other cell of a workbook has these very colours."""

TITLE = _("To correct")
_WORDS = {"wrong": _("Wrong"), "missing": _("Missing"), "check": _("Please check")}
_SAYS = {
    "wrong": _("This answer cannot be taken as it is."),
    "missing": _("An answer is missing here."),
    "check": _("This may be right; please look once more."),
}
_STEPS = (
    _("Click on a place to go there. The cell is coloured, and its note says what to do."),
    _("Correct the answers where they stand, save the workbook and send it back. This sheet need not be changed."),
)
_MISSING = ("required", "required-rows", "missing-sheet", "missing-column", "has-row")
_WIDTHS = (6, 15, 26, 32, 84)
_HEIGHT = 16  # points of a line
_INK, _DARK, _LINK = "FF1B2733", "FF22394C", "FF0B57A4"
_THIN = Side("thin", "FFB9C4CC")
_BOX = Border(_THIN, _THIN, _THIN, _THIN)


@dataclass(frozen=True, slots=True)
class MarkupLine:
    """One problem: title of the sheet and cell (both empty without a place), question, sentence and tone."""

    sheet: str
    cell: str
    question: str
    message: str
    tone: str


def tone_of(problem: Problem) -> str:
    """How urgent a problem is: a key of `COLOURS`."""
    if problem.severity != "error":
        return "check"
    return "missing" if problem.code in _MISSING else "wrong"


def write_list(book: Any, lines: Sequence[MarkupLine], more: int, language: Language) -> str:
    """Puts the list before all other sheets and returns its name; ``more`` problems are not listed any more."""
    sheet = book.create_sheet(_free_title(book, language(TITLE)), 0)
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[sheet_layout.column_letter(number)].width = width
    _head(sheet, lines, language)
    top = sheet.max_row + 2
    headings = (_("No."), _("Kind"), _("Where"), _("Question"), _("What to do"))
    for column, text in enumerate(headings, start=1):
        cell = _put(sheet, top, column, language(text), _font(bold=True, color="FFFFFFFF"))
        cell.fill, cell.border = _filling(_DARK), _BOX
    sheet.row_dimensions[1].height = 2 * _HEIGHT
    for number, line in enumerate(lines, start=1):
        most = max(map(_lines, (line.message, line.question), _WIDTHS[:2:-1]))
        sheet.row_dimensions[top + number].height = _HEIGHT * most
        _line(sheet, top + number, number, line, language)
    if more > 0:
        words = language("There are {count} further problems; they are told once these are corrected.", count=more)
        _put(sheet, top + len(lines) + 1, 1, words, _font(italic=True, color=_INK), wrap=False)
    _set_up(book, sheet, top)
    return str(sheet.title)


def _head(sheet: Worksheet, lines: Sequence[MarkupLine], language: Language) -> None:
    _put(sheet, 1, 1, language(TITLE), _font(bold=True, size=20, color=_DARK), wrap=False)
    for row, text in enumerate(_STEPS, start=2):
        _put(sheet, row, 1, language(text), _font(color=_INK), wrap=False)
    counts = Counter(line.tone for line in lines)
    for row, tone in enumerate((tone for tone in COLOURS if counts[tone]), start=5):
        _put(sheet, row, 1, counts[tone], _font(bold=True, color=_INK))
        _put(sheet, row, 2, language(_WORDS[tone]), _font(color=_INK)).fill = _filling(COLOURS[tone])
        _put(sheet, row, 3, language(_SAYS[tone]), _font(color=_INK), wrap=False)


def _line(sheet: Worksheet, row: int, number: int, line: MarkupLine, language: Language) -> None:
    place = f"{line.sheet} {line.cell}".strip()
    texts: tuple[str | int, ...] = (number, language(_WORDS[line.tone]), place, line.question, line.message)
    for column, text in enumerate(texts, start=1):
        _put(sheet, row, column, text, _font(color=_INK)).border = _BOX
    sheet.cell(row, 2).fill = _filling(COLOURS[line.tone])
    if line.cell:
        there = sheet.cell(row, 3)
        target = f"{sheet_layout.quoted(line.sheet)}!{line.cell}"
        there.hyperlink = Hyperlink(ref=there.coordinate, location=target, display=place)
        there.font = _font(color=_LINK, underline="single")


def _put(sheet: Any, row: int, column: int, value: str | int, font: Font, wrap: bool = True) -> Any:
    cell = sheet.cell(row, column)
    cell.value = in_xml(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # whatever it begins with, it is no formula
    cell.font = font
    cell.alignment = Alignment(wrap_text=wrap, vertical="top")
    return cell


def _lines(text: str, width: int) -> int:
    """Lines that text takes in a column of that width."""
    return sum(1 + len(line) // width for line in text.splitlines()) or 1


def _filling(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def _font(**more: Any) -> Font:
    return Font(name="Calibri", **{"size": 11, **more})


def _free_title(book: Any, wanted: str) -> str:
    """The title, made different from a sheet the customer has given the same name."""
    taken = {name.casefold() for name in book.sheetnames}
    title, number = wanted[:31], 2
    while title.casefold() in taken:
        title, number = f"{wanted[:28]} {number}", number + 1
    return title


def _set_up(book: Any, sheet: Any, top: int) -> None:
    """Seen first, and printed on as few pages as it takes."""
    for other in book.worksheets:
        other.sheet_view.tabSelected = False
    book.active = 0
    sheet.sheet_view.tabSelected = True
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "C0392B"
    sheet.freeze_panes = f"A{top + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"
