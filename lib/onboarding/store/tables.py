"""The tables.

``info["subject"]`` marks a table whose every change goes into the audit chain, and is the word the chain names its
rows by; its primary key without the customer is the rest of that name. The others are derived or their own proof.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from onboarding.domain.action import Verdict
from onboarding.domain.record import TaskState
from onboarding.store.columns import Day, Flag, Instant, Json, OneOf, Words
from onboarding.store.model import RunOutcome

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)


def _customer() -> Column[Any]:
    return Column("customer", Text, ForeignKey("customers.id"), primary_key=True)


def _document(table: str) -> ForeignKeyConstraint:
    to = ["documents.customer", "documents.sha256"]
    return ForeignKeyConstraint(["customer", "document"], to, name=f"fk_{table}_document")


def _need(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


customers = Table(
    "customers",
    metadata,
    Column("id", Text, primary_key=True),
    _need("name", Words),
    _need("profile", Text),
    _need("created_at", Instant),
    Column("go_live_on", Day),
    _need("language", Text),
    info={"subject": "customer"},
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
    info={"subject": "answers"},
)

tasks = Table(
    "tasks",
    metadata,
    _customer(),
    Column("task", Text, primary_key=True),
    _need("state", OneOf(TaskState)),
    _need("at", Instant),
    _need("party", Words),
    Column("due_on", Day),
    _need("by", Words),
    _need("note", Words),
    _need("reference", Words),
    _need("wanted", Text),
    info={"subject": "task"},
)

# Tasks as they stood when their phase ended.
earlier_tasks = Table(
    "earlier_tasks",
    metadata,
    _customer(),
    Column("phase", Integer, primary_key=True, autoincrement=False),
    Column("task", Text, primary_key=True),
    _need("state", OneOf(TaskState)),
    _need("at", Instant),
    _need("party", Words),
    Column("due_on", Day),
    _need("by", Words),
    _need("note", Words),
    _need("reference", Words),
    _need("wanted", Text),
    info={"subject": "earlier-task"},
)

# Evidence and decisions are numbered: what has a higher number than these belongs to the phase or a later one.
phases = Table(
    "phases",
    metadata,
    _customer(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _need("title", Words),
    _need("by", Words),
    _need("at", Instant),
    _need("kept", Json),  # [task] that are not begun anew
    _need("after_evidence", Integer),
    _need("after_decision", Integer),
    info={"subject": "phase"},
)

parties = Table(
    "parties",
    metadata,
    _customer(),
    Column("task", Text, primary_key=True),
    _need("party", Text),
    _need("by", Words),
    _need("at", Instant),
    info={"subject": "party"},
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
    info={"subject": "document"},
)

evidence = Table(
    "evidence",
    metadata,
    _customer(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _need("task", Text),
    _need("at", Instant),
    _need("by", Words),
    _need("what", Words),
    _need("about", Words),
    _need("reference", Words),
    Column("document", Text),
    _need("document_name", Words),
    Column("observed", Json),
    _document("evidence"),
    info={"subject": "evidence"},
)

decisions = Table(
    "decisions",
    metadata,
    _customer(),
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
    _document("decisions"),
    info={"subject": "decision"},
)

plans = Table(
    "plans",
    metadata,
    _customer(),
    Column("stage", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    _need("digest", Text),
    _need("at", Instant),
    info={"subject": "plan"},
)

journal = Table(
    "journal",
    metadata,
    _customer(),
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
    _need("message", Words),
    Column("observed", Json),
    Column("concluded_at", Instant),
    Index(None, "customer", "action_id"),
    info={"subject": "journal"},
)

runs = Table(
    "runs",
    metadata,
    _customer(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _need("stage", Text),
    _need("parameters", Json),
    _need("library_version", Text),
    _need("by", Words),
    _need("started_at", Instant),
    _need("is_headless", Flag),
    _need("source_digest", Text),
    _need("host", Words),
    _need("pid", Integer),
    _need("process", Text),
    Column("outcome", OneOf(RunOutcome)),
    _need("message", Words),
    Column("finished_at", Instant),
    Column("last_cell", Integer),
    _need("notebook", Text),
    _need("digest", Text),
    _need("size", Integer),
    _need("details", Json),
    info={"subject": "run"},
)

# One customer's claims are one subject of the chain: they are replaced as a whole.
numbers = Table(
    "numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("customer", Text, ForeignKey("customers.id"), nullable=False, index=True),
    _need("kind", Text),
    _need("state", Text),
    _need("at", Instant),
    _need("user", Words),
)

# What else only one customer may have, replaced as a whole like the numbers.
claims = Table(
    "claims",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("customer", Text, ForeignKey("customers.id"), nullable=False, index=True),
    _need("what", Words),
    _need("at", Instant),
)

progress = Table(
    "progress",
    metadata,
    _customer(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _need("stage", Text),
    _need("task", Text),
    _need("title", Words),
    _need("state", OneOf(TaskState)),
    _need("party", Words),
    Column("since", Instant),
    Column("due_on", Day),
    _need("reason", Words),
    Index(None, "customer", "state"),
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

audit = Table(
    "audit",
    metadata,
    _customer(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _need("actor", Words),
    _need("action", Text),
    _need("subject", Text),
    _need("before", Text),
    _need("after", Text),
    _need("at", Instant),
    _need("prev", Text),
    _need("hash", Text),
    _need("signature", Text),
    Index(None, "customer", "subject"),
)

AUDITED = tuple(table for table in metadata.sorted_tables if "subject" in table.info)
