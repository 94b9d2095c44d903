"""Plans one task by the name of its planner, as a profile would name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.action import Action
from onboarding.domain.registry import installed
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.desired import desired

ID = "provision.it"
MAIL = {"to": "support@provider.example", "subject": "Order", "intro": "Please order."}


def work(planner: str, about: Mapping[str, Any] | None = None, **more: Any) -> Task:
    """A task of that planner, with the outside system it usually works with."""
    found = installed().get("planner", planner)
    return Task(ID, "Do it", "provision", "reseller", action=planner, params=found.params.model_validate(about or {}),
                **{"connector": found.connectors[0], "guide": "How.", "evidence": "A scan", **more})  # fmt: skip


def planned(planner: str, context: Context, about: Mapping[str, Any] | None = None, **more: Any) -> list[Action]:
    """What the task would bring about."""
    return desired(work(planner, about, **more), context)


def values(actions: list[Action]) -> list[list[str]]:
    """What stands beside the one instruction that was planned."""
    [action] = actions
    assert (action.resource, action.connector) == ("instruction", "manual")
    found: list[list[str]] = action.body["values"]
    return found
