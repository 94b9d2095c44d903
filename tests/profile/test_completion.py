"""What completion rests on: the last task closes by itself, and nothing before it is left out behind its back."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding.profile.load import load_profile, profile_ids
from onboarding.profile.model import Profile
from onboarding.resources import shipped

KINGDOM = Path(__file__).parent.parent / "united_kingdom" / "profiles" / "severn-voice.toml"
TEMPLATE = shipped("data", "templates", "profile.toml")


@pytest.fixture(params=[*profile_ids(), KINGDOM, TEMPLATE], ids=lambda name: Path(name).stem)
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profile(request.param)


def test_nothing_that_completion_needs_can_be_left_out(profile: Profile) -> None:
    """Only what the guide leaves open, what comes back and what may outlast the rest is left out with a reason."""
    free = [task for task in profile.tasks if not (profile.is_held(task.id) or task.is_binding)]
    last = [task for task in free if profile.is_completion(task.id)]
    assert len(last) == 1
    assert all(task.is_optional or task.every or task.outlasts for task in free if task not in last)


def test_who_leads_the_project_does_without_what_no_gate_names(profile: Profile) -> None:
    """A guide that turns out otherwise for one customer never ends in a task that nobody can close."""
    for task in profile.tasks:
        if profile.is_held(task.id) and not profile.gates_naming(task.id):
            assert task.is_binding or task.is_optional or task.waive, task.id
