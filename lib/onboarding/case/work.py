"""What people report as done is kept; `case.may_be_done` says why it cannot be, `case.leaving_out` has the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby

from onboarding.case.case import Case
from onboarding.case.dates import DayEntry, refuse_days
from onboarding.case.may_be_done import adds_proof, is_all_about_day, refuse_done
from onboarding.case.people import people_of, roles_of
from onboarding.case.reports import Report, every
from onboarding.domain.action import Attachment, Outcome, Verdict
from onboarding.domain.event import PROOF_ADDED, Event, noted
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.people import Directory
from onboarding.domain.sending import BY_MAIL
from onboarding.domain.task import Task
from onboarding.stages.outgoing import standings
from onboarding.stages.task_status import TaskStatus


def done(
    case: Case,
    task_id: str,
    note: str = "",
    reference: str = "",
    document: Attachment | None = None,
    is_same_file: bool = False,
    is_current: bool = False,
) -> Evidence:
    """Somebody reports a task as done; the proof is kept with its digest.

    Where the answers have changed since somebody was asked for it, it has to be said that what is reported
    ``is_current``: else InputError TASK-MOVED.

    Raises GateClosed when something still holds the task, TASK-DATED before its day, Parked when a portal that can be
    read shows otherwise, InputError TASK-PERSON where it is known who does it and ``case.by`` is nobody of them,
    DAY-MISSING while the day it brings is not known, PROOF-MISSING where a gate waits for its document, DOCUMENT-TWICE
    for a file that proves something else, unless it ``is_same_file`` on purpose, TASK-ROWS for a task for every row
    that is not named. What was done without a document takes it afterwards.
    """
    return all_done(case, [Report(task_id, note, reference, document)], is_same_file, is_current)[0]


def all_done(
    case: Case,
    reports: Sequence[Report],
    is_same_file: bool = False,
    is_current: bool = False,
    is_confirmed: bool = False,
) -> list[Evidence]:
    """Reports that tasks of one in the profile are done: all of them are kept or, where one cannot be, none.

    The days that they bring are kept with them. Of what closes by itself, or is done already, the day is all there is
    to report. What else a day undoes is listed, and has to be ``is_confirmed``: else InputError DAY-UNDOES.

    Raises as `done` for a single one, else InputError REPORTS with everything that is wrong; as `case.dates.DayEntry`
    and DAY-EARLY for a day.
    """
    case.refuse_ended()
    before = records_of(case, [one.task for one in reports])
    days = _days_entered(case, [one for one in reports if one.day])
    added = {one.task for one in reports if adds_proof(case, one)}
    people = people_of(case, case.context())
    every(reports, lambda one: refuse_done(case, one, days, one.task in added, is_same_file, is_current, people))
    if days is not None:
        refuse_days(case, days, [one.task for one in reports], is_confirmed)
    done = [one for one in reports if not is_all_about_day(case, one, days)]
    digests = {one.document: "" for one in done if one.document}
    for document in digests:
        digests[document] = case.store.keep_document(case.customer.id, document, case.by, case.at)
    version = _keep_days(case, [one for one in reports if one.day])
    lines = _kept(case, done, digests, version, before, added, people) if done else []
    case.note_progress()
    return lines


def _kept(
    case: Case,
    reports: Sequence[Report],
    digests: Mapping[Attachment, str],
    version: int,
    before: Mapping[str, TaskRecord | None],
    added: Collection[str],
    people: Directory,
) -> list[Evidence]:
    """Keeps what is reported, as of the answers of a version; a proof that is ``added`` leaves the task as it is, also
    where somebody else has added it meanwhile.
    """
    kept = [_reported(case, one, digests[one.document] if one.document else "", version, people) for one in reports]
    lines = [replace(line, what=_added(line)) if line.task in added else line for line, _record in kept]
    records = [record for _line, record in kept if record.task not in added]
    done = [one for one in reports if one.task not in added]
    settle(case, {one.task: Outcome(Verdict.DONE, one.reference, says(case, one.note)) for one in done})
    case.report(lines, records, before)
    for record in records:
        _come_back(case, record)
    return lines


def _added(line: Evidence) -> Event:
    return Event(PROOF_ADDED, line.task, {"note": line.what.values.get("note", "")})


def _person(case: Case, report: Report) -> Case:
    return case.acting(report.by or case.by, case.login)


def records_of(case: Case, tasks: Sequence[str]) -> dict[str, TaskRecord | None]:
    """What is kept of the tasks before anything is decided about them."""
    kept = case.record.tasks
    return {name: kept.get(name) for name in tasks}


def _days_entered(case: Case, reports: Sequence[Report]) -> DayEntry | None:
    """The answers as they would be with the days that are reported; None where none is."""
    if not reports:
        return None
    entry = DayEntry(case, case.task(reports[0].task))

    def enter(one: Report) -> None:
        assert one.day
        entry.enter(case.task(one.task), one.day, one.row)

    every(reports, enter)
    return entry


def _keep_days(case: Case, reports: Sequence[Report]) -> int:
    """Keeps the days, those of each person by themselves; returns the version of the answers that was looked at.

    One that only the days have made is that, too; not one to which somebody else has added something meanwhile.
    """
    version = case.context().version
    for _by, group in groupby(reports, key=lambda one: one.by):
        of_one = list(group)
        entry = _days_entered(_person(case, of_one[0]), of_one)
        assert entry
        kept = entry.keep()
        version = kept if kept == version + 1 else version
    return version


def _reported(case: Case, report: Report, digest: str, version: int, people: Directory) -> tuple[Evidence, TaskRecord]:
    """The line of proof and where the task stands with it, as of the answers of a version."""
    task, by = case.task(report.task), report.by or case.by
    view = case.progress().task(task.id)
    values = {"note": report.note, "day": report.on} if report.on else {"note": report.note}
    line = Evidence(
        task.id, case.at, by, Event("task.reported", task.id, values), reference=report.reference,
        document=digest, document_name=report.document.name if report.document else "", version=version,
        entered_by=case.entered_by, is_on_trust=not people.has(by, roles_of(task)),
    )  # fmt: skip
    record = closed_record(case, view, TaskState.DONE, report.note, report.reference)
    return line, replace(record, by=by, at=_done_at(case, task, report.on), version=version)


def _done_at(case: Case, task: Task, day: date | None) -> datetime:
    """When it was done: now, or on the day that is said."""
    context = case.context()
    if day is None or day == context.today_of(task.party):
        return case.at
    begun = context.record.phase.at or case.customer.created_at
    return max(begun, context.calendar_of(task.party).begins_at(day))


def _come_back(case: Case, closed: TaskRecord) -> None:
    """What comes back is waited for anew, until all else is closed."""
    task = case.task(closed.task)
    if task.every and not case.progress().is_complete:
        due = case.context().comes_back_on(task, closed.at)
        case.set_task(replace(closed, state=TaskState.WAITING, due_on=due))


def closed_record(case: Case, view: TaskStatus, state: TaskState, note: str, reference: str) -> TaskRecord:
    version = view.record.version if view.record else case.context().version
    known = noted(note), reference, version, case.entered_by
    return TaskRecord(view.task.id, state, case.at, view.task.party, view.due_on, case.by, *known)


def says(case: Case, words: str) -> Event:
    return Event("person.says", values={"who": case.by, "words": words})


def settle(case: Case, outcomes: Mapping[str, Outcome]) -> None:
    """Somebody knows how attempts of unknown end came out, by task; what was done is out of the outbox too."""
    waiting = {now.waits.ref for name in outcomes for now in standings(name, case.context()).values() if now.waits}
    for entry in case.store.journal(case.customer.id):
        outcome = outcomes.get(entry.task)
        is_open = entry.outcome is None or entry.outcome.verdict is Verdict.UNKNOWN
        is_gone = outcome is not None and outcome.verdict is Verdict.DONE and entry.ref in waiting
        if outcome is not None and (is_open or is_gone):
            own = entry.outcome.reference if entry.outcome and entry.connector == BY_MAIL else ""
            known = replace(outcome, reference=own or outcome.reference)
            case.store.conclude(case.customer.id, entry.ref, known, case.at)
