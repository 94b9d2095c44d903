"""The first sheet of the workbook, which explains what to do, and the style of all sheets: readable in greyscale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from xlsxwriter import Workbook

from onboarding.answers.sheet_layout import SheetLayout, only_if
from onboarding.domain.language import _
from onboarding.domain.number import example, national, parse
from onboarding.domain.place import date_order
from onboarding.domain.question import Kind, Section

WIDTHS = {
    Kind.TEXT: 22, Kind.LONG_TEXT: 44, Kind.INTEGER: 10, Kind.YES_NO: 9, Kind.CHOICES: 30, Kind.DATE: 13, Kind.TIME: 9,
    Kind.NUMBER: 18, Kind.AREA_CODE: 10, Kind.EXTENSION: 11, Kind.EMAIL: 32, Kind.DOMAIN: 26, Kind.SUBDIVISION: 8,
    Kind.POSTCODE: 12,
}  # fmt: skip
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


Line = tuple[str, str, str]
"""(style, text on the left, text on the right)."""

_STEPS = (
    (_("1. Fill in"), _("Go through the sheets from left to right. What you do not know yet, leave empty.")),
    (_("2. Save"), _("Save the workbook as it is, as an Excel workbook (.xlsx).")),
    (_("3. Send back"), _("Send it to the person who sent it to you. You get back a list of what is missing.")),
    (_("Questions?"), _("Ask the person who sent you this workbook.")),
)
_HEADINGS = (
    (_("Dark heading *"), _("Must be filled in. Among the answers, such questions are bold with a star.")),
    (_("Light heading"), _("Fill in what applies.")),
    (_("Light, slanted"), _("Needed in some cases only; the note on the heading or beside it says when.")),
)
_DATES = {
    "mdy": _("Write year, month and day, such as 2026-03-14, or month/day/year."),
    "dmy": _("Write year, month and day, such as 2026-03-14, or day/month/year."),
}
_ISO_DATES = _("Write year, month and day, such as 2026-03-14.")
_HINTS = (
    (_("Pasting"), _("Paste values only. Formulas and merged cells are not read.")),
    (_("Rows and headings"), _("Add and remove rows as you like. Leave the names of sheets and headings alone.")),
)


def _forms(country: str) -> Iterator[tuple[str, str]]:
    """How numbers and dates are written in the country."""
    if sample := example(country):
        abroad = national(parse(sample, country), "")
        text = _("Any usual way of writing will do, such as {sample} or {abroad}.", sample=sample, abroad=abroad)
        yield _("Telephone numbers"), text
    yield _("Dates"), _DATES.get(date_order(country), _ISO_DATES)


def instructions(plan: SheetLayout, customer_name: str) -> Iterator[Line]:
    """The lines of the sheet, top to bottom."""
    language = plan.language
    yield "title", plan.questionnaire.title, ""
    yield "subtitle", customer_name or language("Please fill in and send back"), ""
    yield from _part(plan, _("What to do"), _STEPS)
    yield from _part(plan, _("The sheets"), ())
    if plan.records:
        titles = ", ".join(section.title for section in plan.records)
        yield "strong", plan.answers, language("One answer to each question: {titles}.", titles=titles)
    for section in plan.tables:
        yield "strong", plan.sheets[section.id], _about(plan, section)
    yield from _part(plan, _("How to read the headings"), _HEADINGS, ("head-required", "head", "head-sometimes"))
    with_comma = _("A cell with an arrow offers its choices. Put a comma between several answers in one cell.")
    with_mark = _("A cell with an arrow offers its choices. Put a semicolon between several answers in one cell.")
    lists = _("Lists"), with_comma if "," in plan.separator else with_mark
    yield from _part(plan, _("Good to know"), (*_forms(plan.questionnaire.country), *_HINTS, lists))


def _part(
    plan: SheetLayout, title: str, lines: Iterable[tuple[str, str]], styles: Iterable[str] = ()
) -> Iterator[Line]:
    """A gap, a heading and the lines below it."""
    yield "plain", "", ""
    yield "heading", plan.language(title), ""
    for style, (left, right) in zip(chain(styles, repeat("strong")), lines, strict=False):
        yield style, plan.language(left), plan.language(right)


def _about(plan: SheetLayout, section: Section) -> str:
    language = plan.language
    parts = [section.help or language("One row for each entry of “{title}”.", title=section.title)]
    if section.when is not None:
        parts.append(only_if(section.when, plan.questionnaire))
    if section.min_rows:
        parts.append(language("At least {count}.", count=section.min_rows))
    return " ".join(parts)
