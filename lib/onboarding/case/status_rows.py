"""Where a project stands as rows of the status of all customers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from onboarding.domain.history import TaskState
from onboarding.stages.owed import Owed, listed
from onboarding.stages.project_status import ProjectStatus
from onboarding.store.values import StatusRow

Days = Mapping[str, tuple[date, date | None]]
"""Task id -> its planned day, and the one on which it was done."""


def progress_rows(progress: ProjectStatus, days: Days) -> list[StatusRow]:
    """One row per task that applies to this customer, in the profile's order, in front of it the gates that alone hold
    it. ``days`` are the days of a task by its id.
    """
    return [
        _row(one, *days.get(one.id, (None, None))) for one in listed(progress) if one.state is not TaskState.NOT_NEEDED
    ]


def _row(one: Owed, planned_on: date | None, done_on: date | None) -> StatusRow:
    return StatusRow(
        one.stage, one.id, one.title, one.state, one.party, one.since, one.due_on, " ".join(one.reasons),
        one.since if one.gate else one.begun_at, planned_on, done_on, one.late_at, one.kind,
    )  # fmt: skip
