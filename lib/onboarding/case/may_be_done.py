"""Why a task cannot be reported as done: every objection, each with what to do."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.case.dates import DayEntry, answered_instead, missing_day, states_day
from onboarding.case.people import refuse_stranger
from onboarding.case.proofs import TICK, used_file
from onboarding.case.reports import Report
from onboarding.domain.action import Attachment
from onboarding.domain.history import TaskState
from onboarding.domain.people import Directory
from onboarding.domain.task import Task
from onboarding.errors import GateClosed, InputError, Parked
from onboarding.stages.basis import changes_since, has_moved, results_used
from onboarding.stages.change_notes import in_short
from onboarding.stages.checks.documents import document_gate
from onboarding.stages.dated import label_of, not_before
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import ON_HOLD, TaskStatus
from onboarding.text import first_few

MOVED = "TASK-MOVED"


def is_all_about_day(case: Case, report: Report, days: DayEntry | None) -> bool:
    """Whether only a day is reported: what closes by itself closes with it, of what was done it has moved, and what
    waits for other days, too, is not done yet.
    """
    if report.day is None or days is None:
        return False
    task = case.task(report.task)
    if task.is_check or days.is_missing(task) or states_day(case, task, report.day):
        return True
    return case.progress().task(task.id).state is TaskState.DONE and not _more_than_day(report)


def adds_proof(case: Case, report: Report) -> bool:
    """Whether a file is given for what is done, which stays as it was done; not the same file once more."""
    if report.document is None or case.progress().task(report.task).state is not TaskState.DONE:
        return False
    context = case.context()
    filed = {line.document for line in context.documents(report.task)}
    return document_gate(report.task, context) is None and sha256(report.document.data).hexdigest() not in filed


def _more_than_day(report: Report) -> bool:
    return bool(report.document or report.note or report.reference)


def refuse_done(
    case: Case,
    report: Report,
    days: DayEntry | None,
    adds_proof: bool,
    is_same_file: bool,
    is_current: bool,
    people: Directory,
) -> None:
    task, progress = case.task(report.task), case.progress()
    view, gate = progress.task(task.id), document_gate(task.id, case.context())
    _refuse_day(case, task, report)
    if task.stands_for_rows:
        refuse_whole(task, progress)
    may_be_done = report.day is not None or gate is not None or adds_proof
    _refuse_open(case, view, report, may_be_done)
    if not is_all_about_day(case, report, days):
        _refuse_word(case, report, is_same_file, is_current, people)
        return
    if _more_than_day(report):
        words = f"{task.title} is not done with this day alone: a file or note would be kept nowhere."
        raise InputError("DAY-ALONE", words, "Give the day by itself, and the rest when it is done.")
    refuse_stranger(report.by or case.by, task, people, case.context())


def _refuse_word(case: Case, report: Report, is_same_file: bool, is_current: bool, people: Directory) -> None:
    """Why it cannot be called done yet: its day, proof, who says it, what it was asked for, what the portal shows."""
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
    refuse_stranger(report.by or case.by, task, people, case.context())
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
    """Something is to be done about a task of which nothing is, after the hand-over only by a change order."""
    if case.record.handed_over:
        remedy = "Everything was handed over: what comes now is a change order. Change the answers first, then begin it"
        command = f"`onboard phase {case.customer.id} --change-order --title TEXT --by NAME`"
        return InputError("TASK-CLOSED", words, f"{remedy}.", f"{remedy}: {command}.")
    remedy = "Look at the list of tasks: it opens again by itself when what it rests on changes."
    command = (
        f"`onboard tasks {case.customer.id} --all` shows who closed it; it opens again when what it rests on changes."
    )
    return InputError("TASK-CLOSED", words, remedy, command)


def _refuse_open(case: Case, view: TaskStatus, report: Report, may_be_done: bool) -> None:
    """What is closed already, and what something still holds: of that only a day may be said, by whoever was asked."""
    task = view.task
    if view.state.is_closed and not (may_be_done and view.state is TaskState.DONE):
        raise closed_already(f"{task.title}: there is nothing left to do here ({view.state}).", case)
    if view.state is TaskState.BLOCKED and not states_day(case, task, report.day):
        words = f"{task.title} cannot be done yet. {' '.join(view.reasons)}"
        raise GateClosed("TASK-BLOCKED", words, *(answered_instead(case, task) if report.day else ()))


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
        remedy = "Try again when it is there, or do without it with a reason"
        raise Parked("TASK-NOT-SEEN", message, f"{remedy}.", command=f"{remedy} (`onboard skip`, `onboard waive`).")
