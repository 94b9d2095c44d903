"""The form in a real JupyterLab, worked as a person works it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

FORM = ["import sample_case", "sample_case.form()"]
Open = Callable[..., Any]
FITS = """() => [...document.querySelectorAll(".onb-form > *")].every(
  part => part.getBoundingClientRect().right <= part.closest(".jp-Notebook").getBoundingClientRect().right + 1)"""


@pytest.fixture
def form(open_notebook: Open) -> Any:
    notebook = open_notebook(FORM)
    notebook.run_all()
    notebook.page.locator(".onb-bottom").wait_for()
    return notebook


MANY = """
import json, sample_case
_ = sample_case.STORE.write_text(json.dumps(sample_case.many_users(12)))
"""
WARNED = """
import sample_case
from onboarding.notebook.form import AnswersForm
from onboarding.notebook.undo_question import Undoing
LINES = [f"To be done anew: task {place}." for place in range(30)]
AnswersForm(sample_case.QUESTIONNAIRE, sample_case.load(), sample_case.checked, sample_case.save,
            reload=sample_case.load, undoes=lambda document: Undoing(LINES if "Other" in str(document) else []))
"""


@pytest.mark.parametrize(("width", "height"), [(1280, 700), (1280, 480), (390, 700)])
def test_what_a_change_undoes_is_seen_where_somebody_is_at_work(open_notebook: Open, width: int, height: int) -> None:
    """The list stands at the foot of the window whatever its length, with its buttons; so does how the save went."""
    notebook = open_notebook([WARNED], width, height)
    notebook.run_all()
    page = notebook.page
    page.get_by_role("button", name="Telephone numbers").click()
    page.get_by_label("Anything we should know").fill("Other")
    page.get_by_label("Anything we should know").press("Tab")
    keep, back = (page.get_by_role("button", name=name) for name in ("Keep the change", "Take it back"))
    for button in (keep, back):
        expect(button).to_be_in_viewport(ratio=1)
    assert "company" not in notebook.kept()
    assert notebook.axe(".onb-form") == []
    keep.click()
    expect(page.locator(".onb-saved")).to_contain_text("Saved")
    expect(page.locator(".onb-saved")).to_be_in_viewport(ratio=1)
    expect(keep).to_be_hidden()
    assert notebook.kept()["company"]["notes"] == "Other"
    page.get_by_label("Anything we should know").fill("Other words")
    page.get_by_label("Anything we should know").press("Tab")
    back.click()
    expect(page.get_by_label("Anything we should know")).to_have_value("Other")
    assert page.evaluate(FITS)
    assert notebook.failures == []


@pytest.mark.parametrize(("width", "height"), [(1280, 480), (390, 700)])
def test_what_a_change_undoes_covers_no_cell_that_is_edited(open_notebook: Open, width: int, height: int) -> None:
    """The cell comes into sight above the list, which takes less than half of the window; so does the next one."""
    notebook = open_notebook([MANY + WARNED], width, height)
    notebook.run_all()
    page = notebook.page
    page.get_by_role("button", name="Users", exact=True).click()
    page.locator(".onb-grid-tools button:enabled").first.wait_for()
    cell = page.locator('.onb-grid .tabulator-cell[data-name="last_name"]').nth(6)
    cell.click()
    page.keyboard.type("Other")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep the change")).to_be_in_viewport(ratio=1)
    page.wait_for_timeout(300)  # the cell is scrolled clear of the foot once the next frames are drawn
    foot = page.locator(".onb-bottom").bounding_box()
    at = page.locator(".onb-grid .tabulator-cell:focus").bounding_box()
    assert at["y"] + at["height"] <= foot["y"]
    assert foot["height"] < height / 2
    page.locator(".onb-listed summary").click()
    expect(page.get_by_text("To be done anew: task 29.")).to_be_attached()
    assert page.locator(".onb-bottom").bounding_box()["height"] < height / 2
    assert notebook.failures == []


def test_answers_survive_the_death_of_the_kernel(form: Any) -> None:
    """Each answer is in the store once its field is left; a new kernel shows it again."""
    page = form.page
    page.get_by_label("Company name").fill("Bright Smile & Sons <b>")
    page.get_by_label("Weekdays").check()
    form.until(lambda: form.kept().get("company", {}).get("days") == ["week"])
    assert form.kept()["company"]["name"] == "Bright Smile & Sons <b>"
    expect(page.locator(".onb-saved")).to_contain_text("Saved")
    page.get_by_role("button", name="Telephone numbers").click()
    page.get_by_label("Which numbers").select_option("Keep our numbers")
    page.get_by_label("Billing telephone number").fill("617")
    page.get_by_label("Billing telephone number").press("Tab")
    expect(page.locator(".onb-q-telephony--btn .onb-message")).to_contain_text("617")
    expect(page.get_by_label("Billing telephone number")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Area code")).to_be_hidden()

    form.restart_and_run_all()
    form.until(lambda: page.locator(".onb-saved").inner_text().strip() == "")
    expect(page.get_by_label("Billing telephone number")).to_have_value("617")
    page.get_by_role("button", name="Company", exact=True).click()
    expect(page.get_by_label("Company name")).to_have_value("Bright Smile & Sons <b>")
    expect(page.get_by_label("Weekdays")).to_be_checked()
    assert form.failures == []


def test_keys_typed_into_the_form_leave_the_notebook_alone(open_notebook: Open) -> None:
    """B, X, D D in a drop-down, tick box, button or table cell do nothing; without its script B inserts a cell."""
    notebook = open_notebook([*FORM, "import ipywidgets\nipywidgets.Dropdown(options=['a'], description='Bare')"])
    notebook.run_all()
    page = notebook.page
    page.locator(".onb-bottom").wait_for()
    page.get_by_role("button", name="Telephone numbers").click()
    page.get_by_role("button", name="Users").click()
    page.get_by_role("button", name="Add row").click()
    page.locator(".onb-grid .tabulator-cell.onb-active:focus").wait_for()
    before = notebook.cells
    places = [
        page.get_by_label("Which numbers"), page.get_by_label("Saturday"), page.get_by_label("Wanted go-live date"),
        page.get_by_role("button", name="Download the workbook"), page.get_by_role("button", name="Go to the first"),
        page.get_by_role("button", name="Company", exact=True), page.locator(".onb-grid .tabulator-cell.onb-active"),
        page.get_by_role("button", name="Duplicate", exact=True),
    ]  # fmt: skip
    for place in places:
        place.focus()
        for key in ("b", "x", "d", "d", "a"):
            page.keyboard.press(key)
        page.keyboard.press("Escape")
        assert notebook.cells == before
    page.get_by_label("Bare").focus()
    page.keyboard.press("b")
    notebook.until(lambda: notebook.cells == before + 1)


def test_the_first_problem_gets_the_focus(form: Any) -> None:
    """The button at the bottom opens the section and puts the cursor into the field."""
    page = form.page
    page.get_by_label("ZIP code").fill("12")
    page.get_by_label("ZIP code").press("Tab")
    page.get_by_role("button", name="Company", exact=True).click()
    expect(page.get_by_label("ZIP code")).to_be_hidden()
    page.get_by_role("button", name="Go to the first problem").click()
    expect(page.get_by_label("ZIP code")).to_be_focused()


def test_a_refused_save_keeps_what_was_typed(form: Any) -> None:
    """In red, in plain words, with a way to try again and one to load what is kept."""
    page = form.page
    (form.folder / "refuse").touch()
    page.get_by_label("Company name").fill("Bright")
    page.get_by_label("Company name").press("Tab")
    expect(page.locator(".onb-saved")).to_contain_text("Not saved: Company. Another window changed this section")
    expect(page.get_by_label("Company name")).to_have_value("Bright")
    (form.folder / "refuse").unlink()
    page.get_by_role("button", name="Try to save again").click()
    form.until(lambda: form.kept().get("company") == {"name": "Bright"})
    expect(page.locator(".onb-saved")).to_contain_text("Saved")

    (form.folder / "refuse").touch()
    page.get_by_label("Company name").fill("Other")
    page.get_by_label("Company name").press("Tab")
    page.get_by_role("button", name="Load what is kept now").click()
    expect(page.get_by_label("Company name")).to_have_value("Bright")


def test_a_workbook_goes_out_and_comes_back(form: Any) -> None:
    """Nothing is replaced before the person has seen the problems and the changes and said yes."""
    page = form.page
    page.get_by_label("Company name").fill("Bright")
    page.get_by_label("Company name").press("Tab")
    form.until(form.kept)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the workbook").click()
    assert waiting.value.suggested_filename == "sheet.xlsx"
    assert json.loads(waiting.value.path().read_text()) == {"company": {"name": "Bright"}}

    returned = {"company": {"name": "Bright Smile"}, "users": [{"email": "anna"}]}
    upload = {"name": "back.xlsx", "mimeType": "application/octet-stream", "buffer": json.dumps(returned).encode()}
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Upload a filled-in workbook").click()
    asked.value.set_files(upload)
    panel = page.locator(".onb-workbook")
    expect(panel).to_contain_text("Users!A2 This is not an e-mail address.")
    expect(panel).to_contain_text("Company name: Bright → Bright Smile")
    expect(panel).to_contain_text("1 row added")
    assert form.kept() == {"company": {"name": "Bright"}}
    page.get_by_role("button", name="Take these answers").click()
    form.until(lambda: form.kept() == returned)
    expect(page.get_by_label("Company name")).to_have_value("Bright Smile")
