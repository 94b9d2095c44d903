"""A customer who is served in Spanish: what is asked, what is answered, what is shown and what is sent."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.answers.markup import mark_up
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.case.attachments import questionnaire as filled_workbook
from onboarding.case.case import Case
from onboarding.domain.history import Customer
from onboarding.errors import AnswerError
from onboarding.profile.catalogues import load_language
from onboarding.profile.load import load_profile
from onboarding.report.completion import CompletionReport, figures_of
from onboarding.report.data_file import to_json
from onboarding.report.formatter import Formatter
from onboarding.report.render import render
from onboarding.resources import shipped
from onboarding.stages.desired import desired
from onboarding.store.store import Store
from tests.report.cases import executed

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
CLINIC = Customer("northwind-clinic", "Clínica Northwind", AT, date(2026, 5, 4), "es")


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """The clinic with its example answers, in a workspace of its own."""
    source = shipped("data", "examples", "northwind-clinic.toml")
    with Store.open(tmp_path) as store:
        store.create_customer(CLINIC, "emetrotel")
        case = Case(store, CLINIC, AT, "anna")
        case.save_answers(read_answers(case.questionnaire, source).document, source.name)
        yield case


def test_what_is_decided_does_not_depend_on_the_language(case: Case) -> None:
    """Progress, plans and what is bound to them are the same in both languages; only what is shown differs."""
    english = Case(case.store, replace(CLINIC, language="en"), AT, "anna")
    for task in case.profile.tasks:
        if not str(getattr(task.params, "to", "")).startswith("contact:"):
            assert desired(task, case.context()) == desired(task, english.context())
    assert case.progress() == english.progress()
    assert case.profile.title == english.profile.title
    title = case.profile.tasks[0].title
    assert case.language(title) == "Anotar la empresa, sus contactos y sus sedes"
    assert english.language(title) is title


def test_problems_are_told_in_spanish(case: Case) -> None:
    """The sentence is made anew with the labels of the questionnaire; values stay as they were typed."""
    document = {**case.document, "company": {**case.document["company"], "zip": "12", "name": ""}}  # type: ignore[dict-item]
    case.save_answers(document, "test")
    said = {problem.sentence_in(case.language) for problem in case.checked().problems}
    assert "Complete “Nombre de la empresa”." in said
    assert "“12” no tiene la forma de “Código postal (ZIP)”; escríbalo como 02110." in said
    assert any(problem.message == "Please fill in “Company name”." for problem in case.checked().problems)


def test_a_workbook_is_answered_in_spanish(case: Case) -> None:
    """Choices and yes-no by their Spanish words, back into the values of the questionnaire."""
    target = io.BytesIO()
    write_workbook(case.questionnaire, case.document, target, case.customer.name)
    book = openpyxl.load_workbook(io.BytesIO(target.getvalue()))
    assert book.sheetnames[:2] == ["Instrucciones", "Respuestas"]
    heads = {str(cell.value).removesuffix(" *"): cell.column for cell in book["Extensiones"][1]}
    book["Extensiones"].cell(2, heads["La usa"]).value = "Una sala o un mostrador"
    book["Extensiones"].cell(3, heads["Buzón de voz"]).value = "sí"
    changed = io.BytesIO()
    book.save(changed)
    rows = read_workbook(case.questionnaire, changed.getvalue()).document["extensions"]
    assert isinstance(rows, list)
    assert (rows[0]["use"], rows[1]["voicemail"]) == ("shared", True)


def test_problems_come_back_in_spanish_inside_the_workbook(case: Case) -> None:
    """The list in front, its kinds and the notes at the cells."""
    target = io.BytesIO()
    write_workbook(case.questionnaire, {"company": {"zip": "12"}}, target)
    reading = read_workbook(case.questionnaire, target.getvalue())
    problems = check(case.questionnaire, reading.document, AT.date()).problems
    found = mark_up(case.questionnaire, target.getvalue(), problems)
    book = openpyxl.load_workbook(io.BytesIO(found))
    assert book.sheetnames[0] == "Por corregir"
    notes = [cell.comment.text for row in book["Respuestas"].iter_rows() for cell in row if cell.comment]
    assert any("no tiene la forma de “Código postal" in note for note in notes)


def test_a_workbook_of_another_language_is_named(case: Case) -> None:
    """An English workbook of a Spanish customer would be read as full of strangers; so it is refused."""
    with pytest.raises(AnswerError, match="WORKBOOK-LANGUAGE"):
        read_workbook(case.questionnaire, filled_workbook(case).data)


def test_the_customer_is_written_to_in_spanish_and_the_provider_in_english(case: Case) -> None:
    """Mails to a contact of the customer are in the customer's language, with the label of the reference."""
    for task in case.profile.tasks:
        for action in desired(task, case.context()):
            if action.connector != "support":
                continue
            label = action.body["fields"][0][0]
            is_customer = task.params.to.startswith("contact:")
            assert label == ("Cliente" if is_customer else "Customer")
            assert action.body.get("reference_label") == ("Referencia" if is_customer else None)
    chinook = load_profile("chinook")
    assert all("contact:" not in str(getattr(task.params, "to", "")) for task in chinook.tasks)


def test_the_report_is_in_spanish_and_its_data_in_english(case: Case, tmp_path: Path) -> None:
    """Page, headings, days and sentences in Spanish; the file for machines does not change its words."""
    found = figures_of(case)
    page = render(executed(found), tmp_path / "report.html").path.read_text(encoding="utf-8")
    assert '<html lang="es">' in page
    for words in (
        "Informe de finalización", "No completo", "lun 2 mar 2026".replace(" ", "\N{NO-BREAK SPACE}"),
        "Ir directamente al informe", "Tareas y pruebas", "Primera revisión con el cliente", "Próxima fecha",
    ):  # fmt: skip
        assert words in page, words
    data = to_json(found).decode()
    assert "First review with the customer" in data
    assert "Primera revisión" not in data
    assert '"language": "es"' in data
    assert CompletionReport(found).heading().head["lang"] == "es"


def test_days_are_written_as_the_language_does() -> None:
    """English days stay as they were; Spanish ones follow Latin American usage."""
    spanish = load_language("es")
    assert Formatter().day(date(2026, 3, 12)) == "Thu 12 Mar 2026".replace(" ", "\N{NO-BREAK SPACE}")
    assert Formatter(spanish).day(date(2026, 3, 12)).replace("\N{NO-BREAK SPACE}", " ") == "jue 12 mar 2026"
    first, last = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 5, 12, tzinfo=UTC)
    said = Formatter(spanish, ZoneInfo("America/New_York")).period(first, last)
    assert said.replace("\N{NO-BREAK SPACE}", " ") == "2 mar a 5 mar 2026"
    assert spanish.count(0, "task") == "sin tareas"
