"""The form and the report of a customer who reads Spanish, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.history import Customer, History
from onboarding.profile.catalogues import load_language
from onboarding.profile.load import load_profile
from onboarding.report.figures import Figures
from onboarding.report.render import render
from onboarding.resources import shipped
from onboarding.stages.context import Context
from tests.calendars import NEW_YORK
from tests.report.cases import bright_smile, executed, figures, played

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
FORM = """
from datetime import date
import sample_case
from onboarding.answers.check import check
from onboarding.notebook.form import AnswersForm
from onboarding.profile.catalogues import load_language, translated_questionnaire
from onboarding.profile.load import load_profile
asked = translated_questionnaire(load_profile("emetrotel").questionnaire, load_language("es"))
AnswersForm(asked, sample_case.load(), lambda held: check(asked, held, date(2026, 3, 2)), sample_case.save,
            lambda name, data: sample_case.read_upload(name, data), lambda: b"", sample_case.load, "hoja.xlsx")
"""
Open = Callable[..., Any]


def test_the_form_in_spanish(open_notebook: Open) -> None:
    """Labels, choices, messages, table and buttons; the page knows the language, and axe finds nothing serious."""
    notebook = open_notebook([FORM])
    notebook.run_all()
    page = notebook.page
    page.locator(".onb-bottom").wait_for()
    expect(page.locator(".onb-form")).to_have_attribute("lang", "es")
    page.get_by_role("button", name="Empresa", exact=True).click()
    page.get_by_label("Código postal (ZIP)").fill("12")
    page.get_by_label("Código postal (ZIP)").press("Tab")
    said = page.locator(".onb-q-company--zip .onb-message")
    expect(said).to_contain_text("no tiene la forma de “Código postal (ZIP)”")
    expect(page.locator(".onb-saved")).to_contain_text("Guardado a las")
    expect(page.locator(".onb-total")).to_contain_text("problema")
    page.get_by_role("button", name="Extensiones", exact=True).click()
    page.get_by_role("button", name="Agregar fila").last.click()
    page.locator(".onb-grid .tabulator-cell.onb-active:focus").wait_for()
    expect(page.get_by_role("columnheader", name="Extensión")).to_be_visible()
    page.get_by_role("button", name="Grabación de llamadas").click()
    page.get_by_label("Las llamadas se graban").first.select_option("Sí")
    notebook.until(lambda: True in notebook.kept().get("recording", {}).values())
    assert notebook.axe(".onb-form") == []
    assert notebook.failures == []


def _clinic() -> Figures:
    """The clinic on its first day."""
    profile = load_profile("emetrotel")
    source = shipped("data", "examples", "northwind-clinic.toml")
    checked = check(profile.questionnaire, read_answers(profile.questionnaire, source).document, AT.date())
    customer = Customer("northwind-clinic", "Clínica Northwind", AT, language="es")
    spanish = load_language("es")
    return figures(
        Context(customer, profile, checked.values, checked.problems, History(), AT, NEW_YORK, language=spanish), ()
    )


def _half() -> Figures:
    """The dental group in the middle of its course."""
    return figures(replace(played(bright_smile(), 5.2), language=load_language("es")))


@pytest.mark.parametrize("make", [_clinic, _half])
@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_report_in_spanish(
    browser: Browser, tmp_path: Path, make: Callable[[], Figures], width: int, height: int
) -> None:
    """On wide screen and phone: its language is given, nothing is wider than the screen, axe finds nothing serious."""
    path = render(executed(make()), tmp_path / "informe.html").path
    context = browser.new_context(viewport={"width": width, "height": height})
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.locator("html").get_attribute("lang") == "es"
        assert "INFORME DE FINALIZACIÓN" in page.locator("header.head").inner_text().upper()
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert _serious(page) == []
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = false })")
        page.screenshot(path=tmp_path / f"informe-{width}.png", full_page=True)
    finally:
        context.close()


def _serious(page: Page) -> list[str]:
    """Serious and critical findings of axe-core."""
    return [
        f"{found['id']}: {node['html'][:160]} {node['failureSummary'][:240]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"][:3]
    ]
