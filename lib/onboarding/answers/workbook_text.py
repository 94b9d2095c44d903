"""What the first sheet of the workbook tells the customer."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.answers.layout import Layout, only_if
from onboarding.domain.language import say
from onboarding.domain.question import Section

Line = tuple[str, str, str]
"""(style, text on the left, text on the right)."""

_GAP: Line = ("plain", "", "")
_STEPS = (
    (say("1. Fill in"), say("Go through the sheets from left to right. What you do not know yet, leave empty.")),
    (say("2. Save"), say("Save the workbook as it is, as an Excel workbook (.xlsx).")),
    (say("3. Send back"), say("Send it to the person who sent it to you. You get back a list of what is missing.")),
    (say("Questions?"), say("Ask the person who sent you this workbook.")),
)
_HEADINGS: tuple[Line, ...] = (
    (
        "head-required",
        say("Dark heading *"),
        say("Must be filled in. Among the answers, such questions are bold with a star."),
    ),
    ("head", say("Light heading"), say("Fill in what applies.")),
    (
        "head-sometimes",
        say("Light, slanted"),
        say("Needed in some cases only; the note on the heading or beside it says when."),
    ),
)
_HINTS = (
    (say("Telephone numbers"), say("Any usual way of writing will do, such as 617-555-0101 or +1 617 555 0101.")),
    (say("Dates"), say("Write year, month and day, such as 2026-03-14, or month/day/year.")),
    (say("Pasting"), say("Paste values only. Formulas and merged cells are not read.")),
    (say("Rows and headings"), say("Add and remove rows as you like. Leave the names of sheets and headings alone.")),
)


def instructions(plan: Layout, customer_name: str) -> Iterator[Line]:
    """The lines of the sheet, top to bottom."""
    language = plan.language
    yield "title", plan.questionnaire.title, ""
    yield "subtitle", customer_name or language("Please fill in and send back"), ""
    yield _GAP
    yield "heading", language("What to do"), ""
    yield from (("strong", language(left), language(right)) for left, right in _STEPS)
    yield _GAP
    yield "heading", language("The sheets"), ""
    if plan.records:
        titles = ", ".join(section.title for section in plan.records)
        yield "strong", plan.answers, language("One answer to each question: {titles}.", titles=titles)
    for section in plan.tables:
        yield "strong", plan.sheets[section.id], _about(plan, section)
    yield _GAP
    yield "heading", language("How to read the headings"), ""
    yield from ((style, language(left), language(right)) for style, left, right in _HEADINGS)
    yield _GAP
    yield "heading", language("Good to know"), ""
    yield from (("strong", language(left), language(right)) for left, right in _HINTS)
    with_comma = say("A cell with an arrow offers its choices. Put a comma between several answers in one cell.")
    with_mark = say("A cell with an arrow offers its choices. Put a semicolon between several answers in one cell.")
    yield "strong", language("Lists"), language(with_comma if "," in plan.separator else with_mark)


def _about(plan: Layout, section: Section) -> str:
    language = plan.language
    parts = [section.help or language("One row for each entry of “{title}”.", title=section.title)]
    if section.when is not None:
        parts.append(only_if(section.when, plan.questionnaire))
    if section.min_rows:
        parts.append(language("At least {count}.", count=section.min_rows))
    return " ".join(parts)
