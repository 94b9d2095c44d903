"""The audit: archive, documents, rows and chain checked against each other. It only reads."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, type_coerce, union
from sqlalchemy.types import NullType

from onboarding.files import PARTIAL
from onboarding.store import audit, tables
from onboarding.store.blobs import BlobStore
from onboarding.store.edition_repository import files_of
from onboarding.store.repository import Repository
from onboarding.store.values import IntegrityFinding, RunOutcome

_KEY = re.compile("[0-9a-f]{64}")
_NO_NOTEBOOK = (None, RunOutcome.BAD_INPUT, RunOutcome.DIED)  # runs that may leave none

Rows = Sequence[Mapping[str, Any]]
Stored = Mapping[str, Rows]
"""Table -> one customer's rows as the database holds them, in the order of the primary key."""

_TOGETHER = {tables.inventory.name: tables.inventory}  # all rows of a customer are one subject
_TABLES = tables.metadata.sorted_tables
_OF_ENGAGEMENTS = [table for table in _TABLES if "engagement" in table.c and table is not tables.audit]


class Verify(Repository):
    """The audit of what is kept."""

    def verify(self, customer: str | None = None) -> list[IntegrityFinding]:
        """Every fault in what is kept, of one customer or of the whole workspace; empty when all is as it was written.

        Files: changed, missing, or added to archive and documents. Chain: the first record of each customer that was
        changed, removed or moved. Rows: changed, missing or added against the chain. Contradictions: outcomes
        without intent, runs without their notebook, references to what is not there. An end cut off the chain together
        with the rows it was about shows only against a checkpoint kept elsewhere. Of a chain whose key and rows are
        gone only the structure is looked at.
        """
        if customer is not None:
            self.customer(customer)
        # Files are listed first: what a run archives meanwhile has its row by the time the rows are read.
        archived, kept = set(self._archive.names(customer or "")), set(self._documents.names(customer or ""))
        files, editions = set(self._editions.names()), set[str]()
        found: list[IntegrityFinding] = []
        notebooks: dict[str, tuple[Any, Any]] = {}
        documents: dict[str, tuple[Any, Any]] = {}
        with self._database.reading() as connection, _any_text(connection, self._database.is_sqlite):
            for name in [customer] if customer else _customers(connection):
                stored = _stored(connection, name)
                found += [*_chains(connection, name, stored), *_contradictions(name, stored), *_answers(name, stored)]
                notebooks |= {
                    str(row["notebook"]): (row["digest"], row["size"]) for row in stored["runs"] if row["notebook"]
                }
                documents |= {f"{name}/{row['sha256']}": (row["sha256"], row["size"]) for row in stored["documents"]}
                editions |= {digest for row in stored["engagements"] for digest in _editions_in(row["editions"])}
            if customer is None:
                found += _of_nobody(connection)
        found += _files(self._archive, "archive", notebooks, archived)
        found += _files(self._documents, "documents", documents, kept)
        found += _edition_files(self._editions, editions, files if customer is None else set())
        return found


@contextmanager
def _any_text(connection: Connection, is_sqlite: bool) -> Iterator[None]:
    """Text that is not UTF-8 is a finding, not a reason to stop reading."""
    driver = connection.connection.driver_connection
    if not is_sqlite or driver is None:
        yield
        return
    driver.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _customers(connection: Connection) -> list[str]:
    """Every customer any row names, also one whose own row is gone."""
    named = (select(table.c.customer) for table in _TABLES if "customer" in table.c)
    return sorted({str(value) for value in connection.scalars(union(select(tables.customers.c.id), *named))})


def _stored(connection: Connection, customer: str) -> Stored:
    stored = {t.name: _rows(connection, t, "customer", [customer]) for t in _TABLES if "customer" in t.c}
    stored["customers"] = _rows(connection, tables.customers, "id", [customer])
    chains = [row["chain"] for row in stored["customers"]]
    others = [row for row in stored["audit"] if row["chain"] not in chains]
    stored["audit"] = [*_rows(connection, tables.audit, "chain", chains), *others]
    engagements = {row["id"] for row in stored["engagements"]} | {row["engagement"] for row in stored["audit"]}
    return stored | {t.name: _rows(connection, t, "engagement", [*engagements]) for t in _OF_ENGAGEMENTS}


def _rows(connection: Connection, table: Table, column: str, values: list[Any]) -> Rows:
    return [dict(row) for row in connection.execute(_query(table, column), {"values": values}).mappings()]


@cache
def _query(table: Table, column: str) -> Any:
    """The rows with one of ``values`` in the column, in the order of their primary key."""
    where = type_coerce(table.c[column], NullType()).in_(bindparam("values", expanding=True))
    return audit.select_raw(table).where(where).order_by(*table.primary_key)


def _of_nobody(connection: Connection) -> Iterator[IntegrityFinding]:
    """Rows of engagements that there are not and never were."""
    known = set(connection.scalars(union(select(tables.engagements.c.id), select(tables.audit.c.engagement))))
    for table in _OF_ENGAGEMENTS:
        for name in sorted(set(connection.scalars(select(table.c.engagement).distinct())) - known, key=str):
            yield IntegrityFinding("", "added", f"{table.name} of engagement {name}", "It is no customer's engagement.")


def _chains(connection: Connection, customer: str, stored: Stored) -> Iterator[IntegrityFinding]:
    """The customer's chain, and its rows against it; records of other chains that name the customer."""
    by_chain: dict[Any, list[Mapping[str, Any]]] = {}
    for row in stored["audit"]:
        by_chain.setdefault(row["chain"], []).append(row)
    own = next((row["chain"] for row in stored["customers"]), next(iter(by_chain), None))
    keys = {chain: _key(connection, chain) for chain in {own, *by_chain}}
    for chain, rows in by_chain.items():
        yield from _chain(customer, rows, keys[chain])
        if chain != own and customer:
            yield IntegrityFinding(
                customer, "added", f"audit {rows[0]['seq']}", "This record is of another customer's chain."
            )
    if (key := keys[own]) is not None:
        yield from _against_chain(customer, stored, by_chain.get(own, []), key)
    elif any(stored[table.name] for table in tables.AUDITED):
        message = "Without it no row can be checked against the audit chain."
        yield IntegrityFinding(customer, "missing", "key of the audit chain", message)


def _key(connection: Connection, chain: Any) -> str | None:
    """The key of a chain's digests; None when it is gone, or is none."""
    keys = (row["key"] for row in _rows(connection, tables.audit_keys, "chain", [chain]))
    return next((key for key in keys if _KEY.fullmatch(str(key))), None)


def _chain(customer: str, rows: Rows, key: str | None) -> Iterator[IntegrityFinding]:
    """The first record that breaks the chain."""
    last = ""
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            yield IntegrityFinding(
                customer, "missing", f"audit {expected}", "This record was removed from the audit chain."
            )
            return
        if row["prev"] != last or row["signature"] != "" or not _is_sound(row, key):
            yield IntegrityFinding(
                customer, "changed", f"audit {expected}", "This record of the audit chain was changed."
            )
            return
        last = row["hash"]


def _is_sound(row: Mapping[str, Any], key: str | None) -> bool:
    """Whether a record is what it was; what it says in clear only while there is a key."""
    try:
        return audit.record_hash(row) == row["hash"] and (key is None or audit.seal(key, row) == row["sealed"])
    except KeyError:  # of no format there is
        return False


def _against_chain(customer: str, stored: Stored, chain: Rows, key: str) -> Iterator[IntegrityFinding]:
    """Rows that are not what the newest record about them says."""
    wanted = {(row["engagement"], row["subject"]): row for row in chain}
    actual: dict[tuple[str, str], tuple[Table, Rows]] = {
        (audit.engagement_of(table, row), audit.subject_of(table, row)): (table, [row])
        for table in tables.AUDITED
        for row in stored[table.name]
    }
    actual |= {("", name): (table, stored[table.name]) for name, table in _TOGETHER.items() if stored[table.name]}
    for place in sorted(wanted.keys() | actual.keys(), key=str):  # a forged subject need not be text
        subject = place[1]
        if place not in actual:
            if wanted[place]["after"]:
                yield IntegrityFinding(customer, "missing", subject, "The audit chain has it, the database has not.")
        elif place not in wanted or not wanted[place]["after"]:
            yield IntegrityFinding(
                customer, "added", subject, "The database has it, the audit chain knows nothing of it."
            )
        elif wanted[place]["after"] != _digest(key, *actual[place], wanted[place]["schema"]):
            yield IntegrityFinding(
                customer, "changed", subject, "It is not what the audit chain says was written last."
            )


def _digest(key: str, table: Table, rows: Rows, schema: Any) -> str:
    """Digest of what is one subject by that list of columns; empty when there is no such list."""
    try:
        if table.info["subject"]:
            return audit.row_digest(key, table, rows[0], schema)
        return audit.rows_digest(key, table, rows, schema)
    except KeyError:
        return ""


def _contradictions(customer: str, stored: Stored) -> Iterator[IntegrityFinding]:
    yield from _unintended(customer, stored["audit"])
    for row in stored["journal"]:
        if (row["verdict"] is None) is not (row["concluded_at"] is None):
            yield IntegrityFinding(
                customer, "contradiction", f"journal {row['ref']}", "Outcome and its instant do not agree."
            )
    for row in stored["runs"]:
        if row["outcome"] not in _NO_NOTEBOOK and not row["notebook"]:
            message = f"It ended as {row['outcome']} but no notebook was archived."
            yield IntegrityFinding(customer, "contradiction", f"run {row['number']}", message)
    documents = {None} | {row["sha256"] for row in stored["documents"]}
    proof = [("evidence", row) for row in stored["evidence"]] + [("decision", row) for row in stored["decisions"]]
    for word, row in proof:
        if row["document"] not in documents:
            message = f"It refers to document {row['document']}, which was never kept."
            yield IntegrityFinding(customer, "contradiction", f"{word} {row['seq']}", message)


def _unintended(customer: str, chain: Rows) -> Iterator[IntegrityFinding]:
    intended: set[tuple[Any, Any]] = set()
    for row in chain:
        place = row["engagement"], row["subject"]
        if row["action"] == "journal.intend":
            intended.add(place)
        elif str(row["action"]).startswith("journal.") and place not in intended:
            yield IntegrityFinding(
                customer, "contradiction", str(row["subject"]), "It has an outcome but was never intended."
            )


def _answers(customer: str, stored: Stored) -> Iterator[IntegrityFinding]:
    """Bodies of sections against the digests they are found by."""
    wanted: dict[str, str] = {}
    for row in stored["answers"]:
        wanted |= {digest: f"answers {row['version']}, section {name}" for name, digest in _digests(row["sections"])}
    bodies = {str(row["digest"]): row["body"] for row in stored["sections"]}
    for digest, subject in wanted.items():
        if digest not in bodies:
            yield IntegrityFinding(customer, "missing", subject, "The text of this section is gone.")
    for digest, body in bodies.items():
        if digest not in wanted:
            yield IntegrityFinding(customer, "added", f"section {digest}", "No version of the answers refers to it.")
        elif not isinstance(body, str) or hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest() != digest:
            yield IntegrityFinding(customer, "changed", wanted[digest], "The text of this section was changed.")


def _digests(sections: Any) -> list[tuple[str, str]]:
    """(section, digest) of a version; nothing from a row that somebody made unreadable, which is found elsewhere."""
    try:
        return [(str(name), str(digest)) for name, digest in json.loads(sections).items()]
    except (AttributeError, TypeError, ValueError):
        return []


def _files(
    blobs: BlobStore, place: str, wanted: Mapping[str, tuple[Any, Any]], present: set[str]
) -> Iterator[IntegrityFinding]:
    for name, (digest, size) in sorted(wanted.items()):
        stored = blobs.digest(name)
        if stored is None:
            yield _file(place, name, "missing", "The file is gone.")
        elif stored != (digest, size):
            yield _file(
                place, name, "changed", f"The file has {stored[1]} bytes, SHA-256 {stored[0]}; kept was {digest}."
            )
    for name in sorted(present - wanted.keys()):
        left = name.endswith(PARTIAL)
        message = "An interrupted write left it; it can be removed." if left else "Nothing on record refers to it."
        yield _file(place, name, "added", message)


def _editions_in(kept: Any) -> list[str]:
    """Digests of the editions of an engagement; none from a row that was made unreadable, which is found elsewhere."""
    try:
        return [str(one["digest"]) for one in json.loads(kept)]
    except (AttributeError, TypeError, ValueError, LookupError):
        return []


def _edition_files(blobs: BlobStore, editions: set[str], present: set[str]) -> Iterator[IntegrityFinding]:
    """The files of the editions that customers have had: each has the digest that is its name."""
    wanted = {name for digest in editions for name in files_of(digest, blobs)}
    for name in sorted(wanted | present):
        stored = blobs.digest(name)
        if stored is None:
            yield IntegrityFinding("", "missing", f"editions/{name}", "The file is gone.")
        elif name.endswith(PARTIAL):
            message = "An interrupted write left it; it can be removed."
            yield IntegrityFinding("", "added", f"editions/{name}", message)
        elif stored[0] != name:
            message = f"The file has {stored[1]} bytes, SHA-256 {stored[0]}."
            yield IntegrityFinding("", "changed", f"editions/{name}", message)


def _file(place: str, name: str, kind: str, message: str) -> IntegrityFinding:
    return IntegrityFinding(name.partition("/")[0], kind, f"{place}/{name}", message)
