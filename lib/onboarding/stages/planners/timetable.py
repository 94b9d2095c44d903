"""The schedule as it is sent to the customer, with whom to turn to."""

from __future__ import annotations

from pydantic import Field

from onboarding.domain.action import Action
from onboarding.domain.json import JSON
from onboarding.domain.params import TaskId
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.instruction import instruction, values_beside
from onboarding.stages.planners.shown import Shown
from onboarding.stages.schedule import live_title, schedule_of


class ShownSchedule(Shown):
    """What of the schedule is sent."""

    tasks: tuple[TaskId, ...] = Field(min_length=1, description="tasks whose planned days are shown")


@planner("schedule", ShownSchedule)
def schedule(task: Task, context: Context, p: ShownSchedule) -> list[Action]:
    """A person sends the schedule: the earliest day the customer can be live, the planned days of ``tasks``, and the
    addresses of the provider's parties.
    """
    found, values = schedule_of(context), values_beside(p, context)
    if found.earliest_on:
        title = live_title(context)
        values.append([f"Earliest: {title}" if title else "Earliest go-live", found.earliest_on.isoformat()])
    named = [one for name in p.tasks if (one := context.profile.task(name))]
    values += [[one.title, days.planned_on.isoformat()] for one in named if (days := found.tasks.get(one.id))]
    return [instruction(task, [*values, *_contacts(context)])]


def _contacts(context: Context) -> list[JSON]:
    """[who, address] of the provider's parties that have one, and where support is asked."""
    parties = [one for one in context.profile.parties.values() if one.side == "provider" and one.contact]
    support = context.profile.data.support_address
    found: list[JSON] = [[one.title, one.contact] for one in parties]
    return [*found, *([["Support", support]] if support else [])]
