"""Checks over what people have ticked, filed, measured and assigned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from onboarding.domain.language import say
from onboarding.domain.licence import Advice, Terms, advise
from onboarding.domain.number import national
from onboarding.domain.question import Kind, Question
from onboarding.domain.record import TaskState
from onboarding.stages.context import Context, full_name, texts
from onboarding.stages.contract import reconciled
from onboarding.stages.sentences import shorten

if TYPE_CHECKING:
    from onboarding.domain.task import Gate
    from onboarding.stages.checks import Check, Closed

FILED = frozenset({"signed-loa-held", "documents-held", "documents-ahead", "document-valid"})
"""Checks that are not content with somebody's word that a task is done."""


def all_yes(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Every yes-no question of ``about.fields`` that is asked is answered with yes, in every row of a table."""
    found: list[str] = []
    for question in _questions(context, about):
        if question.kind is Kind.YES_NO:
            rows = [row for row in _asked_rows(context, question) if row.get(question.name) is not True]
            if rows and _is_table(context, question):
                found += [
                    say("{label}: not yet for {name}.", label=say(question.label), name=_name(context, question, row))
                    for row in rows
                ]
            elif rows:
                found.append(say("Not yet: {label}.", label=say(question.label)))
    return shorten(found)


def all_answered(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Every question of ``about.fields`` that is asked has an answer, in every row of a table."""
    found: list[str] = []
    for question in _questions(context, about):
        rows = [row for row in _asked_rows(context, question) if row.get(question.name) is None]
        if rows and _is_table(context, question):
            found += [
                say("{label} is missing for {name}.", label=say(question.label), name=_name(context, question, row))
                for row in rows
            ]
        elif rows:
            found.append(say("{label} is missing.", label=say(question.label)))
    return shorten(found)


def documents_held(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Every task of ``about.tasks`` that applies has a document in the record; one left out with a reason has none."""
    held = {line.task for line in context.record.evidence if line.document}
    found: list[str] = []
    for task_id in texts(about.get("tasks")):
        task = context.profile.task(task_id)
        if (
            task is not None
            and task_id not in held
            and closed(task_id) not in (TaskState.SKIPPED, TaskState.NOT_NEEDED)
        ):
            found.append(say("No document is filed for: {title}.", title=say(task.title)))
    return found


def document_gate(task_id: str, context: Context) -> Gate | None:
    """The gate of this customer that waits for a document of the task and has none yet."""
    if any(line.task == task_id and line.document for line in context.record.evidence):
        return None
    for gate in context.profile.gates.values():
        named = (str(gate.about.get("task", "")), *texts(gate.about.get("tasks")))
        is_asked = gate.when is None or gate.when.holds(context.values)
        if gate.check in FILED and task_id in named and is_asked:
            return gate
    return None


def documents_ahead(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """The tasks ``about.tasks`` were done ``about.days`` calendar days before the earliest date of ``about.question``.

    While they are open the day it would be today counts, so that a wish which cannot be met is said at once.
    """
    wanted = context.dates(str(about["question"]))
    if not wanted:
        return []
    days, first = int(about["days"]), min(wanted)
    missing = documents_held(context, about, closed)
    done = [_day(context, held.at) for name in texts(about.get("tasks")) if (held := context.record.tasks.get(name))]
    came = _day(context, context.at) if missing or not done else max(done)
    if first - came >= timedelta(days=days):
        return missing
    late = say("The documents came on {day}; {days} days ahead of {first} are needed. Agree on {earliest} or later.")
    none = say(
        "The documents are not there on {day}; {days} days ahead of {first} are needed. Agree on {earliest} or later."
    )
    earliest = came + timedelta(days=days)
    return [
        *missing,
        say(none if missing else late, day=str(came), days=days, first=str(first), earliest=str(earliest)),
    ]


def document_valid(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """The document of ``about.task`` is filed and has not expired on any day of ``about.fields``."""
    missing = documents_held(context, {"tasks": [about["task"]]}, closed)
    expires = context.column(str(about["expires"]))
    if missing or not expires:
        return missing or [say("It is not said until when the document is valid.")]
    days = [day for question in _questions(context, about) for day in context.column(question.id)]
    late = sorted(day for day in days if day > min(expires))
    text = say("The document is valid until {until}, but it is needed on {day}.")
    return [say(text, until=str(min(expires)), day=str(day)) for day in late]


def numbers_assigned(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Every number of ``about.question`` stands in a column of ``about.to``, and ``about.tasks`` are closed.

    With ``about.before`` the sentence names the day by which it has to be.
    """
    taken = {value for column in texts(about.get("to")) for value in context.column(column)}
    left = [number for number in context.column(str(about["question"])) if number not in taken]
    open_tasks = [task for name in texts(about.get("tasks")) if (task := _open(context, name, closed))]
    found: list[str] = [say("{number} is assigned to nobody.", number=national(number)) for number in left]
    found += [say("Open: {title}.", title=say(title)) for title in open_tasks]
    days = context.dates(str(about.get("before") or ""))
    if found and days:
        return [*shorten(found), say("This has to be done before {day}.", day=str(min(days)))]
    return shorten(found)


def licences_in_place(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Whoever needs a licence (rule `licence-covers`) has it, and nothing that must go; ``about.least``: so many do."""
    advices = list(licence_advice(context))
    least = about.get("least")
    if least is not None:
        ready = sum(advice.is_ready for _, advice in advices)
        text = say("{count} users have a licence that fits, {least} at least are needed.", count=ready, least=least)
        return [] if ready >= int(least) else [text]
    add_ons = add_on_labels(context)
    found: list[str] = []
    for user, advice in advices:
        found += [
            say("{who} still has {licence}.", who=full_name(user), licence=say(add_ons.get(one, one)))
            for one in advice.remove
        ]
        found += [
            say("{who} has no {licence} yet.", who=full_name(user), licence=say(add_ons.get(one, one)))
            for one in advice.add
        ]
    return shorten(found)


def contract_delivered(context: Context, about: Mapping[str, Any], closed: Closed) -> list[str]:
    """Every line of the contract is delivered, or its difference is explained (U-47)."""
    return [
        say(
            "{title}: {contracted} contracted, {delivered} delivered. Say why under the contract line.",
            title=say(line.title),
            contracted=line.contracted,
            delivered=line.delivered,
        )
        for line in reconciled(context)
        if not line.is_settled
    ]


CHECKS: dict[str, Check] = {
    "all-yes": all_yes,
    "all-answered": all_answered,
    "documents-held": documents_held,
    "documents-ahead": documents_ahead,
    "document-valid": document_valid,
    "numbers-assigned": numbers_assigned,
    "licences-in-place": licences_in_place,
    "contract-delivered": contract_delivered,
}


def licence_advice(context: Context) -> Iterator[tuple[Mapping[str, Any], Advice]]:
    """(user, what to do) of everybody the profile's rule `licence-covers` is about."""
    for rule in context.profile.questionnaire.rules:
        if rule.check != "licence-covers":
            continue
        about = rule.about
        terms = Terms(frozenset(about["enough"]), str(about["add_on"]), frozenset(about.get("remove") or ()))
        section, _, licence = str(about["licence"]).partition(".")
        add_ons = str(about["add_ons"]).partition(".")[2]
        for row in context.rows(section):
            if row.get(licence) and all(_is(row.get(k), v) for k, v in (about.get("where") or {}).items()):
                yield row, advise(str(row[licence]), row.get(add_ons) or (), terms)


def add_on_labels(context: Context) -> dict[str, str]:
    """Add-ons by their value, in the words of the questionnaire."""
    found: dict[str, str] = {}
    for rule in context.profile.questionnaire.rules:
        if rule.check == "licence-covers":
            question = context.profile.questionnaire.question(str(rule.about["add_ons"]))
            found |= {option.value: option.label for option in question.options} if question else {}
    return found


def _questions(context: Context, about: Mapping[str, Any]) -> Iterator[Question]:
    for name in texts(about.get("fields")):
        section = context.profile.questionnaire.section(name.partition(".")[0])
        for question in section.questions if section else ():
            if name in (question.id, question.section):
                yield question


def _is_table(context: Context, question: Question) -> bool:
    section = context.profile.questionnaire.section(question.section)
    return section is not None and section.is_table


def _asked_rows(context: Context, question: Question) -> list[Mapping[str, Any]]:
    """Rows of a table, or the record itself, in which the question is asked."""
    section = context.profile.questionnaire.section(question.section)
    if section is None or (section.when is not None and not section.when.holds(context.values)):
        return []
    held = context.values.get(question.section)
    rows: list[Mapping[str, Any]] = list(held or ()) if section.is_table else [held or {}]
    return [row for row in rows if question.when is None or question.when.holds(context.values, row, question.section)]


def _name(context: Context, question: Question, row: Mapping[str, Any]) -> str:
    """What a row is called: a person by name, anything else by its key."""
    section = context.profile.questionnaire.section(question.section)
    key = str(row.get(section.key) or "") if section else ""
    return full_name(row) or (national(key)) or "a row"


def _open(context: Context, task_id: str, closed: Closed) -> str:
    task = context.profile.task(task_id)
    return task.title if task is not None and not closed(task_id).is_closed else ""


def _day(context: Context, at: datetime) -> date:
    return at.astimezone(context.calendar.zone).date()


def _is(value: Any, wanted: Any) -> bool:
    return wanted in value if isinstance(value, list) else value == wanted
