"""What people enter into the questionnaire along the way, played: ticks, dates, numbers, licences they have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from onboarding.domain.json import JSON
from onboarding.domain.licence import following
from onboarding.domain.question import Kind, Question, Section
from onboarding.domain.task import Task
from onboarding.engine.case import Case
from onboarding.stages.context import Context, texts
from onboarding.stages.readiness import licence_advice

AHEAD = 5
"""Business days until a date that somebody enters, unless a wanted date lies further ahead."""


def enter(case: Case, task: Task) -> bool:
    """Enters what the check of a task asks for; returns whether there was anything to enter."""
    fill = _FILLS.get(str(task.about.get("check")))
    if fill is None:
        return False
    context = case.context()
    changed = fill(context, task.about)
    for section, value in changed.items():
        case.save_section(section, value, source=task.title)
    return bool(changed)


def _ticked(context: Context, about: Mapping[str, Any]) -> dict[str, JSON]:
    return _filled(context, about, lambda question, row: True if question.kind is Kind.YES_NO else None, again=True)


def _answered(context: Context, about: Mapping[str, Any]) -> dict[str, JSON]:
    taken = {row.get("number") for held in context.values.values() if isinstance(held, list) for row in held}
    free = (number for number in _fictitious(context) if number not in taken)

    def value(question: Question, row: Mapping[str, Any]) -> JSON:
        if question.kind is Kind.DATE:
            return _date(context).isoformat()
        if question.kind is Kind.NUMBER:
            return next(free)
        if question.kind is Kind.YES_NO:
            return True
        if question.kind in (Kind.TEXT, Kind.LONG_TEXT):
            return question.example or "as agreed"
        return question.options[0].value if question.options else None

    return _filled(context, about, value)


def _licensed(context: Context, about: Mapping[str, Any]) -> dict[str, JSON]:
    """The users' licences as they are once the advice was followed."""
    [rule] = [rule for rule in context.profile.questionnaire.rules if rule.check == "licence-covers"]
    section, _, name = str(rule.about["add_ons"]).partition(".")
    advices = {id(row): advice for row, advice in licence_advice(context)}
    rows = [
        {**row, name: following(row.get(name) or (), advices[id(row)])} if id(row) in advices else dict(row)
        for row in context.rows(section)
    ]
    return {section: rows} if rows != context.rows(section) else {}


_FILLS: dict[str, Callable[[Context, Mapping[str, Any]], dict[str, JSON]]] = {
    "all-yes": _ticked,
    "all-answered": _answered,
    "licences-in-place": _licensed,
}


def _filled(
    context: Context,
    about: Mapping[str, Any],
    value: Callable[[Question, Mapping[str, Any]], JSON],
    again: bool = False,
) -> dict[str, JSON]:
    """Sections with a value for each question of ``about.fields`` that is asked and open (``again``: or says no)."""
    found: dict[str, JSON] = {}
    for section, question in _questions(context, about):
        held = found.get(section.id, context.values.get(section.id))
        rows = [dict(row) for row in held or ()] if section.is_table else [dict(held or {})]
        for row in rows:
            is_asked = question.when is None or question.when.holds(context.values, row, section.id)
            is_open = row.get(question.name) is None or (again and row[question.name] is False)
            new = value(question, row) if is_asked and is_open else None
            if new is not None:
                row[question.name] = new
                found[section.id] = rows if section.is_table else rows[0]
    return found


def _questions(context: Context, about: Mapping[str, Any]) -> Iterator[tuple[Section, Question]]:
    for name in texts(about.get("fields")):
        section = context.profile.questionnaire.section(name.partition(".")[0])
        for question in section.questions if section else ():
            if section is not None and name in (question.id, question.section):
                yield section, question


def _date(context: Context) -> date:
    """A business day ahead: the wanted date of a port, else the go-live, where these lie further ahead."""
    today = context.at.astimezone(context.calendar.zone).date()
    wanted = [date.fromisoformat(day) for day in context.column("port_orders.wanted_on")]
    go_live = context.anchors().get("go-live", today)
    soon = context.calendar.add_business_days(today, AHEAD)
    return max(soon, context.calendar.add_business_days(max(wanted, default=go_live), 0))


def _fictitious(context: Context) -> Iterator[str]:
    """Numbers of the block for examples, in the area code of the first number the customer has; from the top down."""
    known = [*context.column("port_numbers.number"), *context.column("users.number"), *context.column("contacts.phone")]
    area_code = str(known[0])[2:5] if known else "555"
    return (f"+1{area_code}55501{last:02d}" for last in range(99, -1, -1))
