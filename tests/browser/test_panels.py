"""What is left of the panels when an archived notebook is opened without trust and without a kernel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import nbformat
import pytest
from playwright.sync_api import BrowserContext, expect

from onboarding.domain.action import Action, Operation, Plan
from onboarding.notebook.panel import progress_html, status_line_html
from onboarding.notebook.plan_view import plan_table_html
from onboarding.notebook.static import answers_html


def test_an_untrusted_archive_stays_readable(lab: Any, context: BrowserContext, sample: Any) -> None:
    """Colours stand, tables keep their lines, no script of a customer's text is run, nothing is broken."""
    document = {"company": {"name": "<img src=x onerror=\"document.body.id='hacked'\">"}, **sample.many_users(3)}
    action = Action("t", "t", "portal", Operation.CREATE, "user", "anna@x.example", "Create Anna", {"site": "<b>B</b>"})
    body = {"text": "Enter this in the portal.", "values": [("Name", "Bright & Smile")], "evidence": "A screenshot"}
    step = Action("s", "s", "manual", Operation.ASK, "instruction", "k", "Enter it", body)
    blocks = [
        status_line_html("waiting", "Waiting", "Carrier", ["Port date"], datetime(2026, 3, 2, 9, tzinfo=UTC),
                         date(2026, 3, 9), "Telephony"),
        plan_table_html(Plan("c", "provision", (action,))),
        plan_table_html(Plan("c", "telephony", (step,))),
        progress_html("Users", 3, 10),
        answers_html(sample.QUESTIONNAIRE, document, sample.checked(document).problems),
    ]  # fmt: skip
    outputs = [nbformat.v4.new_output("display_data", {"text/html": html}) for html in blocks]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs)])
    nbformat.write(book, lab.folder / "archived.ipynb")
    page = context.new_page()
    page.set_viewport_size({"width": 700, "height": 1000})
    page.goto(f"{lab.url}/doc/tree/archived.ipynb?reset&token={lab.token}")
    badge = page.get_by_text("◔ Waiting")
    expect(badge).to_be_visible(timeout=20_000)
    assert badge.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(138, 90, 0)"
    assert badge.evaluate("e => getComputedStyle(e).color") == "rgb(255, 255, 255)"
    expect(page.get_by_text("since Mon 2 Mar 2026, 09:00 UTC · until Mon 9 Mar 2026")).to_be_visible()
    cell = page.get_by_role("cell", name="<b>B</b>")
    assert cell.evaluate("e => getComputedStyle(e).borderBottomStyle") == "solid"
    expect(page.get_by_text("<img src=x")).to_be_visible()
    assert page.evaluate("() => document.body.id") != "hacked"
    page.close()


DESK = """
from onboarding.domain.history import TaskState
from onboarding.domain.task import Task
from onboarding.frames.case_frames import task_frame
from onboarding.stages.owed import Owed
from onboarding.notebook import panel
from onboarding.notebook.ask import TaskCards, TaskWork
from onboarding.notebook.controls import Copyable
from onboarding.stages.task_status import TaskStatus

task = Task("telephony.sign", "Sign the letter", "telephony", "customer", evidence="The scan")
view = TaskStatus(task, TaskState.WAITING)
panel.show(panel.status_line_html("waiting", "Waiting", "Customer", "The letter is not signed."))
panel.show(panel.task_list_html(task_frame([Owed(view)])))
display(Copyable([("Domain", "brightsmile.example"), ("Extension", "0100")]))
work = TaskWork(lambda *given: open("done", "w").write(repr(given)), *[lambda *given: None] * 2)
TaskCards([view], str.title, work)
"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_tasks_are_reported_and_values_copied_in_the_notebook(open_notebook: Callable[..., Any], theme: str) -> None:
    """The card calls with who, note and file; a value is copied to the letter; axe-core finds nothing serious."""
    notebook = open_notebook([DESK])
    notebook.theme(theme)
    notebook.run_all()
    page = notebook.page
    page.get_by_role("button", name="Report it…").click()
    page.get_by_label("Who").fill("Kim")
    page.get_by_label("Note").fill("signed")
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Proof (a file)").click()
    asked.value.set_files({"name": "loa.pdf", "mimeType": "application/pdf", "buffer": b"pdf"})
    expect(page.get_by_role("button", name="Proof (a file) (1)")).to_be_visible()
    page.get_by_role("button", name="Copy Extension").click()
    assert page.evaluate("() => navigator.clipboard.readText()") == "0100"
    assert notebook.axe(".jp-Notebook .jp-Cell:last-child .jp-OutputArea") == []
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("✓ Sign the letter: done.")).to_be_visible()
    written = (notebook.folder / "done").read_text()
    assert written.startswith("('telephony.sign', 'Kim', 'signed', Attachment(name='loa.pdf'")
    assert notebook.failures == []


NARROW = """
from datetime import date
from onboarding.domain.action import Action, Operation, Plan
from onboarding.domain.history import TaskState
from onboarding.domain.task import Task
from onboarding.frames.case_frames import task_frame
from onboarding.html.inline import SHEET
from onboarding.notebook import panel
from onboarding.notebook.controls import Copyable
from onboarding.notebook.plan_view import plan_table_html
from onboarding.stages.owed import Owed
from onboarding.stages.task_status import TaskStatus

task = Task("telephony.sign", "Sign the letter of authorization", "telephony", "customer", evidence="The scan")
view = TaskStatus(task, TaskState.WAITING, ("The letter is not signed.",), due_on=date(2026, 3, 9))
drift = Action("s", "s", "portal", Operation.CHANGE, "user", "anna.longname@brightsmile.example", "Change Anna",
               {"display_name": "Anna of the long name"}, {"display_name": "Anna"})
panel.show(SHEET + panel.status_line_html("waiting", "Waiting", "Customer", "The letter is not signed."))
panel.show(panel.task_list_html(task_frame([Owed(view)])))
panel.show(plan_table_html(Plan("c", "provision", (drift,), drift=(drift,))))
display(Copyable([], [{"title": "Users", "columns": ["E-mail", "Name", "Extension", "Number", "Site"],
                       "rows": [["anna.longname@brightsmile.example", "Anna Longname", "0100", "+16175550100", "L"]]}]))
"""
WIDER = """() => [...document.querySelectorAll(".jp-OutputArea table, .jp-OutputArea [role=region]")].filter(
  one => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > window.innerWidth
).map(one => one.outerHTML.slice(0, 90))"""


CODE = """() => [...document.querySelectorAll(".jp-Notebook .cm-scroller")].filter(
  one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.slice(0, 90))"""


def test_no_table_is_wider_than_a_phone(open_notebook: Callable[..., Any]) -> None:
    """Each row is a card with the headers beside its cells: of tasks, a plan, its drift, what is copied; code wraps."""
    notebook = open_notebook([NARROW], 390, 800)
    notebook.run_all()
    page = notebook.page
    expect(page.get_by_role("button", name="Copy row")).to_be_visible()
    assert page.evaluate(WIDER) == []
    assert page.evaluate(CODE) == []
    promised = page.locator("td[data-label=Promised]")
    assert promised.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Promised"'
    expect(promised).to_have_text("9 Mar 2026")
    assert notebook.axe(".jp-Notebook .jp-Cell:last-child .jp-OutputArea") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert promised.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
    assert notebook.failures == []


WHO = """
from onboarding.notebook.identity import WhoPanel
WhoPanel(lambda name: open("who", "w").write(name))
"""


def test_who_works_here_is_asked_in_the_notebook(open_notebook: Callable[..., Any]) -> None:
    """The name is typed and kept, with a word that it is; axe-core finds nothing serious."""
    notebook = open_notebook([WHO])
    notebook.run_all()
    page = notebook.page
    page.get_by_label("Your name").fill("Kim Lund")
    assert notebook.axe(".jp-Notebook .jp-Cell:last-child .jp-OutputArea") == []
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Everything from now on is entered by Kim Lund.")).to_be_visible()
    assert (notebook.folder / "who").read_text() == "Kim Lund"
    assert notebook.failures == []
