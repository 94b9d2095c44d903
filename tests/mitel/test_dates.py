"""A proof that ages: the live links are proved before the customer is created, not some time before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.stages.assessment import assess
from onboarding.stages.project_status import ProjectStatus
from tests.mitel.freight import AT, context, done, progress
from tests.mitel.test_packs import put

PROOF, CREATE, GATE = "provision.prove-links", "provision.create-customer", "live-links"
GROUP = "provision.create-group-from-blueprint"


def after(days: int, *more: TaskRecord) -> ProjectStatus:
    """Where the customer stands so many days after the links were proved."""
    record = done(PROOF)
    known = History({**record.tasks, **{one.task: one for one in more}}, (), record.evidence)
    return assess(replace(context(record=known), at=AT + timedelta(days=days)))


@pytest.mark.keeps("M-65")
def test_links_proved_the_day_before_count() -> None:
    """The gate before the customer is created is open, and what was created in time keeps its proof for good."""
    for days in (0, 1):
        found = after(days)
        assert found.gates[GATE].is_open
        assert found.task(PROOF).state is TaskState.DONE
    made = [TaskRecord(name, TaskState.DONE, AT + timedelta(days=1), "sp-admin") for name in (GROUP, CREATE)]
    assert after(90, *made).task(PROOF).state is TaskState.DONE
    assert after(90, *made).gates[GATE].is_open
    assert after(90, made[0]).task(PROOF).state is not TaskState.DONE


@pytest.mark.refuses("M-65")
@pytest.mark.parametrize("is_blueprint", [True, False])
def test_no_platform_group_is_made_before_the_links_are_proved(is_blueprint: bool) -> None:
    """From a blueprint or by hand: the proof comes first, of that day or the one before."""
    group = GROUP if is_blueprint else "provision.register-platform-group"
    steps = ("enable-platform-manager", "register-platform-manager", "register-blueprint") if is_blueprint else ()
    before = [f"provision.{name}" for name in steps]
    put_so = put("platform", blueprint=is_blueprint)
    unproved = progress(put_so, record=done(*before))
    assert unproved.task(PROOF).state is TaskState.READY
    assert unproved.task(group).state is TaskState.BLOCKED
    assert progress(put_so, record=done(*before, PROOF)).task(group).state is TaskState.READY


@pytest.mark.refuses("M-65")
def test_links_proved_last_week_prove_nothing() -> None:
    """The task is open again, says why, and the gate is closed."""
    found = after(7)
    assert not found.gates[GATE].is_open
    assert found.task(PROOF).state is not TaskState.DONE
    assert any("too old by now" in str(reason) for reason in found.task(PROOF).reasons) or (
        found.task(PROOF).state is TaskState.BLOCKED
    )
