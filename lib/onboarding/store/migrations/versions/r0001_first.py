"""All tables, from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TASK = "state at party due_on? by note? reference version# entered_by"
_CUSTOMERS = "customers", "customer"
_ENGAGEMENTS = "engagements", "engagement"


def upgrade() -> None:
    _table("customers", None, "id", "chain name created_at go_live_on? language is_training! reseller")
    _table(
        "engagements",
        None,
        "id",
        "profile edition created_at ended? ended_at? ended_by ended_why editions service number#",
        more=_owner(),
    )
    op.create_index("ix_engagements_customer", "engagements", ["customer"])
    _answers()
    _record()
    _plans_and_journal()
    _table(
        "runs", _ENGAGEMENTS, "number#",
        "stage parameters edition library_version by started_at begun_at is_headless! source_digest host pid# process"
        " outcome? message? finished_at? last_cell#? notebook digest size# details",
    )  # fmt: skip
    _inventory()
    _table("sheets", None, "reseller version#", "name sha256 size# by at")
    _table(
        "progress",
        _ENGAGEMENTS,
        "position#",
        "stage task title state party since? due_on? reason begun_at? planned_on? done_on? late_at? kind",
    )
    op.create_index("ix_progress_engagement", "progress", ["engagement", "state"])
    _table(
        "due", _ENGAGEMENTS, "",
        "noted_at moves waits_for since? until? decided_by head# closed# total# open# first_open#? is_complete!",
    )  # fmt: skip
    _table("turns", _ENGAGEMENTS, "work", "turn# host pid# process since ended_at?")
    _table("holders", _CUSTOMERS, "purpose", "host pid# process since")
    _audit()


def _answers() -> None:
    _table("sections", _CUSTOMERS, "digest", "body")
    _table("answers", _CUSTOMERS, "version#", "sections changed digest by at source")
    _table("documents", _CUSTOMERS, "sha256", "name media_type size# at")


def _record() -> None:
    _table("tasks", _ENGAGEMENTS, "task", _TASK)
    _table("earlier_tasks", _ENGAGEMENTS, "phase# task", _TASK)
    _table("phases", _ENGAGEMENTS, "number#", "title by at kept after_evidence# after_decision#")
    _table("hand_overs", _ENGAGEMENTS, "phase#", "at by version#")
    _table("parties", _ENGAGEMENTS, "task", "party by at")
    _table(
        "evidence", _ENGAGEMENTS, "seq#",
        "task at by what about reference document? document_name observed? version# entered_by is_on_trust!",
    )  # fmt: skip
    _table(
        "decisions", _ENGAGEMENTS, "seq#",
        "gate is_approved! by role at digest note document? decided_on answers version# is_verified! origin entered_by",
    )  # fmt: skip


def _plans_and_journal() -> None:
    _table("plans", _ENGAGEMENTS, "stage revision#", "digest at")
    _table(
        "journal", _ENGAGEMENTS, "ref",
        "seq# action_id task stage revision# version# connector body_digest summary attempts# intended_at verdict?"
        " reference message? observed? concluded_at?",
    )  # fmt: skip
    op.create_index("ix_journal_engagement", "journal", ["engagement", "action_id"])


def _inventory() -> None:
    _table("inventory", _CUSTOMERS, "kind scope value", "what state by since is_training! until?")
    owned = sa.text("state NOT IN ('ageing', 'released', 'ported out')")
    key = ["kind", "scope", "value", "is_training"]
    op.create_index("ix_inventory_kind", "inventory", key, unique=True, sqlite_where=owned, postgresql_where=owned)


def _audit() -> None:
    _table(
        "audit", None, "chain seq#",
        "format# engagement action schema# before after as_of recorded_at sealed prev hash signature customer actor"
        " subject",
    )  # fmt: skip
    op.create_index("ix_audit_customer", "audit", ["customer"])
    _table("audit_keys", None, "chain", "key")


def _table(name: str, owner: tuple[str, str] | None, key: str, columns: str, more: Sequence[Any] = ()) -> None:
    """Columns by name: ``#`` is a whole number, ``!`` yes or no, ``?`` may be absent; else a text that is there.

    Of a table with an owner (table and column) the owner's id begins the key.
    """
    keys = [owner[1], *key.split()] if owner else key.split()
    op.create_table(
        name,
        *[_column(column) for column in [*keys, *columns.split()]],
        sa.PrimaryKeyConstraint(*[column.rstrip("#") for column in keys]),
        *([_to(*owner)] if owner else []),
        *more,
    )


def _column(mark: str) -> Any:
    kind = sa.Integer() if "#" in mark else sa.SmallInteger() if "!" in mark else sa.Text()
    return sa.Column(mark.rstrip("#!?"), kind, autoincrement=False, nullable="?" in mark)


def _owner() -> list[Any]:
    """The customer of rows whose key is unique among all customers."""
    return [sa.Column("customer", sa.Text(), nullable=False), _to(*_CUSTOMERS)]


def _to(table: str, column: str) -> Any:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"])
