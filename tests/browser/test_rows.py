"""The rows of a task in a notebook: 500 of them stay readable, and are reported by selecting them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

DESK = """
from dataclasses import replace
from datetime import UTC, date, datetime
from onboarding.domain.history import TaskState
from onboarding.domain.task import Each, OfRow, Task
from onboarding.frames.case_frames import task_frame
from onboarding.notebook import panel
from onboarding.notebook.ask import TaskCards, TaskWork
from onboarding.notebook.row_cards import RowsCard, RowWork
from onboarding.stages.desired import Entries
from onboarding.stages.owed import Owed
from onboarding.stages.task_status import TaskStatus

task = Task("provision.survey", "Survey the site", "provision", "customer", each=Each("sites"), evidence="The record",
            guide="**How.** Walk through [Street], [City].")
made = [replace(task, id=f"{task.id}:r{place}", title=f"Survey the site: Site {place}", row=OfRow(task.id, f"r{place}",
        f"Site {place}"), party="landlord" if place % 5 == 0 else "customer") for place in range(500)]
states = {one.id: TaskState.READY if place % 7 else TaskState.DONE for place, one in enumerate(made)}

now = datetime(2026, 4, 1, tzinfo=UTC)

def views():
    return [TaskStatus(one, states[one.id], due_on=date(2026, 4, 20)) for one in made]

def done(tasks, who, note, file, same, day):
    states.update({name: TaskState.DONE for name in tasks})
    open("done", "a").write(f"{len(tasks)} {who} {note}\\n")

work = RowWork(lambda name: (TaskStatus(task, TaskState.READY), views()), done, lambda *given: None,
               lambda *given: None, lambda view: Entries([("Street", "12 Elm Street")]), lambda: now)
panel.show(panel.task_list_html(task_frame(map(Owed, views()), str.title)))
TaskCards([], str.title, TaskWork(*[lambda *given: None] * 3), of_rows=[RowsCard(task.id, work, str.title)])
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_rows_are_selected_and_reported_together(open_notebook: Callable[..., Any], width: int) -> None:
    """A page of rows is shown; those of one party are selected at once and reported as done together."""
    notebook = open_notebook([DESK])
    notebook.run_all()
    page = notebook.page
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Report rows…").click()
    expect(page.get_by_text("72 of 500 done, 0 selected")).to_be_visible()
    assert page.locator(".onb-rows tbody tr").count() == 25
    expect(page.get_by_text("1 to 25 of 428")).to_be_visible()
    page.get_by_label("With", exact=True).select_option("Landlord")
    page.get_by_role("button", name="Select all 85").click()
    expect(page.get_by_text("72 of 500 done, 85 selected")).to_be_visible()
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/rows-{width}.png", full_page=False)
        page.locator(".onb-form").screenshot(path=f"{folder}/card-{width}.png")
    page.get_by_label("Who").fill("Kim")
    page.get_by_label("Note").fill("walked through")
    assert notebook.axe(".onb-form") == []
    page.get_by_role("button", name="The selected rows are done").click()
    expect(page.get_by_text("✓ 85 rows done.")).to_be_visible()
    expect(page.get_by_text("157 of 500 done, 0 selected")).to_be_visible()
    assert (notebook.folder / "done").read_text() == "85 Kim walked through\n"
    page.get_by_label("With", exact=True).select_option("anybody")
    page.get_by_label("Find", exact=True).fill("site 499")
    page.get_by_label("Select Site 499", exact=True).check()
    expect(page.get_by_text("12 Elm Street", exact=True)).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert notebook.failures == []
