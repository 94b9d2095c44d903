"""What people report about the tasks of a customer: done, left out, waived, to be tried again."""

from __future__ import annotations

from dataclasses import replace

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.case.dates import missing_day
from onboarding.case.people import not_listed, people_of, refuse_stranger
from onboarding.case.proofs import used_file
from onboarding.domain.action import Attachment, Outcome, Verdict
from onboarding.domain.event import Event, noted
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.language import _
from onboarding.domain.task import Task
from onboarding.errors import GateClosed, InputError, Parked
from onboarding.stages.basis import changes_since, has_moved, results_used
from onboarding.stages.change_notes import in_short
from onboarding.stages.checks.documents import document_gate
from onboarding.stages.context import Context
from onboarding.stages.dated import label_of, not_before
from onboarding.stages.project_status import ON_HOLD, TaskStatus
from onboarding.stages.waiving import may_be_skipped, who_may_waive, why_not_skipped

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
    for a file that proves something else, unless it ``is_same_file`` on purpose. What was done without a document takes
    it afterwards.
    """
    case.refuse_ended()
    task, progress = case.task(task_id), case.progress()
    view = progress.task(task_id)
    gate = document_gate(task_id, case.context())
    is_late = view.state is TaskState.DONE and gate is not None
    if view.state in (TaskState.DONE, TaskState.NOT_NEEDED) and not is_late:
        raise InputError("TASK-CLOSED", f"{task.title}: there is nothing left to do here ({view.state}).")
    if view.state is TaskState.BLOCKED:
        raise GateClosed("TASK-BLOCKED", f"{task.title} cannot be done yet. {' '.join(view.reasons)}")
    if day := not_before(task, case.context()):
        raise GateClosed(
            "TASK-DATED",
            f"{task.title} cannot be done before {day}: {label_of(task.on, case.context())}.",
            "If it has happened, the day is wrong: correct it first.",
        )
    if task.is_check:
        raise Parked("TASK-CHECKED", f"{task.title} closes by itself. {' '.join(view.reasons)}")
    if gate and document is None:
        remedy = f"Give it with the report ({task.evidence})." if task.evidence else "Give it with the report."
        message = f"{task.title}: a file is needed. '{gate.title}' waits for it, not for the word."
        raise InputError("PROOF-MISSING", message, remedy)
    if missing_day(case, task):
        remedy = f"`onboard done {case.customer.id} {task_id} --date 2026-11-30` keeps it, and so does the sheet."
        raise InputError("DAY-MISSING", f"{task.title}: the day it brings is not known.", remedy)
    _refuse_outdated(case, view, is_current)
    _refuse_unproved(case, task)
    refuse_stranger(case, task)
    _refuse_used(case, task_id, document, is_same_file)
    digest = case.store.keep_document(case.customer.id, document, case.by, case.at) if document else ""
    version = case.context().version if is_current or view.record is None else view.record.version
    evidence = Evidence(
        task_id, case.at, case.by, Event("task.reported", task_id, {"note": note}), reference=reference,
        document=digest, document_name=document.name if document else "", version=version,
        entered_by=case.entered_by,
    )  # fmt: skip
    case.store.add_evidence(case.customer.id, evidence)
    _settle(case, task_id, Outcome(Verdict.DONE, reference, _says(case, note)))
    closed = replace(_closed(case, view.record, task, TaskState.DONE, note, reference), version=version)
    case.set_task(closed)
    if task.every and not case.progress().is_complete:
        due = case.calendar.due(task.every.of(case.context().values), case.at, {})
        case.set_task(replace(closed, state=TaskState.WAITING, due_on=due))
    case.note_progress()
    return evidence


def _refuse_outdated(case: Case, view: TaskStatus, is_current: bool) -> None:
    """What lies with somebody is for the answers they were asked with, and rests on what they were asked after."""
    task, record, context = view.task, view.record, case.context()
    if record is None or view.state not in ON_HOLD:
        return
    open_before = [name for name in results_used(task) if not case.progress().task(name).state.is_closed]
    if open_before:
        first = " ".join(f"First: {case.task(name).title}." for name in open_before)
        raise GateClosed("TASK-BLOCKED", f"{task.title} rests on what is to be done anew. {first}")
    if has_moved(task, record, context) and not is_current:
        changes = " ".join(map(str, in_short(changes_since(task, record.version, context), context)))
        message = f"{task.title} was asked for before the answers changed. {changes}".strip()
        remedy = "If it holds for the answers as they are now, say so: --current, or the tick below the file."
        raise InputError(MOVED, message, remedy)


def skip(case: Case, task_id: str, reason: str) -> None:
    """Leave a task out, for a reason that is kept.

    Raises InputError TASK-NOT-SKIPPED for what a gate rests on, and for what law or carrier require.
    """
    task, view = _to_leave_out(case, task_id, reason, "SKIP-REASON")
    context = case.context()
    if refusal := why_not_skipped(task, context):
        how = f" Use `onboard waive {case.customer.id} {task.id}`." if task.waive else ""
        raise InputError("TASK-NOT-SKIPPED", refusal, who_may_waive(task, context) + how)
    why = Event("task.left-out", task_id, {"why": reason})
    case.store.add_evidence(case.customer.id, Evidence(task_id, case.at, case.by, why, entered_by=case.entered_by))
    case.set_task(_closed(case, view.record, task, TaskState.SKIPPED, reason, ""))
    case.note_progress()


def waive(
    case: Case,
    task_id: str,
    role: str,
    reason: str,
    document: Attachment | None = None,
    is_same_file: bool = False,
) -> Evidence:
    """Do without a task that a gate rests on: ``case.by`` says so in a role that the profile names.

    Raises InputError TASK-NOT-WAIVED where nobody may, WAIVE-ROLE and WAIVE-PERSON for whom it is not, WAIVE-FILE
    without the file that is wanted, DOCUMENT-TWICE as `done`.
    """
    task, view = _to_leave_out(case, task_id, reason, "WAIVE-REASON")
    context = case.context()
    _refuse_waiver(case, task, role, document, context)
    _refuse_used(case, task_id, document, is_same_file)
    digest = case.store.keep_document(case.customer.id, document, case.by, case.at) if document else ""
    name, by = document.name if document else "", people_of(case, context).named(case.by)
    said = {"who": by, "role": _(context.profile.party_title(role)), "why": reason, "file": name}
    why = Event("task.waived", task_id, said)
    evidence = Evidence(
        task_id, case.at, by, why, document=digest, document_name=name, version=context.version,
        entered_by=case.entered_by,
    )  # fmt: skip
    case.store.add_evidence(case.customer.id, evidence)
    waived = _closed(case, view.record, task, TaskState.WAIVED, "", "")
    case.set_task(replace(waived, by=by, note=why, version=context.version))
    case.note_progress()
    return evidence


def _to_leave_out(case: Case, task_id: str, reason: str, code: str) -> tuple[Task, TaskStatus]:
    """The task and how it stands. Raises InputError without a reason, and when it is closed."""
    case.refuse_ended()
    if not reason.strip():
        raise InputError(code, "A task is only left out for a reason.", "Give one with --reason.")
    task = case.task(task_id)
    view = case.progress().task(task_id)
    if view.state.is_closed:
        raise InputError("TASK-CLOSED", f"{task.title} is closed already ({view.state}).")
    return task, view


def _refuse_waiver(case: Case, task: Task, role: str, document: Attachment | None, context: Context) -> None:
    if may_be_skipped(task, context):
        remedy = f"Leave it out: `onboard skip {case.customer.id} {task.id}`."
        raise InputError("TASK-NOT-WAIVED", f"{task.title} needs no waiver: no gate rests on it.", remedy)
    if task.waive is None:
        raise InputError("TASK-NOT-WAIVED", why_not_skipped(task, context), who_may_waive(task, context))
    if role not in task.waive.by:
        title = context.profile.party_title(role) if role else "Nobody"
        raise InputError("WAIVE-ROLE", f"{title} may not waive {task.title!r}.", who_may_waive(task, context))
    people = people_of(case, context)
    if people.knows(role) and (refusal := not_listed("WAIVE-PERSON", case.by, (role,), people, context)):
        raise refusal
    if task.waive.needs_file and document is None:
        raise InputError(
            "WAIVE-FILE", f"{task.title} is waived in writing only.", "Give the file with --evidence FILE."
        )


def again(case: Case, task_id: str, reason: str) -> None:
    """Somebody has made sure that an unknown or rejected attempt did not happen: it may be sent again."""
    case.refuse_ended()
    task = case.task(task_id)
    current = case.record.tasks.get(task_id)
    if current is None or current.state not in (TaskState.UNKNOWN, TaskState.REJECTED):
        raise InputError("TASK-NOT-UNKNOWN", f"{task.title} is neither unknown nor refused; a run goes on by itself.")
    _settle(case, task_id, Outcome(Verdict.NOT_SENT, message=_says(case, reason)))
    why = Event("task.again", task_id, {"why": reason})
    case.store.add_evidence(case.customer.id, Evidence(task_id, case.at, case.by, why, entered_by=case.entered_by))
    case.set_task(
        replace(current, state=TaskState.READY, at=case.at, by=case.by, note=noted(reason), entered_by=case.entered_by)
    )
    case.note_progress()


def _refuse_used(case: Case, task_id: str, document: Attachment | None, is_same_file: bool) -> None:
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
        remedy = "Try again when it is there, or leave it out with a reason (`onboard skip`)."
        raise Parked("TASK-NOT-SEEN", message, remedy)


def _closed(
    case: Case, current: TaskRecord | None, task: Task, state: TaskState, note: str, reference: str
) -> TaskRecord:
    due, version = (current.due_on, current.version) if current else (None, case.context().version)
    known = noted(note), reference, version, case.entered_by
    return TaskRecord(task.id, state, case.at, task.party, due, case.by, *known)


def _says(case: Case, words: str) -> Event:
    return Event("person.says", values={"who": case.by, "words": words})


def _settle(case: Case, task_id: str, outcome: Outcome) -> None:
    """Somebody knows how attempts of unknown end came out."""
    for entry in case.store.journal(case.customer.id):
        if entry.task == task_id and (entry.outcome is None or entry.outcome.verdict is Verdict.UNKNOWN):
            case.store.conclude(case.customer.id, entry.ref, outcome, case.at)
