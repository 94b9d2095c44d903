"""How long the work took: each task, or each stage from its first task to its last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from onboarding.case.clock import Instants
from onboarding.case.resellers import sold_by
from onboarding.frames.frame import COUNT, FLAG, INSTANT, LENGTH, TEXT, Frame, FrameLook, Schema
from onboarding.frames.history_frames import Offers, Whose, reading
from onboarding.stages.time_tracking import Interval, merge
from onboarding.store.store import Store
from onboarding.store.values import StatusRow

DURATIONS = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("service", TEXT, "which of its services it is of"),
    ("stage", TEXT, "id of the stage"),
    ("task", TEXT, "id of the task; empty where a row is a stage"),
    ("title", TEXT, "title of the task, or of the stage"),
    ("party", TEXT, "id of the party that had it; of a stage all of them, with commas"),
    ("who", TEXT, "the same by title"),
    ("begun_at", INSTANT, "when it could begin or was handed over"),
    ("done_at", INSTANT, "when it was closed; missing while it is open"),
    ("is_open", FLAG, "it is not closed yet"),
    ("took", LENGTH, "from its begin to its close, or until now"),
    ("worked", LENGTH, "how much of that time some task lay open"),
    ("days", COUNT, "days of the provider's calendar it went over, the first and the last counted"),
)


@DURATIONS
def durations(
    customer: str = "",
    by: Literal["task", "stage"] = "task",
    as_of: str = "",
    *,
    reseller: str = "",
    store: Store | None = None,
) -> Frame:
    """How long each task, or each stage, took; what nobody has worked on yet, such as what lies ahead, is left out.

    Work that is open counts until ``as_of``, an ISO day or instant (empty: now). Raises InputError AS-OF besides.
    """
    with reading(customer, store) as found:
        instants = Instants(found, as_of)
        lines, offers, is_theirs = found.task_lines(customer or None), Offers.of(found), sold_by(found, reseller)
    pieces: dict[tuple[Whose, str, str], _Piece] = {}
    for line in filter(lambda one: is_theirs(one.customer), lines):
        key = (line.customer, line.service), line.row.stage, line.row.task if by == "task" else ""
        pieces.setdefault(key, _Piece(*key, instants.of(line.customer, *offers.editions[key[0]]))).add(line.row)
    made = (piece.row(offers) for piece in pieces.values() if piece.intervals)
    return DURATIONS.frame(made).looking(FrameLook("Durations", "Nobody has held any work yet."))


class _Piece:
    """A task or stage of one customer, put together of its tasks."""

    def __init__(self, whose: Whose, stage: str, task: str, at: datetime) -> None:
        self.whose, self.stage, self.task, self._at = whose, stage, task, at
        self.intervals: list[Interval] = []
        self._title = ""
        self._is_open = False
        self._parties: dict[str, None] = {}

    def add(self, row: StatusRow) -> None:
        is_open = not row.state.is_closed
        self._is_open |= is_open
        self._title = row.title
        begun, end = row.begun_at, self._at if is_open else row.since
        if begun and end and (begun < end or not is_open):
            self.intervals.append((min(begun, end), end))
            self._parties[row.party] = None

    def row(self, offers: Offers) -> tuple[object, ...]:
        merged = merge(self.intervals)
        begun, ended = merged[0][0], self._at if self._is_open else merged[-1][1]
        zone = offers.calendar(self.whose).zone
        days = (ended.astimezone(zone).date() - begun.astimezone(zone).date()).days + 1
        worked = sum((end - start for start, end in merged), timedelta())
        title = self._title if self.task else offers.stage(self.whose, self.stage)
        who = ", ".join(offers.party(self.whose, party) for party in self._parties)
        return (
            *self.whose, self.stage, self.task, title, ", ".join(self._parties), who, begun,
            None if self._is_open else ended, self._is_open, ended - begun, worked, days,
        )  # fmt: skip
