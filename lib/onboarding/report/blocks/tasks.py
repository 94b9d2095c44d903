"""Blocks of what was done, by whom, and what proves it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onboarding.domain.history import TaskState
from onboarding.domain.language import _
from onboarding.domain.params import TaskId
from onboarding.report.blocks import Captioned, Guide, block, table
from onboarding.report.report_model import Cell, Shape
from onboarding.stages.task_status import TaskStatus

SHORT = 16
"""Digits of a digest beside a step; the list of tasks and proof has all of them."""


class Steps(Captioned):
    """Which tasks."""

    tasks: tuple[TaskId, ...]


@block("steps", Steps)
def steps(guide: Guide, p: Steps) -> Iterator[Shape]:
    """Tasks with the day they were done, by whom, and the document that proves it."""
    views = [view for name in p.tasks if (view := guide.view(name, or_done=True))]
    rows = [(Cell(_(view.task.title)), _done(guide, view), _proof(guide, view)) for view in views]
    yield from table(p.caption or _("Steps"), {_("Step"): 44, _("Done"): 24, _("Proof"): 32}, rows)


def _done(guide: Guide, view: TaskStatus) -> Cell:
    current = guide.context.kept(view.task.id)
    if current is None or not view.state.is_closed:
        return Cell(state=view.state, more=(*_counted(guide, view), guide.party(view.waits_for or view.task.party)))
    times = len(guide.evidence(view.task.id)) if view.task.every else 0
    is_done = TaskState.DONE in (current.state, view.state)
    again = (_("{count} times, the last time", count=times),) if times > 1 else ()
    return Cell(at=current.at, more=(*again, current.by), state=None if is_done else view.state)


def _counted(guide: Guide, view: TaskStatus) -> tuple[str, ...]:
    """How many of the rows of a task are done, where there is one for every row."""
    views = [one for one in guide.progress.of_rows(view.task.id) if one.state is not TaskState.NOT_NEEDED]
    closed = sum(one.state.is_closed for one in views)
    return (_("{count} of {total} done", count=closed, total=len(views)),) if views else ()


def _proof(guide: Guide, view: TaskStatus) -> Cell:
    """The newest document, otherwise the note or the reference of the outside system."""
    lines = guide.evidence(view.task.id) if view.state.is_closed else []
    filed = [line for line in lines if line.document]
    if filed:
        more = (_("and {count} more", count=len(filed) - 1),) if len(filed) > 1 else ()
        digest = filed[-1].document if view.task.action == "present" else f"{filed[-1].document[:SHORT]}…"
        return Cell(filed[-1].document_name or _("document"), more, code=digest)
    if not lines:
        return Cell()
    if view.task.is_check:
        return Cell(_("checked by the program"))
    last = lines[-1]
    return Cell(_("mail"), (last.reference,)) if view.task.connector == "support" else Cell(last.what.sentence)


@block("sides", Captioned)
def sides(guide: Guide, p: Captioned) -> Iterator[Shape]:
    """Customer beside provider for each stage, with what each of them has done."""
    profile, rows = guide.context.profile, []
    ours = {party.id for party in profile.parties.values() if party.side == "customer"}
    views = [view for task in profile.tasks if (view := guide.view(task.id))]
    sides = [[view for view in views if (view.task.party in ours) is side] for side in (True, False)]
    for stage in profile.stages:
        duties = [[_duty(guide, view, side) for view in side if view.task.stage == stage.id] for side in sides]
        if any(duties):
            rows.append((Cell(_(stage.title)), *(Cell(items=tuple(side)) for side in duties)))
    columns = {_("Stage"): 18, _("Customer"): 41, _("Provider"): 41}
    yield from table(p.caption or _("Customer and provider"), columns, rows)


def _duty(guide: Guide, view: TaskStatus, side: Sequence[TaskStatus]) -> Cell:
    """One task with its day; whose it is is only shown where there are several on its side."""
    is_alone = len({other.task.party for other in side}) == 1
    done = _done(guide, view)
    return Cell(_(view.task.title), () if is_alone else (guide.party(view.task.party),), done.at, done.state)
