"""The answer to *is it done?*: how it stands as a whole, in a sentence, and who is waited for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onboarding.domain.history import TaskState
from onboarding.domain.language import _, join_and
from onboarding.report.exceptions import ExceptionFigure, Trouble, is_failed
from onboarding.report.task_figures import TaskFigure, together
from onboarding.stages.context import Context
from onboarding.stages.owed import Owed, by_row, owed
from onboarding.stages.project_status import ProjectStatus
from onboarding.store.values import Run

NOTES = (
    Trouble.MISSED, Trouble.NOT_READ_BACK, Trouble.ADOPTED, Trouble.DRIFT, Trouble.LEFT_BEHIND, Trouble.DATED,
    Trouble.WARNING,
)  # fmt: skip
"""Kinds of exceptions that leave nothing undone."""


class ReportStanding(StrEnum):
    """How it stands as a whole."""

    COMPLETE = "complete"
    WAITING = "waiting"
    ENDED = "ended"  # deleted, a demonstration, or called off: nothing is done any more
    STOPPED = "stopped"  # something was refused, is not known, or a run failed: somebody must decide


@dataclass(frozen=True, slots=True)
class Wait:
    """One party that is waited for: its open tasks and decisions, the next day one is due, since when the oldest is."""

    party: str
    tasks: tuple[str, ...]
    due_on: date | None
    since: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """The answer to *is it done?*. ``next_on`` is the next promised day, with what is due then."""

    standing: ReportStanding
    sentence: str
    waits: tuple[Wait, ...]
    closed: int
    total: int
    next_on: date | None = None
    next_what: str = ""
    is_overdue: bool = False


def outcome_of(
    context: Context,
    progress: ProjectStatus,
    tasks: Sequence[TaskFigure],
    troubles: Sequence[ExceptionFigure],
    runs: Sequence[Run],
) -> ReportOutcome:
    """How the project stands with these tasks, exceptions and runs."""
    needed = [task for task in tasks if task.state is not TaskState.NOT_NEEDED]
    waits = tuple(_waits(context, progress))
    stopping = {Trouble.REJECTED, Trouble.UNKNOWN, Trouble.DIFFERS}
    stopped = [trouble for trouble in troubles if trouble.kind in stopping]
    if runs and is_failed(runs[-1]):
        stopped += [trouble for trouble in troubles if trouble.kind is Trouble.FAILED_RUN]
    standing = _standing(progress, is_stopped=bool(stopped))
    if progress.end:
        sentence = progress.end.sentence(context.day(progress.end.at))
    else:
        sentence = _sentence(standing, waits, stopped, sum(trouble.kind not in NOTES for trouble in troubles))
    groups, is_overdue = together(needed), any(wait.is_overdue for wait in waits)
    closed = sum(all(one.state.is_closed for one in group) for group in groups)
    return ReportOutcome(standing, sentence, waits, closed, len(groups), *_next(context, progress), is_overdue)


def _standing(progress: ProjectStatus, is_stopped: bool) -> ReportStanding:
    if progress.end:
        return ReportStanding.ENDED
    if is_stopped:
        return ReportStanding.STOPPED
    return ReportStanding.COMPLETE if progress.is_complete else ReportStanding.WAITING


def _waits(context: Context, progress: ProjectStatus) -> Iterator[Wait]:
    found: dict[str, list[Owed]] = {}
    for one in owed(progress):
        found.setdefault(one.party, []).append(one)
    for party, lines in found.items():
        yield Wait(
            _(context.profile.party_title(party)),
            tuple(_(one.title) for one in by_row(lines, progress)),
            min((one.due_on for one in lines if one.due_on), default=None),
            min((at for one in lines if (at := one.waits_since(context.shown_now))), default=None),
            any(one.is_overdue(context.shown_now) for one in lines),
        )


def _next(context: Context, progress: ProjectStatus) -> tuple[date | None, str]:
    """The next day something is promised for, from today on; failing that the go-live day, if it lies ahead.

    Nothing is promised any more once the project has ended.
    """
    if progress.end:
        return None, ""
    today = context.today
    ahead = [(view.due_on, _(view.task.title)) for view in progress.waiting if view.due_on and view.due_on >= today]
    if ahead:
        return min(ahead)
    go_live = context.go_live()
    return (go_live, _("Go-live")) if go_live and go_live >= today else (None, "")


def _sentence(
    standing: ReportStanding, waits: Sequence[Wait], stopped: Sequence[ExceptionFigure], troubles: int
) -> str:
    if standing is ReportStanding.STOPPED:
        text = _("{what}: {how}. Somebody must decide how to go on.")
        if len(stopped) > 1:
            text = _("{what}: {how}. Somebody must decide how to go on. {count} more below.")
        return _(text, what=stopped[0].what, how=_(stopped[0].kind.value), count=len(stopped) - 1)
    if standing is ReportStanding.WAITING:
        return _("Waiting for {who}.", who=join_and([wait.party for wait in waits[:3]]) or _("nobody in particular"))
    if troubles == 1:
        return _("Every task is closed, with 1 exception.")
    if troubles:
        return _("Every task is closed, with {count} exceptions.", count=troubles)
    return _("Everything that was ordered is delivered, and every task is closed.")
