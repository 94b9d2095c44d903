"""Blocks of users: their licences and their classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from pydantic import Field

from onboarding.domain.answer_text import full_name
from onboarding.domain.history import TaskState
from onboarding.domain.language import _
from onboarding.domain.params import QuestionId, TaskId
from onboarding.report.answer_cells import answer_cell
from onboarding.report.blocks import Captioned, Guide, block, table
from onboarding.report.report_model import Cell, Shape
from onboarding.stages.commercial_terms import add_on_names, licence_advice, licence_rules
from onboarding.stages.context import Context
from onboarding.stages.planners.training import TrainingClasses
from onboarding.stages.planners.training import classes as classes_of


class Licences(Captioned):
    """Since when."""

    since: TaskId = Field("", description="task at whose end the licences were found; without it: as they are now")


@block("licences", Licences)
def licences(guide: Guide, p: Licences) -> Iterator[Shape]:
    """What licence each user had when the task ``since`` was done, and what was bought or removed."""
    context = guide.context
    before = guide.earlier.get(p.since)
    past = replace(context, values=before) if before else context
    found = {_key(user): user for user, _other in licence_advice(past)}
    rows = []
    for user, advice in licence_advice(context):
        was = found.get(_key(user), user)
        had, has = _add_ons(context, was), _add_ons(context, user)
        bought = _changed(context, [one for one in has if one not in had], advice.add)
        removed = _changed(context, [one for one in had if one not in has], advice.remove)
        rows.append((Cell(full_name(user)), _licence(context, was), bought, removed))
    columns = {_("User"): 24, _("Found"): 30, _("Bought"): 24, _("Removed"): 22}
    yield from table(p.caption or _("Licences"), columns, rows)


def _key(user: Mapping[str, Any]) -> str:
    return str(user.get("email") or full_name(user))


def _changed(context: Context, names: list[str], still: tuple[str, ...]) -> Cell:
    """Add-ons that were bought or removed; what is still to be done is shown as that."""
    return Cell(add_on_names(context, [*names, *still]), state=TaskState.READY if still else None)


def _add_ons(context: Context, user: Mapping[str, Any]) -> list[str]:
    return [one for rule in licence_rules(context) for one in rule.add_ons_of(user)]


def _licence(context: Context, user: Mapping[str, Any]) -> Cell:
    """The licence with its add-ons below it, each by the first rule whose question is answered."""
    rules = licence_rules(context)
    licence = _answered(context, user, [rule.licence for rule in rules])
    return Cell("".join(licence[:1]), tuple(_answered(context, user, [rule.add_ons for rule in rules])[:1]))


def _answered(context: Context, user: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    questions = filter(None, map(context.profile.questionnaire.question, names))
    return [answer_cell(context, q, user[q.name]).text for q in questions if user.get(q.name)]


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
    users = iter(context.rows("users"))
    rows = []
    for one in classes_of(training, context):
        when = f"{context.clock(one.starts_at)} \N{EN DASH} {context.clock(one.ends_at)}"
        here = [bool(user.get(attended)) for user in islice(users, len(one.people))]
        rows.append(
            (
                Cell(_("Class {number}", number=one.number)),
                Cell(when, at=one.starts_at),
                Cell(", ".join(one.people)),
                _presence(sum(here), len(here)) if attended else Cell(),
            )
        )
    columns = {_("Class"): 12, _("When"): 24, _("Who"): 46, _("Attended"): 18}
    yield from table(p.caption or _("Training classes"), columns, rows)


def _presence(count: int, whole: int) -> Cell:
    return Cell(_("{count} of {whole}", count=count, whole=whole), tone="good" if count == whole else "wait")
