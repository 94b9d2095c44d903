"""Tables that follow from a profile's own tasks: requirements with the settings that meet them, and what is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.answer_text import answer_text
from onboarding.stages.context import Context
from onboarding.stages.recipes import wanted
from onboarding.stages.traceability import coverage
from onboarding.text import first_few

SHOWN = 4
"""Keys of one kind of thing that are named before the rest is counted."""


def requirement_rows(context: Context) -> list[list[str]]:
    """[requirement, what meets it, whether that is answered], of every profile that maps requirements (M-07)."""
    found = []
    for about in _mappings(context):
        setting = context.profile.questionnaire.question(str(about["setting"]))
        for requirement, named, is_met in coverage(context, about):
            met_by = answer_text(setting, named) if setting and named else "nothing yet"
            found.append([requirement, met_by, "answered" if is_met else "open"])
    return found


def made_rows(stage: str, context: Context) -> list[list[str]]:
    """[task, how many things, their keys] of the stage's tasks that make things in a portal out of answers."""
    found = []
    for task in context.profile.tasks_of(stage):
        if task.action in ("record", "rows") and context.is_needed(task):
            keys = [action.key for action in wanted(task, context)]
            named = first_few(keys, SHOWN)
            found.append([task.title, str(len(keys)), named])
    return found


def _mappings(context: Context) -> list[Mapping[str, Any]]:
    """The parameters of every check that maps requirements, each once."""
    tasks = [task.about for task in context.profile.tasks if task.about.get("check") == "requirements-mapped"]
    gates = [gate.about for gate in context.profile.gates.values() if gate.check == "requirements-mapped"]
    return list({str(about["requirement"]): about for about in (*tasks, *gates)}.values())
