"""Recipes for any portal: things made of answers that the profile names, without a word of code.

``about.fields`` maps names of the body to question or section ids; ``about.key`` is a question id, or a text with
question ids in braces (``{customer.web_id}/{bundles.name}``), by which the thing is found again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from onboarding.domain.action import Action, Operation
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.stages.context import Context

_NAMED = re.compile(r"\{([^{}]*)\}")


def record(task: Task, context: Context) -> list[Action]:
    """One thing from what is asked once; none while its key is not answered."""
    return _actions(task, context, "", {})


def rows(task: Task, context: Context) -> list[Action]:
    """One thing for each row of ``about.rows`` with the values ``about.where``; rows without a key are passed over."""
    section = str(task.about["rows"])
    where = task.about.get("where") or {}
    found = [row for row in context.rows(section) if all(_has(row.get(name), value) for name, value in where.items())]
    return [action for row in found for action in _actions(task, context, section, row)]


def _actions(task: Task, context: Context, section: str, row: Mapping[str, Any]) -> list[Action]:
    key = _key(str(task.about["key"]), context, section, row)
    if not key:
        return []
    body: dict[str, JSON] = {}
    for name, question in task.about["fields"].items():
        value = _answer(str(question), context, section, row)
        if value is not None:
            body[name] = value
    resource = str(task.about["resource"])
    summary = f"{task.about.get('summary') or task.title}: {key}"
    return [Action(f"{task.id}/{key}", task.id, task.connector, Operation.CREATE, resource, key, summary, body)]


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


def _has(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_has(value, one) for one in wanted)
    return wanted in value if isinstance(value, list) else bool(value == wanted)
