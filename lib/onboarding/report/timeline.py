"""The time axis of a report: when work of each stage lay open, and how long it lay with each party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from onboarding.domain.language import _
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.time_tracking import Interval, Span, merge

ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Lane:
    """Merged intervals of one stage or party on the time axis; ``total`` counts overlapping work once.

    A stage ``is_closed`` without any where its tasks closed by themselves.
    """

    id: str
    title: str
    intervals: tuple[Interval, ...]
    is_open: bool = False
    tasks: int = 0
    is_closed: bool = False

    @property
    def total(self) -> timedelta:
        return sum((end - start for start, end in self.intervals), ZERO)


@dataclass(frozen=True, slots=True)
class PartyTime:
    """Time work lay with one party: ``total`` at all, ``alone`` while none lay with anybody else."""

    party: str
    title: str
    side: str
    lane: Lane
    alone: timedelta
    longest: str = ""
    longest_for: timedelta = ZERO

    @property
    def total(self) -> timedelta:
        return self.lane.total


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole time from ``start`` to ``end``, cut in three: work lay with one party, with several, with nobody."""

    start: datetime
    end: datetime
    stages: tuple[Lane, ...]
    parties: tuple[PartyTime, ...]
    together: timedelta
    nobody: timedelta

    @property
    def whole(self) -> timedelta:
        return self.end - self.start


def timeline(context: Context, progress: ProjectStatus, found: Sequence[Span]) -> Timeline:
    """From the customer's first day to the last close or, while anything is open, to the report's instant."""
    start = min([context.customer.created_at, context.at, *(span.start for span in found)])
    end = max(span.end for span in found) if progress.is_closed and found else context.at
    stages = tuple(
        replace(
            _lane(stage.id, _(stage.title), [span for span in found if span.stage == stage.id]),
            is_closed=progress.count(stage.id).closed > 0 and not progress.count(stage.id).open,
        )
        for stage in context.profile.stages
    )
    lanes = [
        _lane(party, _(context.profile.party_title(party)), [span for span in found if span.party == party])
        for party in dict.fromkeys([*context.profile.parties, *(span.party for span in found)])
    ]
    lanes = [lane for lane in lanes if lane.tasks]
    alone, together, nobody = _shares(lanes, start, end)
    parties = tuple(_party_time(context, lane, alone[lane.id], found) for lane in lanes)
    return Timeline(start, end, stages, parties, together, nobody)


def _party_time(context: Context, lane: Lane, alone: timedelta, found: Sequence[Span]) -> PartyTime:
    party = context.profile.parties.get(lane.id)
    longest = max((span for span in found if span.party == lane.id), key=lambda span: span.length)
    task = context.task(longest.task)
    return PartyTime(
        lane.id, lane.title, party.side if party else "", lane, alone, _(task.title) if task else "", longest.length
    )


def _lane(lane_id: str, title: str, found: Sequence[Span]) -> Lane:
    merged = merge((span.start, span.end) for span in found)
    return Lane(lane_id, title, merged, any(span.is_open for span in found), len(found))


def _shares(lanes: Sequence[Lane], start: datetime, end: datetime) -> tuple[dict[str, timedelta], timedelta, timedelta]:
    """(time each lane was the only one, time several were, time none was) within the whole."""
    edges = sorted({start, end, *(at for lane in lanes for interval in lane.intervals for at in interval)})
    alone = {lane.id: ZERO for lane in lanes}
    together = nobody = ZERO
    for left, right in pairwise(edges):
        busy = [lane.id for lane in lanes if any(a <= left and right <= b for a, b in lane.intervals)]
        if len(busy) == 1:
            alone[busy[0]] += right - left
        elif busy:
            together += right - left
        else:
            nobody += right - left
    return alone, together, nobody
