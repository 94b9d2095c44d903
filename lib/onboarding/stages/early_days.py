"""A day that answers a request cannot lie before it: a port is not confirmed for a day before it was ordered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from onboarding.answers.check import check_one
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import _
from onboarding.domain.question import Question
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import Task
from onboarding.errors import InputError
from onboarding.stages.context import Context


@dataclass(frozen=True, slots=True)
class EarlyDay:
    """A ``day`` given as the answer to a ``question``, and the ``request`` that it answers, made on a later one."""

    question: Question
    day: date
    request: Task
    made_on: date

    @property
    def sentence(self) -> str:
        """Which day it is, and which request it lies before."""
        text = _("{label}: {day} lies before the request that it answers, {title}, which was made on {made_on}.")
        values = {"label": _(self.question.label), "day": self.day, "made_on": self.made_on}
        return _(text, **values, title=_(self.request.title))


def refuse_early(context: Context, before: Answers, after: Answers) -> None:
    """Raises InputError DAY-EARLY where answers that are to be kept have such a day that is not there ``before``.

    Both are documents as they are given, with the ids of their rows.
    """
    if found := next(early_days(context, before, after), None):
        raise InputError("DAY-EARLY", found.sentence, "Nothing was kept; give the right day.")


def early_days(context: Context, before: Answers, after: Answers) -> Iterator[EarlyDay]:
    """Every day that some task brings, is another one ``after`` than ``before``, and lies before its request."""
    for name in sorted(context.profile.brought):
        question = context.profile.questionnaire.question(name)
        if question is None or before.get(question.section) == after.get(question.section):
            continue
        then, now = (_days(question, answers) for answers in (before, after))
        for row, day in now.items():
            if day != then.get(row) and (made := _request_after(question, row, day, context)):
                yield EarlyDay(question, day, *made)


def _request_after(question: Question, row: str, day: date, context: Context) -> tuple[Task, date] | None:
    """The request that the day of a row answers, and when it was made, where that is later."""
    for task in context.tasks:
        if task.brings == question.id and _is_about(task, question.section, row, context):
            for request, at in _requests(task, context):
                if day < (made_on := context.day(at, task.party)):
                    return request, made_on
    return None


def _requests(task: Task, context: Context) -> Iterator[tuple[Task, datetime]]:
    """What was done before a task, the nearest on each way to it, and when."""
    names, seen = list(task.after), set[str]()
    while names:
        name = names.pop()
        before, record = context.task(name), context.kept(name)
        if before is None or name in seen:
            continue
        seen.add(name)
        if record is not None and record.state is TaskState.DONE:
            yield before, record.at
        else:
            names += before.after


def _is_about(task: Task, table: str, row: str, context: Context) -> bool:
    rows = context.table_rows
    places = rows.about(task.each, task.row.key, table) if task.each and task.row else None
    return places is None or row in {rows.id_at(table, place) for place in places}


def _days(question: Question, answers: Answers) -> dict[str, date]:
    """Id of the row -> its day, as far as it is one; the id is empty in a section that is no table."""
    content = answers.get(question.section)
    rows: list[JSON] = list(content) if isinstance(content, list) else [content]
    found = {}
    for place, one in enumerate(rows):
        value = check_one(question, one.get(question.name))[0] if isinstance(one, Mapping) else None
        if isinstance(value, str) and isinstance(one, Mapping):
            key = str(one.get(ROW_ID) or place) if isinstance(content, list) else ""
            found[key] = date.fromisoformat(value)
    return found
