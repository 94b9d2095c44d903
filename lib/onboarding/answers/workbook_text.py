"""What the first sheet of the workbook tells the customer."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.answers.layout import ANSWERS, Layout, described
from onboarding.domain.question import Section

Line = tuple[str, str, str]
"""(style, text on the left, text on the right)."""


def instructions(plan: Layout, customer_name: str) -> Iterator[Line]:
    """The lines of the sheet, top to bottom."""
    yield "title", plan.questionnaire.title, ""
    yield "subtitle", customer_name or "Please fill in and send back", ""
    yield "plain", "", ""
    yield "heading", "What to do", ""
    yield "strong", "1. Fill in", "Go through the sheets from left to right. What you do not know yet, leave empty."
    yield "strong", "2. Save", "Save the workbook as it is, as an Excel workbook (.xlsx)."
    yield "strong", "3. Send back", "Send it to the person who sent it to you. You get back a list of what is missing."
    yield "strong", "Questions?", "Ask the person who sent you this workbook."
    yield "plain", "", ""
    yield "heading", "The sheets", ""
    if plan.records:
        titles = ", ".join(section.title for section in plan.records)
        yield "strong", ANSWERS, f"One answer to each question: {titles}."
    for section in plan.tables:
        yield "strong", plan.sheets[section.id], _about(plan, section)
    yield "plain", "", ""
    yield "heading", "How to read the headings", ""
    yield (
        "head-required",
        "Dark heading *",
        "Must be filled in. Among the answers, such questions are bold with a star.",
    )
    yield "head", "Light heading", "Fill in what applies."
    yield (
        "head-sometimes",
        "Light, slanted",
        "Needed in some cases only; the note on the heading or beside it says when.",
    )
    yield "plain", "", ""
    yield "heading", "Good to know", ""
    yield "strong", "Telephone numbers", "Any usual way of writing will do, such as 617-555-0101 or +1 617 555 0101."
    yield "strong", "Dates", "Write year, month and day, such as 2026-03-14, or month/day/year."
    yield "strong", "Lists", "A cell with an arrow offers its choices. Put a comma between several answers in one cell."
    yield "strong", "Pasting", "Paste values only. Formulas and merged cells are not read."
    yield (
        "strong",
        "Rows and headings",
        "Add and remove rows as you like. Leave the names of sheets and headings alone.",
    )


def _about(plan: Layout, section: Section) -> str:
    parts = [section.help or f"One row for each entry of “{section.title}”."]
    if section.when is not None:
        parts.append(f"Only if {described(section.when, plan.questionnaire)}.")
    if section.min_rows:
        parts.append(f"At least {section.min_rows}.")
    return " ".join(parts)
