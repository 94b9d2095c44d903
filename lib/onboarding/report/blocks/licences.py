"""A block of licences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from onboarding.domain.answer_text import full_name
from onboarding.domain.language import say
from onboarding.domain.params import TaskId
from onboarding.domain.record import TaskState
from onboarding.report.answers import answer_cell
from onboarding.report.blocks import Captioned, block
from onboarding.report.guide import Guide
from onboarding.report.shapes import Cell, Shape, TableFigure
from onboarding.stages.context import Context
from onboarding.stages.licences import licence_advice, licence_rules, say_add_ons


class Licences(Captioned):
    """Since when."""

    since: TaskId = Field("", description="task at whose end the licences were found; without it: as they are now")


@block("licences", Licences)
def licences(guide: Guide, p: Licences) -> Iterator[Shape]:
    """What licence each user had when the task ``since`` was done, and what was bought or removed."""
    context = guide.context
    before = guide.earlier.get(p.since)
    past = replace(context, values=before) if before else context
    found = {_key(user): user for user, _ in licence_advice(past)}
    rows = []
    for user, advice in licence_advice(context):
        was = found.get(_key(user), user)
        had, has = _add_ons(context, was), _add_ons(context, user)
        bought = [*(one for one in has if one not in had), *advice.add]
        removed = [*(one for one in had if one not in has), *advice.remove]
        changes = (_changed(context, bought, advice.add), _changed(context, removed, advice.remove))
        rows.append((Cell(full_name(user)), _licence(context, was), *changes))
    if rows:
        heads = (say("User"), say("Found"), say("Bought"), say("Removed"))
        columns = tuple(zip(heads, (24, 30, 24, 22), strict=True))
        yield TableFigure(say(p.caption or "Licences"), columns, tuple(rows))


def _key(user: Mapping[str, Any]) -> str:
    return str(user.get("email") or full_name(user))


def _changed(context: Context, names: list[str], still: tuple[str, ...]) -> Cell:
    """Add-ons that were bought or removed; what is still to be done is said as that."""
    return Cell(say_add_ons(context, names), state=TaskState.READY if still else None)


def _add_ons(context: Context, user: Mapping[str, Any]) -> list[str]:
    return [one for rule in licence_rules(context) for one in rule.add_ons_of(user)]


def _licence(context: Context, user: Mapping[str, Any]) -> Cell:
    held: list[str] = []
    more: list[str] = []
    for rule in licence_rules(context):
        for asked, into in ((rule.licence, held), (rule.add_ons, more)):
            question = context.profile.questionnaire.question(asked)
            if question and user.get(question.name):
                into.append(answer_cell(context, question, user[question.name]).text)
    return Cell(held[0] if held else "", tuple(more[:1]))
