"""A block of classes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from onboarding.domain.language import say
from onboarding.domain.params import QuestionId, TaskId
from onboarding.report.blocks import Captioned, block
from onboarding.report.guide import Guide
from onboarding.report.shapes import Cell, Shape, TableFigure
from onboarding.stages.planners.training import TrainingClasses
from onboarding.stages.planners.training import classes as classes_of


class Classes(Captioned):
    """Which training."""

    task: TaskId = Field(description="task that plans the classes")
    attended: QuestionId = Field("", description="yes-no question of the users")


@block("classes", Classes)
def classes(guide: Guide, p: Classes) -> Iterator[Shape]:
    """The classes of a training task, with how many of each have ``attended``."""
    context = guide.context
    task = context.profile.task(p.task)
    training = task.params if task else None
    if task is None or not context.is_needed(task) or not isinstance(training, TrainingClasses):
        return
    attended = p.attended.partition(".")[2]
    users = context.rows("users")
    rows, first = [], 0
    for one in classes_of(training, context):
        here = users[first : first + len(one.people)]
        first += len(one.people)
        there = sum(bool(user.get(attended)) for user in here)
        rows.append(
            (
                Cell(say("Class {number}", number=one.number)),
                Cell(f"{context.clock(one.starts_at)} \N{EN DASH} {context.clock(one.ends_at)}", at=one.starts_at),
                Cell(", ".join(one.people)),
                _presence(there, len(here)) if attended else Cell(),
            )
        )
    if rows:
        columns = ((say("Class"), 12), (say("When"), 24), (say("Who"), 46), (say("Attended"), 18))
        yield TableFigure(say(p.caption or "Training classes"), columns, tuple(rows))


def _presence(count: int, whole: int) -> Cell:
    return Cell(say("{count} of {whole}", count=count, whole=whole), tone="good" if count == whole else "wait")
