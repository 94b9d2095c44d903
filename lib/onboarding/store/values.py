"""The values the store takes and gives that the domain does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from onboarding.domain.action import Outcome
from onboarding.domain.due import Due
from onboarding.domain.event import NOTHING, Event
from onboarding.domain.history import Customer, Ending, Engagement, TaskState
from onboarding.domain.json import JSON, Answers


@dataclass(frozen=True, slots=True)
class AnswersVersion:
    """The answers as they stood after one save. ``digest`` is `domain.json.digest` of ``document``."""

    version: int
    document: Answers = field(repr=False)
    by: str
    at: datetime
    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class AnswersChange:
    """One line of the history of the answers: ``sections`` are those that differ from the version before."""

    version: int
    by: str
    at: datetime
    source: str
    digest: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One intent and what came of it. ``outcome`` None: the attempt was begun and its end is not known.

    ``version`` is that of the answers it was made of, ``attempts`` counts the intents written under
    this ref; ``is_new`` is True only on the entry that `intend` returns for an attempt it has just written.
    """

    ref: str
    action_id: str
    task: str
    stage: str
    revision: int
    connector: str
    body_digest: str
    summary: str
    intended_at: datetime
    outcome: Outcome | None = None
    concluded_at: datetime | None = None
    attempts: int = 1
    version: int = 0
    is_new: bool = False


class RunOutcome(StrEnum):
    """How a run ended, by our own record."""

    DONE = "done"
    PARKED = "parked"
    FAILED = "failed"
    BAD_INPUT = "bad-input"
    DIED = "died"
    TIMED_OUT = "timed-out"


@dataclass(frozen=True, slots=True)
class RunStart:
    """What is known when a run begins: ``edition`` is the digest of the profile, ``source_digest`` of the master."""

    customer: str
    stage: str
    parameters: Mapping[str, JSON]
    edition: str
    library_version: str
    by: str
    at: datetime
    is_headless: bool = True
    source_digest: str = ""
    details: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``outcome`` None: still going. ``notebook`` is the archived file's path within ``archive/``.

    ``started_at`` is the instant it worked as of, ``begun_at`` that of the machine's clock.
    """

    id: str
    customer: str
    stage: str
    parameters: Mapping[str, JSON]
    edition: str
    library_version: str
    by: str
    started_at: datetime
    begun_at: datetime
    is_headless: bool
    source_digest: str
    host: str
    pid: int
    outcome: RunOutcome | None = None
    message: Event = NOTHING
    finished_at: datetime | None = None
    last_cell: int | None = None
    notebook: str = ""
    digest: str = ""
    size: int = 0
    details: Mapping[str, JSON] = field(default_factory=dict)
    service: str = ""


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row of the status: a task, or by its ``kind`` a decision or check, where it stands, who is asked, since when
    and until when.

    ``begun_at`` is when it could begin or was handed over (`stages.time_tracking`), None while it is blocked.
    ``planned_on`` is its day by the schedule from the order on, ``done_on`` the one on which it was done. ``due_on`` is
    a day where whoever is asked works: from the instant ``late_at`` that is over.
    """

    stage: str
    task: str
    title: str
    state: TaskState
    party: str = ""
    since: datetime | None = None
    due_on: date | None = None
    reason: str = ""
    begun_at: datetime | None = None
    planned_on: date | None = None
    done_on: date | None = None
    late_at: datetime | None = None
    kind: str = "task"

    def is_overdue(self, at: datetime) -> bool:
        """Whether the day it was promised for is over at that instant."""
        return self.late_at is not None and not self.state.is_closed and self.late_at <= at

    def waits_since(self, at: datetime) -> datetime | None:
        """Since when it waits at that instant: it came to stand there, or it could begin."""
        begun = self.since or self.begun_at
        return begun if begun is not None and begun <= at else None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One row of a customer's status, with who brought the task to where it stands, and their note."""

    customer: str
    row: StatusRow
    by: str = ""
    note: Event = NOTHING
    reference: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class CustomerStatus:
    """One engagement's status: how many of its rows are closed, and the rows somebody can act on now.

    ``rows`` have the most urgent first; ``open`` is how many there are, also where only that is among them.
    """

    customer: Customer
    engagement: Engagement
    closed: int
    total: int
    rows: tuple[StatusRow, ...]
    phase: int = 1
    open: int = 0
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """What is known of one engagement without looking at it.

    ``due`` is what was noted, None when nothing was; ``head`` is the number of the last record of the customer's audit
    chain now. ``newest`` is how the run begun last ended, None while it is going or when there was none. ``turn`` is
    the number of the newest turn of the work that was asked for, as far as it has ended. ``ended`` says how the
    engagement ended, None while it goes on; ``edition`` is the digest of the one it has,
    ``service`` its name where the customer has several. The customer ``is_training``.
    """

    customer: str
    created_at: datetime
    profile: str
    head: int
    due: Due | None = None
    newest: RunOutcome | None = None
    turn: int = 0
    ended: Ending | None = None
    edition: str = ""
    service: str = ""
    is_training: bool = False


@dataclass(frozen=True, slots=True)
class ChainRecord:
    """One record of the audit chain: what was done to which row, by whom, as of when, and when by the machine's clock.

    ``subject`` is the row (``task provision.create-company``, ``evidence 12``), ``action`` such as ``task.done``.
    """

    customer: str
    subject: str
    action: str
    by: str
    as_of: datetime
    recorded_at: datetime

    @property
    def apart(self) -> timedelta:
        """How much later it was recorded than it is dated; negative where it is dated ahead."""
        return self.recorded_at - self.as_of

    @property
    def is_apart(self) -> bool:
        """Whether the two clocks are more than a day apart, so that both are shown."""
        return abs(self.apart) > timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IntegrityFinding:
    """One fault found by the audit.

    ``kind`` is ``changed``, ``missing``, ``added`` or ``contradiction``; ``subject`` is the file or the row
    (``archive/bright-smile/0001-gather.ipynb``, ``task provision.create-company``).
    """

    customer: str
    kind: str
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}: {self.message}"
