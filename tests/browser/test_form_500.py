"""The form of a real provider with five hundred users in JupyterLab: paste, a wrong cell, one party's questions."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from onboarding.resources import shipped

Open = Callable[..., Any]
START = """
import json, pathlib
from datetime import date
from onboarding.answers.check import check
from onboarding.answers.answer_files import read_answers
from onboarding.answers.markup import mark_up
from onboarding.answers.assigned_questions import judged
from onboarding.answers.workbook import read_workbook
from onboarding.notebook.form import AnswersForm
from onboarding.profile.load import load_profile
from onboarding.resources import shipped

ASKED, TODAY, STORE = load_profile("chinook").questionnaire, date(2026, 3, 2), pathlib.Path("answers.json")
if not STORE.exists():
    document = dict(read_answers(ASKED, shipped("data", "examples", "bright-smile.toml")).document)
    pattern = {k: v for k, v in document["users"][1].items() if k not in ("number", "number_source", "lync_plan")}
    document["users"] = [
        {**pattern, "email": f"user{n}@brightsmile.example", "extension": str(1000 + n), "services": ["exchange"]}
        for n in range(500)
    ]
    _ = STORE.write_text(json.dumps(document))

def kept():
    return json.loads(STORE.read_text())

def save(section, value):
    _ = STORE.with_suffix(".new").write_text(json.dumps({**kept(), section: value}))
    STORE.with_suffix(".new").replace(STORE)

def upload(name, data):
    return judged(ASKED, kept(), read_workbook(ASKED, data), TODAY)
"""
FORM = """
AnswersForm(ASKED, kept(), lambda held: check(ASKED, held, TODAY), save, upload, reload=kept,
            mark_up=lambda data: mark_up(ASKED, data, upload("", data).problems))
"""


def _cell(page: Page, row: int, name: str) -> Locator:
    return page.locator(f'.onb-grid .tabulator-cell[data-name="{name}"]').nth(row)


def _has(name: str) -> re.Pattern[str]:
    return re.compile(rf"(^|\s){name}(\s|$)")


@pytest.fixture
def form(open_notebook: Open) -> Any:
    """The form with its table of users open."""
    notebook = open_notebook([START, FORM])
    notebook.run_all()
    page = notebook.page
    page.locator(".onb-bottom").wait_for()
    _open_users(page)
    return notebook


def _open_users(page: Page) -> None:
    page.get_by_role("button", name="Users", exact=True).scroll_into_view_if_needed()
    if not page.locator(".onb-q-users .tabulator-header").count():
        page.get_by_role("button", name="Users", exact=True).click()
    page.locator(".onb-q-users .onb-grid-tools button:enabled").first.wait_for()
    for name in ("Company", "Contacts", "Sites"):  # one table on the page, so that its cells are counted from 0
        head = page.locator(f".onb-q-{name.lower()} .onb-head.onb-open button")
        if head.count():
            head.first.click()


def test_fifty_rows_are_pasted_among_five_hundred(form: Any) -> None:
    """They are in the store at once; a wrong cell is marked, named, found by its name and mended."""
    page = form.page
    expect(page.locator(".onb-q-users .onb-grid-count")).to_contain_text("500 rows")
    page.keyboard.press("Escape")
    page.locator(".onb-q-users").get_by_role("button", name="Add row", exact=True).click()
    page.locator('.onb-q-users .tabulator-cell[data-name="first_name"]:focus').wait_for()
    rows = [f"First{n}\tLast{n}\tnew{n}@brightsmile.example\tBoston\tDesk\t{3000 + n}" for n in range(50)]
    rows[7] = rows[7].replace("\t3007", "\t30o7")
    page.evaluate("text => navigator.clipboard.writeText(text)", "\r\n".join(rows) + "\r\n")
    page.keyboard.press("Control+v")
    form.until(lambda: len(form.kept()["users"]) == 550)
    expect(page.locator(".onb-q-users .onb-grid-count")).to_contain_text("550 rows")
    pasted = form.kept()["users"][500:]
    assert [row["extension"] for row in pasted[:8]] == [*(str(3000 + n) for n in range(7)), "30o7"]

    wrong = page.locator(".onb-q-users .onb-grid-problems").get_by_role("button", name="Row 508, Extension")
    wrong.click()
    focused = page.locator('.onb-q-users .tabulator-cell[data-name="extension"]:focus')
    expect(focused).to_have_class(_has("onb-bad"))
    page.keyboard.type("3007")
    page.keyboard.press("Enter")
    form.until(lambda: form.kept()["users"][507]["extension"] == "3007")
    expect(wrong).to_have_count(0)
    assert form.failures == []


def test_one_partys_questions_are_shown_alone(form: Any) -> None:
    """The others' are away, their answers are kept, and everything is back afterwards."""
    page = form.page
    before = form.kept()
    page.get_by_label("Show the questions for").select_option("Authorised signer")
    expect(page.get_by_role("button", name="Users", exact=True)).to_have_count(0)
    page.locator(".onb-q-port-orders .tabulator-header").wait_for()  # its first section opens by itself
    _cell(page, 0, "account_number").click()
    page.keyboard.type("4711")
    page.keyboard.press("Enter")
    form.until(lambda: form.kept()["port_orders"][0].get("account_number") == "4711")
    before["port_orders"][0]["account_number"] = "4711"
    assert form.kept() == before
    page.get_by_label("Show the questions for").select_option("Everybody")
    expect(page.get_by_role("button", name="Users", exact=True)).to_be_visible()
    assert form.failures == []


def test_the_returned_workbook_goes_back_marked(form: Any) -> None:
    """What is wrong is listed with its cell, and the copy that is offered says so in the cell."""
    page = form.page
    book = load_workbook(shipped("data", "examples", "bright-smile.xlsx"))
    book["Users"]["C3"] = "not an address"
    target = io.BytesIO()
    book.save(target)
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Upload a filled-in workbook").click()
    asked.value.set_files({"name": "back.xlsx", "mimeType": "application/octet-stream", "buffer": target.getvalue()})
    expect(page.locator(".onb-workbook")).to_contain_text("Users!C3")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download it with its problems marked").click()
    assert waiting.value.suggested_filename == "back-to-correct.xlsx"
    marked = load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    assert marked.sheetnames[0] == "To correct"
    assert "not an address" in marked["Users"]["C3"].comment.text
    assert form.failures == []


@pytest.mark.parametrize(("theme", "width"), [("Light", 1400), ("Dark", 700)])
def test_the_large_form_is_accessible(open_notebook: Open, theme: str, width: int) -> None:
    """No serious finding of axe-core with five hundred users, one of them wrong; nothing scrolls sideways."""
    notebook = open_notebook([START, FORM], width)
    notebook.run_all()
    page = notebook.page
    page.locator(".onb-bottom").wait_for()
    notebook.theme(theme)
    _open_users(page)
    _cell(page, 1, "extension").click()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.locator(".onb-grid .tabulator-cell.onb-bad").first.wait_for()
    assert notebook.axe(".onb-form") == []
    wide = "() => { const f = document.querySelector('.onb-form'); return f.scrollWidth - f.clientWidth; }"
    assert page.evaluate(wide) <= 0
    assert notebook.failures == []
