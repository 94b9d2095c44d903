"""What people report about tasks: done, left out, waived, or to be tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onboarding.cli import show
from onboarding.cli.options import AsOf, By, CustomerId, Evidence, Note, SameFile, day_of, document_of, open_case, who
from onboarding.cli.shell import argument, command, flag, option
from onboarding.cli.task_list import PANEL, next_line
from onboarding.errors import InputError

if TYPE_CHECKING:
    import datetime

    from onboarding.case.case import Case
    from onboarding.case.reports import Report

book = typer.Typer()

TaskId = Annotated[str, argument("TASK", "The task's id, as `onboard tasks` shows it.")]
Rows = Annotated[list[str] | None, option("--row", "NAME", "For this row of a task for every row; may be repeated.")]
AllRows = Annotated[bool, flag("--all-rows", "For all of its rows that can be done now.")]
Reason = Annotated[str, option("--reason", "TEXT", "Why; it is kept with the task.")]
Role = Annotated[str, option("--role", "ROLE", "In which role: a party of the profile.")]


SHOWN_DAYS = 8
"""Days of rows that are named once they are kept."""

_ROW_OF_DONE = "For this row of a task for every row; may be repeated. With --date, the row whose day it is."


@command(
    book, "done", PANEL, "onboard done bright-smile telephony.sign-loa --by anna@bright.example --evidence loa.pdf",
    "onboard done clark-law provision.survey-site --row Boston --row Quincy --by \"R. Diaz\"",
)  # fmt: skip
def done(
    customer: CustomerId,
    task: TaskId,
    by: By,
    evidence: Evidence = None,
    note: Note = "",
    reference: Annotated[str, option("--reference", "TEXT", "A ticket or order number.")] = "",
    same_file: SameFile = False,
    current: Annotated[bool, flag("--current", "It holds for the answers as they are now.")] = False,
    date: Annotated[str, option("--date", "DAY", "The day that is known by it, such as a confirmed port date.")] = "",
    row: Annotated[list[str] | None, option("--row", "NAME", _ROW_OF_DONE)] = None,
    all_rows: AllRows = False,
    from_file: Annotated[Path | None, option("--from", "FILE", "Its rows, from a CSV: row, by, date and more.")] = None,
    yes: Annotated[bool, flag("--yes", "Keep the day although that undoes what was done.")] = False,
    as_of: AsOf = "",
) -> None:
    """Report that a task is done, with its proof.

    A file given as proof is kept with its digest, so that a later change of it would show. One that proves something
    else already is pointed out, and taken with --same-file only. A day that a task brings is given with it; given once
    more it moves, and with it what is counted from it; what that undoes is listed, and needs --yes. What happens on a
    day is not done before it.

    A task for every row is done row by row: those named, all that can be done now, or those of a CSV file with the
    columns row, by, date (when it was done), day (the one it brings), note, evidence (a file beside it) and reference.
    All of them are kept or, where one is wrong, none.
    """
    from onboarding.case import work
    from onboarding.case.doubts import taken_on_trust, wanted_proof
    from onboarding.case.row_reports import read_reports
    from onboarding.domain.event import PROOF_ADDED

    if sum((bool(row), all_rows, from_file is not None)) > 1:
        raise InputError("ROWS-TWICE", "Rows are named in one way only.", "Use --row, --all-rows or --from.")
    document = document_of(evidence)
    case, day = open_case(customer, as_of, who(by)), day_of(date, "--date")
    if from_file is not None:
        reports = [
            replace(one, document=one.document or document, note=one.note or note, day=one.day or day)
            for one in read_reports(case, task, from_file, document_of)
        ]
    else:
        reports = [
            replace(one, note=note, reference=reference, document=document, day=day)
            for one in _reports(case, task, day, row or [], all_rows)
        ]
    found = work.all_done(case, reports, same_file, current, yes)
    _say_days(case, reports)
    added = [line.task for line in found if line.what.kind == PROOF_ADDED]
    done = [line.task for line in found if line.task not in added]
    for word, names in (("Proof added to what was done", added), ("Done", done)):
        if names:
            _say(word, case, names)
    for words in taken_on_trust(case, found):
        show.line(words)
    for words in wanted_proof(case, found):
        show.line(f"{words} Give it to the same command with --evidence at any time.")
    for name, digest in {line.document_name: line.document for line in found if line.document}.items():
        show.line(f"Kept {name} as proof, SHA-256 {digest}")
    next_line(case)


def _reports(case: Case, task: str, day: datetime.date | None, rows: Sequence[str], is_all: bool) -> list[Report]:
    """A report for each row that is meant; of a task that has none the row is that of the table whose day it is."""
    from onboarding.case.reports import Report
    from onboarding.case.row_reports import meant

    if day is None or case.task(task).each is not None:
        return [Report(name) for name in meant(case, task, rows, is_all)]
    if len(rows) > 1:
        raise InputError("DAY-ROW", "A day is given for one row at a time.", "Name one row with --row.")
    return [Report(task, row=rows[0] if rows else "")]


def _say_days(case: Case, reports: Sequence[Report]) -> None:
    """The days that were kept with them, each row on a line, of many the first ones."""
    kept = [one for one in reports if one.day]
    for one in kept[:SHOWN_DAYS]:
        task = case.task(one.task)
        question = case.profile.questionnaire.question(task.brings)
        label, row = question.label if question else task.brings, task.row.label if task.row else one.row
        show.line(f"{label}{row and f', {row}'}: {show.day(one.day)}")
    if len(kept) > SHOWN_DAYS:
        show.line(f"and {len(kept) - SHOWN_DAYS} days more")


@command(
    book, "skip", PANEL,
    'onboard skip harbor-freight-lines enable_services.deploy-client --by "R. Diaz" --reason "they keep the old one"',
)  # fmt: skip
def skip(
    customer: CustomerId,
    task: TaskId,
    by: By,
    reason: Reason,
    row: Rows = None,
    all_rows: AllRows = False,
    as_of: AsOf = "",
) -> None:
    """Leave a task out, for a reason that is kept.

    A task that a gate or completion rests on is not left out: it is done, or waived by whoever the profile names. What
    waits for a whole stage rests on each of its tasks but those that the guide calls optional.
    """
    from onboarding.case import leaving_out
    from onboarding.case.doubts import taken_on_trust
    from onboarding.case.people import roles_leaving_out
    from onboarding.case.row_reports import meant

    case = open_case(customer, as_of, who(by))
    names = meant(case, task, row or (), all_rows)
    found = leaving_out.all_skipped(case, names, reason)
    _say("Left out", case, names)
    for words in taken_on_trust(case, found, lambda one: roles_leaving_out(one, case.context())):
        show.line(words)
    next_line(case)


@command(
    book, "waive", PANEL,
    'onboard waive clark-law provision.provide-insurance --by "Kim" --role project-manager --reason "not asked for"',
)  # fmt: skip
def waive(
    customer: CustomerId,
    task: TaskId,
    by: By,
    role: Role,
    reason: Reason,
    evidence: Evidence = None,
    same_file: SameFile = False,
    row: Rows = None,
    all_rows: AllRows = False,
    as_of: AsOf = "",
) -> None:
    """Do without a task that a gate rests on.

    Only in a role that the profile names, for the task or for all that no gate names, with a reason and,
    where the profile says so, a file; the completion report lists it. What law or a carrier require cannot be waived.
    """
    from onboarding.case import leaving_out
    from onboarding.case.doubts import taken_on_trust
    from onboarding.case.row_reports import meant

    case = open_case(customer, as_of, who(by))
    names = meant(case, task, row or (), all_rows)
    found = leaving_out.all_waived(case, names, role, reason, document_of(evidence), same_file)
    _say("Waived", case, names)
    for words in taken_on_trust(case, found, lambda one: [role]):
        show.line(words)
    if found[0].document:
        show.line(f"Kept {found[0].document_name} as proof, SHA-256 {found[0].document}")
    next_line(case)


@command(
    book, "again", PANEL,
    'onboard again bright-smile provision.create-users --by "R. Diaz" --reason "not in the portal"',
    'onboard again bright-smile migration-agreement --by "R. Diaz" --reason "she has no mail"',
)  # fmt: skip
def again(
    customer: CustomerId,
    task: TaskId,
    by: By,
    reason: Reason,
    row: Rows = None,
    as_of: AsOf = "",
) -> None:
    """Allow a refused attempt, or one whose end is not known, to be sent again.

    Only after somebody has looked on the outside system that it did not happen there. Of a gate it is the mail that
    asks for the decision, once its people have said that they have none; where they have it, they decide.
    """
    from onboarding.case import trying_again
    from onboarding.case.doubts import taken_on_trust
    from onboarding.case.people import roles_leaving_out
    from onboarding.case.row_reports import meant

    if not reason.strip():
        raise InputError("AGAIN-REASON", "It is not said how it is known that nothing happened.", "Say it: --reason.")
    case = open_case(customer, as_of, who(by))
    if (gate := case.profile.gates.get(task)) and not row:
        trying_again.again(case, task, reason)
        show.line(f"The next run asks again: {gate.title}")
        return
    for name in meant(case, task, row or ()):
        found = trying_again.again(case, name, reason)
        show.line(f"The next run may send it again: {case.task(name).title}")
        for words in taken_on_trust(case, found, lambda one: roles_leaving_out(one, case.context())):
            show.line(words)


def _say(word: str, case: Case, tasks: Sequence[str]) -> None:
    """What became of the tasks: one by its title, several by their number."""
    if len(tasks) == 1:
        show.line(f"{word}: {case.task(tasks[0]).title}")
    else:
        show.line(f"{word}: {case.task(case.task(tasks[0]).declared).title}, {len(tasks)} rows")
