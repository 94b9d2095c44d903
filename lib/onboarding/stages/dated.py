"""What happens on a day, and proofs that age: not done before its day, not proved for ever.

A port is complete on its day or after it, in the zone of whoever does it. What an outside system itself shows as
happened has happened, whatever the day. A proof that is good for a while counts at the moment it is used: once what
follows is done it stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from onboarding.domain.event import ADOPTED_TASK, Event
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import LazyText, _
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.task_status import ON_HOLD


def not_before(task: Task, context: Context) -> date | None:
    """The day before which the task cannot be done, as long as it has not come."""
    day = context.day_of(task)
    return None if day is None or context.has_come(day, task.party) else day


def too_early(task: Task, current: TaskRecord, context: Context) -> date | None:
    """The day of a task that counts as done before it: the day has moved since, or was not known then.

    None where an outside system has shown it.
    """
    day = context.day_of(task)
    if day is None or context.day(current.at, task.party) >= day:
        return None
    is_seen = any(line.observed is not None for line in context.lines(task.id) if line.at >= current.at)
    return None if is_seen else day


def has_expired(task: Task, at: datetime, context: Context) -> bool:
    """Whether a proof that was given then is too old for what follows it and is not done yet."""
    if task.expires is None:
        return False
    end = context.calendar_for(task).due_at(task.expires, at, {})
    if end is None or not context.is_past(end):
        return False
    made = (one for use in context.profile.uses_of(task.declared) for one in _made(use, task, context))
    return any(context.is_needed(one) and not _was_done(one, context) for one in made)


def has_lost_its_day(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether the day that a task brought is not answered any more; of a task of a row in any row it is about.

    What was only stated need not have one.
    """
    if not task.brings or any(line.what.kind == ADOPTED_TASK for line in context.lines(task.id)):
        return False
    return lacks_day(task, context) if task.row else not context.column(task.brings)


def lacks_day(task: Task, context: Context) -> bool:
    """Whether the day that a task brings is not known; of a table in some row it is about that asks for one."""
    question = context.profile.questionnaire.question(task.brings) if task.brings else None
    if question is None:
        return False
    seen, table = context.narrowed(task), question.section
    content = seen.values.get(table)
    rows = content if isinstance(content, list) else [content or {}]
    asked = [row for row in rows if question.when is None or question.when.holds(seen.values, row, table)]
    return not rows or any(row.get(question.name) is None for row in asked)


def was_asked(task: Task, context: Context) -> bool:
    """Whether the outside was asked for what a task brings: it has answered before, or all that comes before the task
    was done or is with somebody, also where it is to be done anew.
    """
    kept = [context.kept(name) for name in task.after if context.is_wanted(name)]
    asked = (*ON_HOLD, TaskState.DONE)
    own = context.record.tasks.get(task.id)
    was_told = own is not None and own.state is TaskState.DONE
    return was_told or (bool(kept) and all(one is not None and one.state in asked for one in kept))


def _made(use: Task, task: Task, context: Context) -> Iterator[Task]:
    """The tasks that one which uses another stands for; of those of rows the ones that wait for it, or for all rows."""
    is_by_itself = task.declared in use.after
    for one in context.made_of(use.id):
        if not is_by_itself or {task.id, task.declared} & {*one.after}:
            yield one


def _was_done(task: Task, context: Context) -> bool:
    current = context.record.tasks.get(task.id)
    return current is not None and current.state.is_closed


def early_note(task: Task, context: Context) -> tuple[LazyText, ...]:
    """That it is not done before its day, while that lies ahead."""
    day = not_before(task, context)
    return (_("Not before {day}: {label}.", day=day, label=_(label_of(task.on, context))),) if day else ()


def why_undone(task: Task, current: TaskRecord, context: Context) -> tuple[LazyText, ...]:
    """Why something that was done does not hold, where that is a matter of days."""
    if day := too_early(task, current, context):
        done = context.day(current.at, task.party)
        return (_("It was reported on {done}, before its day: {day}.", done=done, day=day),)
    if has_lost_its_day(task, current, context):
        return (_("The day it brought is not known any more: {label}.", label=_(label_of(task.brings, context))),)
    if has_expired(task, current.at, context):
        return (_("Its proof is of {day} and too old by now.", day=context.day(current.at, task.party)),)
    return ()


def label_of(question_id: str, context: Context) -> str:
    """What a question is called; its id where it is not asked."""
    question = context.profile.questionnaire.question(question_id)
    return question.label if question else question_id


def moved(context: Context, before: Answers, after: Answers, by: str, at: datetime) -> list[Evidence]:
    """Lines for the record of each task that a date was moved for: what it was and what it is now.

    ``before`` and ``after`` are the answers as they were given, around one save ``by`` somebody ``at`` an instant.
    """
    found = []
    for question in dict.fromkeys(one for task in context.profile.tasks for one in dates_of(task)):
        days = [_days(question, answers) for answers in (before, after)]
        if days[0] == days[1]:
            continue
        tasks = [task for task in context.tasks if question in dates_of(task) and context.is_needed(task)]
        for task in tasks:
            rows = _rows_of(task, question, context)
            old, new = (
                sorted({known[row] for row in (known if rows is None else rows) if row in known}) for known in days
            )
            if old and old != new:
                what = {"label": _(label_of(question, context)), "old": old, "new": new}
                event = Event("date.moved", question, what)
                found.append(Evidence(task.id, at, by, event, version=context.version))
    return found


def _rows_of(task: Task, question: str, context: Context) -> set[str] | None:
    """Ids of the rows whose days alone are the task's; None for all."""
    table, rows = question.partition(".")[0], context.table_rows
    places = rows.about(task.each, task.row.key, table) if task.each and task.row else None
    return None if places is None else {rows.id_at(table, place) for place in places}


def dates_of(task: Task) -> tuple[str, ...]:
    """Questions about the days that move with a task or move it."""
    leads = (task.lead, *(case.lead for case in task.lead.cases)) if task.lead else ()
    return tuple(filter(None, (task.on, task.brings, *(lead.anchor for lead in leads))))


def _days(question_id: str, answers: Answers) -> dict[str, date]:
    """Id of the row -> day of each answer to a question; the id is empty where the section is no table."""
    section, _dot, name = question_id.partition(".")
    content = answers.get(section)
    rows = enumerate(content, start=1) if isinstance(content, list) else [("", content)]
    meant = ((str(one.get(ROW_ID) or place), one) for place, one in rows if isinstance(one, Mapping))
    return {row: day for row, one in meant if (day := _day(one.get(name)))}


def _day(value: JSON) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
