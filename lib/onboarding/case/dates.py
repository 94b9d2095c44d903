"""Days that become known by a task, such as the one a carrier confirms: entered with the task, kept as an answer.

The task of a row keeps its day in that row, or in those that refer to it: the others have days of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from onboarding.answers.check import check_one
from onboarding.case.case import Case
from onboarding.case.people import refuse_stranger
from onboarding.domain.json import JSON
from onboarding.domain.question import Question, Section
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import Task
from onboarding.errors import InputError
from onboarding.stages.dated import lacks_day


def enter_day(case: Case, task_id: str, day: date, row: str = "") -> str:
    """Keep the day that a task brings, as ``case.by`` says it; returns what it is called.

    In a table it is that of the ``row`` with this key, else of every row that has none yet, or of all when they have
    the same; by the task of a row it is that of the row. Raises InputError DAY-NONE for a task that brings no day,
    DAY-REFUSED for one that the question does not take, DAY-ROW for a row that is not there or not named where it has
    to be, TASK-PERSON as `case.work.done`.
    """
    case.refuse_ended()
    refuse_day(case, task_id, day)
    return keep_days(case, {task_id: day}, row)


def keep_days(case: Case, days: Mapping[str, date], row: str = "") -> str:
    """Keep the days that the tasks with these ids bring, none of them one to refuse: those of the rows of one task, or
    that of one task; all in one version of the answers. Returns what they are called.
    """
    tasks = {task_id: case.task(task_id) for task_id in days}
    first = next(iter(tasks.values()))
    question = case.profile.questionnaire.question(first.brings)
    assert question is not None, "what brings none was refused"
    section, content = case.profile.questionnaire.section(question.section), case.document.get(question.section)
    kept: JSON
    if section is not None and section.is_table:
        rows = [dict(one) for one in content or () if isinstance(one, Mapping)]
        for task_id, day in days.items():
            own = _own_rows(case, tasks[task_id], question)
            for one in rows_meant(rows, section, question, row) if own is None else _of_these(rows, own):
                one[question.name] = day.isoformat()
        kept = rows
    else:
        kept = {**(content or {}), question.name: days[first.id].isoformat()}
    case.save_section(question.section, kept, source=(first if len(days) == 1 else case.task(first.declared)).title)
    return question.label


def refuse_day(case: Case, task_id: str, day: date) -> None:
    """Raises as `enter_day` for a day that cannot be kept with a task."""
    task = case.task(task_id)
    question = case.profile.questionnaire.question(task.brings) if task.brings else None
    if question is None:
        raise InputError("DAY-NONE", f"{task.title} brings no day.", _bringing(case))
    if task.each is not None and task.row is None:
        raise InputError("DAY-ROW", f"{task.title} brings a day for each row.", "Say which: --row NAME, --all-rows.")
    refuse_stranger(case, task)
    _, wrong = check_one(question, day.isoformat())
    if wrong:
        raise InputError("DAY-REFUSED", f"{question.label}: {wrong.message}", "Nothing was kept; give the right day.")


def missing_day(case: Case, task: Task) -> bool:
    """Whether the day that a task brings is not known, of a table in some row that is asked for it."""
    return lacks_day(task, case.context())


def _of_these(rows: Sequence[dict[str, Any]], ids: set[str]) -> Iterator[dict[str, Any]]:
    """The rows with these ids; where rows have none yet the id is the place."""
    return (one for place, one in enumerate(rows, start=1) if (one.get(ROW_ID) or str(place)) in ids)


def _own_rows(case: Case, task: Task, question: Question) -> set[str] | None:
    """Ids of the rows of a table whose day it is that a task of a row brings; None where it is of all rows."""
    if task.each is None or task.row is None:
        return None
    rows, table = case.context().table_rows, question.section
    places = rows.about(task.each, task.row.key, table)
    return None if places is None else {rows.id_at(table, place) for place in places}


def rows_meant(
    rows: list[dict[str, Any]], section: Section, question: Question, named: str
) -> Iterator[dict[str, Any]]:
    """The rows that get the day. Raises InputError DAY-ROW."""
    if named:
        found = [one for one in rows if _is_row(one, section, named)]
        if not found:
            keys = ", ".join(str(one.get(section.key)) for one in rows[:5])
            raise InputError("DAY-ROW", f"{section.title} has no row {named!r}.", f"Rows: {keys or 'none'}.")
        yield from found
        return
    blank = [one for one in rows if not one.get(question.name)]
    days = {str(one[question.name]) for one in rows if one.get(question.name)}
    if not rows:
        raise InputError("DAY-ROW", f"{section.title} has no row yet.", "Fill it in first.")
    if not blank and len(days) > 1:
        words = f"“{question.label}” differs from row to row"
        raise InputError("DAY-ROW", f"{words}: {', '.join(sorted(days))}.", "Say with --row which one is meant.")
    yield from blank or rows


def _is_row(row: Mapping[str, Any], section: Section, named: str) -> bool:
    question = section.question(section.key) if section.key else None
    if question is None:
        return row.get(ROW_ID) == named
    (wanted, _), (found, _) = (check_one(question, one) for one in (named, row.get(section.key)))
    return wanted is not None and wanted == found


def _bringing(case: Case) -> str:
    names = [task.id for task in case.profile.tasks if task.brings]
    return f"These do: {', '.join(names)}." if names else "No task of this profile does."
