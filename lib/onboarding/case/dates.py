"""Days that become known by a task, such as the one a carrier confirms: entered with the task, kept as an answer.

The task of a row keeps its day in that row, or in those that refer to it: the others have days of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from onboarding.answers.check import check_one
from onboarding.case.case import Case
from onboarding.case.people import people_of, refuse_stranger
from onboarding.case.preview import everywhere
from onboarding.case.proofs import TICK
from onboarding.case.row_names import is_meant
from onboarding.domain.history import TaskState
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Question, Section
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import Task
from onboarding.errors import InputError
from onboarding.stages.basis import results_used
from onboarding.stages.consequences import Consequences
from onboarding.stages.context import Context
from onboarding.stages.dated import label_of, lacks_day, was_asked
from onboarding.stages.early_days import refuse_early

UNDOES = "DAY-UNDOES"


class DayEntry:
    """Days that tasks of one in the profile bring, on their way into the answers; nothing is kept before `keep`.

    Raises InputError DAY-NONE for a task that brings no day.
    """

    def __init__(self, case: Case, task: Task) -> None:
        question = case.profile.questionnaire.question(task.brings) if task.brings else None
        if question is None:
            raise InputError("DAY-NONE", f"{task.title} brings no day.", _bringing(case))
        self.question, self._case, self._task = question, case, task
        self._section = case.profile.questionnaire.section(question.section)
        self._version, content = case.context().version, case.document.get(question.section)
        self._record = dict(content) if isinstance(content, Mapping) else {}
        rows = content if isinstance(content, list) else ()
        self._rows = [dict(one) for one in rows if isinstance(one, Mapping)]
        self._days: dict[str, date] = {}
        self._seen: Context | None = None

    def enter(self, task: Task, day: date, row: str = "") -> None:
        """In a table it is that of the ``row`` with this key, else of every row that has none yet, or of all when they
        have the same; by the task of a row it is that of the row.

        Raises InputError DAY-REFUSED for one that the question does not take, DAY-ROW for a row that is not there or
        not named where it has to be.
        """
        if task.stands_for_rows:
            words = f"{task.title} brings a day for each row."
            raise InputError("DAY-ROW", words, "Enter it in the table.", command="Say which: --row NAME, --all-rows.")
        _, wrong = check_one(self.question, day.isoformat())
        if wrong:
            remedy = "Nothing was kept; give the right day."
            raise InputError("DAY-REFUSED", f"{self.question.label}: {wrong.message}", remedy)
        self._seen = None
        if self._section is None or not self._section.is_table:
            self._record[self.question.name], self._days[""] = day.isoformat(), day
            return
        own = self._own(task)
        meant = rows_meant(self._rows, self._section, self.question, row) if own is None else self._of_these(own)
        for one in meant:
            one[self.question.name], self._days[self._id_of(one)] = day.isoformat(), day

    def is_missing(self, task: Task) -> bool:
        """Whether a day of the task is not known yet when these are kept."""
        if self._seen is None:
            self._seen = self._with_days()
        return lacks_day(task, self._seen)

    @property
    def document(self) -> Answers:
        """The answers as they are asked here, with the days in them."""
        return {**self._case.document, self.question.section: self._content}

    @property
    def _content(self) -> JSON:
        is_table = self._section is not None and self._section.is_table
        return list(self._rows) if is_table else self._record

    def keep(self) -> int:
        """Keeps the answers with the days in them, as ``case.by`` says them; returns their version.

        Raises Busy ANSWERS-MOVED where somebody else has changed the same table meanwhile, InputError DAY-EARLY.
        """
        title = (self._task if len(self._days) == 1 else self._case.task(self._task.declared)).title
        name = self.question.section  # a day names nothing that others could have
        return self._case.save_section(name, self._content, title, self._version, is_shown=True)

    def _with_days(self) -> Context:
        context, table, name = self._case.context(), self.question.section, self.question.name
        content = context.values.get(table)
        if isinstance(content, list):
            days = [self._days.get(context.table_rows.id_at(table, place)) for place in range(len(content))]
            content = [{**row, name: day} if day else row for row, day in zip(content, days, strict=True)]
        elif "" in self._days:
            content = {**(content or {}), name: self._days[""]}
        return replace(context, values={**context.values, table: content})

    def _own(self, task: Task) -> set[str] | None:
        """Ids of the rows of a table whose day it is that a task of a row brings; None where it is of all rows."""
        if task.each is None or task.row is None:
            return None
        rows, table = self._case.context().table_rows, self.question.section
        places = rows.about(task.each, task.row.key, table)
        return None if places is None else {rows.id_at(table, place) for place in places}

    def _of_these(self, ids: set[str]) -> Iterator[dict[str, Any]]:
        return (one for one in self._rows if self._id_of(one) in ids)

    def _id_of(self, row: Mapping[str, Any]) -> str:
        """Its id; where rows have none yet its place."""
        return row.get(ROW_ID) or str(next(place for place, one in enumerate(self._rows, start=1) if one is row))


def refuse_days(case: Case, days: DayEntry, reported: Sequence[str], is_confirmed: bool) -> None:
    """Raises InputError DAY-EARLY for one before the request that it answers, DAY-UNDOES with what else they undo than
    the tasks ``reported`` with them, unless that is confirmed.
    """
    for one in (case, *case.others):
        refuse_early(one.context(), one.document, one.seen(case.whole(days.document)))
    lines = [] if is_confirmed else [
        f"{one.service}: {line}" if one.service else line
        for one, found in everywhere(case, days.document)
        if _undoes_more(found, reported)
        for line in found.sentences()
    ]  # fmt: skip
    if lines:
        listed = "\n".join(f"  {line}" for line in lines)
        remedy, undone = "If it is meant, say so", "this day undoes what was done."
        undone = "with this day a change order would open what follows." if case.record.handed_over else undone
        raise InputError(UNDOES, f"Nothing was kept: {undone}\n{listed}\n",
                         f"{remedy} with {TICK}.", command=f"{remedy}: --yes.")  # fmt: skip


def _undoes_more(found: Consequences, reported: Sequence[str]) -> bool:
    """Whether other work is undone than what is reported with the day."""
    others = [one.task.id for one in found.tasks if one.task.id not in reported]
    return bool(others or found.gates or found.gone or found.ordered or found.requests)


def states_day(case: Case, task: Task, day: date | None) -> bool:
    """Whether a ``day`` is said of what the outside was asked for, although that has to be asked for anew: it says so
    at any time, and nothing is done with it.
    """
    progress = case.progress()
    is_held = progress.task(task.id).state is TaskState.BLOCKED
    is_held = is_held or any(not progress.task(name).state.is_closed for name in results_used(task))
    return day is not None and is_held and was_asked(task, case.context())


def answered_instead(case: Case, task: Task) -> tuple[str, str]:
    """The answer that holds the day of a task of which nobody was asked yet, in a runbook and on the command line."""
    label, name = label_of(task.brings, case.context()), case.customer.id
    remedy = f"Nobody was asked for the day yet; one that is known all the same is answered in the sheet: {label}."
    command = f"`onboard sheet {name} -o FILE` writes it, `onboard answers {name} FILE` takes it back"
    return remedy, f"{remedy} {command} ({task.brings})."


def enter_day(case: Case, task_id: str, day: date, row: str = "") -> str:
    """Keep the day that a task brings, as ``case.by`` says it; returns what it is called.

    Raises as `DayEntry`, InputError TASK-PERSON as `case.work.done`.
    """
    case.refuse_ended()
    task = case.task(task_id)
    entry = DayEntry(case, task)
    context = case.context()
    refuse_stranger(case.by, task, people_of(case, context), context)
    entry.enter(task, day, row)
    entry.keep()
    return entry.question.label


def missing_day(case: Case, task: Task) -> bool:
    """Whether the day that a task brings is not known, of a table in some row that is asked for it."""
    return lacks_day(task, case.context())


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
        words = f"“{question.label}” differs from row to row: {', '.join(sorted(days))}."
        command = "Say with --row which one is meant."
        raise InputError("DAY-ROW", words, f"Enter it in the table {section.title}, in the row that is meant.", command)
    yield from blank or rows


def _is_row(row: Mapping[str, Any], section: Section, named: str) -> bool:
    question = section.question(section.key) if section.key else None
    if question is None:
        return row.get(ROW_ID) == named
    (wanted, _), (found, _) = (check_one(question, one) for one in (named, row.get(section.key)))
    is_same = wanted is not None and wanted == found
    return is_same or is_meant(named, (str(row.get(section.key) or ""),), question.country)


def _bringing(case: Case) -> str:
    names = [task.id for task in case.profile.tasks if task.brings]
    return f"These do: {', '.join(names)}." if names else "No task of this profile does."
