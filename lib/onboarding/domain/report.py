"""What a provider's completion report shows beside what every report shows: data of the profile.

A *tally* counts one kind of thing that was ordered and says what proves each. A *block* is a part of the report with a
heading of its own, made of *shows*; which there are is listed in `SHOWS`. A block or show that has nothing to say for
a customer is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from onboarding.domain.catalog import Entry, Wants
from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON

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
    where: Mapping[str, JSON] = field(default_factory=dict)
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
    """One thing in a block: ``kind`` is one of `SHOWS`, ``about`` its parameters."""

    kind: str
    about: Mapping[str, JSON] = field(default_factory=dict)
    when: Condition | None = None

    @property
    def caption(self) -> str:
        return str(self.about.get("caption") or "")


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

_CAPTION = {"caption": Wants.TEXT}

SHOWS: Mapping[str, Entry] = {
    "rows": Entry(
        "the rows of a table, with these columns (all when none is named) and the state of the tasks that bring them",
        needs={"rows": Wants.TABLE},
        may={**_CAPTION, "columns": Wants.QUESTIONS, "where": Wants.WHERE, "tasks": Wants.TASKS},
    ),
    "answers": Entry("answers, each beside its question", needs={"fields": Wants.FIELDS}, may=_CAPTION),
    "steps": Entry(
        "tasks with the day they were done, by whom, and the document that proves it",
        needs={"tasks": Wants.TASKS}, may=_CAPTION,
    ),
    "contract": Entry(
        "what was contracted against what is delivered, line by line, as data.delivery counts it",
        may=_CAPTION, reads=("contract_lines",),
    ),
    "invoice": Entry("the date of the first invoice and the day it counts from, as data.billing says", may=_CAPTION),
    "licences": Entry(
        "what licence each user had when the task 'since' was done, and what was bought or removed",
        may={**_CAPTION, "since": Wants.TASK},
    ),
    "classes": Entry(
        "the classes of a training task, with who has attended",
        needs={"task": Wants.TASK}, may={**_CAPTION, "attended": Wants.QUESTION},
    ),
    "sides": Entry("customer beside provider for each stage, with what each of them has done", may=_CAPTION),
    "coverage": Entry(
        "every requirement, the setting that meets it and its value",
        needs={"requirement": Wants.QUESTION, "setting": Wants.QUESTION}, may=_CAPTION,
    ),
    "decisions": Entry(
        "who signed at these gates, on which day and on what", needs={"gates": Wants.TEXTS}, may=_CAPTION,
    ),
    "call-flow": Entry("the call flow as a picture, and in words", may=_CAPTION),
    "notes": Entry(
        "sentences, references and procedures of the profile",
        may={**_CAPTION, "texts": Wants.TEXTS, "references": Wants.TEXTS, "procedures": Wants.TEXTS},
    ),
}  # fmt: skip
"""What a block may show, with its parameters."""
