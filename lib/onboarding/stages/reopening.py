"""Why something that was done, asked for or left out is open again."""

from __future__ import annotations

from dataclasses import replace

from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.language import LazyText, _
from onboarding.domain.task import Task
from onboarding.stages.amendment import needs_word, to_be_sent, was_called_off
from onboarding.stages.basis import changes_since, has_moved, is_redefined, results_used, uses_older
from onboarding.stages.change_notes import in_short
from onboarding.stages.context import Closed, Context
from onboarding.stages.dated import has_expired, has_lost_its_day, too_early, why_undone
from onboarding.stages.removal import is_guarded, is_last, removable, removals
from onboarding.stages.task_status import (
    CALLED_OFF,
    IN_USE,
    ON_HOLD,
    OTHER_EDITION,
    SETTLED,
    TO_BE_SENT,
    UNUSED,
    guarded,
)
from onboarding.stages.waiving import has_to_be_done, why_to_be_done


def why_again(task: Task, context: Context) -> tuple[str, ...]:
    """Why something that was done is to be done once more."""
    current = context.record.tasks.get(task.id)
    if current is None or task.is_check:
        return ()
    if has_to_be_done(task, current, context):
        return (why_to_be_done(task, context),)
    if current.state is TaskState.WAIVED:
        return (_("It was waived for other answers."), *changed(task, current, context))
    if current.state is TaskState.DONE:
        why = (*changed(task, current, context), *why_undone(task, current, context))
        if is_left(task, context):
            return (*why, _why_left(task, context))
        if was_called_off(task, current, context):
            why = (*why, CALLED_OFF)
        why = why or (_("What it rests on was done anew since."),)
        return (*why, SETTLED) if needs_word(task, context) else why
    if current.state in ON_HOLD and was_called_off(task, current, context):
        return (CALLED_OFF, *changed(task, current, context))
    if current.state in ON_HOLD and to_be_sent(task, context):
        return (TO_BE_SENT, *changed(task, current, context))
    return kept_note(current) if current.state in (TaskState.READY, TaskState.REJECTED) else ()


def changed(task: Task, current: TaskRecord, context: Context) -> tuple[str, ...]:
    """That the answers have changed since, and which of them, the first few."""
    if task.is_check or not has_moved(task, current, context):
        return ()
    if is_redefined(task, current.version, context):
        return (OTHER_EDITION,)
    changes = changes_since(task, current.version, context)
    return (_("The answers have changed since."), *in_short(changes, context))


def is_undone(task: Task, current: TaskRecord, context: Context, state: Closed) -> bool:
    """Whether what was done does not hold any more."""
    is_there = not task.undo or not is_asked_to_remove(task, current, context)
    if not is_there or has_moved(task, current, context) or uses_older(task, current, context):
        return True
    if too_early(task, current, context) or has_expired(task, current.at, context):
        return True
    if has_lost_its_day(task, current, context) or was_called_off(task, current, context):
        return True
    return any(not state(name).is_closed for name in results_used(task)) or is_left(task, context)


def stays_left_out(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether somebody did without it and still may: not if it was waived for other answers than those of now."""
    is_otherwise = current.state is TaskState.WAIVED and has_moved(task, current, context)
    return current.state.is_left_out and not is_otherwise and not has_to_be_done(task, current, context)


def is_asked_to_remove(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether the one who has it was asked for it when it was not wanted any more: to remove it."""
    then = context.before(current.version) or context
    return not then.is_needed(task)


def is_left(task: Task, context: Context) -> bool:
    """Whether something that is not wanted any more waits for two people to decide on it, or for what uses it."""
    return (is_guarded(task) or is_last(task, context)) and bool(removals(task, context))


def _why_left(task: Task, context: Context) -> LazyText:
    if is_guarded(task):
        return guarded(context.profile.procedures.values(), task.connector)
    return UNUSED if removable(task, context) else IN_USE


def asked_since(task: Task, current: TaskRecord, context: Context) -> TaskRecord:
    """The record of what lies with somebody; where the request it answers went out anew, since then."""
    used = (context.record.tasks.get(name) for name in results_used(task))
    anew = max((one.at for one in used if one and one.state is TaskState.DONE), default=current.at)
    if anew <= current.at:
        return current
    return replace(current, at=anew, due_on=context.due_on(task, anew))


def returned(task: Task, context: Context) -> tuple[str, ...]:
    """Of what comes back when it was done last."""
    last = context.last_done(task)
    return (_("It comes back: it was last done on {day}.", day=context.day(last, task.party)),) if last else ()


def kept_note(current: TaskRecord) -> tuple[str, ...]:
    """What was written down with the state it is in."""
    return (current.note.sentence,) if current.note else ()
