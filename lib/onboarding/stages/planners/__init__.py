"""What turns a task into actions: planners, each named by a task's ``action`` in the profile.

A planner is a pure function ``(task, context, params) -> actions`` that says what shall be there. It only plans: what
is there already is compared later, and a connector carries out what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar, cast

from onboarding.domain.action import Action, Operation
from onboarding.domain.json import JSON
from onboarding.domain.params import Params
from onboarding.domain.registry import PlannerType, installed
from onboarding.domain.task import Task
from onboarding.stages.context import Context

P = TypeVar("P", bound=Params)
Planner: TypeAlias = Callable[[Task, Context, P], list[Action]]


def planner(
    name: str,
    params: type[P],
    *,
    connectors: Sequence[str] = ("manual",),
    reads: Sequence[str] = (),
    may_read: Sequence[str] = (),
    sets_up: bool = False,
    destroys: bool = False,
) -> Callable[[Planner[P]], PlannerType[Planner[P]]]:
    """Makes a function the planner of that name; the rest as `PlannerType` says."""
    return lambda function: PlannerType(
        "planner", name, function, params, tuple(reads), tuple(may_read), tuple(connectors), sets_up, destroys
    )


def create(task: Task, resource: str, name: str, summary: str, body: Mapping[str, JSON], tail: str = "") -> Action:
    """The action of something that is to be there, found again by ``name`` followed by ``tail``."""
    key = name + tail
    return Action(f"{task.id}/{name}", task.id, task.connector, Operation.CREATE, resource, key, summary, body)


def planner_of(task: Task) -> PlannerType[Planner[Params]]:
    """The task's planner."""
    return cast("PlannerType[Planner[Params]]", installed().get("planner", task.action))
