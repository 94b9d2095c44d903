"""The people's side: what waits, what was done or left out, who is accountable, and the customer's next phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show, show_owed
from onboarding.cli.options import (
    AsJson,
    AsOf,
    By,
    CustomerId,
    Evidence,
    Note,
    SameFile,
    day_of,
    document_of,
    open_case,
    open_cases,
    who,
)
from onboarding.cli.shell import argument, command, flag, option
from onboarding.errors import InputError

if TYPE_CHECKING:
    import datetime

    from onboarding.case.case import Case
    from onboarding.case.reports import Report
    from onboarding.domain.task import Channel
    from onboarding.stages.owed import Owed

PANEL = "People"
book, course = typer.Typer(), typer.Typer()
"""The daily commands, and those about the course of a project, which are listed after the gates."""

TaskId = Annotated[str, argument("TASK", "The task's id, as `onboard tasks` shows it.")]
Rows = Annotated[list[str] | None, option("--row", "NAME", "For this row of a task for every row; may be repeated.")]
AllRows = Annotated[bool, flag("--all-rows", "For all of its rows that can be done now.")]
Reason = Annotated[str, option("--reason", "TEXT", "Why; it is kept with the task.")]
Role = Annotated[str, option("--role", "ROLE", "In which role: a party of the profile.")]
Everything = Annotated[bool, flag("--all", "Also what is done, not needed or not yet possible.")]
Party = Annotated[str, option("--party", "ID", "Who does it; the party shown so far without it.")]
Title = Annotated[str, option("--title", "TEXT", "What the phase is about.")]


SHOWN_DAYS = 8
"""Days of rows that are named once they are kept."""

_ROW_OF_DONE = "For this row of a task for every row; may be repeated. With --date, the row whose day it is."


@command(book, "tasks", PANEL, "onboard tasks bright-smile", "onboard tasks bright-smile --channel portal")
def tasks(
    customer: CustomerId,
    everything: Everything = False,
    rows: Annotated[bool, flag("--rows", "Of a task for every row each row on a line of its own.")] = False,
    channel: Annotated[str, option("--channel", "HOW", "Only what is carried out so, such as portal.")] = "",
    as_json: AsJson = False,
    as_of: AsOf = "",
) -> None:
    """List what somebody has to do or decide now: who, since when, for when it is planned and promised.

    With --all the whole list of tasks, also those that are closed or still blocked by something, and when each was
    done. The rows of one task stand on one line, with how many are done and which are open.
    """
    from onboarding.stages.owed import listed, owed

    channels = _channels(channel)
    found: list[tuple[Case, list[Owed]]] = []
    for case in open_cases(customer, as_of):
        lines = listed(case.progress()) if everything else owed(case.progress())
        if channels:
            lines = [one for one in lines if one.gate is None and one.view.task.channel in channels]
        found.append((case, lines))
    if as_json:
        show.as_json([_task_json(case, one) for case, lines in found for one in lines])
        return
    for case, lines in found:
        show.service(case)
        _show_tasks(case, lines, everything, rows, channel if channels else "")


def _show_tasks(case: Case, lines: list[Owed], everything: bool, rows: bool, channel: str) -> None:
    from onboarding.stages.owed import at_rest, by_row

    progress = case.progress()
    if case.ended:
        show.line(case.ended)
    if channel and not lines:
        show.line(f"Nothing is to be done by way of {channel.strip()} now.")
        return
    if not lines:
        show.line(at_rest(progress))
        return
    if (phase := case.record.phase).number > 1:
        show.line(f"Phase {phase.number}: {phase.title}")
    show_owed.table(case, lines if rows else by_row(lines, progress), everything)
    if everything:
        show.left_behind(case)


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
    if done and not document and not from_file and not reference and (wanted := case.task(done[0]).evidence):
        show.line(f"No file proves it; wanted is: {wanted}. Give it to the same command with --evidence at any time.")
    for name, digest in {line.document_name: line.document for line in found if line.document}.items():
        show.line(f"Kept {name} as proof, SHA-256 {digest}")
    _next_line(case)


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
    'onboard skip bright-smile cutover.redirect-browsers --by "R. Diaz" --reason "nobody uses the old address"',
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

    A task that a gate rests on is not left out: it is done, or waived by whoever the profile names. A gate that waits
    for a whole stage rests on each of its tasks but those that the guide calls optional.
    """
    from onboarding.case import leaving_out
    from onboarding.case.row_reports import meant

    case = open_case(customer, as_of, who(by))
    names = meant(case, task, row or (), all_rows)
    leaving_out.all_skipped(case, names, reason)
    _say("Left out", case, names)
    _next_line(case)


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

    Only in a role that the profile names, for the task or for all that a gate holds by their stage, with a reason and,
    where the profile says so, a file; the completion report lists it. What law or a carrier require cannot be waived.
    """
    from onboarding.case import leaving_out
    from onboarding.case.row_reports import meant

    case = open_case(customer, as_of, who(by))
    names = meant(case, task, row or (), all_rows)
    found = leaving_out.all_waived(case, names, role, reason, document_of(evidence), same_file)[0]
    _say("Waived", case, names)
    if found.is_on_trust:
        show.on_trust([case.profile.party_title(role)])
    if found.document:
        show.line(f"Kept {found.document_name} as proof, SHA-256 {found.document}")
    _next_line(case)


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
    from onboarding.case import work
    from onboarding.case.row_reports import meant

    if not reason.strip():
        raise InputError("AGAIN-REASON", "It is not said how it is known that nothing happened.", "Say it: --reason.")
    case = open_case(customer, as_of, who(by))
    if (gate := case.profile.gates.get(task)) and not row:
        work.again(case, task, reason)
        show.line(f"The next run asks again: {gate.title}")
        return
    for name in meant(case, task, row or ()):
        work.again(case, name, reason)
        show.line(f"The next run may send it again: {case.task(name).title}")


@command(course, "party", PANEL, 'onboard party bright-smile cutover.redirect-mail --party reseller --by "Ana Diaz"')
def party(
    customer: CustomerId,
    task: TaskId,
    by: By,
    party: Party = "",
    row: Rows = None,
    all_rows: AllRows = False,
    as_of: AsOf = "",
) -> None:
    """Confirm who is accountable for a task at this customer.

    Where a guide does not say who does something, the party is shown as inferred until somebody confirms it.
    """
    from onboarding.case import lifecycle
    from onboarding.case.row_reports import meant

    case = open_case(customer, as_of, who(by))
    for name in meant(case, task, row or (), all_rows):
        found = lifecycle.confirm_party(case, name, party)
        show.line(f"{case.task(name).title}: {case.profile.party_title(found)}, confirmed by {case.by}")


@command(course, "phase", PANEL, 'onboard phase bright-smile --title "Second building" --by "Ana Diaz"',
         'onboard phase bright-smile --change-order --title "Zoe Hopper joins" --by "Ana Diaz"')  # fmt: skip
def phase(
    customer: CustomerId,
    by: By,
    title: Title,
    change_order: Annotated[bool, flag("--change-order", "Only what the answers ask for since the hand-over.")] = False,
    as_of: AsOf = "",
) -> None:
    """Begin the customer's next phase.

    What is done once for a customer stays done, everything else begins anew; the record keeps what was there. After
    the hand-over a change of the answers is carried out in a phase of its own (--change-order).
    """
    from onboarding.case import lifecycle
    from onboarding.stages.owed import by_row, owed

    case = open_case(customer, as_of, who(by))
    found = lifecycle.begin_phase(case, title, change_order)
    progress = case.progress()
    again, now = progress.count().open, len(by_row(owed(progress), progress))
    show.line(f"Phase {found.number} of {case.customer.name} has begun: {found.title}")
    begin = "all of them can" if now == again else f"{now} of them can"
    show.line(f"{show.count(again, 'task')} to do, {begin} be begun now; `onboard tasks {customer}` lists these.")


@command(
    course, "end", PANEL, 'onboard end bright-smile --reason "went to another provider" --by "Ana Diaz"',
    'onboard end bright-smile --undo --reason "the wrong customer" --by "Ana Diaz"',
)  # fmt: skip
def end(
    customer: CustomerId,
    by: By,
    reason: Annotated[str, option("--reason", "TEXT", "Why; it is kept.")],
    undo: Annotated[bool, flag("--undo", "Take it up again: it was called off by mistake.")] = False,
    as_of: AsOf = "",
) -> None:
    """Call a customer off before go-live: nothing is planned, asked or done any more.

    Its numbers and names are free for others. The record stays, and so does the report. A customer that is live is
    removed with `onboard procedure`.
    """
    from onboarding.case.ending import cancel, resume
    from onboarding.stages.owed import Owed

    case = open_case(customer, as_of, who(by))
    if undo:
        taken = resume(case, reason)
        show.line(f"{case.customer.name} goes on.")
        if taken:
            words = f"Others have {len(taken)} of its numbers and names by now"
            show.line(f"{words}; `onboard check {customer}` shows which.")
        _next_line(case)
        return
    left = cancel(case, reason)
    show.line(f"{case.customer.name}: {case.ended}")
    if left:
        show.line("These are with somebody, who has to be told:")
        show_owed.table(case, [Owed(view) for view in left])


def _channels(text: str) -> list[Channel]:
    """The channels of tasks that can be carried out so: what may be done either way is done in the portal, too, and by
    an engineer (C-02). Empty for all. Raises InputError CHANNEL-UNKNOWN.
    """
    from onboarding.domain.task import Channel

    word = text.strip()
    if not word:
        return []
    if word not in list(Channel):
        remedy = f"Channels: {', '.join(Channel)}."
        raise InputError("CHANNEL-UNKNOWN", f"Nothing is carried out by way of {word[:40]!r}.", remedy)
    named = Channel(word)
    return [named, Channel.EITHER] if named in (Channel.PORTAL, Channel.ENGINEER) else [named]


def _say(word: str, case: Case, tasks: Sequence[str]) -> None:
    """What became of the tasks: one by its title, several by their number."""
    if len(tasks) == 1:
        show.line(f"{word}: {case.task(tasks[0]).title}")
    else:
        show.line(f"{word}: {case.task(case.task(tasks[0]).declared).title}, {len(tasks)} rows")


def _next_line(case: Case) -> None:
    """Where the customer stands now, on one line."""
    from onboarding.stages.owed import at_rest, by_row, owed

    progress = case.progress()
    if words := at_rest(progress):
        show.line(words)
        return
    waiting = by_row(owed(progress), progress)
    show.line(f"{show.count(len(waiting), 'task')} open now; `onboard tasks {case.customer.id}` lists them.")


def _task_json(case: Case, one: Owed) -> dict[str, Any]:
    record, row = (None, None) if one.gate else (one.view.record, one.view.task.row)
    days = None if one.gate else case.schedule().tasks.get(one.id)
    return {
        "service": case.engagement.service, "task": one.id,
        "each": row.task if row else "", "row": row.key if row else "",
        "row_name": row.label if row else "", "kind": one.kind, "title": one.title, "stage": one.stage,
        "state": one.state.value, "party": one.party, "is_inferred": one.is_inferred, "since": one.waits_since(case.at),
        "planned_on": days.planned_on if days else None, "latest_on": days.latest_on if days else None,
        "due_on": one.due_on, "due_by": one.due_by and f"{one.due_by:%H:%M}",
        "forecast_on": days.forecast_on if days else None, "done_on": days.done_on if days else None,
        "is_overdue": one.is_overdue(case.at), "reasons": one.reasons,
        "channel": "" if one.gate else one.view.task.channel.value,
        "evidence": "" if one.gate else one.view.task.evidence, "reference": record.reference if record else "",
    }  # fmt: skip
