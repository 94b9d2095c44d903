"""What holds for both of UniVoIP's profiles."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.profile.load import load_profile
from tests.univoip.played import OFFICE, TEAMS

TEAMS_PROFILE, OFFICE_PROFILE = load_profile(TEAMS), load_profile(OFFICE)


@pytest.mark.parametrize("profile", [TEAMS_PROFILE, OFFICE_PROFILE], ids=lambda profile: profile.id)
def test_every_task_says_who_how_and_what_proves_it(profile: Any) -> None:
    """A proof, a reason, a way, rows and a source on each; every lead time says where it comes from (U-02)."""
    for task in profile.tasks:
        assert task.evidence, task.id
        assert task.requirements, task.id
        assert task.source, task.id
        assert "**Why.**" in task.guide, task.id
        assert "**How.**" in task.guide, task.id
        assert task.skip_reason or task.when is None, task.id
        assert task.lead is None or task.lead.source, task.id
        assert task.effort_minutes or task.party not in profile.runs, task.id


def test_links_are_data_without_tracking() -> None:
    """The guide's links lead straight to their pages, the mangled one included (U-43)."""
    links = [reference.url for reference in TEAMS_PROFILE.references if reference.url]
    assert len(links) == 9
    assert all(link.startswith("https://") and "safelinks" not in link and "ns=" not in link for link in links)


def test_inferred_parties_are_marked() -> None:
    """OfficeConnect's columns have run together: what the wording does not say carries the mark (O-01, O-17)."""
    marked = {task.id for task in OFFICE_PROFILE.tasks if task.is_inferred}
    assert "gather.schedule-administrator-training" in marked
    assert "gather.identify-order" in marked
    assert "gather.schedule-kick-off" not in marked
    assert not any(task.is_inferred for task in TEAMS_PROFILE.tasks)
