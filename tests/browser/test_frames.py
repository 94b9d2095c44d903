"""Tables that a runbook hands out, and what it teaches, as they are seen in JupyterLab."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

OPEN = """
import os
from datetime import UTC, datetime
os.environ.update(ONBOARDING_HOME="workspace", ONBOARDING_ENGINEER="R. Diaz")
from onboarding.answers.answer_files import read_answers
from onboarding.domain.history import Customer
from onboarding.case.case import Case
from onboarding.notebook.run import Runbook
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.store.store import Store

at = datetime(2026, 3, 2, 15, tzinfo=UTC)
store = Store.open()
def opened(profile, example, stage):
    store.create_customer(Customer(example, "Example <b>Inc</b>", at), profile)
    case = Case.open(store, example, at, "R. Diaz")
    source = shipped("data", "examples", f"{example}.toml")
    case.save_answers(read_answers(load_profile(profile).questionnaire, source).document, "example")
    return Runbook(case, stage, apply=False, follows_clock=False)
"""
TEACHES = 'run = opened("chinook", "bright-smile", "telephony")\nrun.guide()'
FILTERS = 'run.tasks[run.tasks.state == "ready"]'
COUNTS = 'run.tasks.groupby("who", as_index=False).size()'
ENDS = 'opened("mitel-micloud", "harbor-freight-lines", "cutover").procedures("delete")'


@pytest.mark.parametrize(("theme", "width"), [("Light", 1400), ("Dark", 500)])
def test_a_runbook_teaches_and_its_tables_are_filtered(
    open_notebook: Callable[..., Any], theme: str, width: int
) -> None:
    """What can be done now by who works here is read at once, the rest unfolds; a part of a table looks like the whole;
    nothing is wider than the page."""
    notebook = open_notebook([OPEN, TEACHES, FILTERS, COUNTS], width=width)
    notebook.theme(theme)
    notebook.run_all()
    page = notebook.page
    expect(page.get_by_text("Chinook orders the numbers on the customer's behalf")).to_be_visible()
    theirs = page.get_by_text("A carrier gives numbers away only on the signature")
    expect(theirs).not_to_be_visible()
    page.locator("summary", has_text="Sign the letter of authorization").click()
    expect(theirs).to_be_visible()
    folded = page.locator("summary", has_text="The numbers are ported")
    text = folded.locator("xpath=..").locator("p").first
    expect(text).not_to_be_visible()
    page.locator("summary", has_text="not possible yet").first.click()
    expect(text).not_to_be_visible()
    folded.click()
    expect(text).to_be_visible()
    outputs = page.locator(".jp-Cell-outputArea")
    table = outputs.nth(-2).get_by_role("table")
    expect(table.get_by_text("▶ ready").first).to_be_visible()
    expect(table.get_by_text("not yet")).to_have_count(0)
    assert table.get_by_role("cell").first.evaluate("e => getComputedStyle(e).borderBottomStyle") == "solid"
    expect(outputs.last.get_by_role("columnheader", name="Who")).to_be_visible()
    assert notebook.axe(".jp-Notebook .jp-OutputArea") == []
    wide = "e => e.scrollWidth > e.clientWidth + 1"
    assert not any(outputs.nth(n).evaluate(wide) for n in range(outputs.count()))
    assert notebook.failures == []


def test_the_end_is_guarded(open_notebook: Callable[..., Any]) -> None:
    """What would be hit is shown when asked for; with the key the first person only asks, and nobody approves alone."""
    notebook = open_notebook([OPEN, ENDS])
    notebook.run_all()
    page = notebook.page
    expect(page.get_by_text("cannot be undone")).to_be_visible()
    expect(page.get_by_role("button", name="Show what it would hit")).not_to_be_visible()
    page.get_by_role("button", name="Open…").click()
    page.get_by_role("button", name="Show what it would hit").click()
    expect(page.get_by_text("Nobody has asked for it.")).to_be_visible()
    page.get_by_label("The customer's key, in full").fill("harbor")
    page.get_by_role("button", name="Ask for it, or carry it out").click()
    expect(page.get_by_text("is not the key of")).to_be_visible()
    page.get_by_label("The customer's key, in full").fill("harborfreight")
    page.get_by_role("button", name="Ask for it, or carry it out").click()
    expect(page.get_by_text("A second person has to approve this")).to_be_visible()
    assert notebook.axe(".jp-Notebook .jp-Cell:last-child .jp-OutputArea") == []
    page.get_by_role("button", name="Approve it as the second person").click()
    expect(page.get_by_text("R. Diaz has asked for it and cannot approve it.")).to_be_visible()
    assert notebook.failures == []
