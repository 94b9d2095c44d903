"""The tables.

What a customer answers, files and owns is the customer's; what is done for it belongs to an engagement, which is the
customer with one edition of a profile. Rows name the one or the other in the column ``customer`` or ``engagement``.

`audited` marks a table whose every change goes into the audit chain. The others are derived or their own proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from onboarding.domain.action import Verdict
from onboarding.domain.item import InventoryState
from onboarding.domain.record import TaskState
from onboarding.store.columns import Day, Flag, Happened, Instant, Json, OneOf, Words
from onboarding.store.model import RunOutcome

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)


OWNERS = ("customer", "engagement")
"""Columns that say whose a row is; no digest covers them, since each chain is one customer's."""


def audited(subject: str, *lists: str) -> dict[str, Any]:
    """What the chain calls the rows of a table, and the columns that digests of a row cover.

    ``lists`` are numbered from 1, oldest first. A record keeps the number it was made by, the newest at the time, so
    whoever adds a column adds a list with it and leaves the ones before. The name of a row is ``subject`` with the
    primary key without its owner; without a subject all rows of a customer are one together.
    """
    return {"subject": subject, "digested": {number: names.split() for number, names in enumerate(lists, start=1)}}


def digested(table: Table) -> Mapping[int, Sequence[str]]:
    """The numbered lists of `audited`."""
    found: Mapping[int, Sequence[str]] = table.info["digested"]
    return found


def _customer() -> Column[Any]:
    return Column("customer", Text, ForeignKey("customers.id"), primary_key=True)


def _engagement() -> Column[Any]:
    return Column("engagement", Text, ForeignKey("engagements.id"), primary_key=True)


def _need(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


customers = Table(
    "customers",
    metadata,
    Column("id", Text, primary_key=True),
    _need("chain", Text),  # the opaque id of its audit chain
    _need("name", Words),
    _need("created_at", Instant),
    Column("go_live_on", Day),
    _need("language", Text),
    _need("is_training", Flag),
    info=audited("customer", "id chain name created_at go_live_on language is_training"),
)

# A customer with one edition of a profile; its id says nothing about either.
engagements = Table(
    "engagements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("customer", Text, ForeignKey("customers.id"), nullable=False, index=True),
    _need("profile", Text),
    _need("edition", Text),
    _need("created_at", Instant),
    info=audited("engagement", "id profile edition created_at"),
)

# Bodies of answer sections, found by their digest: a version that changes one section stores one.
sections = Table(
    "sections",
    metadata,
    _customer(),
    Column("digest", Text, primary_key=True),
    _need("body", Text),
)

answers = Table(
    "answers",
    metadata,
    _customer(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _need("sections", Json),  # {section: digest of its body}
    _need("changed", Json),  # [section]
    _need("digest", Text),
    _need("by", Words),
    _need("at", Instant),
    _need("source", Words),
    info=audited("answers", "version sections changed digest by at source"),
)

tasks = Table(
    "tasks",
    metadata,
    _engagement(),
    Column("task", Text, primary_key=True),
    _need("state", OneOf(TaskState)),
    _need("at", Instant),
    _need("party", Words),
    Column("due_on", Day),
    _need("by", Words),
    Column("note", Happened),
    _need("reference", Words),
    _need("wanted", Text),
    info=audited("task", "task state at party due_on by note reference wanted"),
)

# Tasks as they stood when their phase ended.
earlier_tasks = Table(
    "earlier_tasks",
    metadata,
    _engagement(),
    Column("phase", Integer, primary_key=True, autoincrement=False),
    Column("task", Text, primary_key=True),
    _need("state", OneOf(TaskState)),
    _need("at", Instant),
    _need("party", Words),
    Column("due_on", Day),
    _need("by", Words),
    Column("note", Happened),
    _need("reference", Words),
    _need("wanted", Text),
    info=audited("earlier-task", "phase task state at party due_on by note reference wanted"),
)

# Evidence and decisions are numbered: what has a higher number than these belongs to the phase or a later one.
phases = Table(
    "phases",
    metadata,
    _engagement(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _need("title", Words),
    _need("by", Words),
    _need("at", Instant),
    _need("kept", Json),  # [task] that are not begun anew
    _need("after_evidence", Integer),
    _need("after_decision", Integer),
    info=audited("phase", "number title by at kept after_evidence after_decision"),
)

parties = Table(
    "parties",
    metadata,
    _engagement(),
    Column("task", Text, primary_key=True),
    _need("party", Text),
    _need("by", Words),
    _need("at", Instant),
    info=audited("party", "task party by at"),
)

documents = Table(
    "documents",
    metadata,
    _customer(),
    Column("sha256", Text, primary_key=True),
    _need("name", Words),
    _need("media_type", Words),
    _need("size", Integer),
    _need("at", Instant),
    info=audited("document", "sha256 name media_type size at"),
)

evidence = Table(
    "evidence",
    metadata,
    _engagement(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _need("task", Text),
    _need("at", Instant),
    _need("by", Words),
    _need("what", Happened),
    _need("about", Words),
    _need("reference", Words),
    Column("document", Text),
    _need("document_name", Words),
    Column("observed", Json),
    info=audited("evidence", "seq task at by what about reference document document_name observed"),
)

decisions = Table(
    "decisions",
    metadata,
    _engagement(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _need("gate", Text),
    _need("is_approved", Flag),
    _need("by", Words),
    _need("role", Words),
    _need("at", Instant),
    _need("digest", Text),
    _need("note", Words),
    Column("document", Text),
    _need("decided_on", Json),
    _need("answers", Json),
    _need("version", Integer),
    _need("is_verified", Flag),
    _need("origin", Text),
    info=audited(
        "decision",
        "seq gate is_approved by role at digest note document decided_on answers version is_verified origin",
    ),
)

plans = Table(
    "plans",
    metadata,
    _engagement(),
    Column("stage", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _need("digest", Text),
    _need("at", Instant),
    info=audited("plan", "stage revision digest at"),
)

journal = Table(
    "journal",
    metadata,
    _engagement(),
    Column("ref", Text, primary_key=True),
    _need("seq", Integer),
    _need("action_id", Text),
    _need("task", Text),
    _need("stage", Text),
    _need("revision", Integer),
    _need("connector", Text),
    _need("body_digest", Text),
    _need("summary", Words),
    _need("attempts", Integer),
    _need("intended_at", Instant),
    Column("verdict", OneOf(Verdict)),
    _need("reference", Words),
    Column("message", Happened),
    Column("observed", Json),
    Column("concluded_at", Instant),
    Index(None, "engagement", "action_id"),
    info=audited(
        "journal",
        "ref seq action_id task stage revision connector body_digest summary attempts intended_at verdict reference"
        " message observed concluded_at",
    ),
)

runs = Table(
    "runs",
    metadata,
    _engagement(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _need("stage", Text),
    _need("parameters", Json),
    _need("edition", Text),
    _need("library_version", Text),
    _need("by", Words),
    _need("started_at", Instant),
    _need("is_headless", Flag),
    _need("source_digest", Text),
    _need("host", Words),
    _need("pid", Integer),
    _need("process", Text),
    Column("outcome", OneOf(RunOutcome)),
    Column("message", Happened),
    Column("finished_at", Instant),
    Column("last_cell", Integer),
    _need("notebook", Text),
    _need("digest", Text),
    _need("size", Integer),
    _need("details", Json),
    info=audited(
        "run",
        "number stage parameters edition library_version by started_at is_headless source_digest host pid process"
        " outcome message finished_at last_cell notebook digest size details",
    ),
)

# One customer's items are one subject of the chain: thousands may change at once.
inventory = Table(
    "inventory",
    metadata,
    _customer(),
    Column("kind", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    _need("what", Text),
    _need("state", OneOf(InventoryState)),
    _need("by", Words),
    _need("since", Instant),
    info=audited("", "kind scope value what state by since"),
)

# What is not released belongs to one customer. That condition stands in the migration alone: said here, it would take
# both dialects along at every start.
Index(None, inventory.c.kind, inventory.c.scope, inventory.c.value, unique=True)

progress = Table(
    "progress",
    metadata,
    _engagement(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _need("stage", Text),
    _need("task", Text),
    _need("title", Words),
    _need("state", OneOf(TaskState)),
    _need("party", Words),
    Column("since", Instant),
    Column("due_on", Day),
    _need("reason", Words),
    Column("begun_at", Instant),
    Index(None, "engagement", "state"),
)

holders = Table(
    "holders",
    metadata,
    _customer(),
    Column("purpose", Text, primary_key=True),
    _need("host", Words),
    _need("pid", Integer),
    _need("process", Text),
    _need("since", Instant),
)

# Customer, actor and subject are there to be read, and can be taken out: what is hashed is the rest (`store.audit`).
audit = Table(
    "audit",
    metadata,
    Column("chain", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _need("format", Integer),  # number of this table's list of columns that the hash covers
    _need("engagement", Text),  # empty for what is the customer's own
    _need("action", Text),
    _need("schema", Integer),  # number of the list of columns that the digests before and after cover
    _need("before", Text),
    _need("after", Text),
    _need("as_of", Instant),  # the instant that was worked as of
    _need("recorded_at", Instant),  # the machine's clock
    _need("sealed", Text),
    _need("prev", Text),
    _need("hash", Text),
    _need("signature", Text),
    _need("customer", Text),
    _need("actor", Words),
    _need("subject", Text),
    Index(None, "customer"),
    info=audited("", "format chain seq engagement action schema before after as_of recorded_at sealed prev"),
)

# Keys of the digests, by chain; without its key a chain tells nothing about anybody.
audit_keys = Table(
    "audit_keys",
    metadata,
    Column("chain", Text, primary_key=True),
    _need("key", Text),
)

AUDITED = tuple(table for table in metadata.sorted_tables if table.info.get("subject"))
