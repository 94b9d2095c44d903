"""All tables, from nothing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TASK = "state at party due_on? by note reference wanted"


def upgrade() -> None:
    _table("customers", "id", "name profile created_at go_live_on? language", customer=False)
    _answers()
    _record()
    _plans_and_journal()
    _table(
        "runs", "number#",
        "stage parameters library_version by started_at is_headless! source_digest host pid# process outcome? message"
        " finished_at? last_cell#? notebook digest size# details",
    )  # fmt: skip
    _numbers_and_claims()
    _table("progress", "position#", "stage task title state party since? due_on? reason")
    op.create_index("ix_progress_customer", "progress", ["customer", "state"])
    _table("holders", "purpose", "host pid# process since")
    _table("audit", "seq#", "actor action subject before after at prev hash signature")
    op.create_index("ix_audit_customer", "audit", ["customer", "subject"])


def _answers() -> None:
    _table("sections", "digest", "body")
    _table("answers", "version#", "sections changed digest by at source")


def _record() -> None:
    _table("tasks", "task", _TASK)
    _table("earlier_tasks", "phase# task", _TASK)
    _table("phases", "number#", "title by at kept after_evidence# after_decision#")
    _table("parties", "task", "party by at")
    _table("documents", "sha256", "name media_type size# at")
    _table(
        "evidence", "seq#", "task at by what about reference document? document_name observed?", _document("evidence")
    )
    _table(
        "decisions", "seq#",
        "gate is_approved! by role at digest note document? decided_on answers version# is_verified! origin",
        _document("decisions"),
    )  # fmt: skip


def _plans_and_journal() -> None:
    _table("plans", "stage revision#", "digest at")
    _table(
        "journal", "ref",
        "seq# action_id task stage revision# connector body_digest summary attempts# intended_at verdict? reference"
        " message observed? concluded_at?",
    )  # fmt: skip
    op.create_index("ix_journal_customer", "journal", ["customer", "action_id"])


def _numbers_and_claims() -> None:
    _table("numbers", "number", "kind state at user", _owner(), customer=False)
    op.create_index("ix_numbers_customer", "numbers", ["customer"])
    _table("claims", "kind scope value", "what at", _owner(), customer=False)
    op.create_index("ix_claims_customer", "claims", ["customer"])


def _table(name: str, key: str, columns: str, *more: Any, customer: bool = True) -> None:
    """Columns by name: ``#`` is a whole number, ``!`` yes or no, ``?`` may be absent; else a text that is there.

    With ``customer`` the rows are a customer's, whose id begins their key.
    """
    keys = ["customer", *key.split()] if customer else key.split()
    constraints = [_to_customer()] if customer else []
    parts = [part for item in more for part in (item if isinstance(item, list) else [item])]
    op.create_table(
        name,
        *[_column(column) for column in [*keys, *columns.split()]],
        sa.PrimaryKeyConstraint(*[column.rstrip("#") for column in keys]),
        *constraints,
        *parts,
    )


def _column(mark: str) -> Any:
    kind = sa.Integer() if "#" in mark else sa.SmallInteger() if "!" in mark else sa.Text()
    return sa.Column(mark.rstrip("#!?"), kind, autoincrement=False, nullable="?" in mark)


def _owner() -> list[Any]:
    return [sa.Column("customer", sa.Text(), nullable=False), _to_customer()]


def _to_customer() -> Any:
    return sa.ForeignKeyConstraint(["customer"], ["customers.id"])


def _document(table: str) -> Any:
    to = ["documents.customer", "documents.sha256"]
    return sa.ForeignKeyConstraint(["customer", "document"], to, name=f"fk_{table}_document")
