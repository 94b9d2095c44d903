"""The record of one customer or of all, read in a few queries however many customers there are.

Without a ``store`` the workspace is read; the training customer ``sample`` has a store of its own. Every function
raises InputError CUSTOMER-UNKNOWN for a customer that does not exist, and StoreError.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from onboarding.case.clock import parse_moment
from onboarding.case.editions import offer_of
from onboarding.case.resellers import sold_by
from onboarding.case.sample import SAMPLE, open_sample
from onboarding.domain.calendar import Calendar
from onboarding.domain.history import Evidence, TaskState
from onboarding.domain.reservation import NUMBER, InventoryItem, InventoryState
from onboarding.domain.task import OF_ROW, declared_id, row_of
from onboarding.errors import OnboardingError
from onboarding.frames.frame import COUNT, DAY, FLAG, INSTANT, LENGTH, TEXT, Frame, FrameLook, Schema, one_of
from onboarding.profile.model import Profile
from onboarding.store.store import Store
from onboarding.store.values import CustomerStatus, RunOutcome, TaskLine

CUSTOMERS = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("service", TEXT, "name of the service; a customer with several has a row for each"),
    ("name", TEXT, "what it is called"),
    ("profile", TEXT, "id of the provider's profile"),
    ("provider", TEXT, "title of the profile; its id where it cannot be read any more"),
    ("reseller", TEXT, "id of the reseller whose customer it is; empty without one"),
    ("language", TEXT, "code of the language it is served in"),
    ("created_at", INSTANT, "when it was made"),
    ("go_live_on", DAY, "the day it is to go live; missing where none was given"),
    ("is_training", FLAG, "nobody is served by what is done for it"),
    ("phase", COUNT, "number of the phase it is in"),
    ("closed", COUNT, "how many of its tasks need nothing more"),
    ("total", COUNT, "how many tasks apply to it, with gates people are asked to decide"),
    ("ended", TEXT, "how it has ended: deleted, demo or cancelled; empty while it goes on"),
    ("ended_at", INSTANT, "when it ended; missing while it goes on"),
)
TASKS = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("service", TEXT, "which of its services it is of"),
    ("stage", TEXT, "id of the stage"),
    ("stage_title", TEXT, "what the stage is called"),
    ("task", TEXT, "id of the task, or of the gate"),
    ("each", TEXT, "id of the task for every row that this one belongs to; empty for any other"),
    ("row", TEXT, "id of the row it is about, or what the rows of its group have in common; empty for any other"),
    ("title", TEXT, "what is to be done"),
    ("kind", one_of(("task", "gate")), "a gate stands here while people are asked to decide it"),
    ("state", one_of(TaskState), "where it stands"),
    ("party", TEXT, "id of the party that is waited for, or that does it"),
    ("who", TEXT, "the party's title"),
    ("since", INSTANT, "when it came to stand there; missing for what nobody has touched"),
    ("begun_at", INSTANT, "when it could begin or was handed over, or will; missing while something holds it up"),
    (
        "planned_on",
        DAY,
        "the first day it can be done by, from the order on, of what comes back its next one; missing for gates",
    ),
    ("due_on", DAY, "the day it is promised for; missing without a promise"),
    ("late_at", INSTANT, "the instant from which it is late where whoever has it works; missing without a promise"),
    ("done_on", DAY, "the day it was done; missing while it is not"),
    ("by", TEXT, "who brought it there"),
    ("note", TEXT, "their note"),
    ("reference", TEXT, "what the outside system calls it"),
    ("reasons", TEXT, "what is missing or holds it, each on a line"),
)
EVIDENCE = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("service", TEXT, "which of its services it is of"),
    ("stage", TEXT, "id of the task's stage; empty for a procedure"),
    ("task", TEXT, "id of the task it proves"),
    ("title", TEXT, "the task's title"),
    ("recorded_at", INSTANT, "when it was filed"),
    ("by", TEXT, "who filed it"),
    ("entered_by", TEXT, "login that entered it; empty where a program did"),
    ("is_on_trust", FLAG, "nobody had listed them for the role they said it in"),
    ("what", TEXT, "what it proves"),
    ("subject", TEXT, "what it is about within the task, such as a user"),
    ("reference", TEXT, "what the outside system calls it"),
    ("document", TEXT, "SHA-256 of the file that was filed"),
    ("document_name", TEXT, "name of that file"),
    ("is_read_back", FLAG, "an outside system showed it; otherwise somebody reported it"),
)
NUMBERS = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("number", TEXT, "telephone number, E.164"),
    ("kind", TEXT, "id of what it is: port, new, or a claim of the profile"),
    ("state", one_of(InventoryState), "where it stands"),
    ("user", TEXT, "who gets it by the answers, of one customer's case"),
    ("since", INSTANT, "when it came to stand there"),
    ("until", INSTANT, "the instant from which an ageing number is free; missing for any other"),
    ("is_training", FLAG, "it is a training customer's: whoever is served may have the same"),
)
RUNS = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("service", TEXT, "which of its services it is of"),
    ("run", TEXT, "id of the run"),
    ("stage", TEXT, "id of the stage, or report"),
    ("outcome", one_of(RunOutcome), "how it ended; missing while it goes on"),
    ("message", TEXT, "its last sentence"),
    ("by", TEXT, "who started it"),
    ("started_at", INSTANT, "when it began"),
    ("finished_at", INSTANT, "when it ended; missing while it goes on"),
    ("took", LENGTH, "from the one to the other"),
    ("is_headless", FLAG, "nobody stepped through it"),
    ("is_applied", FLAG, "changes were made, not only shown"),
    ("edition", TEXT, "digest of the profile it ran with"),
    ("library_version", TEXT, "version of this library"),
    ("notebook", TEXT, "the archived notebook, below archive/"),
    ("digest", TEXT, "its SHA-256"),
)
RECORDS = Schema.of(
    ("customer", TEXT, "id of the customer"),
    ("subject", TEXT, "what was written: a task, a line of evidence, a decision, a run, a version of the answers"),
    ("action", TEXT, "what was done to it"),
    ("by", TEXT, "who did it"),
    ("as_of", INSTANT, "the instant it is dated"),
    ("recorded_at", INSTANT, "when it was written, by the clock of the machine"),
    ("apart", LENGTH, "how much later it was written than it is dated; negative where it is dated ahead"),
    ("is_apart", FLAG, "the two are more than a day apart"),
)


@CUSTOMERS
def customers(*, reseller: str = "", store: Store | None = None) -> Frame:
    """Every customer of the workspace, or of one reseller, by id."""
    with reading("", store) as found:
        status, offers, is_theirs = found.status(), Offers.of(found), sold_by(found, reseller)
    rows = [
        (
            *whose_of(one), one.customer.name, one.engagement.profile, offers.title(whose_of(one)),
            one.customer.reseller, one.customer.language, one.customer.created_at, one.customer.go_live_on,
            one.customer.is_training, one.phase, one.closed, one.total, one.engagement.ended or "",
            one.engagement.ended_at,
        )
        for one in status
        if is_theirs(one.customer.id)
    ]  # fmt: skip
    return CUSTOMERS.frame(rows).looking(FrameLook("Customers", "There is no customer yet."))


@TASKS
def tasks(customer: str = "", *, reseller: str = "", store: Store | None = None) -> Frame:
    """Every task that applies, by customer in the profile's order, as it stood when something last happened."""
    with reading(customer, store) as found:
        lines, offers, is_theirs = found.task_lines(customer or None), Offers.of(found), sold_by(found, reseller)
    rows = (_task(line, offers) for line in lines if is_theirs(line.customer))
    return TASKS.frame(rows).looking(FrameLook("Tasks", "There is no task."))


@EVIDENCE
def evidence(customer: str = "", *, reseller: str = "", store: Store | None = None) -> Frame:
    """Everything that was filed as proof, by customer, oldest first."""
    with reading(customer, store) as found:
        lines, offers, is_theirs = found.evidence_lines(customer or None), Offers.of(found), sold_by(found, reseller)
    return evidence_frame(
        evidence_row((customer, service), offers.place((customer, service), line.task), line)
        for customer, service, line in lines
        if is_theirs(customer)
    )


@NUMBERS
def numbers(customer: str = "", *, reseller: str = "", store: Store | None = None) -> Frame:
    """Every telephone number that belongs to a customer, is ageing, or was ported out, in their order."""
    with reading(customer, store) as found:
        is_theirs = sold_by(found, reseller)
        return number_frame(
            (one for one in found.inventory(customer or None) if is_theirs(one.customer)), parse_moment("")
        )


@RUNS
def runs(customer: str = "", *, reseller: str = "", store: Store | None = None) -> Frame:
    """Every run of a runbook or report, oldest first."""
    with reading(customer, store) as found:
        is_theirs = sold_by(found, reseller)
        archived = [run for run in found.runs(customer or None) if is_theirs(run.customer)]
    rows = [
        (
            run.customer, run.service, run.id, run.stage, run.outcome, str(run.message), run.by,
            run.started_at, run.finished_at,
            run.finished_at - run.started_at if run.finished_at else None, run.is_headless,
            bool(run.parameters.get("apply")), run.edition, run.library_version, run.notebook, run.digest,
        )
        for run in archived
    ]  # fmt: skip
    return RUNS.frame(rows).looking(FrameLook("Runs", "There was no run."))


@RECORDS
def records(customer: str = "", *, reseller: str = "", store: Store | None = None) -> Frame:
    """Every record of the audit chain, by customer, oldest first, with the machine's clock beside the date it bears."""
    with reading(customer, store) as found:
        is_theirs = sold_by(found, reseller)
        lines = [one for one in found.records(customer or None) if is_theirs(one.customer)]
    rows = (
        (one.customer, one.subject, one.action, one.by, one.as_of, one.recorded_at, one.apart, one.is_apart)
        for one in lines
    )
    return RECORDS.frame(rows).looking(FrameLook("Records", "Nothing is recorded."))


@contextmanager
def reading(customer: str, store: Store | None) -> Iterator[Store]:
    """The store given, otherwise the one that has the customer."""
    if store is not None:
        yield store
    else:
        with open_sample(parse_moment("")).store if customer == SAMPLE else Store.open() as opened:
            yield opened


Whose = tuple[str, str]
"""Customer and service."""


def whose_of(status: CustomerStatus) -> Whose:
    """Whose status it is."""
    return status.customer.id, status.engagement.service


@dataclass(frozen=True)
class Offers:
    """The profile of each engagement in its edition, each read once; one that cannot be read any more is left out."""

    editions: Mapping[Whose, tuple[str, str]]
    profiles: Mapping[tuple[str, str], Profile]

    @classmethod
    def of(cls, store: Store) -> Offers:
        whose = {(one.customer, one.service): (one.profile, one.edition) for one in store.engagements()}
        profiles = {}
        for name in dict.fromkeys(whose.values()):
            with suppress(OnboardingError):
                profiles[name] = offer_of(store, *name)
        return cls(whose, profiles)

    def __getitem__(self, whose: Whose) -> Profile | None:
        return self.profiles.get(self.editions[whose])

    def title(self, whose: Whose) -> str:
        offer = self[whose]
        return offer.title if offer else self.editions[whose][0]

    def party(self, whose: Whose, party: str) -> str:
        offer = self[whose]
        return offer.party_title(party) if offer else party

    def stage(self, whose: Whose, stage: str) -> str:
        """Title of a stage."""
        offer = self[whose]
        return next((one.title for one in offer.stages if one.id == stage), stage) if offer else stage

    def calendar(self, whose: Whose) -> Calendar:
        """The provider's calendar."""
        offer = self[whose]
        return offer.data.calendar.build() if offer else Calendar()

    def place(self, whose: Whose, task: str) -> tuple[str, str, str]:
        """(stage, id, title) of a task, of a gate without stage; of what is not known only its id."""
        offer = self[whose]
        found = offer.task(declared_id(task)) if offer else None
        gate = offer.gates.get(task) if offer else None
        return (found.stage, task, found.title) if found else ("", task, gate.title if gate else task)


def of_row(task: str) -> tuple[str, str]:
    """(id of the declared task, row) of the task of a row; empty texts for any other."""
    return (declared_id(task), row_of(task)) if OF_ROW in task else ("", "")


def evidence_row(whose: Whose, place: tuple[str, str, str], line: Evidence) -> tuple[object, ...]:
    """One line of proof; ``place`` is (stage, id, title) of its task."""
    return (
        *whose, *place, line.at, line.by, line.entered_by, line.is_on_trust, str(line.what), line.subject,
        line.reference, line.document, line.document_name, line.observed is not None,
    )  # fmt: skip


def evidence_frame(rows: Iterable[tuple[object, ...]]) -> Frame:
    return EVIDENCE.frame(rows).looking(FrameLook("Evidence", "No evidence yet."))


def number_frame(items: Iterable[InventoryItem], at: datetime, users: Mapping[str, str] | None = None) -> Frame:
    """The telephone numbers among the items that are not released at an instant; ``users`` are who gets one by the
    answers.
    """
    known = users or {}
    rows = (
        (
            item.customer, item.value, item.what, item.state, known.get(item.value, ""), item.since, item.until,
            item.is_training,
        )
        for item in (one.as_of(at) for one in items)
        if item.kind == NUMBER and item.state is not InventoryState.RELEASED
    )  # fmt: skip
    return NUMBERS.frame(rows).looking(FrameLook("Numbers", "There is no number."))


def _task(line: TaskLine, offers: Offers) -> tuple[object, ...]:
    whose, row = (line.customer, line.service), line.row
    kind = "task" if row.kind == "task" else "gate"
    return (
        *whose, row.stage, offers.stage(whose, row.stage), row.task, *of_row(row.task), row.title, kind,
        row.state, row.party, offers.party(whose, row.party), row.since, row.begun_at, row.planned_on, row.due_on,
        row.late_at, row.done_on, line.by, str(line.note), line.reference, row.reason,
    )  # fmt: skip
