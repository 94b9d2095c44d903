"""After the hand-over: what a change order would open, if somebody began it now.

There is one truth about it: the customer as the phase of a change order would have them, assessed as in any phase.
"""

from __future__ import annotations

from dataclasses import replace

from onboarding.domain.history import EarlierPhase, Phase
from onboarding.domain.task import Task
from onboarding.domain.validity import Validity
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus


def as_ordered(context: Context) -> Context:
    """The customer in a change order that begins now: everything that was recorded goes on to count."""
    record, ended = context.record, context.record.phase
    order = Phase(ended.number + 1, at=context.shown_now, is_change=True)
    return replace(
        context, record=replace(record, phase=order, earlier=(*record.earlier, EarlierPhase(ended))),
        validity=Validity(),
    )  # fmt: skip


def to_order(context: Context) -> tuple[Task, ...]:
    """The tasks that a change order would open, since the answers are others than those that were handed over; none
    before the hand-over. What time alone has opened is no work for one.
    """
    done = context.record.handed_over
    before = context.before(done.version) if done else None
    if before is None:
        return ()
    found, then = (_open(assess(as_ordered(one))) for one in (context, before))
    return tuple(found.values()) if found.keys() - then.keys() else ()


def _open(progress: ProjectStatus) -> dict[str, Task]:
    return {view.task.id: view.task for view in progress.tasks if not view.state.is_closed}
