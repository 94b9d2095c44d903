"""What the first sheet of the workbook tells the customer."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.answers.layout import ANSWERS, Layout, described
from onboarding.domain.question import Section

Line = tuple[str, str, str]
"""(style, text on the left, text on the right)."""

_GAP: Line = ("plain", "", "")
_STEPS = (
    ("1. Fill in", "Go through the sheets from left to right. What you do not know yet, leave empty."),
    ("2. Save", "Save the workbook as it is, as an Excel workbook (.xlsx)."),
    ("3. Send back", "Send it to the person who sent it to you. You get back a list of what is missing."),
    ("Questions?", "Ask the person who sent you this workbook."),
)
_HEADINGS: tuple[Line, ...] = (
    ("head-required", "Dark heading *", "Must be filled in. Among the answers, such questions are bold with a star."),
    ("head", "Light heading", "Fill in what applies."),
    ("head-sometimes", "Light, slanted", "Needed in some cases only; the note on the heading or beside it says when."),
)
_HINTS = (
    ("Telephone numbers", "Any usual way of writing will do, such as 617-555-0101 or +1 617 555 0101."),
    ("Dates", "Write year, month and day, such as 2026-03-14, or month/day/year."),
    ("Pasting", "Paste values only. Formulas and merged cells are not read."),
    ("Rows and headings", "Add and remove rows as you like. Leave the names of sheets and headings alone."),
)


def instructions(plan: Layout, customer_name: str) -> Iterator[Line]:
    """The lines of the sheet, top to bottom."""
    yield "title", plan.questionnaire.title, ""
    yield "subtitle", customer_name or "Please fill in and send back", ""
    yield _GAP
    yield "heading", "What to do", ""
    yield from (("strong", left, right) for left, right in _STEPS)
    yield _GAP
    yield "heading", "The sheets", ""
    if plan.records:
        titles = ", ".join(section.title for section in plan.records)
        yield "strong", ANSWERS, f"One answer to each question: {titles}."
    for section in plan.tables:
        yield "strong", plan.sheets[section.id], _about(plan, section)
    yield _GAP
    yield "heading", "How to read the headings", ""
    yield from _HEADINGS
    yield _GAP
    yield "heading", "Good to know", ""
    yield from (("strong", left, right) for left, right in _HINTS)
    mark = {",": "a comma", ";": "a semicolon"}[plan.separator.strip()]
    yield "strong", "Lists", f"A cell with an arrow offers its choices. Put {mark} between several answers in one cell."


def _about(plan: Layout, section: Section) -> str:
    parts = [section.help or f"One row for each entry of “{section.title}”."]
    if section.when is not None:
        parts.append(f"Only if {described(section.when, plan.questionnaire)}.")
    if section.min_rows:
        parts.append(f"At least {section.min_rows}.")
    return " ".join(parts)
