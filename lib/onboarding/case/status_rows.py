"""Where a project stands as rows of the status of all customers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from onboarding.domain.history import TaskState
from onboarding.stages.project_status import ProjectStatus
from onboarding.store.values import StatusRow


def progress_rows(progress: ProjectStatus, begun: Mapping[str, datetime]) -> list[StatusRow]:
    """One row per task that applies to this customer, in the profile's order, each gate people are asked before it.

    ``begun`` is when a task could begin or was handed over, by its id.
    """
    rows = []
    for view in progress.tasks:
        task = view.task
        for gate in (progress.gates[name].gate for name, first in progress.to_decide.items() if first == task.id):
            why = " ".join(progress.gates[gate.id].missing)
            rows.append(StatusRow(task.stage, gate.id, gate.title, TaskState.WAITING, gate.owed_by, reason=why))
        if view.state is not TaskState.NOT_NEEDED:
            who, why = view.waits_for or task.party, " ".join(view.reasons)
            at, on = begun.get(task.id), view.due_on
            rows.append(StatusRow(task.stage, task.id, task.title, view.state, who, view.since, on, why, at))
    return rows
