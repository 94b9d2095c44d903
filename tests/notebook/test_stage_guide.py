"""What a profile teaches, read above the plan: open for what can be done now, folded for all else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.case.case import Case
from onboarding.domain.history import Customer, TaskState
from onboarding.domain.task import Reference, Task
from onboarding.html.inline import strong
from onboarding.notebook.run import Runbook
from onboarding.notebook.stage_guide import FULL, guide_html
from onboarding.profile.load import profile_ids
from onboarding.stages.task_status import TaskStatus
from onboarding.store.store import Store
from tests.html.test_parts import Read

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)


def _view(name: str, state: TaskState = TaskState.READY, guide: str = "**Why.** It matters.") -> TaskStatus:
    return TaskStatus(Task(f"t.{name}", name.title(), "gather", "reseller", guide=guide), state)


def test_what_can_be_done_now_stands_open() -> None:
    """In the profile's order, with whom it is up to; what has to wait is folded under its title."""
    html = guide_html([_view("sign"), _view("port", TaskState.BLOCKED), _view("call", TaskState.WAITING)], str.title)
    assert html.index("Sign") < html.index("<summary><strong>Port</strong>") < html.index("Call")
    assert html.count("<details>") == 1
    assert html.count("<strong>Why.</strong>") == 3
    assert "Reseller" in html


def test_what_is_up_to_others_is_folded() -> None:
    """Open is what those can do who work with the tool; what lies with others is a line with their name."""
    views = [_view("sign", TaskState.WAITING), _view("call")]
    views[0] = replace(views[0], waits_for="signer")
    html = guide_html(views, str.title, ours=("reseller",))
    assert html.index("<summary><strong>Sign</strong>") < html.index("Signer") < html.index("<strong>Call</strong>")
    assert html.count("<details>") == 1
    assert guide_html(views[:1], str.title, ours=("reseller",)).startswith("<details>")


def test_what_is_done_is_one_line_and_what_does_not_apply_is_nothing() -> None:
    """Whoever wants to read it again unfolds it."""
    views = [_view("a", TaskState.DONE), _view("b", TaskState.SKIPPED), _view("c", TaskState.NOT_NEEDED)]
    html = guide_html(views)
    assert html.startswith("<details><summary>2 tasks of this stage done</summary>")
    assert ">C<" not in html
    assert "No task of this stage applies" in guide_html([_view("c", TaskState.NOT_NEEDED), _view("d", guide="")])


def test_more_than_is_read_at_once_is_folded() -> None:
    """The first few stand open; where all has to wait, the first of it does."""
    assert guide_html([_view(f"n{n}") for n in range(FULL + 4)]).count("<details>") == 4
    assert guide_html([_view(f"n{n}", TaskState.BLOCKED) for n in range(3)]).count("<details>") == 2


def test_many_that_have_to_wait_are_one_line() -> None:
    """Behind what can be done now, before what is done."""
    later = [_view(f"n{number}", TaskState.BLOCKED) for number in range(FULL + 1)]
    html = guide_html([_view("a", TaskState.DONE), *later, _view("now")])
    line = f"<summary>{FULL + 1} tasks not possible yet</summary>"
    assert html.index(">Now<") < html.index(line) < html.index(">N0<") < html.index("1 task of this stage done")


def test_text_of_a_profile_stays_text() -> None:
    """Titles and guides are escaped, references are links to pages only."""
    evil = "<script>x</script>"
    views = [TaskStatus(Task("t.x", evil, "gather", "p", guide=f"**Why.** {evil} [x](javascript:x)"), TaskState.READY)]
    html = guide_html(views, references=[Reference("r", evil, evil, "https://help.example/"), Reference("q", "Q")])
    assert set(Read(html).tags) == {"div", "strong", "span", "p", "a"}
    assert html.count("<a ") == 1
    assert html.count("&lt;script&gt;") == 4


@pytest.mark.parametrize("stage", ["gather", "telephony", "provision", "enable_services", "migrate", "cutover"])
@pytest.mark.parametrize("profile", profile_ids())
def test_every_runbook_teaches_in_every_profile(
    tmp_path: Path, profile: str, stage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each guide of a task that applies is there once, and no other."""
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("acme", "Acme", AT), profile)
        case = Case.open(store, "acme", AT, "Kim")
        views = case.progress().of_stage(stage)
        html = guide_html(views, case.profile.party_title)
        for view in views:
            assert (strong(view.task.title) in html) is (view.state is not TaskState.NOT_NEEDED)
        Runbook(case, stage, apply=False, follows_clock=False).guide()
    assert "HTML" in capsys.readouterr().out
