"""What a person does, with what they need beside it."""

from __future__ import annotations

from collections.abc import Iterable

from onboarding.domain.action import Action, Operation
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.shown import Shown, shown_fields, shown_tables


@planner("manual", Shown)
def manual(task: Task, context: Context, p: Shown) -> list[Action]:
    """A person does it and brings the proof; the answers in ``fields`` stand beside it, ready to be copied."""
    return [instruction(task, values_beside(p, context))]


def instruction(task: Task, values: Iterable[JSON]) -> Action:
    """The action of a person; ``values`` are [label, value]."""
    body: dict[str, JSON] = {"text": task.guide or task.title, "values": list(values), "evidence": task.evidence}
    return Action(task.id, task.id, "manual", Operation.ASK, "instruction", task.id, task.title, body)


def values_beside(p: Shown, context: Context) -> list[JSON]:
    """[label, value] of the answers beside a task; of a table each row is one, numbered under the table's title."""
    values: list[JSON] = [[label, value] for label, value in shown_fields(p.fields, context)]
    for shown in shown_tables(p, context):
        for place, cells in enumerate(shown["rows"], start=1):
            values.append([f"{shown['title']} {place}", ", ".join(filter(None, cells))])
    return values
