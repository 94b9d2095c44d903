"""The looks of the workbook: few colours, readable in greyscale, text cells throughout."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook

from onboarding.domain.question import Kind

WIDTHS = {
    Kind.TEXT: 22,
    Kind.LONG_TEXT: 44,
    Kind.INTEGER: 10,
    Kind.YES_NO: 9,
    Kind.CHOICES: 30,
    Kind.DATE: 13,
    Kind.TIME: 9,
    Kind.NUMBER: 18,
    Kind.AREA_CODE: 10,
    Kind.EXTENSION: 11,
    Kind.EMAIL: 32,
    Kind.DOMAIN: 26,
    Kind.STATE: 8,
    Kind.ZIP: 12,
}
"""Kind of question -> width of its column, in characters."""

_INK, _DARK, _PALE, _LINE, _GREY = "#1B2733", "#22394C", "#DFE8EE", "#B9C4CC", "#55626D"
_BASE = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
_WRAP = {"text_wrap": True}
_BOX = {"border": 1, "border_color": _LINE}
_HEAD = {**_WRAP, **_BOX, "bold": True, "valign": "vcenter", "bg_color": _PALE}
_CELL = {**_WRAP, **_BOX, "num_format": "@"}
_LABEL = {**_WRAP, **_BOX}

_STYLES: dict[str, dict[str, Any]] = {
    "plain": {},
    "title": {"font_size": 20, "bold": True, "font_color": _DARK},
    "subtitle": {"font_size": 12, "font_color": _GREY},
    "heading": {"font_size": 13, "bold": True, "font_color": _DARK, "bottom": 1, "bottom_color": _LINE},
    "prose": _WRAP,
    "strong": {**_WRAP, "bold": True},
    "head": _HEAD,
    "head-required": {**_HEAD, "bg_color": _DARK, "font_color": "#FFFFFF"},
    "head-sometimes": {**_HEAD, "italic": True},
    "label": _LABEL,
    "label-required": {**_LABEL, "bold": True},
    "label-sometimes": {**_LABEL, "italic": True},
    "band": {"bold": True, "bg_color": _DARK, "font_color": "#FFFFFF", **_WRAP},
    "band-note": {"bg_color": _DARK, "font_color": "#FFFFFF", **_WRAP},
    "note": {**_WRAP, **_BOX, "font_color": _GREY},
    "cell": _CELL,
    "id": {"num_format": "@", "locked": True, "font_color": _GREY},
    "date": {**_CELL, "num_format": "yyyy-mm-dd", "align": "left"},
}


class Style(dict[str, Any]):
    """The formats of one workbook by name, made when first used."""

    def __init__(self, book: Workbook) -> None:
        self._book = book

    def __missing__(self, name: str) -> Any:
        return self.setdefault(name, self._book.add_format(_BASE | _STYLES[name]))
