"""What a provider's completion report shows beside what every report shows: data of the profile.

A *tally* counts one kind of thing that was ordered and says what proves each. A *block* is a part of the report with a
heading of its own, made of *shows*; each is one of `onboarding.report.blocks`. One that has nothing to say for
a customer is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from onboarding.domain.condition import ALL_ROWS, Condition, Where
from onboarding.domain.params import NO_PARAMS, Params

USERS, NUMBERS, SERVICES = "users", "numbers", "services"
KNOWN = {USERS: "Users", NUMBERS: "Numbers", SERVICES: "Services"}
"""Tallies that are made from the users, the numbers to keep and the new ones, and the services of the profile."""

HEADLINES = 3
"""Tallies that stand on the first screen: the first of the list."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Things ordered of one kind: the ``rows`` of a table with the values ``where``, or their ``sum`` of a column.

    One is delivered when all ``tasks`` are done; a task that brings rows about in an outside system proves each of its
    rows by what was read back. ``columns`` are the questions shown of each thing; without any it is only counted.
    A tally of `KNOWN` needs no rows; for numbers, ``port`` and ``new`` are the tasks of the two ways they come, the
    request first, and ``holders`` the questions that name what else than a user has a number.
    """

    id: str
    title: str
    rows: str = ""
    where: Where = ALL_ROWS
    sum: str = ""
    tasks: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    port: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether it counts rows, rather than what every report knows."""
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Show:
    """One thing in a block: ``kind`` names one of `onboarding.report.blocks`, ``params`` are its parameters."""

    kind: str
    params: Params = NO_PARAMS
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """A part of the report: a heading, a sentence or two, and what is shown."""

    id: str
    title: str
    text: str
    shows: tuple[Show, ...]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """``title`` says what the report is called, ``ordered`` what ordered and delivered mean with this provider."""

    title: str = "Completion report"
    ordered: str = ""
    tallies: tuple[Tally, ...] = tuple(Tally(name, title) for name, title in KNOWN.items())
    blocks: tuple[ReportBlock, ...] = ()

    def tally(self, name: str) -> Tally | None:
        return next((tally for tally in self.tallies if tally.id == name), None)


PLAIN = ReportPlan()
"""The report of a provider who asks for nothing of its own."""
