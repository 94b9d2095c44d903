"""Asking people for a decision: once for what is to be decided, and again only when that is something else."""

from __future__ import annotations

from onboarding.case.case import Case
from onboarding.stages.gate import asking


def ask_people(case: Case, stage: str) -> None:
    """Puts into the record that the people are asked whose decision alone holds tasks of the stage."""
    context, progress = case.look()
    for name in progress.to_decide:
        held = {task.stage for task_id in progress.held_by[name] if (task := context.task(task_id))}
        if stage in held and name not in progress.asked:
            case.store.add_evidence(case.customer.id, asking(progress.gates[name], context, case.by))
