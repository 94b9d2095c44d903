"""What may be left out: a task that a gate rests on only by a waiver, what law or carrier require not at all.

A gate that waits for a whole stage rests on each of its tasks, but on those that the guide calls optional.
"""

from __future__ import annotations

from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.language import LazyText, _, join_and, join_or
from onboarding.domain.task import Gate, Task
from onboarding.stages.context import Context
from onboarding.stages.gate import applies


def gates_on(task: Task, context: Context) -> tuple[Gate, ...]:
    """The gates of this customer that rest on the task."""
    return tuple(gate for gate in context.profile.gates_on(task.declared) if applies(gate, context.values))


def may_be_skipped(task: Task, context: Context) -> bool:
    """Whether anybody may leave it out for a reason."""
    return not task.is_binding and not gates_on(task, context)


def may_be_waived(task: Task, context: Context) -> bool:
    """Whether the profile names somebody who may do without it."""
    return task.waive is not None and bool(gates_on(task, context))


def why_not_skipped(task: Task, context: Context) -> str:
    """Why it cannot be left out; empty when it can."""
    if task.is_binding:
        return f"{task.title} is required by law or by a carrier: it cannot be left out."
    gates = gates_on(task, context)
    titles = join_and([f"'{gate.title}'" for gate in gates])
    rest = f"the gate {titles} rests" if len(gates) == 1 else f"the gates {titles} rest"
    return f"{task.title} cannot be left out: {rest} on it." if gates else ""


def has_to_be_done(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether it was left out or waived when that was allowed, and it cannot be any more: other answers or another
    edition have a gate rest on it since, or law or a carrier require it, or nobody may waive it.
    """
    if not current.state.is_left_out or _may_stay(task, current, context):
        return False
    then = context.as_of(current.version)
    was = then.profile.task(task.declared) if then else None
    return then is not None and (was is None or _may_stay(was, current, then))


def _may_stay(task: Task, current: TaskRecord, context: Context) -> bool:
    is_waived = current.state is TaskState.WAIVED and not task.is_binding
    return may_be_skipped(task, context) or (is_waived and may_be_waived(task, context))


def why_to_be_done(task: Task, context: Context) -> LazyText:
    """Why it does not suffice any more that it was left out or waived."""
    if task.is_binding:
        return _("It was left out, and law or a carrier require it now.")
    titles = join_and([f"“{_(gate.title)}”" for gate in gates_on(task, context)])
    return _("It was left out, and now rests on it: {gates}.", gates=titles)


def who_may_waive(task: Task, context: Context) -> str:
    """Who may do without it and how, or that nobody may."""
    if task.waive is None:
        return "Nobody may waive it: it has to be done."
    roles = join_or([f"{context.profile.party_title(role)} ({role})" for role in task.waive.by])
    return f"It may be waived by {roles}, with a reason{' and a file' if task.waive.needs_file else ''}."
