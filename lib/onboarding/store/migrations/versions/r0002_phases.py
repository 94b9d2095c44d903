"""Phases of a project, and parties confirmed for one customer. Nothing that was kept before is touched."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _table(
        "earlier_tasks", "phase task", _count("phase"), *_need("task state at party"),
        sa.Column("due_on", sa.Text()), *_need("by note reference wanted"),
    )  # fmt: skip
    _table(
        "phases", "number", _count("number"), *_need("title by at kept"), _count("after_evidence"),
        _count("after_decision"),
    )  # fmt: skip
    _table("parties", "task", *_need("task party by at"))


def _table(name: str, key: str, *columns: Any) -> None:
    """A table of things of a customer."""
    op.create_table(
        name,
        sa.Column("customer", sa.Text(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("customer", *key.split()),
        sa.ForeignKeyConstraint(["customer"], ["customers.id"]),
    )


def _need(names: str) -> list[Any]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names.split()]


def _count(name: str) -> Any:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)
