"""What is to be removed: what was set up by our hand, is not wanted any more, and is still there as far as is known."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from onboarding.domain.action import Operation
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence, TaskState
from onboarding.domain.question import Problem
from onboarding.domain.task import Task
from onboarding.profile.load import load_profile
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.desired import by_hand, desired
from onboarding.stages.plan import compare, plan_stage
from onboarding.stages.removal import emptied, is_guarded, removals
from onboarding.stages.task_status import waits_for_two
from tests.stages.test_bound import _example, context
from tests.stages.world import AT, saved

ROWS = {
    "provision.add-cpns": ("cpns", False),
    "provision.add-emergency-locations": ("erls", False),
    "provision.add-key-templates": ("key_templates", False),
    "provision.offer-hotdesk-devices": ("hotdesk_devices", False),
    "provision.assign-bundles": ("bundles", False),
    "provision.add-did-ranges": ("did_ranges", True),
    "provision.create-users": ("users", True),
}
"""Task -> the table it sets up, and whether two people decide on what leaves it."""


def task(name: str) -> Task:
    found = load_profile("mitel-micloud").task(name)
    assert found is not None
    return found


def proved(found: Context, name: str, kind: str = "action.done", *keys: str) -> Context:
    """With a line of evidence for each thing of the task, or for these."""
    wanted = keys or [action.key for action in desired(task(name), found)]
    lines = [Evidence(name, AT, "ana", Event(kind, key), key, version=found.version) for key in wanted]
    return replace(found, record=replace(found.record, evidence=[*found.record.evidence, *lines]))


def less(found: Context, section: str) -> Context:
    """Saved anew without the last row of a table."""
    values = copy.deepcopy(dict(found.values))
    values[section].pop()
    return saved(found, values)


@pytest.fixture
def harbor() -> Context:
    return context("mitel-micloud", copy.deepcopy(_example("mitel-micloud")))


@pytest.mark.keeps("M-47")
@pytest.mark.keeps("M-54")
@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_is_gone_is_to_be_removed(harbor: Context, name: str) -> None:
    """The thing of that row and no other; nothing while it is in the answers, nothing that nobody has set up."""
    section, guarded = ROWS[name]
    there = proved(harbor, name)
    assert removals(task(name), there) == []
    assert removals(task(name), less(harbor, section)) == []
    [action] = removals(task(name), less(there, section))
    assert (action.key, action.operation) == (desired(task(name), there)[-1].key, Operation.REMOVE)
    assert is_guarded(task(name)) is guarded
    assert compare(action, None).operation is Operation.NO_OP
    assert compare(action, dict(action.body)).operation is Operation.REMOVE


def test_what_cannot_be_read_is_not_removed(harbor: Context) -> None:
    """An answer with an error in a row is no word that what stands there shall go."""
    name = "provision.create-users"
    there = proved(harbor, name)
    now = less(there, "users")
    assert removals(task(name), now)
    wrong = Problem("email-form", "users.email", "This is not an e-mail address.", 0)
    assert removals(task(name), replace(now, problems=[*now.problems, wrong])) == []
    elsewhere = Problem("required", "mailboxes.extension", "Please fill it in.", 0)
    assert removals(task(name), replace(now, problems=[*now.problems, elsewhere]))


@pytest.mark.parametrize("name", ROWS)
def test_what_was_removed_is_not_removed_again(harbor: Context, name: str) -> None:
    """Until it has been set up once more."""
    section, _guarded = ROWS[name]
    gone = less(proved(harbor, name), section)
    [action] = removals(task(name), gone)
    again = proved(gone, name, "action.removed", action.key)
    assert removals(task(name), again) == []
    back = proved(saved(again, harbor.values), name)
    assert [one.key for one in removals(task(name), less(back, section))] == [action.key]


def test_what_a_person_set_up_is_removed_by_a_person(harbor: Context) -> None:
    """Reported as done, all of it is there; the instruction after the change says what is to go."""
    name = "provision.add-cpns"
    line = Evidence(name, AT, "ana", Event("task.reported", name), version=harbor.version)
    there = replace(harbor, record=replace(harbor.record, evidence=[line]))
    [action] = removals(task(name), less(there, "cpns"))
    values = by_hand(task(name), [action]).body["values"]
    assert {str(label) for label, _value in values} == {action.summary}
    assert f"number: {action.body['number']}" in [value for _label, value in values]
    done = replace(line, version=harbor.version + 1)
    after = less(there, "cpns")
    assert removals(task(name), replace(after, record=replace(after.record, evidence=[line, done]))) == []


def test_the_plan_removes_before_it_sets_up(harbor: Context) -> None:
    """So that what one has no more another can be given; what two people decide is named among what cannot be done."""
    there = proved(proved(harbor, "provision.add-cpns"), "provision.create-users")
    values = copy.deepcopy(dict(there.values))
    values["cpns"] = [*values["cpns"][:-1], {"number": "+14015550188", "name": "Night"}]
    values["users"].pop()
    moved = saved(there, values)
    progress = assess(moved)
    opened = replace(progress, tasks=tuple(replace(view, state=TaskState.READY) for view in progress.tasks))
    gone = {action.id: dict(action.body) for action in removals(task("provision.add-cpns"), moved)}
    plan = plan_stage("provision", moved, opened, gone)
    cpns = [action.operation for action in plan.actions if action.task == "provision.add-cpns"]
    assert (cpns[0], cpns[1:].count(Operation.REMOVE)) == (Operation.REMOVE, 0)
    assert not [
        one for one in plan.actions if one.task == "provision.create-users" and one.operation is Operation.REMOVE
    ]
    assert [one.task for one in plan.deferred if waits_for_two(one.reason)] == ["provision.create-users"]


def test_a_field_without_an_answer_is_emptied(harbor: Context) -> None:
    """Only where it was filled by us; everything else of the record stays as it is."""
    name = "provision.create-users"
    there = proved(harbor, name)
    values: dict[str, Any] = copy.deepcopy(dict(there.values))
    row = next(place for place, user in enumerate(values["users"]) if user.get("did"))
    del values["users"][row]["did"]
    moved = saved(there, values)
    plain, action = desired(task(name), moved)[row], emptied(desired(task(name), moved)[row], task(name), moved)
    assert {key: value for key, value in action.body.items() if key not in plain.body} == {"did": None}
    assert emptied(desired(task(name), there)[row], task(name), there) == desired(task(name), there)[row]


@pytest.mark.parametrize("name", ROWS)
def test_what_was_stated_at_adoption_is_to_be_removed_too(harbor: Context, name: str) -> None:
    """As what a person reported, and its words say that nobody here has seen it; once it is seen they do not."""
    section, guarded = ROWS[name]
    line = Evidence(name, AT, "ana", Event("task.adopted", name, {"fact": "f"}), version=harbor.version)
    there = replace(harbor, record=replace(harbor.record, evidence=[line]))
    assert removals(task(name), there) == []
    [action] = removals(task(name), less(there, section))
    assert (action.key, action.operation) == (desired(task(name), there)[-1].key, Operation.REMOVE)
    assert is_guarded(task(name)) is guarded
    assert str(action.summary).startswith("Remove, if it is there (it was only stated at adoption): ")
    [seen] = removals(task(name), less(proved(there, name), section))
    assert str(seen.summary).startswith("Remove: ")
