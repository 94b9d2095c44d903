"""Classes in which everybody learns the new service."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, Field

from onboarding.domain.action import Action
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.params import QuestionId, refuse
from onboarding.domain.task import Task
from onboarding.domain.training import TrainingClass, timetable
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.instruction import instruction, values_beside
from onboarding.stages.planners.shown import Shown


def _hour(value: str) -> str:
    try:
        time.fromisoformat(value)
    except ValueError:
        raise refuse(f"{value!r} is no time of day; write it as 09:00") from None
    return value


class TrainingClasses(Shown):
    """How the users are taught."""

    size: int = Field(ge=1, strict=True, description="people in a class")
    minutes: int = Field(ge=1, strict=True, description="length of a class")
    on: QuestionId = Field("", description="question about the day; without an answer: today")
    begins: Annotated[str, AfterValidator(_hour)] = Field("09:00", alias="from", description="local time")


@planner("training_classes", TrainingClasses, reads=("users.first_name", "users.last_name"))
def training_classes(task: Task, context: Context, p: TrainingClasses) -> list[Action]:
    """A person teaches all users in classes of ``size``, each ``minutes`` long, on the day ``on`` at ``from``."""
    values: list[JSON] = [
        [f"Class {one.number}, {context.clock(one.starts_at)} to {context.clock(one.ends_at)}", ", ".join(one.people)]
        for one in classes(p, context)
    ]
    return [instruction(task, [*values_beside(p, context), *values])]


def classes(p: TrainingClasses, context: Context) -> list[TrainingClass]:
    """All users in classes; without a day yet, counted as if it were today."""
    days = context.column(p.on)
    day = date.fromisoformat(min(days)) if days else context.today
    first = datetime.combine(day, time.fromisoformat(p.begins), context.calendar.zone).astimezone(UTC)
    people = [full_name(user) for user in context.rows("users")]
    return timetable(people, p.size, p.minutes, first)
