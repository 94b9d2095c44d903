"""The rows of a sheet, read as openpyxl reads them, without what it would need to write the sheet again.

openpyxl reads through defusedxml wherever that is installed, whose parser is written in Python and takes three times as
long. It guards against what `workbook_guard` has refused already: a document type and its entities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import iterparse

from openpyxl.worksheet._reader import ROW_TAG, WorkSheetParser

LAST_ROW = 2**20  # the last one Excel has


class Cell(NamedTuple):
    """What a cell holds; ``data_type`` is openpyxl's, ``f`` for a formula and ``e`` for an error."""

    value: Any = None
    data_type: str = "n"


BLANK = Cell()


def filled_rows(sheet: Any, width: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    """(row number, its first ``width`` cells) of the rows that hold anything in these, downwards.

    ``sheet`` is openpyxl's, read only; what it claims of its own size is not believed. Raises what openpyxl raises on
    damage.
    """
    last = 0
    for number, found in _rows(sheet):
        if number > LAST_ROW:
            return
        if number > last and (filled := _placed(found, width)):
            yield number, [filled.get(column, BLANK) for column in range(1, width + 1)]
        last = max(last, number)


def _placed(found: Sequence[dict[str, Any]], width: int) -> dict[int, Cell]:
    """Column, counted from 1 -> what it holds."""
    held = (one for one in found if one["value"] is not None and one["column"] <= width)
    return {one["column"]: Cell(one["value"], one["data_type"]) for one in held}


def _rows(sheet: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    book = sheet.parent
    with sheet._get_source() as source:
        parser: Any = WorkSheetParser(
            source, sheet._shared_strings, epoch=book.epoch, date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        for _, element in iterparse(source):
            if element.tag == ROW_TAG:
                yield parser.parse_row(element)
                element.clear()
