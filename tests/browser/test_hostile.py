"""What people type is shown as they typed it: nothing of it is carried out, and nothing of it breaks the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

DESK = """
import json, sample_case
from datetime import UTC, datetime
from onboarding.domain.history import TaskState
from onboarding.domain.task import Gate, OfRow, Task
from onboarding.frames.case_frames import task_frame
from onboarding.notebook import panel
from onboarding.notebook.ask import GateCards, TaskCards, TaskWork
from onboarding.notebook.row_cards import RowsCard, RowWork
from onboarding.stages.desired import Entries
from onboarding.stages.gate import GateStatus
from onboarding.stages.owed import Owed
from onboarding.stages.project_status import TaskStatus

SCRIPT = "<img src=x onerror=\\"document.body.id='hacked'\\"><script>document.body.id='hacked'</script>"
NAMES = [SCRIPT, "W" * 10_000, "\U0001f9b7" * 40, "\u202e" + "right to left \u05d0\u05d1\u05d2", "[x](javascript:1)"]
"""

FORM = """
document = sample_case.many_users(2)
document["company"] = {"name": NAMES[0], "notes": NAMES[1], "domain": NAMES[2]}
document["sites"] = [{"name": name, "city": name} for name in NAMES]
document["users"] += [{"email": name, "first_name": name, "last_name": name, "site": name} for name in NAMES]
_ = sample_case.STORE.write_text(json.dumps(document))
form = sample_case.form()
for group in form.groups.values():
    group.open()
form
"""

CARDS = """
def nothing(*given):
    pass

def task(name, place, row=None):
    return Task(f"t.{place}", name, "telephony", "customer", guide=name, evidence=name, row=row)

panel.show(panel.status_line_html("waiting", "Waiting", NAMES[0], NAMES, title=NAMES[1]))
views = [TaskStatus(task(name, place), TaskState.WAITING, tuple(NAMES)) for place, name in enumerate(NAMES)]
panel.show(panel.task_list_html(task_frame([Owed(view) for view in views], lambda party: NAMES[0])))
values = Entries([(name, name) for name in NAMES[:3]])
whole = TaskStatus(task("Rows", "rows"), TaskState.READY)
of_rows = [TaskStatus(task(name, f"rows:{n}", OfRow("t.rows", str(n), name)), TaskState.READY, (name,))
           for n, name in enumerate(NAMES)]
work = RowWork(lambda name: (whole, of_rows), nothing, nothing, nothing, lambda view: values,
               lambda: datetime(2026, 4, 1, tzinfo=UTC))
gates = [Gate("g", name, "decision", "customer", question=name, roles=("owner",)) for name in NAMES]
display(TaskCards(views, lambda party: NAMES[1], TaskWork(nothing, nothing, nothing, lambda view: values),
                  of_rows=[RowsCard("t.rows", work, lambda party: NAMES[0])]))
GateCards([GateStatus(gate, (gate.title,)) for gate in gates], lambda role: NAMES[0], nothing)
"""
WIDE = """() => [...document.querySelectorAll(".jp-OutputArea *")].filter(one => {
  if (one.closest(".tabulator, .onb-copyable-frame, .onb-rows-frame, [role=region], [aria-hidden]")) return false;
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.right > window.innerWidth + 1;
}).map(one => `${one.tagName} ${one.className} ${one.textContent.slice(0, 60)}`).slice(0, 5)"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("cell", [FORM, CARDS], ids=["form", "cards"])
def test_what_is_typed_is_shown_and_never_carried_out(open_notebook: Callable[..., Any], cell: str, width: int) -> None:
    """Markup, ten thousand letters without a space, pictures, words from right to left: within the page, as text."""
    notebook = open_notebook([DESK, cell], width, 900)
    notebook.run_all()
    page = notebook.page
    page.locator(".onb-form").first.wait_for(timeout=20_000)
    for button in (
        page.get_by_role("button", name="Report it…").all()[:2] + page.get_by_role("button", name="Report rows…").all()
    ):
        button.click()
    page.wait_for_timeout(500)  # the handler of a picture that cannot be loaded would have run by then
    assert page.evaluate("() => document.body.id") != "hacked"
    assert page.locator(".jp-OutputArea img[src=x], .jp-OutputArea script").count() == 0
    assert page.evaluate(WIDE) == []
    expect(page.locator(".jp-OutputArea").last).to_contain_text("WWWW")
    assert notebook.failures == []
