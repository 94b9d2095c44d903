"""First release: customers, answers, record, journal, runs, ledger, status, audit chain."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("customers", _key("id"), *_need("name profile created_at"), _may("go_live_on"), _primary("id"))
    _answers()
    _record()
    _plans_and_journal()
    _runs()
    _numbers_and_status()
    _table("holders", "purpose", _key("purpose"), *_need("host"), *_counts("pid"), *_need("process since"))
    _table("audit", "seq", *_counts("seq"), *_need("actor action subject before after at prev hash signature"))
    op.create_index("ix_audit_customer", "audit", ["customer", "subject"])


def _answers() -> None:
    _table("sections", "digest", _key("digest"), *_need("body"))
    _table("answers", "version", *_counts("version"), *_need("sections changed digest by at source"))


def _record() -> None:
    _table("tasks", "task", _key("task"), *_need("state at party"), _may("due_on"), *_need("by note reference wanted"))
    _table("documents", "sha256", _key("sha256"), *_need("name media_type"), *_counts("size"), *_need("at"))
    _table(
        "evidence", "seq", *_counts("seq"), *_need("task at by what about reference"), _may("document"),
        *_need("document_name"), _may("observed"), _document("evidence"),
    )  # fmt: skip
    _table(
        "decisions", "seq", *_counts("seq"), *_need("gate"), _flag("is_approved"), *_need("by role at digest note"),
        _may("document"), *_need("decided_on"), _document("decisions"),
    )  # fmt: skip


def _plans_and_journal() -> None:
    _table("plans", "stage revision", _key("stage"), *_counts("revision"), *_need("digest at"))
    _table(
        "journal", "ref", _key("ref"), *_counts("seq"), *_need("action_id task stage"), *_counts("revision"),
        *_need("connector body_digest summary"), *_counts("attempts"), *_need("intended_at"), _may("verdict"),
        *_need("reference message"), _may("observed"), _may("concluded_at"),
    )  # fmt: skip
    op.create_index("ix_journal_customer", "journal", ["customer", "action_id"])


def _runs() -> None:
    _table(
        "runs", "number", *_counts("number"), *_need("stage parameters library_version by started_at"),
        _flag("is_headless"), *_need("source_digest host"), *_counts("pid"), *_need("process"), _may("outcome"),
        *_need("message"), _may("finished_at"), sa.Column("last_cell", sa.Integer()), *_need("notebook digest"),
        *_counts("size"), *_need("details"),
    )  # fmt: skip


def _numbers_and_status() -> None:
    op.create_table(
        "numbers", _key("number"), *_need("customer kind state at user"), _primary("number"),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"]),
    )  # fmt: skip
    op.create_index("ix_numbers_customer", "numbers", ["customer"])
    _table(
        "progress", "position", *_counts("position"), *_need("stage task title state party"), _may("since"),
        _may("due_on"), *_need("reason"),
    )  # fmt: skip
    op.create_index("ix_progress_customer", "progress", ["customer", "state"])


def _table(name: str, key: str, *columns: Any) -> None:
    """A table of things of a customer."""
    customer = sa.ForeignKeyConstraint(["customer"], ["customers.id"])
    op.create_table(name, _key("customer"), *columns, _primary(f"customer {key}"), customer)


def _key(name: str) -> Any:
    return sa.Column(name, sa.Text(), nullable=False)


def _need(names: str) -> list[Any]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names.split()]


def _counts(names: str) -> list[Any]:
    return [sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in names.split()]


def _may(name: str) -> Any:
    return sa.Column(name, sa.Text())


def _flag(name: str) -> Any:
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def _primary(names: str) -> Any:
    return sa.PrimaryKeyConstraint(*names.split())


def _document(table: str) -> Any:
    return sa.ForeignKeyConstraint(
        ["customer", "document"],
        ["documents.customer", "documents.sha256"],
        name=f"fk_{table}_document",
    )
