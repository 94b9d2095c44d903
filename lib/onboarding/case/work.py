"""What people report about the tasks of a customer: done, or to be tried again; see `case.leaving_out` for the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.case.dates import DayEntry, missing_day, refuse_days
from onboarding.case.people import people_of, refuse_stranger, roles_leaving_out, roles_of
from onboarding.case.proofs import TICK, used_file
from onboarding.case.reports import Report, every
from onboarding.domain.action import Attachment, Outcome, Verdict
from onboarding.domain.event import PROOF_ADDED, Event, noted
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.people import Directory
from onboarding.domain.sending import BY_MAIL
from onboarding.domain.task import Gate, Task
from onboarding.errors import GateClosed, InputError, Parked
from onboarding.stages.basis import changes_since, has_moved, results_used
from onboarding.stages.change_notes import in_short
from onboarding.stages.checks.documents import document_gate
from onboarding.stages.dated import label_of, not_before
from onboarding.stages.gate import AGAIN
from onboarding.stages.outgoing import standings
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import ON_HOLD, TaskStatus
from onboarding.text import first_few

MOVED = "TASK-MOVED"


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
    added = {one.task for one in reports if _adds_proof(case, one)}
    context = case.context()
    people = people_of(case, context)

    def refuse(one: Report) -> None:
        _refuse_done(case, one, days, one.task in added, is_same_file, is_current)
        refuse_stranger(one.by or case.by, case.task(one.task), people, context)

    every(reports, refuse)
    if days is not None:
        refuse_days(case, days, [one.task for one in reports], is_confirmed)
    done = [one for one in reports if not _is_all_about_day(case, one, days)]
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
    _settle(case, {one.task: Outcome(Verdict.DONE, one.reference, _says(case, one.note)) for one in done})
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


def _is_all_about_day(case: Case, report: Report, days: DayEntry | None) -> bool:
    """Whether only a day is reported: what closes by itself closes with it, of what was done it has moved, and what
    waits for other days, too, is not done yet.
    """
    if report.day is None or days is None:
        return False
    task = case.task(report.task)
    if task.is_check or days.is_missing(task):
        return True
    return case.progress().task(task.id).state is TaskState.DONE and not _more_than_day(report)


def _adds_proof(case: Case, report: Report) -> bool:
    """Whether a file is given for what is done, which stays as it was done; not the same file once more."""
    if report.document is None or case.progress().task(report.task).state is not TaskState.DONE:
        return False
    context = case.context()
    filed = {line.document for line in context.documents(report.task)}
    return document_gate(report.task, context) is None and sha256(report.document.data).hexdigest() not in filed


def _more_than_day(report: Report) -> bool:
    return bool(report.document or report.note or report.reference)


def _refuse_done(
    case: Case, report: Report, days: DayEntry | None, adds_proof: bool, is_same_file: bool, is_current: bool
) -> None:
    task, progress = case.task(report.task), case.progress()
    view, gate = progress.task(task.id), document_gate(task.id, case.context())
    _refuse_day(case, task, report)
    if task.stands_for_rows:
        refuse_whole(task, progress)
    may_be_done = report.day is not None or gate is not None or adds_proof
    _refuse_open(case, view, may_be_done)
    if not _is_all_about_day(case, report, days):
        _refuse_word(case, report, is_same_file, is_current)
    elif _more_than_day(report):
        words = f"{task.title} is not done with this day alone: a file or note would be kept nowhere."
        raise InputError("DAY-ALONE", words, "Give the day by itself, and the rest when it is done.")


def _refuse_word(case: Case, report: Report, is_same_file: bool, is_current: bool) -> None:
    """Why it cannot be called done yet: its day, its proof, what it was asked for, what the portal shows."""
    task = case.task(report.task)
    view, gate = case.progress().task(task.id), document_gate(task.id, case.context())
    if day := not_before(task, case.context()):
        raise _too_early(task, day, case)
    if task.is_check:
        raise _checked(view, case)
    if gate and report.document is None:
        wanted = f" ({task.evidence})" if task.evidence else ""
        message = f"{task.title}: a file is needed. '{gate.title}' waits for it, not for the word."
        remedy, command = f"Give it with the report{wanted}.", f"Give it to the same command with --evidence{wanted}."
        raise InputError("PROOF-MISSING", message, remedy, command)
    if report.day is None and missing_day(case, task):
        raise _without_day(case, task)
    _refuse_outdated(case, view, is_current)
    _refuse_unproved(case, task)
    refuse_used(case, task.id, report.document, is_same_file)


def asked_in(task: Task, case: Case) -> list[str]:
    """The titles of the sections of the sheet that a check looks at."""
    used = {name.partition(".")[0] for name in task.uses}
    return [section.title for section in case.questionnaire.sections if section.id in used]


def _checked(view: TaskStatus, case: Case) -> Parked:
    """That nobody reports what closes by its check, and in which sections of the sheet it is answered."""
    words = f"{view.task.title} closes by itself. {' '.join(view.reasons)}".rstrip()
    if not (asked := first_few(asked_in(view.task, case), 3)):
        return Parked("TASK-CHECKED", words)
    remedy, name = f"It is answered in the sheet: {asked}.", case.customer.id
    command = f"{remedy} `onboard sheet {name} -o FILE` writes it, `onboard answers {name} FILE` takes it back."
    return Parked("TASK-CHECKED", words, remedy, command)


def _without_day(case: Case, task: Task) -> InputError:
    """That the day a task brings has to be known first, and where it is entered."""
    command = f' --row "{task.row.label}"' if task.row else ""
    command = f"`onboard done {case.customer.id} {task.declared}{command} --by WHO --date DAY`"
    remedy, words = "in the sheet.", f"{task.title}: the day it brings is not known."
    here = "Choose it on the card" if task.row is None else "Enter it"
    return InputError("DAY-MISSING", words, f"{here}, or {remedy}", f"{command} keeps it, and so does the sheet.")


def closed_already(words: str, case: Case) -> InputError:
    """Something is to be done about a task of which nothing is to be done."""
    remedy = "Look at the list of tasks: it opens again by itself when what it rests on changes."
    command = (
        f"`onboard tasks {case.customer.id} --all` shows who closed it; it opens again when what it rests on changes."
    )
    return InputError("TASK-CLOSED", words, remedy, command)


def _refuse_open(case: Case, view: TaskStatus, may_be_done: bool) -> None:
    """What is closed already, and what something still holds."""
    task = view.task
    if view.state.is_closed and not (may_be_done and view.state is TaskState.DONE):
        raise closed_already(f"{task.title}: there is nothing left to do here ({view.state}).", case)
    if view.state is TaskState.BLOCKED:
        raise GateClosed("TASK-BLOCKED", f"{task.title} cannot be done yet. {' '.join(view.reasons)}")


def _too_early(task: Task, day: date, case: Case) -> GateClosed:
    words = f"{task.title} cannot be done before {day}: {label_of(task.on, case.context())}."
    return GateClosed("TASK-DATED", words, "If it has happened, the day is wrong: correct it first.")


def _refuse_day(case: Case, task: Task, report: Report) -> None:
    """What was done was done by today, while the customer was here, and not before the day it happens on."""
    if report.on is None:
        return
    context = case.context()
    begun = context.day(context.record.phase.at or case.customer.created_at, task.party)
    if report.on > context.today_of(task.party):
        brought = " The day that it brings stands in the column 'day'." if task.brings else ""
        raise InputError("REPORT-DAY", f"{report.on} has not come yet.", f"Report it when it is done.{brought}")
    if report.on < begun:
        words = f"{report.on} lies before {begun}, when the work for {case.customer.name} began."
        command = "What was done before is stated with `onboard adopt`."
        raise InputError("REPORT-DAY", words, "What was done before is stated by adopting it.", command)
    if (day := context.day_of(task)) and report.on < day:
        raise _too_early(task, day, case)


def refuse_whole(task: Task, progress: ProjectStatus) -> None:
    """A task for every row is done row by row."""
    if views := progress.of_rows(task.id):
        still = [view.task.row.label for view in views if view.task.row and not view.state.is_closed]
        words = f"{task.title} is done for each row by itself; open: {first_few(still, 5) or 'none'}."
        command = "Say which: --row NAME, --all-rows, or --from FILE."
        raise InputError("TASK-ROWS", words, "Select the rows on its card.", command)
    raise InputError("TASK-ROWS", f"{task.title}: there is no row to do it for yet.", "Answer the table first.")


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
        due = case.calendar.due(task.every.of(case.context().values), case.at, {})
        case.set_task(replace(closed, state=TaskState.WAITING, due_on=due))


def _refuse_outdated(case: Case, view: TaskStatus, is_current: bool) -> None:
    """What is done rests on what comes before it, and what lies with somebody on the answers they were asked with."""
    task, record, context = view.task, view.record, case.context()
    open_before = [name for name in results_used(task) if not case.progress().task(name).state.is_closed]
    if open_before:
        first = " ".join(f"First: {case.task(name).title}." for name in open_before)
        raise GateClosed("TASK-BLOCKED", f"{task.title} rests on what is to be done anew. {first}")
    if record is None or view.state not in ON_HOLD:
        return
    if has_moved(task, record, context) and not is_current:
        changes = " ".join(map(str, in_short(changes_since(task, record.version, context), context)))
        message = f"{task.title} was asked for before the answers changed. {changes}".strip()
        remedy = "If it holds for the answers as they are now, say so"
        raise InputError(MOVED, message, f"{remedy} with {TICK}.", command=f"{remedy}: --current.")


def again(case: Case, task_id: str, reason: str) -> None:
    """Somebody has made sure that an unknown or rejected attempt did not happen: it may be sent again.

    Of a gate it is the mail that asks for the decision.
    """
    case.refuse_ended()
    if task_id in case.profile.gates and case.context().task(task_id) is None:
        _ask_again(case, case.profile.gates[task_id], reason)
        return
    task = case.task(task_id)
    current = case.record.tasks.get(task_id)
    if current is None or current.state not in (TaskState.UNKNOWN, TaskState.REJECTED):
        raise InputError("TASK-NOT-UNKNOWN", f"{task.title} is neither unknown nor refused; a run goes on by itself.")
    _settle(case, {task_id: Outcome(Verdict.NOT_SENT, message=_says(case, reason))})
    why = Event("task.again", task_id, {"why": reason})
    context = case.context()
    trust = not people_of(case, context).has(case.by, roles_leaving_out(task, context))
    line = Evidence(task_id, case.at, case.by, why, entered_by=case.entered_by, is_on_trust=trust)
    record = replace(current, state=TaskState.READY, at=case.at, by=case.by, note=noted(reason))
    case.report([line], [replace(record, entered_by=case.entered_by)], {task_id: current})
    case.note_progress()


def _ask_again(case: Case, gate: Gate, reason: str) -> None:
    if not any(now.uncertain for now in standings(gate.id, case.context()).values()):
        words = f"Of no mail that asks for {gate.title!r} it is unknown whether it arrived; a run asks by itself."
        raise InputError("GATE-NOT-UNKNOWN", words)
    _settle(case, {gate.id: Outcome(Verdict.NOT_SENT, message=_says(case, reason))})
    what = Event(AGAIN, gate.id, {"why": reason})
    line = Evidence(gate.id, case.at, case.by, what, version=case.context().version, entered_by=case.entered_by)
    case.store.add_evidence(case.customer.id, line)
    case.note_progress()


def refuse_used(case: Case, task_id: str, document: Attachment | None, is_same_file: bool) -> None:
    if not is_same_file and (refusal := used_file(case, document, task_id)):
        raise refusal


def _refuse_unproved(case: Case, task: Task) -> None:
    """Nothing is called done that was not read back, where it can be."""
    connector = planning.connector(case, task.connector)
    if task.is_manual or connector.is_manual:
        return
    open_actions = [a for a in planning.plan(case, task.stage).actions if a.task == task.id and a.is_change]
    can_be_seen = connector.observe(open_actions)
    if actions := [action for action in open_actions if action.id in can_be_seen]:
        more = f" and {len(actions) - 1} more" if len(actions) > 1 else ""
        message = f"{task.title}: the {task.connector} does not show it for {actions[0].key}{more}."
        remedy = "Try again when it is there, or leave it out with a reason"
        raise Parked("TASK-NOT-SEEN", message, f"{remedy}.", command=f"{remedy} (`onboard skip`).")


def closed_record(case: Case, view: TaskStatus, state: TaskState, note: str, reference: str) -> TaskRecord:
    version = view.record.version if view.record else case.context().version
    known = noted(note), reference, version, case.entered_by
    return TaskRecord(view.task.id, state, case.at, view.task.party, view.due_on, case.by, *known)


def _says(case: Case, words: str) -> Event:
    return Event("person.says", values={"who": case.by, "words": words})


def _settle(case: Case, outcomes: Mapping[str, Outcome]) -> None:
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
