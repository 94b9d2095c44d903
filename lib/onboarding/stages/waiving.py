"""What may be left out: a task that something rests on only by a waiver, what law or carrier require not at all.

A gate rests on tasks, and so does completion: a task that closes by itself once others are closed, such as the last of
all. What waits for a whole stage rests on each of its tasks, but not on those that the guide calls optional.
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


def completions_on(task: Task, context: Context) -> tuple[Task, ...]:
    """The tasks of this customer that close by themselves and rest on the task."""
    return tuple(one for one in context.profile.completions_on(task.declared) if context.is_wanted(one.id))


def rests_on(task: Task, context: Context) -> tuple[Gate | Task, ...]:
    """What rests on the task: the gates, or, where there is none, the tasks that close by themselves."""
    return gates_on(task, context) or completions_on(task, context)


def may_be_skipped(task: Task, context: Context) -> bool:
    """Whether anybody may leave it out for a reason."""
    is_completion = context.profile.is_completion(task.declared)
    return not (task.is_binding or is_completion or rests_on(task, context))


def may_be_waived(task: Task, context: Context) -> bool:
    """Whether the profile names somebody who may do without it."""
    return task.waive is not None and bool(rests_on(task, context))


def why_not_skipped(task: Task, context: Context) -> str:
    """Why it cannot be left out; empty when it can."""
    if may_be_skipped(task, context):
        return ""
    return f"{task.title} {_why_held(task, context)}"


def _why_held(task: Task, context: Context) -> str:
    if task.is_binding:
        return "is required by law or by a carrier: it cannot be left out."
    found = rests_on(task, context)
    if not found:
        return "cannot be left out: it closes by itself once all that it waits for is closed."
    titles = join_and([f"'{one.title}'" for one in found])
    what = "" if isinstance(found[0], Task) else "the gate " if len(found) == 1 else "the gates "
    return f"cannot be left out: {what}{titles} {'rests' if len(found) == 1 else 'rest'} on it."


def has_to_be_done(task: Task, current: TaskRecord, context: Context) -> bool:
    """Whether it was left out or waived when that was allowed, and it cannot be any more: other answers or another
    edition have something rest on it since, or law or a carrier require it, or nobody may waive it.
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
    titles = join_and([f"“{_(one.title)}”" for one in rests_on(task, context)])
    return _("It was left out, and now rests on it: {gates}.", gates=titles)


def who_may_waive(task: Task, context: Context) -> str:
    """Who may do without it and how, or that nobody may."""
    if task.waive is None:
        return "Nobody may waive it: it has to be done."
    roles = join_or([f"{context.profile.party_title(role)} ({role})" for role in task.waive.by])
    return f"It may be waived by {roles}, with a reason{' and a file' if task.waive.needs_file else ''}."
