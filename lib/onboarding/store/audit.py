"""The records of the audit chain, and the digests in them.

One chain per customer. A record holds the keyed digest of a row before and after a change, and the hash of the record
before it. Its own hash is SHA-256 over the RFC 8785 form of columns that name nobody: customer and engagement by opaque
ids, who did what to which row by the keyed digest ``sealed``. Customer, actor and subject stand beside it to be read.
Keyed is HMAC-SHA-256 under a random key of the customer's in `tables.audit_keys`: once that and the readable columns
are gone the chain still holds together, and nothing can be guessed from it.

Digests cover named columns and the number of their list (`tables.digested`), so that a column added later changes none
of them. The column ``signature`` stays empty until checkpoints are signed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table, select, type_coerce
from sqlalchemy.types import NullType

from onboarding.domain.json import JSON, canonical, digest
from onboarding.store import tables
from onboarding.store.columns import storable

Row = Mapping[str, Any]
"""Values by column, as the database holds them."""


def new_id() -> str:
    """An id that says nothing about what it names."""
    return secrets.token_hex(8)


def new_key() -> str:
    """A key for a customer's digests, as hexadecimal digits."""
    return secrets.token_hex(32)


def newest(table: Table) -> int:
    """Number of the list of columns that new digests cover."""
    return max(tables.digested(table))


def row_digest(key: str, table: Table, row: Row, schema: int) -> str:
    """Keyed digest of a row by a list of columns. Raises KeyError when there is no such list."""
    values = {name: _plain(row[name]) for name in tables.digested(table)[schema]}
    return _keyed(key, {"table": table.name, "schema": schema, "row": values})


def rows_digest(
    key: str, table: Table, rows: Iterable[Row], schema: int, before: str = "", gone: Iterable[Row] = ()
) -> str:
    """Keyed digest of rows that are one subject together, whatever their order; empty when there are none.

    It is the sum of the rows' own digests (modulo 2**256), so that it follows from the one ``before``, of the rows that
    came and of those that are ``gone``, without looking at the others.
    """
    total = int(before or "0", 16)
    total += sum(int(row_digest(key, table, row, schema), 16) for row in rows)
    total -= sum(int(row_digest(key, table, row, schema), 16) for row in gone)
    return f"{total % 2**256:064x}" if total % 2**256 else ""


def seal(key: str, record: Row) -> str:
    """Keyed digest of what a record says in clear."""
    return _keyed(key, [_plain(record[name]) for name in ("customer", "actor", "subject")])


def record_hash(record: Row) -> str:
    """Hash of a record of the chain. Raises KeyError when there is no list of columns of its format."""
    return digest({name: _plain(record[name]) for name in tables.digested(tables.audit)[record["format"]]})


def subject_of(table: Table, row: Row) -> str:
    """``task provision.create-company``: the table's word and the primary key without its owner or opaque id."""
    key = [row[column.name] for column in table.primary_key if column.name not in (*tables.OWNERS, "id")]
    return " ".join(str(part) for part in (table.info["subject"], *key))


def engagement_of(table: Table, row: Row) -> str:
    """The engagement a row belongs to; empty for what is the customer's own."""
    return str(row["id"] if table is tables.engagements else row.get("engagement", ""))


@cache
def select_raw(table: Table) -> Any:
    """All rows as the database holds them, whatever somebody made of them."""
    return select(*(type_coerce(column, NullType()).label(column.name) for column in table.c))


def _keyed(key: str, value: JSON) -> str:
    return hmac.digest(bytes.fromhex(key), canonical(value), "sha256").hex()


def _plain(value: Any) -> JSON:
    # What we never write, somebody else did: bytes, NUL, broken UTF-8, huge numbers. It only has to differ.
    return value if storable(value) == value else {"type": type(value).__name__, "is": ascii(value)}
