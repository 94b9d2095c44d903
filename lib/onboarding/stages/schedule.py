"""The schedule of one customer: which tasks there are, what waits for what, and what is known of their days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from onboarding.domain.history import TaskState
from onboarding.domain.language import ENGLISH, LazyText, _
from onboarding.domain.schedule import Dates, Late, Missed, Schedule, Step, planned, schedule
from onboarding.domain.task import START, Task
from onboarding.profile.graph import everything_before, waits
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import ON_HOLD, TaskStatus


def schedule_of(context: Context, progress: ProjectStatus | None = None) -> Schedule:
    """When everything is planned, promised, expected and done; without ``progress`` as it was planned from the order.

    Pure; the day it is only shows, nothing is decided by it.
    """
    begun = context.day(context.record.phase.at or context.customer.created_at)
    today = context.shown_today if progress else begun
    return schedule(steps(context, progress), begun, today, context.wanted_live())


def noted_days(context: Context, progress: ProjectStatus) -> dict[str, tuple[date, date | None]]:
    """Of each task that is needed the planned day, and the one on which it was done: what is noted with the status."""
    begun = context.day(context.record.phase.at or context.customer.created_at)
    found = steps(context, progress)
    days = planned(found, begun, context.wanted_live())
    return {one.id: (days[one.id], one.closed_on if one.is_done else None) for one in found if one.is_needed}


def steps(context: Context, progress: ProjectStatus | None) -> list[Step]:
    """A step for each task, in the profile's order; of one that comes back and was done, for its next time."""
    before = waits(context.profile)
    views = {view.task.id: view for view in progress.tasks} if progress else {}
    live = _live(context, before)
    found = [
        _step(task, _after(task, before, context), views.get(task.id), task.declared in live, context)
        for task in context.tasks
    ]
    known = {step.id for step in found}
    whole = (task for task in context.profile.tasks if task.each and task.id not in known)
    return found + [_together(task, progress.whole[task.id] if progress else None, context) for task in whole]


def _after(task: Task, before: Mapping[str, Mapping[str, str]], context: Context) -> tuple[str, ...]:
    """What a task waits for; that of a row, of the tasks of rows, only for those that have to do with it."""
    declared = context.profile.task(task.declared)
    if task.row is None or declared is None:
        return tuple(before.get(task.id, ()))
    gates = (name for name in before.get(declared.id, ()) if name not in declared.after)
    return tuple(dict.fromkeys((*task.after, *gates)))


def _together(task: Task, view: TaskStatus | None, context: Context) -> Step:
    """All rows of a task, for what waits for every one of them."""
    return Step(
        task.id, context.calendar_of(task.party), tuple(one.id for one in context.made_of(task.id)),
        is_needed=context.is_wanted(task.id), closed_on=_closed_on(view, context),
        is_done=view is not None and view.state is TaskState.DONE and view.record is not None,
    )  # fmt: skip


def _live(context: Context, before: Mapping[str, Iterable[str]]) -> set[str]:
    """Ids of the tasks with which the customer is live: where one follows another, the last."""
    found = {task.id for task in context.profile.tasks if task.is_live and context.is_wanted(task.id)}
    return found.difference(*everything_before(before, found).values())


def _step(task: Task, after: tuple[str, ...], view: TaskStatus | None, is_live: bool, context: Context) -> Step:
    lead = context.lead_of(task)
    is_dated = lead is not None and lead.anchor != START and context.task(lead.anchor) is None
    is_needed = view.state is not TaskState.NOT_NEEDED if view else context.is_needed(task)
    is_held = view is not None and view.state in ON_HOLD
    is_closed = view is not None and view.state.is_closed
    wishes = context.narrowed(task).dates(task.wanted) if task.wanted else ()
    return Step(
        task.id, context.calendar_for(task), after, lead,
        context.ahead(context.narrowed(task).anchor(lead)) if lead and is_dated else None,
        task.on, context.ahead(context.day_of(task)), is_live,
        is_needed,
        begun_on=_day(view, context) if is_held else None,
        promised_on=view.due_on if view and (is_held or is_closed) else None,
        closed_on=_closed_on(view, context),
        is_done=view is not None and view.state is TaskState.DONE and view.record is not None,
        returns_on=view.due_on if view and context.last_done(task) else None,
        wanted=context.ahead(min(wishes, default=None)),
        wanted_last=context.ahead(max(wishes, default=None)),
    )  # fmt: skip


def _closed_on(view: TaskStatus | None, context: Context) -> date | None:
    """When it was closed; what closed by its check before anybody looked was so from the first day."""
    if view is None or not view.state.is_closed or view.state is TaskState.NOT_NEEDED:
        return None
    return _day(view, context) or context.day(context.customer.created_at)


def _day(view: TaskStatus | None, context: Context) -> date | None:
    return context.day(view.record.at, view.task.party) if view and view.record else None


def days_words(days: Dates) -> str:
    """``planned 5 Mar 2026, promised 9 Mar 2026, done 4 Mar 2026``, as far as each is known."""
    known = (("planned", days.planned_on), ("promised", days.promised_on), ("done", days.done_on))
    return ", ".join(f"{word} {ENGLISH.day(day)}" for word, day in known if day)


def late_sentence(late: Late, context: Context) -> LazyText:
    """What is late, by how much, and which task makes it so."""
    task, because = context.task(late.id), context.task(late.because)
    title = _(task.title) if task else late.id
    length = _("1 day late") if late.days == 1 else _("{count} days late", count=late.days)
    values = {"title": title, "wanted": late.wanted_on, "forecast": late.forecast_on, "late": length}
    if because is None or because is task:
        return _("{title}: wanted on {wanted}, expected on {forecast}, {late}.", **values)
    text = _("{title}: wanted on {wanted}, expected on {forecast}, {late}, because of: {because}.")
    return _(text, **values, because=_(because.title))


def missed_sentence(missed: Missed, context: Context) -> LazyText:
    """What was done after the day it was wanted on: that day, the one that was agreed on, and when it was done."""
    length = _("1 day late") if missed.days == 1 else _("{count} days late", count=missed.days)
    values = {"wanted": missed.wanted_on, "agreed": missed.agreed_on, "done": missed.done_on, "late": length}
    if missed.agreed_on is None:
        return _("Wanted on {wanted}, done on {done}, {late}.", **values)
    return _("Wanted on {wanted}, agreed for {agreed}, done on {done}, {late}.", **values)


def live_title(context: Context) -> str:
    """What the customer is live with: the title of that task; empty where the profile names none, or several."""
    live = _live(context, waits(context.profile))
    titles = [task.title for task in context.profile.tasks if task.id in live]
    return titles[0] if len(titles) == 1 else ""
