"""Things in any portal, made of answers that the profile names, without a word of code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from onboarding.domain.action import Action, Operation
from onboarding.domain.condition import Where
from onboarding.domain.json import JSON
from onboarding.domain.params import ColumnsOf, FieldId, Key, Params, TableId, Text
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner

_NAMED = re.compile(r"\{([^{}]*)\}")


class PortalRecord(Params):
    """What is made of answers, and by which of them it is found again."""

    resource: Text = Field(description="what the portal calls such a thing")
    key: Key
    fields: Mapping[str, FieldId] = Field(min_length=1, description="table of name = question or section id")
    summary: Text = Field("", description="what it is called in the plan; without it the task's title")


@planner("record", PortalRecord, connectors=("manual", "portal", "mmp"), bound=True)
def record(task: Task, context: Context, p: PortalRecord) -> list[Action]:
    """One thing on the outside system, found again by ``key``, with a body made of the answers in ``fields``.

    None while its key is not answered.
    """
    return _actions(task, context, p, "", {})


class PortalRows(PortalRecord):
    """What is made of each row of a table."""

    rows: TableId
    where: Annotated[Where, ColumnsOf("rows")] = Where()


@planner("rows", PortalRows, connectors=("manual", "portal", "mmp"), bound=True)
def rows(task: Task, context: Context, p: PortalRows) -> list[Action]:
    """One thing on the outside system for each row of the table ``rows``, of those with ``where`` only.

    Rows whose key is not answered are passed over.
    """
    found = [row for row in context.rows(p.rows) if p.where.fits(row)]
    return [action for row in found for action in _actions(task, context, p, p.rows, row)]


def _actions(task: Task, context: Context, p: PortalRecord, section: str, row: Mapping[str, Any]) -> list[Action]:
    key = _key(p.key, context, section, row)
    if not key:
        return []
    answers = {name: _answer(question, context, section, row) for name, question in p.fields.items()}
    body: dict[str, JSON] = {name: value for name, value in answers.items() if value is not None}
    summary = f"{p.summary or task.title}: {key}"
    return [Action(f"{task.id}/{key}", task.id, task.connector, Operation.CREATE, p.resource, key, summary, body)]


def _key(written: str, context: Context, section: str, row: Mapping[str, Any]) -> str:
    """The key with every name replaced by its answer; empty when one of them has none."""
    template = written if "{" in written else f"{{{written}}}"
    answers = {name: _answer(name, context, section, row) for name in _NAMED.findall(template)}
    if any(value is None for value in answers.values()):
        return ""
    return _NAMED.sub(lambda found: str(answers[found.group(1)]), template)


def _answer(name: str, context: Context, section: str, row: Mapping[str, Any]) -> Any:
    """A question's answer, of the row when it is the row's; a section's as a whole, a table's rows as a list."""
    in_section, _, question = name.partition(".")
    if question:
        return row.get(question) if in_section == section else context.answer(name)
    held = row if in_section == section else context.values.get(in_section)
    if isinstance(held, list):
        return [dict(item) for item in held] or None
    return dict(held) if held else None
