"""A page that is opened again while its kernel goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

PATIENCE = 60_000
"""Milliseconds until a table is drawn: the kernel begins anew and sends the script of all tables first."""

START = "import json, sample_case\n_ = sample_case.STORE.write_text(json.dumps(sample_case.many_users(3)))"
OPENED = """
form = sample_case.form()
for group in form.groups.values():
    group.open()
form
"""


def test_tables_are_drawn_on_a_page_that_is_opened_again(open_notebook: Callable[..., Any]) -> None:
    """Although the cells are run at once, while the page has not fetched what the kernel still has."""
    notebook = open_notebook([START, OPENED])
    notebook.restart_and_run_all()  # the widgets of other tests would be fetched too
    page = notebook.page
    rows = [page.locator(f".onb-q-{name} .onb-number") for name in ("users", "sites")]
    expect(rows[0]).not_to_have_count(0, timeout=PATIENCE)
    notebook.open_again()
    notebook.run_all()
    for drawn in rows:
        expect(drawn).not_to_have_count(0, timeout=PATIENCE)
    assert notebook.failures == []
