"""Tasks that are not done: left out for a reason, or waived by whoever may do without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onboarding.case.case import Case
from onboarding.case.may_be_done import closed_already, refuse_used, refuse_whole
from onboarding.case.people import people_of, refuse_leaving_out, roles_leaving_out, stranger
from onboarding.case.reports import Report, every
from onboarding.case.work import closed_record, records_of
from onboarding.domain.action import Attachment
from onboarding.domain.event import Event, noted
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.language import _
from onboarding.domain.people import Directory
from onboarding.domain.task import Task
from onboarding.errors import InputError
from onboarding.stages.waiving import may_be_skipped, may_be_waived, who_may_waive, why_not_skipped


def skip(case: Case, task_id: str, reason: str) -> Evidence:
    """Leave a task out, for a reason that is kept.

    Raises InputError TASK-NOT-SKIPPED for what a gate or completion rests on, and for what law or carrier require,
    TASK-PERSON where it is known who does it or whose plan it is, and ``case.by`` is nobody of them.
    """
    return all_skipped(case, [task_id], reason)[0]


def all_skipped(case: Case, tasks: Sequence[str], reason: str) -> list[Evidence]:
    """Leave all of them out, or none. Raises as `skip` for a single one, else InputError REPORTS."""
    case.refuse_ended()
    before, context = records_of(case, tasks), case.context()
    people = people_of(case, context)
    every([Report(name) for name in tasks], lambda one: _refuse_skip(case, one.task, reason, people))
    kept = []
    for name in tasks:
        is_on_trust = not people.has(case.by, roles_leaving_out(case.task(name), context))
        kept.append(_left_out(case, name, Event("task.left-out", name, {"why": reason}), is_on_trust))
    records = [replace(record, note=noted(reason), version=context.version) for _line, record in kept]
    lines = [line for line, _record in kept]
    case.report(lines, records, before)
    case.note_progress()
    return lines


def _refuse_skip(case: Case, task_id: str, reason: str, people: Directory) -> None:
    task, context = _to_leave_out(case, task_id, reason, "SKIP-REASON"), case.context()
    if refusal := why_not_skipped(task, context):
        who = who_may_waive(task, context)
        if not may_be_waived(task, context):
            raise InputError("TASK-NOT-SKIPPED", refusal, who)
        command = f"{who} Use {_command('waive', case, task)}."
        raise InputError("TASK-NOT-SKIPPED", refusal, f"{who} Press “Waive it” on its card.", command)
    refuse_leaving_out(case.by, task, people, context)


def _command(name: str, case: Case, task: Task) -> str:
    """The command that leaves the task out or waives it, with all that has to be said."""
    row_command = f' --row "{task.row.label}"' if task.row else ""
    role_command = f" --role {task.waive.by[0]}" if name == "waive" and task.waive else ""
    file_command = " --evidence FILE" if name == "waive" and task.waive and task.waive.needs_file else ""
    task_command = f"onboard {name} {case.customer.id} {task.declared}{row_command}"
    said_command = f" --by NAME{role_command} --reason WHY{file_command}"
    return f"`{task_command}{said_command}`"


def _left_out(case: Case, task_id: str, why: Event, is_on_trust: bool) -> tuple[Evidence, TaskRecord]:
    line = Evidence(task_id, case.at, case.by, why, entered_by=case.entered_by, is_on_trust=is_on_trust)
    return line, closed_record(case, case.progress().task(task_id), TaskState.SKIPPED, "", "")


def waive(
    case: Case,
    task_id: str,
    role: str,
    reason: str,
    document: Attachment | None = None,
    is_same_file: bool = False,
) -> Evidence:
    """Do without a task that something rests on: ``case.by`` says so in a role that the profile names.

    Raises InputError TASK-NOT-WAIVED where nobody may, WAIVE-ROLE and WAIVE-PERSON for whom it is not, WAIVE-FILE
    without the file that is wanted, DOCUMENT-TWICE as `done`.
    """
    return all_waived(case, [task_id], role, reason, document, is_same_file)[0]


def all_waived(
    case: Case,
    tasks: Sequence[str],
    role: str,
    reason: str,
    document: Attachment | None = None,
    is_same_file: bool = False,
) -> list[Evidence]:
    """Do without all of them, or without none. Raises as `waive` for a single one, else InputError REPORTS."""
    case.refuse_ended()
    before, context = records_of(case, tasks), case.context()
    people = people_of(case, context)

    def refuse(one: Report) -> None:
        _refuse_waiver(case, _to_leave_out(case, one.task, reason, "WAIVE-REASON"), role, document, people)
        refuse_used(case, one.task, document, is_same_file)

    every([Report(name) for name in tasks], refuse)
    digest = case.store.keep_document(case.customer.id, document, case.by, case.at) if document else ""
    name, by = document.name if document else "", people.named(case.by)
    said = {"who": by, "role": _(context.profile.party_title(role)), "why": reason, "file": name}
    lines, records = [], []
    for task in tasks:
        why = Event("task.waived", task, said)
        line, record = _left_out(case, task, why, is_on_trust=not people.has(case.by, (role,)))
        lines.append(replace(line, by=by, document=digest, document_name=name, version=context.version))
        records.append(replace(record, state=TaskState.WAIVED, by=by, note=why, version=context.version))
    case.report(lines, records, before)
    case.note_progress()
    return lines


def _to_leave_out(case: Case, task_id: str, reason: str, code: str) -> Task:
    """The task. Raises InputError without a reason, when it is closed, and for one that is left out row by row."""
    if not reason.strip():
        command = "Give one with --reason."
        raise InputError(code, "A task is only left out for a reason.", "Give one in the note.", command)
    task, progress = case.task(task_id), case.progress()
    if progress.of_rows(task_id):
        refuse_whole(task, progress)
    if (state := progress.task(task_id).state).is_closed:
        raise closed_already(f"{task.title} is closed already ({state}).", case)
    return task


def _refuse_waiver(case: Case, task: Task, role: str, document: Attachment | None, people: Directory) -> None:
    context = case.context()
    if may_be_skipped(task, context):
        words = f"{task.title} needs no waiver: nothing rests on it."
        command = f"Leave it out: {_command('skip', case, task)}."
        raise InputError("TASK-NOT-WAIVED", words, "Run the cell again, then leave it out.", command)
    if task.waive is None:
        raise InputError("TASK-NOT-WAIVED", why_not_skipped(task, context), who_may_waive(task, context))
    if role not in task.waive.by:
        title = context.profile.party_title(role) if role else "Nobody"
        raise InputError("WAIVE-ROLE", f"{title} may not waive {task.title!r}.", who_may_waive(task, context))
    if refusal := stranger("WAIVE-PERSON", case.by, (role,), people, context):
        raise refusal
    if task.waive.needs_file and document is None:
        words, command = f"{task.title} is waived in writing only.", "Give the file with --evidence FILE."
        raise InputError("WAIVE-FILE", words, "Give the file under “Proof (a file)”.", command)
