"""What people enter into the questionnaire along the way, played: ticks, dates, numbers, licences they have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from onboarding.answers.rules import column
from onboarding.case.case import Case
from onboarding.domain.json import JSON
from onboarding.domain.licence import following
from onboarding.domain.number import example, is_fictitious, parse
from onboarding.domain.params import Params
from onboarding.domain.question import Kind, Question
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import Task
from onboarding.stages.checks import TaskCheck
from onboarding.stages.checks.answers import AllAnswered, AllYes
from onboarding.stages.checks.numbers import LicencesInPlace
from onboarding.stages.commercial_terms import licence_rules
from onboarding.stages.context import Context
from onboarding.stages.planners.instruction import LicenceChanges

AHEAD = 5
"""Business days until a date that somebody enters, unless a wanted date lies further ahead."""


def enter(case: Case, task: Task) -> bool:
    """Enters what a check asks for, or what was changed by hand; returns whether there was anything to enter."""
    p, ids = task.params, case.checked().ids
    changed = _entered(p.params if isinstance(p, TaskCheck) else p, case.context())
    for section, value in changed.items():
        case.save_section(section, _with_ids(value, ids.get(section, ())), source=task.title)
    return bool(changed)


def _with_ids(value: JSON, ids: Sequence[str]) -> JSON:
    """The rows of a table with their ids beside the answers; a record as it is."""
    return [row | {ROW_ID: one} for row, one in zip(value, ids, strict=True)] if isinstance(value, list) else value


def _entered(p: Params, context: Context) -> dict[str, JSON]:
    """Sections as what has these parameters wants them; none where it asks for nothing that is entered."""
    if isinstance(p, AllYes):
        return _filled(context, p.fields, lambda q, row: True if q.kind is Kind.YES_NO else None, again=True)
    if isinstance(p, AllAnswered):
        return _answered(context, p)
    return _licensed(context, p.step) if isinstance(p, LicencesInPlace | LicenceChanges) else {}


def _answered(context: Context, p: AllAnswered) -> dict[str, JSON]:
    taken = {row.get("number") for rows in context.values.values() if isinstance(rows, list) for row in rows}
    known = [*context.column("port_numbers.number"), *context.column("users.number"), *context.column("contacts.phone")]
    block = fictitious(str(known[0]) if known else "", context.profile.country)
    free = (number for number in reversed(block) if number not in taken)

    def value(question: Question, row: Mapping[str, Any]) -> JSON:
        if question.kind is Kind.DATE:
            return a_day(context).isoformat()
        if question.kind is Kind.NUMBER:
            return next(free)
        if question.kind is Kind.YES_NO:
            return True
        if question.kind in (Kind.TEXT, Kind.LONG_TEXT):
            return question.example or "as agreed"
        return question.options[0].value if question.options else None

    return _filled(context, p.fields, value)


def _licensed(context: Context, step: Literal["add", "remove"] | None) -> dict[str, JSON]:
    """The users' licences as they are once the advice was followed, or that part of it."""
    [rule] = licence_rules(context)
    rows = [
        dict(row) if advice is None else {**row, column(rule.add_ons): following(rule.add_ons_of(row), advice.of(step))}
        for row, advice in ((row, rule.advice(row)) for row in context.rows(rule.section))
    ]
    return {rule.section: rows} if rows != context.rows(rule.section) else {}


def _filled(
    context: Context, fields: Sequence[str], value: Callable[[Question, Mapping[str, Any]], JSON], again: bool = False
) -> dict[str, JSON]:
    """Sections with a value for each question of ``fields`` that is asked and open (``again``: or says no)."""
    found: dict[str, JSON] = {}
    for section, question in context.profile.questionnaire.named(fields):
        content = found.get(section.id, context.values.get(section.id))
        rows = [dict(row) for row in content or ()] if section.is_table else [dict(content or {})]
        for row in rows:
            is_asked = question.when is None or question.when.holds(context.values, row, section.id)
            is_open = row.get(question.name) is None or (again and row[question.name] is False)
            new = value(question, row) if is_asked and is_open else None
            if new is not None:
                row[question.name] = new
                found[section.id] = rows if section.is_table else rows[0]
    return found


def a_day(context: Context) -> date:
    """A business day ahead: the wanted date of a port, else the go-live, where these lie further ahead."""
    today = context.today
    wanted = [date.fromisoformat(day) for day in context.column("port_orders.wanted_on")]
    go_live = context.go_live() or today
    soon = context.calendar.add_business_days(today, AHEAD)
    return max(soon, context.calendar.add_business_days(max(wanted, default=go_live), 0))


def fictitious(near: str, country: str) -> list[str]:
    """A hundred numbers reserved for examples, of the area of a number where it has such; else of the country."""
    stems = (f"{near[:5]}55501", near[:-2], parse(example(country), country)[:-2])
    stem = next((stem for stem in stems if is_fictitious(f"{stem}00")), stems[-1])
    return [f"{stem}{last:02d}" for last in range(100)]
