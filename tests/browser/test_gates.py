"""A gate decided on its card in JupyterLab, kept by the library as by any other way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

PROFILE = Path(__file__).resolve().parents[1] / "gates" / "two_sides.toml"

DESK = """
import os
from datetime import UTC, datetime
os.environ.update(ONBOARDING_HOME="workspace", ONBOARDING_PROFILES="profiles", ONBOARDING_ENGINEER="R. Diaz")
from onboarding.domain.history import Customer
from onboarding.case.case import Case
from onboarding.notebook.run import Runbook
from onboarding.store.store import Store

at = datetime(2026, 3, 2, 15, tzinfo=UTC)
store = Store.open()
store.create_customer(Customer("bright-smile", "Bright Smile", at), "two-sides")
case = Case.open(store, "bright-smile", at, "R. Diaz")
users = [{"email": "mia@brightsmile.example", "extension": "101"}]
ana = {"name": "Ana Ortiz", "role": "primary", "email": "ana@brightsmile.example"}
case.save_answers({"company": {"name": "Bright Smile"}, "contacts": [ana], "users": users}, "import")
run = Runbook(case, "telephony", apply=False, follows_clock=False)
run.responsibilities()
run.decisions()
"""

AFTER = """
(word,) = case.record.decisions
print(word.by, word.role, dict(word.answers), word.is_verified)
case.save_answers({**case.document, "users": [{**users[0], "extension": "119"}]}, "form")
run.decisions()
"""


def test_a_gate_is_approved_and_closes_again(open_notebook: Callable[..., Any]) -> None:
    """Refusals stand on the card; the approval is kept with its answer; the next card names a changed extension."""
    notebook = open_notebook([DESK])
    (notebook.folder / "profiles").mkdir()
    shutil.copy(PROFILE, notebook.folder / "profiles" / "two-sides.toml")
    notebook.run_all()
    page = notebook.page
    expect(page.get_by_text("By telephone")).to_be_visible()
    page.get_by_role("button", name="Decide…").click()
    page.get_by_label("Who", exact=True).fill("Jonas Berg")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Jonas Berg is not listed as Customer.")).to_be_visible()
    page.get_by_label("Who", exact=True).fill("ana@brightsmile.example")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Please fill in “Window”.")).to_be_visible()
    page.get_by_label("Window *", exact=True).select_option("In the evening")
    assert notebook.axe(".jp-Notebook .jp-Cell:last-child .jp-OutputArea") == []
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("✓ Ready for configuration: approved.")).to_be_visible()
    notebook.run("notebook:insert-cell-below")
    page.evaluate(
        "source => window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.setSource(source)", AFTER
    )
    notebook.run("notebook:run-cell")
    who = "Ana Ortiz <ana@brightsmile.example>"
    expect(page.get_by_text(f"{who} customer {{'window': 'evening'}} True")).to_be_visible()
    changed = "Users row 1 (mia@brightsmile.example), Extension: 101 → 119, changed by R. Diaz on 2 Mar 2026."
    expect(page.get_by_text(changed)).to_be_visible()
    assert notebook.failures == []
