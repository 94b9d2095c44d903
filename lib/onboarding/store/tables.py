"""The tables.

What a customer answers, files and owns is the customer's; what is done for it belongs to an engagement, which is the
customer with one edition of a profile. Rows name the one or the other in the column ``customer`` or ``engagement``.

A table with a ``subject`` is audited: every change of it goes into the audit chain. The others are derived or their own
proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text

from onboarding.domain.action import Verdict
from onboarding.domain.history import Ending, TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.store.columns import Day, Flag, Happened, Instant, Json, OneOf, SafeText, Taken
from onboarding.store.values import RunOutcome

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)

OWNERS = ("customer", "engagement")
"""Columns that say whose a row is; no digest covers them, since each chain is one customer's."""

_NAMES = {
    Instant: "as_of at begun_at concluded_at created_at ended_at finished_at intended_at late_at noted_at recorded_at"
    " since started_at until",
    Day: "due_on go_live_on planned_on done_on",
    Flag: "is_approved is_complete is_headless is_on_trust is_training is_verified",
    Integer: "after_decision after_evidence attempts closed first_open format head last_cell number open phase pid"
    " position revision schema seq size total turn version",
    Json: "answers changed decided_on details kept moves observed parameters sections waits_for",
    Happened: "message",
    SafeText: "about actor by document_name ended_by ended_why entered_by host media_type name note party reason"
    " reference role source summary title",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
"""Type of the columns of a name; it is `Text` for a name that does not stand here."""


def digested(table: Table) -> Mapping[int, Sequence[str]]:
    """The columns that digests of a row cover, in lists numbered from 1, oldest first.

    A record keeps the number it was made by, the newest at the time.
    """
    found: Mapping[int, Sequence[str]] = table.info["digested"]
    return found


def _table(
    name: str,
    owner: str,
    key: str,
    columns: str,
    *more: Any,
    subject: str = "",
    covers: Sequence[str] = (),
    **kinds: Any,
) -> Table:
    """A table of the owner's rows; the owner, ``customer`` or ``engagement``, begins the primary key ``key``.

    ``columns`` are names, with ``?`` those that may be absent; ``kinds`` are types of columns other than by `_KINDS`.
    The audit chain calls a row by ``subject`` and its primary key without the owner; without a subject all rows of a
    customer are one together. ``covers`` are the lists of `digested`, by default one of all columns but the owner:
    whoever adds a column to what is released names the list before and a new one.
    """
    keys = [_column(column, kinds, primary_key=True, autoincrement=False) for column in key.split()]
    whose = [Column(owner, Text, ForeignKey(f"{owner}s.id"), primary_key=True)] if owner else []
    others = [_column(column.rstrip("?"), kinds, nullable=column.endswith("?")) for column in columns.split()]
    lists = covers or [f"{key} {columns}".replace("?", "")]
    info = {"subject": subject, "digested": {number: names.split() for number, names in enumerate(lists, start=1)}}
    return Table(name, metadata, *whose, *keys, *others, *more, info=info)


def _column(name: str, kinds: Mapping[str, Any], **options: Any) -> Column[Any]:
    return Column(name, kinds.get(name, _KINDS.get(name, Text)), **options)


_TASK = "state at party due_on? by note? reference version entered_by"

# ``chain`` is the opaque id of the customer's audit chain.
customers = _table(
    "customers", "", "id", "chain name created_at go_live_on? language is_training reseller", subject="customer"
)

# A customer with one edition of a profile; its id says nothing about either, ``service`` is its name among those of the
# customer, ``number`` its place. ``ended`` is absent while it goes on.
engagements = _table(
    "engagements", "", "id", "profile edition created_at ended? ended_at? ended_by ended_why editions service number",
    Column("customer", Text, ForeignKey("customers.id"), nullable=False, index=True),
    subject="engagement", ended=OneOf(Ending), editions=Taken,
)  # fmt: skip

# Bodies of answer sections, found by their digest: a version that changes one section stores one.
sections = _table("sections", "customer", "digest", "body")

# ``sections`` are {section: digest of its body}, ``changed`` is [section].
answers = _table("answers", "customer", "version", "sections changed digest by at source", subject="answers")

tasks = _table("tasks", "engagement", "task", _TASK, subject="task", state=OneOf(TaskState), note=Happened)

# Tasks as they stood when their phase ended.
earlier_tasks = _table(
    "earlier_tasks", "engagement", "phase task", _TASK,
    subject="earlier-task", state=OneOf(TaskState), note=Happened,
)  # fmt: skip

# Evidence and decisions are numbered: what has a higher number than these belongs to the phase or a later one. ``kept``
# is [task], those that are not begun anew.
phases = _table("phases", "engagement", "number", "title by at kept after_evidence after_decision", subject="phase")

# When a phase was complete for the first time, with which version of the answers.
hand_overs = _table("hand_overs", "engagement", "phase", "at by version", subject="hand-over")

parties = _table("parties", "engagement", "task", "party by at", subject="party", party=Text)

documents = _table("documents", "customer", "sha256", "name media_type size at", subject="document")

evidence = _table(
    "evidence", "engagement", "seq",
    "task at by what about reference document? document_name observed? version entered_by is_on_trust",
    subject="evidence", what=Happened,
)  # fmt: skip

decisions = _table(
    "decisions", "engagement", "seq",
    "gate is_approved by role at digest note document? decided_on answers version is_verified origin entered_by",
    subject="decision",
)  # fmt: skip

plans = _table("plans", "engagement", "stage revision", "digest at", subject="plan")

journal = _table(
    "journal", "engagement", "ref",
    "seq action_id task stage revision version connector body_digest summary attempts intended_at verdict? reference"
    " message? observed? concluded_at?",
    Index(None, "engagement", "action_id"),
    subject="journal", verdict=OneOf(Verdict),
)  # fmt: skip

runs = _table(
    "runs", "engagement", "number",
    "stage parameters edition library_version by started_at begun_at is_headless source_digest host pid process"
    " outcome? message? finished_at? last_cell? notebook digest size details",
    subject="run", outcome=OneOf(RunOutcome),
)  # fmt: skip

# Versions of the sheet that a reseller hands to its customers; no customer's record, so in no chain.
sheets = _table("sheets", "", "reseller version", "name sha256 size by at")

# One customer's items are one subject of the chain: thousands may change at once.
inventory = _table(
    "inventory", "customer", "kind scope value", "what state by since is_training until?", state=OneOf(InventoryState)
)

# What is not gone belongs to one customer, and to one for training. That condition stands in the migration alone:
# here it would take both dialects along at every start.
Index(None, *(inventory.c[name] for name in ("kind", "scope", "value", "is_training")), unique=True)

progress = _table(
    "progress", "engagement", "position",
    "stage task title state party since? due_on? reason begun_at? planned_on? done_on? late_at? kind",
    Index(None, "engagement", "state"),
    state=OneOf(TaskState),
)  # fmt: skip

# What was noted with the rows of ``progress``: how many there are and which is the first open one; what could be moved
# then, and what that was worked out from (`domain.due.Due`).
due = _table(
    "due",
    "engagement",
    "",
    "noted_at moves waits_for since? until? decided_by head closed total open first_open? is_complete",
)

# The newest turn of each kind of work that a batch gave a customer, ended or not (`store.turns`).
turns = _table("turns", "engagement", "work", "turn host pid process since ended_at?")

holders = _table("holders", "customer", "purpose", "host pid process since")

# Customer, actor and subject are there to be read, and can be taken out: what is hashed is the rest (`store.audit`).
# ``format`` is the number of this table's own list of columns that the hash covers, ``schema`` that of the list that
# the digests before and after cover. ``as_of`` is the instant that was worked as of, ``recorded_at`` that of the
# machine's clock. ``engagement`` is empty for what is the customer's own.
audit = _table(
    "audit", "", "chain seq",
    "format engagement action schema before after as_of recorded_at sealed prev hash signature customer actor subject",
    Index(None, "customer"),
    covers=["format chain seq engagement action schema before after as_of recorded_at sealed prev"],
)  # fmt: skip

# Keys of the digests, by chain; without its key nothing can be learned from a chain about anybody.
audit_keys = _table("audit_keys", "", "chain", "key")

AUDITED = tuple(table for table in metadata.sorted_tables if table.info["subject"])
