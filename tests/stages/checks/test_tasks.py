"""Checks over other tasks."""

from __future__ import annotations

from onboarding.domain.task import LeadTime, Task, Unit
from tests.stages.checks.look import missing
from tests.stages.small import asked, small
from tests.stages.world import example, group


def test_stages_and_tasks_are_closed() -> None:
    """Named tasks and all tasks of named stages have to be closed; each open one is called by its title (C-60)."""
    about = {"tasks": ["gather.collect-users"], "stages": ["provision"]}
    assert missing("tasks-closed", group(example()), about) == []
    found = missing("tasks-closed", group(example()), about, "gather.collect-users", "provision.create-users")
    assert len(found) == 2
    assert "Collect the users" in found[0]
    assert "Create the users" in found[1]
    assert missing("tasks-closed", group(example()), about, "migrate.record-zone") == []


def test_a_stage_does_not_wait_for_what_comes_back() -> None:
    """A weekly call ends with everything else, so nothing waits for it; named, it is waited for."""
    weekly = Task("cutover.call", "Call", "cutover", "reseller", every=LeadTime(1, Unit.WEEKS))
    context = small(asked(), {}, weekly, Task("cutover.go", "Go", "cutover", "reseller"))
    assert missing("tasks-closed", context, {"stages": ["cutover"]}, "cutover.call") == []
    assert missing("tasks-closed", context, {"stages": ["cutover"]}, "cutover.go") == ["Open: Go."]
    assert missing("tasks-closed", context, {"tasks": ["cutover.call"]}, "cutover.call") == ["Open: Call."]
