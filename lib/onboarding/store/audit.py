"""Every change of state goes through here: the row is written and the chain grows in one transaction.

A record holds the digest of the row before and after, and the hash of the record before it: SHA-256 over the
RFC 8785 form of ``{seq, customer, actor, action, subject, before, after, at, prev}``. The column ``signature`` stays
empty until checkpoints are signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, insert, select, type_coerce, update
from sqlalchemy.types import NullType

from onboarding.domain.json import JSON, digest
from onboarding.store import tables
from onboarding.store.columns import raw, storable

Row = Mapping[str, Any]
HASHED = ("seq", "customer", "actor", "action", "subject", "before", "after", "at", "prev")


def append(
    connection: Connection,
    customer: str,
    actor: str,
    action: str,
    subject: str,
    before_digest: str,
    after_digest: str,
    at: datetime,
) -> None:
    """Adds one record to the customer's chain; the caller holds the customer's transaction."""
    table = tables.audit
    last = connection.execute(
        select(table.c.seq, table.c.hash).where(table.c.customer == customer).order_by(table.c.seq.desc()).limit(1)
    ).first()
    values = {
        "customer": customer, "seq": last.seq + 1 if last else 1, "actor": actor, "action": action,
        "subject": subject, "before": before_digest, "after": after_digest, "at": at, "prev": last.hash if last else "",
    }  # fmt: skip
    held = {name: raw(table.c[name], values[name]) for name in HASHED}
    connection.execute(insert(table).values(**values, hash=digest(held), signature=""))


def add(connection: Connection, table: Table, values: Row, actor: str, action: str, at: datetime) -> None:
    """Writes a new row and its record."""
    held = {column.name: raw(column, values.get(column.name)) for column in table.c}
    connection.execute(insert(table).values(**values))
    append(connection, customer_of(table, held), actor, action, subject_of(table, held), "", row_digest(held), at)


def change(connection: Connection, table: Table, values: Row, actor: str, action: str, at: datetime) -> None:
    """Changes the row with the primary key in ``values`` and writes the record of it."""
    before = _held(connection, table, values)
    if before is None:
        raise LookupError(f"no row in {table.name}")
    _change(connection, table, before, values, actor, action, at)


def put(connection: Connection, table: Table, values: Row, actor: str, action: str, at: datetime) -> None:
    """Writes the row, new or in place of the one with the same primary key. Nothing changed: nothing is written."""
    before = _held(connection, table, values)
    if before is None:
        add(connection, table, values, actor, action, at)
    else:
        _change(connection, table, before, values, actor, action, at)


def remove(connection: Connection, table: Table, values: Row, actor: str, action: str, at: datetime) -> None:
    """Takes out the row with the primary key in ``values`` and writes the record of it."""
    before = _held(connection, table, values)
    if before is None:
        raise LookupError(f"no row in {table.name}")
    connection.execute(delete(table).where(_key(table, values)))
    customer, subject = customer_of(table, before), subject_of(table, before)
    append(connection, customer, actor, action, subject, row_digest(before), "", at)


def _change(
    connection: Connection, table: Table, before: Row, values: Row, actor: str, action: str, at: datetime
) -> None:
    after = {**before, **{name: raw(table.c[name], value) for name, value in values.items()}}
    if after == before:
        return
    connection.execute(update(table).where(_key(table, values)).values(**values))
    subject = subject_of(table, after)
    append(connection, customer_of(table, after), actor, action, subject, row_digest(before), row_digest(after), at)


def _held(connection: Connection, table: Table, values: Row) -> dict[str, Any] | None:
    row = connection.execute(select_raw(table).where(_key(table, values))).mappings().first()
    return dict(row) if row else None


def _key(table: Table, values: Row) -> Any:
    return and_(*(column == values[column.name] for column in table.primary_key))


def select_raw(table: Table) -> Any:
    """All rows as the database holds them, whatever somebody made of them."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in table.c))


def row_digest(row: Row) -> str:
    """Digest of a row as the database holds it."""
    return digest({name: _plain(value) for name, value in row.items()})


def _plain(value: Any) -> JSON:
    # What we never write, somebody else did: bytes, NUL, broken UTF-8, huge numbers. It only has to differ.
    return value if storable(value) == value else {"type": type(value).__name__, "is": ascii(value)}


def customer_of(table: Table, row: Row) -> str:
    return str(row["id" if table is tables.customers else "customer"])


def subject_of(table: Table, row: Row) -> str:
    """``task provision.create-company``: the table's word and the primary key without the customer."""
    key = [row[column.name] for column in table.primary_key if column.name not in ("customer", "id")]
    return " ".join(str(part) for part in (table.info["subject"], *key))
