"""What may be left out: a task that a gate rests on only by a waiver, what law or carrier require not at all.

A gate that waits for a whole stage rests on each of its tasks, but on those that the guide calls optional.
"""

from __future__ import annotations

from onboarding.domain.language import join_and, join_or
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


def who_may_waive(task: Task, context: Context) -> str:
    """Who may do without it and how, or that nobody may."""
    if task.waive is None:
        return "Nobody may waive it: it has to be done."
    roles = join_or([f"{context.profile.party_title(role)} ({role})" for role in task.waive.by])
    return f"It may be waived by {roles}, with a reason{' and a file' if task.waive.needs_file else ''}."
