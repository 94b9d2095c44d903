"""Every face in a language that puts what is shown in brackets: no word of ours may stand outside them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import ipywidgets as widgets
import openpyxl
import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.answers.assigned_questions import judged
from onboarding.answers.check import check
from onboarding.answers.markup import mark_up
from onboarding.answers.printable import printable
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.domain.history import Customer, History
from onboarding.domain.json import JSON
from onboarding.domain.question import Questionnaire
from onboarding.notebook.form import AnswersForm
from onboarding.notebook.grid import Grid
from onboarding.notebook.static import answers_html
from onboarding.profile.catalogues import translated_questionnaire
from onboarding.profile.load import load_profile
from onboarding.report.completion import CompletionReport
from onboarding.resources import shipped
from onboarding.stages.context import Context
from tests.calendars import NEW_YORK
from tests.languages.pseudo import PSEUDO, strangers, words_of
from tests.report.cases import bright_smile, figures, played

EXAMPLES = {
    "bright-smile": "chinook", "cedar-valley-schools": "univoip-teams", "harbor-freight-lines": "mitel-micloud",
    "marlow-law": "univoip-officeconnect", "northwind-clinic": "emetrotel",
}  # fmt: skip
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = AT.date()
TRADE = words_of("xlsx excel", "Users", PSEUDO.locale)
Case = tuple[Questionnaire, dict[str, Any], set[str]]


@pytest.fixture(params=EXAMPLES)
def case(request: pytest.FixtureRequest) -> Case:
    """The questionnaire in brackets, a customer's answers, and the words that are the customer's or a sample's."""
    questionnaire = load_profile(EXAMPLES[request.param]).questionnaire
    path = shipped("data", "examples", f"{request.param}.toml")
    document = dict(read_answers(questionnaire, path).document)
    samples = [question.example for question in questionnaire.questions()]
    ids = [(section.id, [question.name for question in section.questions]) for section in questionnaire.sections]
    return (
        translated_questionnaire(questionnaire, PSEUDO),
        document,
        words_of(document, samples) | words_of(ids) | TRADE,
    )


def seeded(document: dict[str, Any]) -> dict[str, Any]:
    """The answers with every other one spoiled, so that as many messages as possible are shown."""

    def spoiled(row: dict[str, JSON]) -> dict[str, JSON]:
        return {name: "!" if place % 2 else value for place, (name, value) in enumerate(row.items())}

    return {
        name: [spoiled(row) for row in kept] if isinstance(kept, list) else spoiled(kept)
        for name, kept in document.items()
    }


def sheets(data: bytes) -> Iterator[str]:
    """Everything a person sees of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        if sheet.title in ("_about", "_marks"):
            continue
        yield sheet.title if sheet.sheet_state == "visible" else ""
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and not sheet.column_dimensions[cell.column_letter].hidden:
                    yield cell.value
                if cell.comment:
                    yield cell.comment.text
        for rule in sheet.data_validations.dataValidation:
            yield from filter(None, (rule.errorTitle, rule.error, rule.promptTitle, rule.prompt))


def text_of(html: str) -> str:
    """The words of a page, with what is read aloud."""
    plain = re.sub(r"<(style|script)\b.*?</\1>|https?://[^\s<\"]*|[\w.]+@[\w.]+", " ", html, flags=re.DOTALL)
    attributes = " ".join(re.findall(r'(?:aria-label|alt|placeholder|data-label)="([^"]*)"', plain))
    return unescape(f"{re.sub(r'<[^>]+>', ' ', plain)} {attributes}")


def test_a_workbook_says_nothing_else(case: Case) -> None:
    """Sheets, headings, notes, drop-downs and their warnings, empty and filled in."""
    questionnaire, document, known = case
    for kept in ({}, document):
        target = io.BytesIO()
        write_workbook(questionnaire, kept, target)
        assert [word for text in sheets(target.getvalue()) for word in strangers(text, known)] == []


def test_a_workbook_comes_back_as_it_went(case: Case) -> None:
    """What was filled in under other headings and words is read as the same answers."""
    questionnaire, document, _ = case
    target = io.BytesIO()
    write_workbook(questionnaire, document, target)
    reading = read_workbook(questionnaire, target.getvalue())
    assert [problem for problem in reading.problems if problem.severity == "error"] == []
    before = check(questionnaire, document, TODAY)
    assert check(questionnaire, reading.document, TODAY).values == before.values


def test_a_marked_copy_says_nothing_else(case: Case) -> None:
    """The list of what is to correct, and the note at each cell."""
    questionnaire, document, known = case
    target = io.BytesIO()
    write_workbook(questionnaire, seeded(document), target)
    reading = judged(questionnaire, {}, read_workbook(questionnaire, target.getvalue()), TODAY)
    assert len(reading.problems) > 20
    copy = mark_up(questionnaire, target.getvalue(), reading.problems)
    assert [word for text in sheets(copy) for word in strangers(text, known)] == []


def test_problems_say_nothing_else(case: Case) -> None:
    """The sentences of all problems, whatever rule has found them."""
    questionnaire, document, known = case
    problems = check(questionnaire, seeded(document), TODAY).problems
    assert problems
    assert [word for problem in problems for word in strangers(problem.sentence_in(PSEUDO), known)] == []


def test_pages_say_nothing_else(case: Case) -> None:
    """The printable page and the static table."""
    questionnaire, document, known = case
    wrong = seeded(document)
    pages = (
        printable(questionnaire, document, "Acme"),
        answers_html(questionnaire, document, ()),
        answers_html(questionnaire, wrong, check(questionnaire, wrong, TODAY).problems),
    )
    for page in pages:
        assert strangers(text_of(page), known | {"acme"}) == []


def test_the_form_says_nothing_else(case: Case) -> None:
    """Every control, message and table of the form, all of its sections open, with good answers and with bad ones."""
    questionnaire, document, known = case
    for kept in (document, seeded(document)):
        form = AnswersForm(
            questionnaire, kept, lambda given: check(questionnaire, given, TODAY), lambda *_: None,
            lambda *_: None, lambda: b"", dict, clock=lambda: datetime(2026, 3, 2, tzinfo=UTC),
        )  # fmt: skip
        for group in form.groups.values():
            group.open()
        form._show_saved(form.language("Saved {time}", time="10:00"))
        assert [word for text in widget_texts(form.box) for word in strangers(text, known)] == []
        assert form.script.lang == PSEUDO.code


def widget_texts(widget: Any) -> Iterator[str]:
    """What a widget and everything in it shows."""
    if isinstance(widget, Grid):
        yield widget.label
        yield from widget.words.values()
        for column in widget.columns:
            yield from (column["title"], column["help"], *(str(label) for label, _ in column["options"]))
        yield from (words for _, _, words, _ in widget._marks["list"])
        yield from (mark[1] for row in widget._marks["cells"].values() for mark in row.values())
        return
    if isinstance(widget, widgets.HTML):
        yield text_of(widget.value)
    if isinstance(widget, widgets.Dropdown):
        yield from (label for label in widget._options_labels)
    yield str(getattr(widget, "description", "") or "")
    yield str(getattr(widget, "placeholder", "") or "") if isinstance(widget, widgets.Textarea) else ""
    for child in getattr(widget, "children", ()):
        yield from widget_texts(child)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_parts_of_each_guide_say_nothing_else(name: str) -> None:
    """What a provider's report shows of its own, before anything is done, with everything that is wrong."""
    profile = load_profile(EXAMPLES[name])
    path = shipped("data", "examples", f"{name}.toml")
    document = dict(read_answers(profile.questionnaire, path).document)
    for kept in (document, seeded(document)):
        checked = check(profile.questionnaire, kept, TODAY)
        customer = Customer("acme", "Acme", AT)
        context = Context(customer, profile, checked.values, checked.problems, History(), AT, NEW_YORK, language=PSEUDO)
        known = words_of(kept, "acme", profile.provider, profile.id, context.calendar.time_zone, "MX CNAME TXT SRV ext")
        records = [record.model_dump() for record in profile.data.dns]
        known |= words_of([question.id for question in profile.questionnaire.questions()], records)
        report = CompletionReport(figures(context, ()))
        for part in (part for part in vars(CompletionReport) if not part.startswith("_")):
            html = str(getattr(report, part)().html)
            assert strangers(without_days(text_of(html)), known) == [], part


@pytest.mark.parametrize("days", [0, 5.2, 9])
def test_a_report_says_nothing_else(days: float) -> None:
    """Every part of the completion report, from the first day to the last."""
    context = replace(played(bright_smile(), days), language=PSEUDO)
    report = CompletionReport(figures(context))
    known = words_of(context.values, "sha256 Bright Smile Dental Group Chinook Communications America New York")
    known |= words_of(
        [(one.by, one.note.values, one.reference) for one in context.record.tasks.values()], "MX CNAME TXT SRV"
    )
    known |= words_of([(one.by, one.what.values, one.subject, one.document_name) for one in context.record.evidence])
    known |= words_of([(line.by, line.note) for line in context.record.decisions])
    known |= words_of([(run.id, run.stage, run.by, run.library_version) for run in report.figures.runs])
    for name in (name for name in vars(CompletionReport) if not name.startswith("_")):
        block = getattr(report, name)()
        html = re.sub(r"<code>.*?</code>|<time[^>]*>.*?</time>", " ", str(block.html))
        assert strangers(without_days(text_of(html)), known) == [], name
        assert not block.head or block.head["lang"] == PSEUDO.code


def without_days(text: str) -> str:
    """Without days of the week and months, which Unicode's own tables translate."""
    start = date(2026, 1, 1)
    days = {PSEUDO.day(start + timedelta(days=number), "EEE d MMM y") for number in range(365)}
    known = words_of(days)
    return re.sub(r"[^\W\d_]+", lambda found: " " if found[0].casefold() in known else found[0], text)
