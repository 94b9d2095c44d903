"""What a task would bring about, and what a person does and types for it instead of a connector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from onboarding.domain.action import Action
from onboarding.domain.answer_text import answer_text, fields
from onboarding.domain.extension_failure import Asked
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner_of
from onboarding.stages.planners.instruction import Confirm, instruction
from onboarding.stages.planners.shown import Shown, shown_tables


def desired(task: Task, context: Context) -> list[Action]:
    """What the task would bring about, before anything was observed; worked out once for a context.

    Raises OnboardingError when its planner breaks.
    """
    if id(task) not in context.desired:
        asked = Asked(context.profile.id, f"task {task.id}")
        seen = context.narrowed(task)
        context.desired[id(task)] = task, planner_of(task).all_of(task, seen, task.params, asked=asked)
    return list(context.desired[id(task)][1])


def is_seen(task: Task) -> bool:
    """Whether an outside system shows what others bring about with this task."""
    p = task.params
    return isinstance(p, Confirm) and p.observe is not None


@dataclass(frozen=True, slots=True)
class Entries:
    """What is typed: ``values`` are (label, value); ``tables`` hold ``title``, ``columns`` and ``rows``, as words."""

    values: Sequence[tuple[str, str]] = ()
    tables: Sequence[Mapping[str, Any]] = ()


def entries(task: Task, context: Context) -> Entries:
    """What a person types somewhere to do the task; nothing for requests, which are sent."""
    actions, p = desired(task, context), task.params
    if task.connector == "support" or not actions:
        return Entries()
    if len(actions) == 1 and actions[0].resource == "instruction":
        return beside(actions[0], shown_tables(p, context.narrowed(task)) if isinstance(p, Shown) else ())
    return entered(actions)


def by_hand(task: Task, actions: Sequence[Action]) -> Action:
    """What a person does instead of a connector: one instruction with the values of every action beside it."""
    if len(actions) == 1 and actions[0].resource == "instruction":
        return actions[0]
    return instruction(
        task, ([action.summary, value] for action in actions if action.is_change for value in _copyable(action))
    )


def _copyable(action: Action) -> list[str]:
    return [
        f"{name}: {answer_text(None, value, is_exact=True)}"
        for name, value in action.body.items()
        if value is None or (isinstance(value, str | int) and value != "")
    ]


def beside(asked: Action, tables: Sequence[Mapping[str, Any]]) -> Entries:
    """The values of an instruction, with the ``tables`` it repeats row by row as tables."""
    rows = {f"{table['title']} {place}" for table in tables for place in range(1, len(table["rows"]) + 1)}
    values = [(str(label), str(value)) for label, value in asked.body.get("values") or ()]
    return Entries([pair for pair in values if pair[0] not in rows], [table for table in tables if table["rows"]])


def entered(actions: Sequence[Action]) -> Entries:
    """The fields of what is to be there: of one thing its values, of several of a kind a table with a row each."""
    values: list[tuple[str, str]] = []
    tables: list[Mapping[str, Any]] = []
    for named, members in groupby(actions, key=lambda action: action.resource):
        resource = named.removeprefix("mmp-").replace("-", " ")
        bodies = [dict(fields(action.body)) for action in members]
        if len(bodies) == 1:
            values += [(_words(f"{resource} {name}"), value) for name, value in bodies[0].items()]
        else:
            tables.append(_table(resource, bodies))
    return Entries(values, tables)


def _table(resource: str, bodies: Sequence[Mapping[str, str]]) -> Mapping[str, Any]:
    """Columns are what differs; what is the same in all of them is shown in the title."""
    names = list(dict.fromkeys(name for body in bodies for name in body))
    same = [name for name in names if len({body.get(name, "") for body in bodies}) == 1]
    columns = [name for name in names if name not in same]
    common = ", ".join(f"{name} {bodies[0][name]}" for name in same)
    title = f"{resource}: {len(bodies)}" + (f" ({common})" if common else "")
    rows = [[body.get(name, "") for name in columns] for body in bodies]
    return {"title": _words(title), "columns": [_words(name) for name in columns], "rows": rows}


def _words(name: str) -> str:
    return name[:1].upper() + name[1:]
