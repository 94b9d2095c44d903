"""Days that become known by a task, such as the one a carrier confirms: entered with the task, kept as an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def enter_day(case: Case, task_id: str, day: date, row: str = "") -> str:
    """Keep the day that a task brings, as ``case.by`` says it; returns what it is called.

    In a table it is that of the ``row`` with this key, else of every row that has none yet, or of all when they have
    the same; by the task of a row it is that of the row. Raises InputError DAY-NONE for a task that brings no day,
    DAY-REFUSED for one that the question does not take, DAY-ROW for a row that is not there or not named where it has
    to be, TASK-PERSON as `case.work.done`.
    """
    case.refuse_ended()
    task = case.task(task_id)
    question = case.profile.questionnaire.question(task.brings) if task.brings else None
    if question is None:
        raise InputError("DAY-NONE", f"{task.title} brings no day.", _bringing(case))
    refuse_stranger(case, task)
    _, wrong = check_one(question, day.isoformat())
    if wrong:
        raise InputError("DAY-REFUSED", f"{question.label}: {wrong.message}", "Nothing was kept; give the right day.")
    section, own = case.profile.questionnaire.section(question.section), _own_rows(case, task, question)
    content = case.document.get(question.section)
    kept: JSON
    if section is not None and section.is_table:
        rows = [dict(one) for one in content or () if isinstance(one, Mapping)]
        meant = rows_meant(rows, section, question, row)
        for one in meant if own is None else (one for one in rows if one.get(ROW_ID) in own):
            one[question.name] = day.isoformat()
        kept = rows
    else:
        kept = {**(content or {}), question.name: day.isoformat()}
    case.save_section(question.section, kept, source=task.title)
    return question.label


def missing_day(case: Case, task: Task) -> bool:
    """Whether the day that a task brings is not known, of a table in some row that is asked for it."""
    question = case.profile.questionnaire.question(task.brings) if task.brings else None
    if question is None:
        return False
    context = case.context().narrowed(task)
    content = context.values.get(question.section)
    days = context.column(question.id)
    return not days or (isinstance(content, list) and question.when is None and len(days) < len(content))


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
