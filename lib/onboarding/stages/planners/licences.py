"""Licences that users need before they get a number."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from onboarding.domain.action import Action
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.licences import licence_advice, say_add_ons
from onboarding.stages.planners import planner
from onboarding.stages.planners.instruction import instruction, values_beside
from onboarding.stages.planners.shown import Shown


class LicenceChanges(Shown):
    """Which changes of licences."""

    step: Literal["remove", "add"] | None = Field(None, description="only what is removed, or only what is added")


@planner("licences", LicenceChanges)
def licences(task: Task, context: Context, p: LicenceChanges) -> list[Action]:
    """A person changes licences; what the rule `licence-covers` calls for stands beside it, user by user.

    With ``step`` only what is to be removed, or to be added.
    """
    values: list[JSON] = []
    for user, advice in licence_advice(context):
        words = [_words("remove", advice.remove, context), _words("add", advice.add, context)]
        if p.step:
            words = words[:1] if p.step == "remove" else words[1:]
        if text := ", then ".join(word for word in words if word):
            values.append([full_name(user), text])
    return [instruction(task, [*values_beside(p, context), *values])]


def _words(verb: str, add_ons: tuple[str, ...], context: Context) -> str:
    return f"{verb} {' and '.join(say_add_ons(context, [one]) for one in add_ons)}" if add_ons else ""
