"""Runs one check by its name, as a profile would name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.history import TaskState
from onboarding.domain.registry import installed
from onboarding.stages.context import Context

SHOWN = 5
"""Things that are missing are named one by one up to this many."""


def missing(
    check: str,
    context: Context,
    about: Mapping[str, Any] | None = None,
    *open_tasks: str,
    states: Mapping[str, TaskState] | None = None,
) -> list[str]:
    """What the check finds missing while these tasks are open, some in these ``states``, and all others done."""
    known = dict.fromkeys(open_tasks, TaskState.READY) | dict(states or {})
    found = installed().get("check", check)
    params = found.params.model_validate(about or {})
    return list(found.function(context, params, lambda task: known.get(task, TaskState.DONE)))
