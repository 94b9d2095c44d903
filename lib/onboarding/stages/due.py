"""What a program can do for a customer, read off from where the tasks stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from onboarding.domain.due import Due, Move
from onboarding.domain.history import TaskState
from onboarding.profile.model import Profile
from onboarding.stages.context import Context
from onboarding.stages.owed import first_open
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import OUTDATED, SETTLED, TaskStatus, is_let_be


def due(context: Context, progress: ProjectStatus, begun: Mapping[str, datetime]) -> Due:
    """What could be moved at the context's instant, as long as its ``validity`` says: nothing when all is closed.

    ``begun`` is when a task could begin, by its id.
    """
    validity = replace(context.validity)  # as it was when the tasks were assessed
    found = () if progress.is_closed or progress.end else moves(progress, begun, context.customer.created_at)
    return Due(context.at, found, waits_for(progress, context.profile), validity)


def moves(progress: ProjectStatus, begun: Mapping[str, datetime], otherwise: datetime) -> tuple[Move, ...]:
    """What could be moved, once for each stage and way, since the first of its tasks could begin: also asking people
    for a decision that alone holds a task, once, and withdrawing that.

    ``otherwise`` is the instant of a task that is not in ``begun``.
    """
    found: dict[tuple[str, str], datetime] = {}
    for view in progress.tasks:
        if (connector := moved_by(view)) is not None:
            key, since = (view.task.stage, connector), begun.get(view.task.id, otherwise)
            found[key] = min(since, found.get(key, since))
    for name, task_id in progress.to_decide.items():
        if name not in progress.asked:
            view = progress.task(task_id)
            key, since = (view.task.stage, ""), _could_ask(view, progress, otherwise)
            found[key] = min(since, found.get(key, since))
    for stage in progress.stopped.values():
        found.setdefault((stage, ""), otherwise)
    return tuple(Move(stage, since, connector) for (stage, connector), since in found.items())


def _could_ask(view: TaskStatus, progress: ProjectStatus, otherwise: datetime) -> datetime:
    """Since when nothing but decisions holds a task, as far as what it waited for says."""
    before = (progress.task(task_id).since for task_id in view.task.after)
    return max((since for since in before if since), default=otherwise)


def moved_by(view: TaskStatus) -> str | None:
    """What could bring a task forward now: a run by itself (empty), or what others did, which this connector shows.

    None where only people can, or nothing: what is closed, blocked, refused, or was handed over already.
    """
    task = view.task
    if OUTDATED in view.reasons:
        return ""
    if task.stands_for_rows:
        return None  # there is no row yet
    if view.state is TaskState.READY and (SETTLED in view.reasons or is_let_be(view.reasons)):
        return None
    if view.state is TaskState.READY:
        return None if task.is_check and view.record is not None else ""
    if task.is_check:
        is_new = view.state is TaskState.DONE and (view.record is None or view.record.state is not TaskState.DONE)
        return "" if is_new else None
    is_shown = view.state is TaskState.WAITING and task.is_confirm and not task.is_manual
    return task.connector if is_shown else None


def waits_for(progress: ProjectStatus, profile: Profile) -> dict[str, str]:
    """Stage -> title of the party that is waited for first; under ``""`` that of the whole project.

    What is closed has none, nor what has ended.
    """
    if progress.end:
        return {}
    still = dict.fromkeys(view.task.stage for view in progress.tasks if not view.state.is_closed)
    return {stage: profile.party_title(first_open(progress, stage).party) for stage in (("", *still) if still else ())}
