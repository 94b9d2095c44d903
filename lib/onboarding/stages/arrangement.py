"""Recipes for what a person does with figures beside it: licences, training classes, first invoice, the contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from onboarding.domain.action import Action
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.domain.training import TrainingClass, timetable
from onboarding.stages.common import instruction
from onboarding.stages.context import Context
from onboarding.stages.contract import first_invoice_of, reconciled
from onboarding.stages.licences import licence_advice, say_add_ons

FIRST_CLASS = time(9)
"""When training begins unless the profile says otherwise, local time."""


def licences(task: Task, context: Context) -> list[Action]:
    """A person changes licences: what each user needs, of ``about.step`` remove or add when named (U-05, U-07)."""
    step = str(task.about.get("step") or "")
    values: list[JSON] = []
    for user, advice in licence_advice(context):
        words = [_words("remove", advice.remove, context), _words("add", advice.add, context)]
        if step:
            words = words[:1] if step == "remove" else words[1:]
        if text := ", then ".join(word for word in words if word):
            values.append([full_name(user), text])
    return _with_values(task, context, values)


def _words(verb: str, add_ons: tuple[str, ...], context: Context) -> str:
    return f"{verb} {' and '.join(say_add_ons(context, [one]) for one in add_ons)}" if add_ons else ""


def training_classes(task: Task, context: Context) -> list[Action]:
    """The timetable of classes: ``about.size`` people each, ``about.minutes`` long, on the day ``about.on`` (O-41)."""
    values: list[JSON] = [
        [
            f"Class {one.number}, {context.clock(one.starts_at)} to {context.clock(one.ends_at)}",
            ", ".join(one.people),
        ]
        for one in classes(task, context)
    ]
    return _with_values(task, context, values)


def classes(task: Task, context: Context) -> list[TrainingClass]:
    """All users in classes; without a day yet, counted as if it were today."""
    days = context.column(str(task.about.get("on") or ""))
    day = datetime.fromisoformat(min(days)).date() if days else context.today
    begins = time.fromisoformat(str(task.about.get("from") or FIRST_CLASS.isoformat()))
    first = datetime.combine(day, begins, context.calendar.zone).astimezone(UTC)
    people = [full_name(user) for user in context.rows("users")]
    return timetable(people, int(task.about["size"]), int(task.about["minutes"]), first)


def billing(task: Task, context: Context) -> list[Action]:
    """The date of the first invoice beside the task (U-20, O-44)."""
    invoice = first_invoice_of(context)
    if invoice is None:
        return instruction(task, context)
    label = "First invoice (forecast)" if invoice.is_forecast else "First invoice"
    return _with_values(task, context, [[label, invoice.on.isoformat()]])


def contract_report(task: Task, context: Context) -> list[Action]:
    """Contracted against delivered, line by line, and the first invoice (U-47)."""
    values: list[JSON] = [
        [line.title, f"{line.contracted} contracted, {line.delivered} delivered"] for line in reconciled(context)
    ]
    values += [[line.title, line.note] for line in reconciled(context) if line.note]
    invoice = first_invoice_of(context)
    if invoice is not None:
        values.append(["First invoice", invoice.on.isoformat()])
    return _with_values(task, context, values)


def _with_values(task: Task, context: Context, values: list[JSON]) -> list[Action]:
    """The instruction of a task with more values beside it."""
    return [
        replace(action, body={**action.body, "values": [*action.body["values"], *values]})
        for action in instruction(task, context)
    ]
