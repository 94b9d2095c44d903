"""Every customer with how it is doing, and the most urgent thing somebody owes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onboarding.case.clock import Instants
from onboarding.case.resellers import sold_by
from onboarding.domain.history import TaskState
from onboarding.frames.frame import COUNT, DAY, FLAG, INSTANT, TEXT, Frame, FrameLook, Schema, one_of
from onboarding.frames.history_frames import Offers, reading, whose_of
from onboarding.store.store import Store
from onboarding.store.values import CustomerStatus, StatusRow

WEEK = 7
"""Days before go-live from which an open customer is at risk."""

_STOPPED = (TaskState.UNKNOWN, TaskState.REJECTED)


class Health(StrEnum):
    """How a customer is doing, the one to look at first first."""

    STOPPED = "stopped"  # refused or unknown: a person has to decide
    OVERDUE = "overdue"  # somebody has not kept a promised day
    AT_RISK = "at risk"  # go-live is near or past, and work is open
    ON_TRACK = "on track"
    COMPLETE = "complete"
    ENDED = "ended"  # deleted, a demonstration, or called off: nothing is done any more


OVERVIEW = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("service", TEXT, "name of the service; a customer with several has a row for each"),
    ("name", TEXT, "what it is called"),
    ("provider", TEXT, "title of the provider's profile"),
    ("reseller", TEXT, "id of the reseller whose customer it is; empty without one"),
    ("health", one_of(Health), "how it is doing"),
    ("closed", COUNT, "how many of its tasks need nothing more"),
    ("total", COUNT, "how many tasks apply to it"),
    ("stage", TEXT, "title of the stage of the most urgent task; empty where nobody can act"),
    ("who", TEXT, "title of the party that owes it"),
    ("title", TEXT, "what it is"),
    ("since", INSTANT, "since when it waits; missing where nobody is waited for"),
    ("due_on", DAY, "the day it is promised for; missing without a promise"),
    ("is_overdue", FLAG, "that day is over where whoever has it works"),
    ("more", COUNT, "how many other tasks somebody can act on"),
    ("go_live_on", DAY, "the day the customer is to go live; missing where none was given"),
    ("is_training", FLAG, "nobody is served by what is done for it"),
)


@OVERVIEW
def overview(as_of: str = "", *, reseller: str = "", store: Store | None = None) -> Frame:
    """Every customer, or those of one reseller, the one to look at first first, as of an ISO day or instant (now).

    A day alone is one at each provider's place. Made of the status alone, in a few queries however many customers there
    are. Raises InputError AS-OF.
    """
    with reading("", store) as record:
        instants, is_theirs = Instants(record, as_of), sold_by(record, reseller)
        status, offers = [one for one in record.status() if is_theirs(one.customer.id)], Offers.of(record)
        at = [instants.of(one.customer.id, one.engagement.profile, one.engagement.edition) for one in status]
    found = (_Standing.of(one, then, offers) for one, then in zip(status, at, strict=True))
    standing = sorted(found, key=_Standing.rank)
    return OVERVIEW.frame(one.row(offers) for one in standing).looking(
        FrameLook("Customers", "There is no customer yet.")
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """One customer: how it does, and of what somebody can act on the first to be done, None when nobody can."""

    status: CustomerStatus
    health: Health
    first: StatusRow | None
    at: datetime

    @classmethod
    def of(cls, status: CustomerStatus, at: datetime, offers: Offers) -> _Standing:
        rows = () if status.engagement.ended else status.rows
        return cls(status, _health(status, at, offers), next(iter(rows), None), at)

    def rank(self) -> tuple[int, date, str]:
        due_on = self.first.due_on if self.first else None
        return _RANKS[self.health], due_on or date.max, self.status.customer.name.lower()

    def row(self, offers: Offers) -> tuple[object, ...]:
        one, first, customer, whose = self.status, self.first, self.status.customer, whose_of(self.status)
        stage = offers.stage(whose, first.stage) if first else ""
        who, title = (offers.party(whose, first.party), first.title) if first else ("", "")
        return (
            *whose, customer.name, offers.title(whose), customer.reseller, self.health, one.closed,
            one.total, stage, who, title, first.waits_since(self.at) if first else None,
            first.due_on if first else None, first is not None and first.is_overdue(self.at), max(one.open - 1, 0),
            customer.go_live_on, customer.is_training,
        )  # fmt: skip


_RANKS = {health: rank for rank, health in enumerate(Health)}


def _health(one: CustomerStatus, at: datetime, offers: Offers) -> Health:
    """Of several the first; nothing is wrong with what is complete, or has ended."""
    if one.engagement.ended:
        return Health.ENDED
    if one.is_complete:
        return Health.COMPLETE
    if any(row.state in _STOPPED for row in one.rows):
        return Health.STOPPED
    if any(row.is_overdue(at) for row in one.rows):
        return Health.OVERDUE
    go_live, today = one.customer.go_live_on, at.astimezone(offers.calendar(whose_of(one)).zone).date()
    return Health.AT_RISK if go_live and (go_live - today).days < WEEK else Health.ON_TRACK
