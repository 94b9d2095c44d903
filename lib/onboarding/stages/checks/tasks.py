"""Checks over other tasks."""

from __future__ import annotations

from collections.abc import Iterable

from onboarding.domain.language import say
from onboarding.stages.checks import WaitsForStages, check, shorten
from onboarding.stages.context import Closed, Context


@check("tasks-closed", WaitsForStages)
def tasks_closed(context: Context, p: WaitsForStages, closed: Closed) -> list[str]:
    """Every task of ``tasks`` is closed, and every task of ``stages`` but those that come back."""
    return shorten(open_tasks(p.waited_for(context.profile.tasks), context, closed))


def open_tasks(names: Iterable[str], context: Context, closed: Closed) -> list[str]:
    """A sentence for each of these tasks that is open."""
    tasks = [task for name in names if (task := context.profile.task(name))]
    return [say("Open: {title}.", title=say(task.title)) for task in tasks if not closed(task.id).is_closed]
