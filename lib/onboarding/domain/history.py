"""What is known to have happened for one customer: the memory between runs, as values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from onboarding.domain.edition import EditionTaken
from onboarding.domain.event import NOTHING, Event
from onboarding.domain.json import JSON, Answers
from onboarding.domain.language import _
from onboarding.domain.people import entered_for
from onboarding.domain.sending import Sending
from onboarding.errors import InputError

ENGAGEMENT = "engagement"
"""Under which the record keeps what is about the project as a whole, not about one of its tasks."""

ON_TRUST = _("role taken on trust")
"""What is said of the word of somebody whom nobody has listed for the role they gave it in."""


class TaskState(StrEnum):
    """Where a task stands. The first six are kept in the store, the others follow from it."""

    DONE = "done"
    SKIPPED = "skipped"
    WAIVED = "waived"  # a gate rests on it, and a role that may do without it has said so
    WAITING = "waiting"  # handed over or parked on its party
    REJECTED = "rejected"
    UNKNOWN = "unknown"  # an effect may or may not have happened; a person is asked once
    READY = "ready"  # nothing holds it
    BLOCKED = "blocked"  # a predecessor or gate holds it
    NOT_NEEDED = "not-needed"  # its condition does not hold

    @property
    def is_closed(self) -> bool:
        return self.is_left_out or self in (TaskState.DONE, TaskState.NOT_NEEDED)

    @property
    def is_left_out(self) -> bool:
        """Whether somebody has settled that it is not done."""
        return self in (TaskState.SKIPPED, TaskState.WAIVED)


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """The kept state of one task. ``at`` is when it got into this state, ``due_on`` the promised day.

    ``version`` is that of the answers it was asked for or done with, so that a later change of them shows. ``by`` is
    the person whose word it is, ``entered_by`` the login that entered it.
    """

    task: str
    state: TaskState
    at: datetime
    party: str = ""
    due_on: date | None = None
    by: str = ""
    note: Event = NOTHING
    reference: str = ""
    version: int = 0
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class GateDecision:
    """One person's decision on one gate, bound to the digest of what was decided on.

    ``answers`` is what the gate asks besides, ``version`` that of the customer's answers at the time. ``is_verified``
    says that the person was listed for the role and not just taken at their word; ``origin`` is the digest of the
    entry in a file of decisions it came from, ``entered_by`` the login that entered it.
    """

    gate: str
    is_approved: bool
    by: str
    role: str
    at: datetime
    digest: str
    note: str = ""
    document: str = ""
    decided_on: Mapping[str, JSON] = field(default_factory=dict)
    answers: Mapping[str, JSON] = field(default_factory=dict)
    version: int = 0
    is_verified: bool = False
    origin: str = ""
    entered_by: str = ""

    STATED: ClassVar[str] = "adoption "
    """Before the digest of the fact under ``origin``: it was stated when the customer was taken over, not verified."""

    @property
    def is_stated(self) -> bool:
        """Whether it was only stated, when the customer was taken over who was under way elsewhere."""
        return self.origin.startswith(self.STATED)

    @property
    def doubt(self) -> str:
        """What is to be said of its weight, to be translated; empty where the person was listed for the role."""
        if not self.is_stated:
            return "" if self.is_verified else ON_TRUST
        if self.is_verified:
            return _("stated at adoption, not verified")
        return _("stated at adoption, not verified, role taken on trust")

    @property
    def other_login(self) -> str:
        """The login that entered it for somebody else; empty where they did themselves, or a program did."""
        return entered_for(self.by, self.entered_by)


@dataclass(frozen=True, slots=True)
class Edit:
    """One save of the customer's answers, as they were typed before and after it."""

    version: int
    by: str
    at: datetime
    before: Answers
    after: Answers


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of proof.

    ``subject`` is what it is about within the task (a user, a number), ``document`` the SHA-256 of a file kept in the
    workspace, ``observed`` what was read back from the outside system, ``version`` that of the answers it holds for.
    ``by`` is the person whose word it is, ``entered_by`` the login that entered it. It ``is_on_trust`` where nobody had
    listed the person for the role they said it in.
    """

    task: str
    at: datetime
    by: str
    what: Event
    subject: str = ""
    reference: str = ""
    document: str = ""
    document_name: str = ""
    observed: Mapping[str, JSON] | None = None
    version: int = 0
    entered_by: str = ""
    is_on_trust: bool = False

    @property
    def other_login(self) -> str:
        """The login that entered it for somebody else; empty where they did themselves, or a program did."""
        return entered_for(self.by, self.entered_by)

    @property
    def is_proof(self) -> bool:
        """Whether something was done or seen; not where the line says what a change of the answers has undone or moved,
        nor that people were asked for a decision.
        """
        return self.what.kind not in (
            "task.undone", "task.redefined", "task.stands", "task.row-gone", "task.not-needed", "date.moved",
            "gate.asked", "gate.mailed", "gate.again", "edition.moved", "gate.redefined",
        )  # fmt: skip

    @property
    def is_waiver(self) -> bool:
        """Whether it says that the task is done without."""
        return self.what.kind == "task.waived"


@dataclass(frozen=True, slots=True)
class PartyConfirmation:
    """Somebody has confirmed for this customer that ``party`` is accountable for ``task``."""

    task: str
    party: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of a customer's project. The first has neither title nor beginning of its own.

    In one that ``is_change`` everything before it goes on to count: it is a change order.
    """

    number: int = 1
    title: str = ""
    by: str = ""
    at: datetime | None = None
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """A phase was complete for the first time: from then on the customer works with what was set up.

    ``version`` is that of the answers it was complete with.
    """

    phase: int
    at: datetime
    by: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class EarlierPhase:
    """What was recorded in a phase that has ended; once-per-customer tasks stay with the current one."""

    phase: Phase
    tasks: Mapping[str, TaskRecord] = field(default_factory=dict)
    decisions: Sequence[GateDecision] = ()
    evidence: Sequence[Evidence] = ()


class Ending(StrEnum):
    """How a customer's project ended before its course was run to the end, or after it."""

    DELETED = "deleted"  # wiped outside, for good
    DEMO = "demo"  # a demonstration for good: only deletion is left
    CANCELLED = "cancelled"  # called off before go-live


@dataclass(frozen=True, slots=True)
class End:
    """That a project has ended: nothing is planned, asked or done any more."""

    kind: Ending
    at: datetime
    by: str
    why: str

    def sentence(self, day: date) -> str:
        """What is shown, to be translated; ``day`` is the local one on which it ended."""
        return _(_ENDED[self.kind], day=day, who=self.by, why=self.why.rstrip(". "))


_ENDED = {
    Ending.DELETED: _("Deleted on {day} by {who}: {why}."),
    Ending.DEMO: _("Turned into a demonstration on {day} by {who}: {why}."),
    Ending.CANCELLED: _("Cancelled on {day} by {who}: {why}."),
}


@dataclass(frozen=True, slots=True)
class History:
    """Everything kept about one customer's progress, oldest first in each sequence.

    ``tasks``, ``decisions`` and ``evidence`` are those of the current phase, with the once-per-customer tasks of
    earlier ones; ``parties`` are the confirmations by task. ``end`` is how the project ended, None while it goes on;
    ``hand_overs`` are those of the phases that were completed, ``editions`` those of the profile it has had.
    ``sendings`` are the attempts to send mails, by the task or gate they are about.
    """

    tasks: Mapping[str, TaskRecord] = field(default_factory=dict)
    decisions: Sequence[GateDecision] = ()
    evidence: Sequence[Evidence] = ()
    phase: Phase = Phase()
    earlier: Sequence[EarlierPhase] = ()
    parties: Mapping[str, PartyConfirmation] = field(default_factory=dict)
    end: End | None = None
    hand_overs: Sequence[HandOver] = ()
    editions: Sequence[EditionTaken] = ()
    sendings: Mapping[str, Sequence[Sending]] = field(default_factory=dict)

    @property
    def handed_over(self) -> HandOver | None:
        """The hand-over of the current phase; None while it is under way."""
        return next((one for one in self.hand_overs if one.phase == self.phase.number), None)

    @property
    def counts_since(self) -> int:
        """Number of the phase since which what was sent counts: before it everything began anew."""
        phases = [*(one.phase for one in self.earlier), self.phase]
        return next(phase.number for phase in reversed(phases) if not phase.is_change)

    def lines(self) -> Iterator[Evidence]:
        """What every phase has proved, oldest first."""
        for phase in self.earlier:
            yield from phase.evidence
        yield from self.evidence

    def state(self, task: str) -> TaskState | None:
        return self.tasks[task].state if task in self.tasks else None


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer in the workspace; ``language`` is the code of the one it is served in.

    ``is_training`` is settled when it is made: nobody is served by what is done for it. ``reseller`` is the id of the
    one whose customer it is; empty where there is none.
    """

    id: str
    name: str
    created_at: datetime
    go_live_on: date | None = None
    language: str = "en"
    is_training: bool = False
    reseller: str = ""


@dataclass(frozen=True, slots=True)
class Engagement:
    """A customer with one edition of a profile: what tasks, decisions, journal and runs belong to.

    ``id`` says nothing about either; ``service`` names it among those of the customer, ``number`` counts them from 1.
    ``edition`` is the digest of the
    edition it has, one of ``editions`` that it has had, oldest first. Without one the profile is read as it is now.
    ``ended`` is None while it goes on; see `end`.
    """

    id: str
    customer: str
    profile: str
    created_at: datetime
    edition: str = ""
    ended: Ending | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""
    editions: tuple[EditionTaken, ...] = ()
    service: str = ""
    number: int = 1

    @property
    def end(self) -> End | None:
        """How it ended; None while it goes on."""
        if self.ended is None or self.ended_at is None:
            return None
        return End(self.ended, self.ended_at, self.ended_by, self.ended_why)


_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
# Names Windows keeps for devices in every folder: a workspace may be copied there.
_DEVICES = frozenset({"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)})


def check_customer_id(text: str) -> str:
    """The id itself when it is sound: 1 to 63 of a-z, 0-9 and hyphen, not starting with a hyphen.

    Raises InputError CUSTOMER-ID, also for the device names of Windows.
    """
    if not _SHAPE.fullmatch(text):
        shape = "Use 1 to 63 small letters, digits and hyphens, beginning with a letter or digit, such as bright-smile."
        raise InputError("CUSTOMER-ID", f"{text[:80]!r} is not a customer id.", shape)
    if text in _DEVICES:
        raise InputError("CUSTOMER-ID", f"{text!r} is the name of a device on Windows.", "Choose another customer id.")
    return text


LONGEST_NAME = 250


def check_customer_name(text: str) -> str:
    """What a customer is called, itself, when it is of at most `LONGEST_NAME` characters. Raises InputError
    CUSTOMER-NAME.
    """
    if len(text) > LONGEST_NAME:
        words = f"A customer's name has at most {LONGEST_NAME} characters; this one has {len(text)}."
        raise InputError("CUSTOMER-NAME", words, "Give the name that stands on its letters.")
    return text


def check_service(text: str) -> str:
    """The name of a customer's engagement itself when it is sound, formed as a customer's id.

    Raises InputError SERVICE-ID.
    """
    try:
        return check_customer_id(text)
    except InputError:
        shape = "Use small letters, digits and hyphens, beginning with a letter or digit, such as univoip-teams."
        raise InputError("SERVICE-ID", f"{text[:80]!r} is not the name of a service.", shape) from None
