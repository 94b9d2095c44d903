"""Parts of a report about what was agreed: contract and first invoice, licences, training classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from onboarding.domain.answer_text import full_name
from onboarding.domain.billing import BillingStart, Reconciled
from onboarding.domain.json import Document
from onboarding.domain.language import Said, say
from onboarding.domain.record import TaskState
from onboarding.domain.report import Show
from onboarding.report.answers import answer_cell
from onboarding.report.shapes import Cell, FactsFigure, Shape, TableFigure
from onboarding.stages.context import Context
from onboarding.stages.contract import first_invoice_of, reconciled
from onboarding.stages.licences import licence_advice, licence_rules, say_add_ons
from onboarding.stages.planners import params_of
from onboarding.stages.planners.training import TrainingClasses
from onboarding.stages.planners.training import classes as classes_of


def contract(context: Context, caption: str) -> Iterator[Shape]:
    """Contracted against delivered, line by line, with what explains a difference (U-47)."""
    rows = tuple(
        (Cell(say(line.title), (line.note,)), Cell(str(line.contracted)), Cell(str(line.delivered)), _settled(line))
        for line in reconciled(context)
    )
    if rows:
        columns = ((say("Service"), 48), (say("Contracted"), 14), (say("Delivered"), 14), (say("Outcome"), 24))
        yield TableFigure(say(caption or "Contracted and delivered"), columns, rows)


def _settled(line: Reconciled) -> Cell:
    if not line.difference:
        return Cell(say("as contracted"), tone="good")
    if line.difference > 0:
        words = say("{count} more than contracted", count=line.difference)
    else:
        words = say("{count} fewer than contracted", count=-line.difference)
    return Cell(words, (say("explained"),) if line.note else (), tone="note" if line.note else "stop")


def invoice(context: Context, caption: str) -> Iterator[Shape]:
    """The date of the first invoice, and what it counts from (U-20, O-44)."""
    found = first_invoice_of(context)
    billing = context.profile.data.get("billing")
    if found is None or not isinstance(billing, Mapping):
        return
    task = context.profile.task(str(billing.get("after")))
    event = say(task.title) if task else ""
    rule = (
        say("on the first of the month that follows")
        if billing.get("start") == BillingStart.NEXT_MONTH
        else say("from that day on")
    )
    kind = (say("forecast"),) if found.is_forecast else ()
    yield FactsFigure(
        say(caption),
        (
            (say("First invoice"), Cell(at=found.on, more=kind)),
            (say("Counts from"), Cell(event, at=found.counted_from, more=(rule,))),
        ),
    )


def licences(context: Context, show: Show, earlier: Mapping[str, Document]) -> Iterator[Shape]:
    """Which licence each user had, and what was bought or removed so that a number could be assigned (U-03 to U-07).

    What was found is what the answers said when the task ``since`` was done; without one, what they say now.
    """
    before = earlier.get(str(show.about.get("since")))
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
        yield TableFigure(say(show.caption or "Licences"), columns, tuple(rows))


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


def classes(context: Context, show: Show) -> Iterator[Shape]:
    """The timetable of a training, class by class, with how many of each have been there (O-37, O-41)."""
    task = context.profile.task(str(show.about["task"]))
    p = params_of(task) if task else None
    if task is None or not context.is_needed(task) or not isinstance(p, TrainingClasses):
        return
    attended = str(show.about.get("attended") or "").partition(".")[2]
    users = context.rows("users")
    rows, first = [], 0
    for one in classes_of(p, context):
        here = users[first : first + len(one.people)]
        first += len(one.people)
        there = sum(bool(user.get(attended)) for user in here)
        rows.append(
            (
                Cell(say("Class {number}", number=one.number)),
                Cell(f"{context.clock(one.starts_at)} \N{EN DASH} {context.clock(one.ends_at)}", at=one.starts_at),
                Cell(", ".join(one.people)),
                Cell(_of(there, len(here)), tone="good" if there == len(here) else "wait") if attended else Cell(),
            )
        )
    if rows:
        columns = ((say("Class"), 12), (say("When"), 24), (say("Who"), 46), (say("Attended"), 18))
        yield TableFigure(say(show.caption or "Training classes"), columns, tuple(rows))


def _of(there: int, whole: int) -> Said:
    return say("{count} of {whole}", count=there, whole=whole)
