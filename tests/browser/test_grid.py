"""The table of users in a real JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

Open = Callable[..., Any]
START = "import json, sample_case\n_ = sample_case.STORE.write_text(json.dumps(sample_case.many_users({})))"


def _cell(page: Page, row: int, name: str) -> Locator:
    """A drawn cell; rows count from 0 among those on the page."""
    return page.locator(f'.onb-grid .tabulator-cell[data-name="{name}"]').nth(row)


def has_class(name: str) -> re.Pattern[str]:
    return re.compile(rf"(^|\s){name}(\s|$)")


def _open(open_notebook: Open, users: int, width: int = 1400) -> Any:
    notebook = open_notebook([START.format(users), "sample_case.form()"], width)
    notebook.run_all()
    page = notebook.page
    page.locator(".onb-bottom").wait_for()
    page.get_by_role("button", name="Users", exact=True).scroll_into_view_if_needed()
    if not page.locator(".onb-grid .tabulator-header").count():
        page.get_by_role("button", name="Users", exact=True).click()
    page.locator(".onb-grid-tools button:enabled").first.wait_for()
    return notebook


def _paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def test_cells_are_edited_by_keyboard(open_notebook: Open) -> None:
    """Typing replaces, F2 edits, Enter and Tab keep, Escape drops, drop-downs offer what is asked."""
    notebook = _open(open_notebook, 3)
    page, keys = notebook.page, notebook.page.keyboard
    _cell(page, 1, "extension").click()
    keys.type("1")
    keys.press("Enter")
    notebook.until(lambda: notebook.kept()["users"][1]["extension"] == "1")
    expect(_cell(page, 2, "extension")).to_be_focused()
    expect(_cell(page, 1, "extension")).to_have_class(has_class("onb-bad"))
    expect(page.locator(".onb-grid-problems")).to_contain_text("Row 2, Extension")
    page.locator(".onb-grid-problems button").first.click()
    expect(_cell(page, 1, "extension")).to_be_focused()
    keys.press("F2")
    keys.type("9")
    keys.press("Escape")
    assert notebook.kept()["users"][1]["extension"] == "1"

    keys.press("Control+z")
    notebook.until(lambda: notebook.kept()["users"][1]["extension"] == "1001")
    expect(_cell(page, 1, "extension")).not_to_have_class(has_class("onb-bad"))

    _cell(page, 0, "site").dblclick()
    page.locator(".onb-grid select").select_option("Boston")
    keys.press("Enter")
    notebook.until(lambda: notebook.kept()["users"][0]["site"] == "Boston")

    expect(_cell(page, 0, "number")).to_have_class(has_class("onb-grey"))
    _cell(page, 0, "services").dblclick()
    page.get_by_role("group").get_by_label("Lync").check()
    keys.press("Enter")
    notebook.until(lambda: notebook.kept()["users"][0]["services"] == ["exchange", "lync"])
    expect(_cell(page, 0, "number")).not_to_have_class(has_class("onb-grey"))
    assert notebook.failures == []


def _narrow(page: Page) -> None:
    before = page.locator(".onb-grid-table").evaluate("table => table.clientWidth")
    page.set_viewport_size({"width": 1100, "height": 500})
    page.wait_for_function("w => document.querySelector('.onb-grid-table').clientWidth !== w", arg=before)


def _scroll_away_and_back(page: Page) -> None:
    panel, table = page.locator(".jp-WindowedPanel-outer:visible"), page.locator(".onb-grid-table")
    at = panel.evaluate("panel => panel.scrollTop")
    panel.evaluate("panel => { panel.scrollTop = 0; }")
    expect(table).not_to_be_in_viewport()
    page.wait_for_timeout(200)  # long enough out of sight for the observers to have told the table
    panel.evaluate("(panel, at) => { panel.scrollTop = at; }", at)
    expect(table).to_be_in_viewport()


@pytest.mark.parametrize("happens", [_narrow, _scroll_away_and_back])
def test_what_is_being_typed_outlives_what_happens_around_it(
    open_notebook: Open, happens: Callable[[Page], None]
) -> None:
    """The window is made smaller, or the table leaves the sight and comes back, between two keys: both are kept."""
    notebook = _open(open_notebook, 3)
    page, keys = notebook.page, notebook.page.keyboard
    page.set_viewport_size({"width": 1400, "height": 500})
    _cell(page, 1, "last_name").click()
    keys.type("Li")
    happens(page)
    page.wait_for_timeout(300)  # observers of size and sight are told after the next frames
    keys.type("nd")
    keys.press("Enter")
    notebook.until(lambda: notebook.kept()["users"][1]["last_name"] != "Last1")
    assert notebook.kept()["users"][1]["last_name"] == "Lind"
    expect(_cell(page, 2, "last_name")).to_be_focused()
    assert notebook.failures == []


def test_rows_come_and_go(open_notebook: Open) -> None:
    """Add, duplicate, delete several and bring them back."""
    notebook = _open(open_notebook, 4)
    page = notebook.page
    _cell(page, 1, "email").click()
    _cell(page, 2, "email").click(modifiers=["Shift"])
    page.get_by_role("button", name="Delete", exact=True).click()
    notebook.until(lambda: [row["extension"] for row in notebook.kept()["users"]] == ["1000", "1003"])
    expect(page.locator(".onb-grid-said")).to_contain_text("2 rows deleted")
    page.get_by_role("button", name="Undo", exact=True).click()
    notebook.until(lambda: [row["extension"] for row in notebook.kept()["users"]] == ["1000", "1001", "1002", "1003"])
    _cell(page, 3, "email").click()
    page.get_by_role("button", name="Duplicate", exact=True).click()
    notebook.until(lambda: len(notebook.kept()["users"]) == 5)
    expect(_cell(page, 4, "email")).to_have_class(has_class("onb-bad"))
    page.get_by_role("button", name="Add row", exact=True).click()
    expect(page.locator(".onb-grid-count")).to_contain_text("6 rows")
    assert notebook.failures == []


def test_rows_are_pasted_from_a_spreadsheet(open_notebook: Open) -> None:
    """Labels become values, a quoted cell keeps its lines, a heading row names the columns, rows are made as needed."""
    notebook = _open(open_notebook, 2)
    page = notebook.page
    _cell(page, 1, "email").click()
    _paste(page, "a@x.example\tAnna\tO'Neil\tboston\t0100\tLync; Exchange Online\tpremium\r\nb@x.example\tBo\tLi\r\n")
    notebook.until(lambda: len(notebook.kept()["users"]) == 3)
    first, second = notebook.kept()["users"][1:]
    assert first == {
        "email": "a@x.example", "first_name": "Anna", "last_name": "O'Neil", "site": "Boston", "extension": "0100",
        "services": ["lync", "exchange"], "plan": "premium",
    }  # fmt: skip
    assert second == {"email": "b@x.example", "first_name": "Bo", "last_name": "Li"}

    _cell(page, 2, "first_name").click()
    _paste(page, 'Notes\tE-mail\n"two\nlines and a ""quote"""\tb2@x.example\n')
    notebook.until(lambda: notebook.kept()["users"][2].get("notes") == 'two\nlines and a "quote"')
    assert notebook.kept()["users"][2]["email"] == "b2@x.example"

    page.get_by_role("button", name="Copy all").click()
    expect(page.locator(".onb-grid-said")).to_contain_text("3 rows copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("E-mail\tFirst name\t")
    assert '"two\nlines and a ""quote"""' in copied
    assert notebook.failures == []


def test_five_hundred_users_are_quick_and_reachable(open_notebook: Open) -> None:
    """Only the rows in sight are drawn; a jump from the list of problems reaches row 401; pasting 500 more works."""
    notebook = _open(open_notebook, 500)
    page = notebook.page
    assert page.locator(".onb-grid .tabulator-row").count() < 80
    expect(page.locator(".onb-grid-count")).to_contain_text("500 rows")
    page.get_by_role("button", name="Row 401, First name").click()
    focused = page.locator('.onb-grid .tabulator-cell[data-name="first_name"]:focus')
    expect(focused).to_have_class(has_class("onb-missing"))
    page.keyboard.type("Ann")
    page.keyboard.press("Enter")
    notebook.until(lambda: notebook.kept()["users"][400].get("first_name") == "Ann")

    page.keyboard.press("Control+End")
    page.keyboard.press("Home")
    page.get_by_role("button", name="Add row", exact=True).click()
    page.locator('.onb-grid .tabulator-cell[data-name="email"]:focus').wait_for()
    _paste(page, "\n".join(f"new{n}@x.example\tF{n}\tL{n}" for n in range(500)))
    notebook.until(lambda: len(notebook.kept()["users"]) == 1000)
    expect(page.locator(".onb-grid-count")).to_contain_text("1,000 rows")
    assert notebook.failures == []


def test_scrolling_the_focused_row_away_does_not_hand_the_keys_to_the_notebook(open_notebook: Open) -> None:
    """The row leaves the page; B typed then still does not insert a cell."""
    notebook = _open(open_notebook, 500)
    page = notebook.page
    _cell(page, 1, "email").click()
    before = notebook.cells
    page.evaluate("() => { document.querySelector('.onb-grid .tabulator-tableholder').scrollTop = 12000; }")
    notebook.until(lambda: "user1@" not in page.locator(".onb-grid .tabulator-table").inner_text())
    page.keyboard.press("d")
    page.keyboard.press("d")
    page.keyboard.press("ArrowDown")
    assert notebook.cells == before
    expect(page.locator(".onb-grid .tabulator-cell:focus")).to_have_attribute("data-name", "email")


@pytest.mark.parametrize(("theme", "width"), [("Light", 1400), ("Dark", 700)])
def test_the_form_is_accessible_and_fits(open_notebook: Open, theme: str, width: int) -> None:
    """No serious finding of axe-core with wrong, missing and not-asked answers; nothing scrolls sideways."""
    notebook = _open(open_notebook, 30, width)
    page = notebook.page
    notebook.theme(theme)
    page.get_by_role("button", name="Telephone numbers").click()
    page.get_by_label("Which numbers").select_option("Keep our numbers")
    page.get_by_label("Billing telephone number").fill("12")
    _cell(page, 1, "extension").click()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.locator(".onb-grid .tabulator-cell.onb-bad").wait_for()
    page.locator(".onb-q-telephony--btn.onb-bad").wait_for()
    assert notebook.axe(".onb-form") == []
    _cell(page, 1, "services").dblclick()
    assert notebook.axe(".onb-grid") == []
    page.keyboard.press("Escape")
    assert (
        page.evaluate("() => { const f = document.querySelector('.onb-form'); return f.scrollWidth - f.clientWidth; }")
        <= 0
    )
    assert notebook.failures == []
