"""Checks over other tasks."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import model_validator

from onboarding.domain.language import _
from onboarding.domain.params import refuse
from onboarding.stages.checks import WaitsForStages, check, shorten
from onboarding.stages.context import Closed, Context


class TasksClosed(WaitsForStages):
    @model_validator(mode="after")
    def _of_something(self) -> TasksClosed:
        if not self.tasks and not self.stages:
            raise refuse("nothing opens this: it waits for no task")
        return self


@check("tasks-closed", TasksClosed)
def tasks_closed(context: Context, p: TasksClosed, closed: Closed) -> list[str]:
    """Every task of ``tasks`` is closed, and every task of ``stages`` but those that come back."""
    return shorten(open_tasks(p.waited_for(context.profile.tasks), context, closed))


def open_tasks(names: Iterable[str], context: Context, closed: Closed) -> list[str]:
    """A sentence for each of these tasks that is open."""
    tasks = [task for name in dict.fromkeys(names) for task in context.made_of(name)]
    return [_("Open: {title}.", title=_(task.title)) for task in tasks if not closed(task.id).is_closed]
