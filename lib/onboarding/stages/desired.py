"""What a task would bring about."""

from __future__ import annotations

from onboarding.domain.action import Action
from onboarding.domain.json import digest
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner_of
from onboarding.stages.planners.instruction import Confirm
from onboarding.stages.planners.mail import without_files


def desired(task: Task, context: Context) -> list[Action]:
    """What the task would bring about, before anything was observed."""
    return planner_of(task).function(task, context, task.params)


def desired_digest(task: Task, context: Context) -> str:
    """Digest of what the task would bring about; empty for tasks that are not bound to the answers.

    Files that go with a request are not part of it: a corrected sheet alone is no reason to ask once more.
    """
    if not is_bound(task):
        return ""
    return digest([[action.id, without_files(action.body)] for action in desired(task, context)])


def is_bound(task: Task) -> bool:
    """Whether a change of the answers re-opens the task."""
    return planner_of(task).is_bound or is_seen(task)


def is_seen(task: Task) -> bool:
    """Whether an outside system shows what others bring about with this task."""
    p = task.params
    return isinstance(p, Confirm) and p.observe is not None
