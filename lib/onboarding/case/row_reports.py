"""Many rows at once: which tasks somebody means by naming rows, and what a file says of them.

A file is a CSV with a line for each row::

    row,by,date,day,note,evidence,reference
    Boston,ana@bright.example,2026-04-20,,two lifts,survey-boston.pdf,

Only ``row`` has to be filled in: what the row is called, or its id. ``date`` is when it was done, ``day`` the one that
the task brings. All lines are kept or none: whoever sends a file again need not remember which lines were taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from onboarding.answers.answer_files import csv_lines, decoded
from onboarding.case.case import Case
from onboarding.case.clock import parse_day
from onboarding.case.reports import Report, not_taken
from onboarding.case.row_names import is_meant, plain
from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskState
from onboarding.domain.task import Task, row_of
from onboarding.errors import InputError, OnboardingError
from onboarding.files import beside
from onboarding.stages.task_status import ON_HOLD, TaskStatus
from onboarding.text import first_few, unguarded

COLUMNS = ("row", "by", "date", "day", "note", "evidence", "reference")

SHOWN = 8
"""Rows that a refusal names."""


def meant(case: Case, task_id: str, rows: Sequence[str] = (), is_all: bool = False) -> list[str]:
    """Ids of the tasks that are meant: the one named, or those of these rows, or of all rows that can be done now.

    Raises InputError ROW-TASK for rows of a task that has none, ROW-UNKNOWN and ROW-WHICH for a name that no row or
    several rows have, ROW-NONE where no row can be done.
    """
    task = case.task(task_id)
    if not rows and not is_all:
        return [task_id]
    views = _of_rows(case, task)
    if not is_all:
        return list(dict.fromkeys(_named(name, task, views, case.profile.country) for name in rows))
    found = [view.task.id for view in views if view.state in (TaskState.READY, *ON_HOLD)]
    if not found:
        still = sum(not view.state.is_closed for view in views)
        words = f"{still} of them cannot be done yet" if still else "all of them are closed"
        raise InputError("ROW-NONE", f"{task.title}: no row can be done now; {words}.")
    return found


def _of_rows(case: Case, task: Task) -> Sequence[TaskStatus]:
    views = case.progress().of_rows(task.id)
    if not views:
        words = f"{task.title} has no rows" + (" yet" if task.each else ": it is done once") + "."
        raise InputError("ROW-TASK", words, f"`onboard tasks {case.customer.id} --rows` shows those that have.")
    return views


def _named(name: str, task: Task, views: Sequence[TaskStatus], country: str) -> str:
    """The id of the task of the row that somebody names."""
    known = {view.task.id: view.task.row for view in views}
    found = [one for one, row in known.items() if row and plain(name) in (plain(row.key), plain(one))]
    found = found or [one for one, row in known.items() if row and is_meant(name, (row.label,), country)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(row_of(one) for one in found)
        raise InputError("ROW-WHICH", f"{task.title}: {len(found)} rows are called {name!r}.", f"Name its id: {ids}.")
    labels = [row.label for row in known.values() if row]
    near = get_close_matches(name, labels, 1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Rows: {first_few(labels, SHOWN)}."
    raise InputError("ROW-UNKNOWN", f"{task.title}: there is no row {name[:60]!r}.", hint)


def read_reports(
    case: Case, task_id: str, path: Path, read_document: Callable[[Path], Attachment | None]
) -> list[Report]:
    """What a file says of the rows of a task. ``read_document`` gives the file of a proof, or raises InputError.

    Raises InputError ROW-FILE for a file that is none of the kind, REPORTS with every line that is wrong, AnswerError
    for what is no CSV.
    """
    task = case.task(task_id)
    views, lines = _of_rows(case, task), csv_lines(path, decoded(path)[0])
    head = [plain(name) for name in next(lines, (0, []))[1]]
    if strange := [name for name in head if name not in COLUMNS]:
        raise _no_file(path, f"has a column {strange[0]!r}")
    if twice := next((name for name in head if head.count(name) > 1), ""):
        raise _no_file(path, f"has two columns {twice!r}")
    if "row" not in head:
        raise _no_file(path, "has no column 'row'")
    found: dict[str, Report] = {}
    wrong: list[str] = []
    count = 0
    for number, line in lines:
        count += 1
        try:
            report = _report(
                _cells(head, line), f"line {number}", task, views, case.profile.country, path, read_document
            )
            if report.task in found:
                raise InputError("ROW-TWICE", f"the row stands in {found[report.task].place} already.")
            found[report.task] = report
        except OnboardingError as error:
            wrong.append(f"line {number}: {error.message} {error.command}".strip())
    if wrong:
        raise not_taken(wrong, count)
    if not found:
        raise _no_file(path, "has no line below its head")
    return list(found.values())


def _cells(head: Sequence[str], line: Sequence[str]) -> dict[str, str]:
    """The cells of a line by their column. Raises InputError ROW-CELLS for one that stands under none."""
    if beyond := next((cell for cell in line[len(head) :] if cell.strip()), ""):
        raise InputError("ROW-CELLS", f"{beyond[:40]!r} stands beyond the columns of the first line.")
    return dict(zip(head, map(unguarded, line), strict=False))


def _report(
    line: Mapping[str, str],
    place: str,
    task: Task,
    views: Sequence[TaskStatus],
    country: str,
    path: Path,
    read_document: Callable[[Path], Attachment | None],
) -> Report:
    given = {name: line.get(name, "").strip() for name in COLUMNS}
    if not given["row"]:
        raise InputError("ROW-MISSING", "no row is named.")
    name = _named(given["row"], task, views, country)
    document = read_document(beside(path.parent, given["evidence"])) if given["evidence"] else None
    done_on, day = _day(given["date"]), _day(given["day"])
    return Report(name, given["note"], given["reference"], document, given["by"], done_on, day, place=place)


def _day(text: str) -> date | None:
    try:
        return parse_day(text) if text else None
    except ValueError:
        raise InputError("ROW-DATE", f"{text[:40]!r} is no date.", "Write it as 2026-04-20.") from None


def _no_file(path: Path, why: str) -> InputError:
    remedy = f"Its first line names the columns: {', '.join(COLUMNS)}; only 'row' is needed."
    return InputError("ROW-FILE", f"{path.name} {why}.", remedy)
