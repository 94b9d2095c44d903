"""Parts of a report about what was agreed: contract and first invoice, licences, training classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from onboarding.domain.billing import BillingStart, Reconciled
from onboarding.domain.language import Said, say
from onboarding.domain.record import TaskState
from onboarding.domain.report import Show
from onboarding.report.answers import answer_cell
from onboarding.report.shapes import Cell, FactsFigure, Shape, TableFigure
from onboarding.stages.arrangement import classes as classes_of
from onboarding.stages.context import Context, full_name
from onboarding.stages.contract import first_invoice_of, reconciled
from onboarding.stages.readiness import add_on_labels, licence_advice


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


def licences(context: Context, caption: str) -> Iterator[Shape]:
    """Which licence each user had, and what was bought or removed so that a number could be assigned (U-03 to U-07)."""
    labels = add_on_labels(context)
    found = []
    for user, advice in licence_advice(context):
        found.append(
            (
                Cell(full_name(user)),
                _licence(context, user),
                Cell(_list(advice.add, labels)),
                Cell(_list(advice.remove, labels)),
            )
        )
    if found:
        states = {step: _step(context, step) for step in ("add", "remove")}
        heads = (say("User"), say("Found"), say("Bought") if states["add"] else say("To buy"),
                 say("Removed") if states["remove"] else say("To remove"))  # fmt: skip
        columns = tuple(zip(heads, (24, 30, 24, 22), strict=True))
        yield TableFigure(say(caption or "Licences"), columns, tuple(found))


def _licence(context: Context, user: Mapping[str, Any]) -> Cell:
    held: list[str] = []
    more: list[str] = []
    for rule in context.profile.questionnaire.rules:
        for key, into in (("licence", held), ("add_ons", more)):
            question = context.profile.questionnaire.question(str(rule.about.get(key)))
            if rule.check == "licence-covers" and question and user.get(question.name):
                into.append(answer_cell(context, question, user[question.name]).text)
    return Cell(held[0] if held else "", tuple(more[:1]))


def _list(names: tuple[str, ...], labels: Mapping[str, str]) -> str:
    words = [say(labels.get(name, name)) for name in names]
    return words[0] if len(words) == 1 else say("{all}", all=words) if words else ""


def _step(context: Context, step: str) -> bool:
    """Whether the licences of this step have been bought or removed."""
    tasks = [t for t in context.profile.tasks if t.action == "licences" and t.about.get("step") in (step, None)]
    return bool(tasks) and all(context.record.state(task.id) is TaskState.DONE for task in tasks)


def classes(context: Context, show: Show) -> Iterator[Shape]:
    """The timetable of a training, class by class, with how many of each have been there (O-37, O-41)."""
    task = context.profile.task(str(show.about["task"]))
    if task is None or not context.is_needed(task):
        return
    attended = str(show.about.get("attended") or "").partition(".")[2]
    users = context.rows("users")
    rows, first = [], 0
    for one in classes_of(task, context):
        here = users[first : first + len(one.people)]
        first += len(one.people)
        there = sum(bool(user.get(attended)) for user in here)
        rows.append(
            (
                Cell(say("Class {number}", number=one.number)),
                Cell(f"{_clock(one.starts_at, context)} \N{EN DASH} {_clock(one.ends_at, context)}", at=one.starts_at),
                Cell(", ".join(one.people)),
                Cell(_of(there, len(here)), tone="good" if there == len(here) else "wait") if attended else Cell(),
            )
        )
    if rows:
        columns = ((say("Class"), 12), (say("When"), 24), (say("Who"), 46), (say("Attended"), 18))
        yield TableFigure(say(show.caption or "Training classes"), columns, tuple(rows))


def _of(there: int, whole: int) -> Said:
    return say("{count} of {whole}", count=there, whole=whole)


def _clock(at: datetime, context: Context) -> str:
    return f"{at.astimezone(context.calendar.zone):%H:%M}"
