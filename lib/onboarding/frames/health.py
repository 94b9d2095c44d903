"""Every customer with how it is doing, and the most urgent thing somebody owes it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import pandas as pd

from onboarding.case.clock import parse_moment
from onboarding.domain.history import TaskState
from onboarding.frames.frame import COUNT, DAY, FLAG, TEXT, Frame, FrameLook, Schema, one_of
from onboarding.frames.history_frames import customers, reading, tasks
from onboarding.store.store import Store

WEEK = 7
"""Days before go-live from which an open customer is at risk."""

_STOPPED = (TaskState.UNKNOWN, TaskState.REJECTED)
_OPEN = (TaskState.READY, TaskState.WAITING, *_STOPPED)


class Health(StrEnum):
    """How a customer is doing, the one to look at first first."""

    STOPPED = "stopped"  # refused or unknown: a person has to decide
    OVERDUE = "overdue"  # somebody has not kept a promised day
    AT_RISK = "at risk"  # go-live is near or past, and work is open
    ON_TRACK = "on track"
    COMPLETE = "complete"


OVERVIEW = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("name", TEXT, "what it is called"),
    ("provider", TEXT, "title of the provider's profile"),
    ("health", one_of(Health), "how it is doing"),
    ("closed", COUNT, "how many of its tasks need nothing more"),
    ("total", COUNT, "how many tasks apply to it"),
    ("stage", TEXT, "title of the stage of the most urgent task; empty where nobody can act"),
    ("who", TEXT, "title of the party that owes it"),
    ("title", TEXT, "what it is"),
    ("due_on", DAY, "the day it is promised for; missing without a promise"),
    ("more", COUNT, "how many other tasks somebody can act on"),
    ("go_live_on", DAY, "the day the customer is to go live; missing where none was given"),
    ("is_training", FLAG, "nobody is served by what is done for it"),
)


@OVERVIEW
def overview(as_of: str = "", *, store: Store | None = None) -> Frame:
    """Every customer, the one to look at first first, as of an ISO day or instant (empty: now).

    Raises InputError AS-OF.
    """
    at = parse_moment(as_of)
    with reading("", store) as found:
        return overview_of(customers(store=found), tasks(store=found), at.date())


def overview_of(everybody: Frame, all_tasks: Frame, today: date) -> Frame:
    """The same of frames of customers and of their tasks."""
    urgent = all_tasks[all_tasks["state"].isin(_OPEN)].copy()
    urgent["is_ready"] = urgent["state"] == TaskState.READY
    urgent = urgent.sort_values(["due_on", "is_ready"])
    first = urgent.drop_duplicates("customer").set_index("customer")[["stage_title", "who", "title", "due_on"]]
    first["more"] = urgent.groupby("customer").size() - 1
    found = everybody.join(first.rename(columns={"stage_title": "stage"}), on="customer")
    found["health"] = pd.Categorical(_health(found, urgent, pd.Timestamp(today)), dtype=one_of(Health))
    found = found.fillna({"stage": "", "who": "", "title": "", "more": 0}).astype({"more": COUNT})
    made = found.assign(called=found["name"].str.lower()).sort_values(["health", "due_on", "called"])
    return made[OVERVIEW.names].reset_index(drop=True).looking(FrameLook("Customers", "There is no customer yet."))


def _health(found: Frame, urgent: Frame, today: pd.Timestamp) -> list[str]:
    """Of several the first; nothing is wrong with what is complete."""
    is_complete = (found["total"] > 0) & (found["closed"] == found["total"])
    is_stopped = found["customer"].isin(urgent[urgent["state"].isin(_STOPPED)]["customer"])
    is_late = found["customer"].isin(urgent[urgent["due_on"] < today]["customer"])
    is_near = (found["go_live_on"] - today).dt.days < WEEK
    words = (Health.COMPLETE, Health.STOPPED, Health.OVERDUE, Health.AT_RISK)
    rows = zip(is_complete, is_stopped, is_late, is_near, strict=True)
    return [next((word for word, holds in zip(words, row, strict=True) if holds), Health.ON_TRACK) for row in rows]
