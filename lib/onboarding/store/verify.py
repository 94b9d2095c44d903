"""The audit: archive, documents, rows and chain held against each other. It only reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, select

from onboarding.files import PARTIAL
from onboarding.store import audit, ledger, tables
from onboarding.store.blobs import BlobStore
from onboarding.store.claims import SUBJECT as CLAIMS
from onboarding.store.model import Finding, RunOutcome
from onboarding.store.repository import Repository

_NO_NOTEBOOK = (None, RunOutcome.BAD_INPUT, RunOutcome.DIED)  # runs that may leave none

Rows = Sequence[Mapping[str, Any]]
Held = Mapping[str, Rows]
"""Table -> one customer's rows as the database holds them, in the order of the primary key."""


class Verify(Repository):
    """Holding the record against itself."""

    def verify(self, customer: str | None = None) -> list[Finding]:
        """Every fault in what is kept, of one customer or of the whole workspace; empty when all is as it was written.

        Files: changed, missing, or added to archive and documents. Chain: the first record of each customer that was
        changed, removed or moved. Rows: changed, missing or added against the chain. Contradictions: outcomes
        without intent, runs without their notebook, references to what is not there. An end cut off the chain together
        with the rows it was about shows only against a checkpoint kept elsewhere.
        """
        if customer is not None:
            self.customer(customer)
        # Files are listed first: what a run archives meanwhile has its row by the time the rows are read.
        archived, kept = set(self._archive.names(customer or "")), set(self._documents.names(customer or ""))
        found: list[Finding] = []
        notebooks: dict[str, tuple[Any, Any]] = {}
        documents: dict[str, tuple[Any, Any]] = {}
        with self._database.reading() as connection, _any_text(connection, self._database.is_sqlite):
            for name in [customer] if customer else _customers(connection):
                held = {table.name: _rows(connection, table, name) for table in tables.metadata.sorted_tables}
                found += [*_chain(name, held["audit"]), *_against_chain(name, held)]
                found += [*_contradictions(name, held), *_answers(name, held)]
                notebooks |= {
                    str(row["notebook"]): (row["digest"], row["size"]) for row in held["runs"] if row["notebook"]
                }
                documents |= {f"{name}/{row['sha256']}": (row["sha256"], row["size"]) for row in held["documents"]}
        found += _files(self._archive, "archive", notebooks, archived)
        found += _files(self._documents, "documents", documents, kept)
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
    """Every customer any row speaks of, also one whose own row is gone."""
    found: set[str] = set()
    for table in tables.metadata.sorted_tables:
        column = table.c.id if table is tables.customers else table.c.customer
        found |= {str(value) for value in connection.scalars(select(column).distinct())}
    return sorted(found)


def _rows(connection: Connection, table: Table, customer: str) -> Rows:
    column = table.c.id if table is tables.customers else table.c.customer
    query = audit.select_raw(table).where(column == customer).order_by(*table.primary_key)
    return [dict(row) for row in connection.execute(query).mappings()]


def _chain(customer: str, rows: Rows) -> Iterator[Finding]:
    """The first record that breaks the chain."""
    last = ""
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            yield Finding(customer, "missing", f"audit {expected}", "This record was removed from the audit chain.")
            return
        hashed = audit.row_digest({name: row[name] for name in audit.HASHED})
        if row["prev"] != last or row["hash"] != hashed or row["signature"] != "":
            yield Finding(customer, "changed", f"audit {expected}", "This record of the audit chain was changed.")
            return
        last = row["hash"]


def _against_chain(customer: str, held: Held) -> Iterator[Finding]:
    """Rows that are not what the newest record about them says."""
    wanted = {row["subject"]: row["after"] for row in held["audit"]}
    actual = {
        audit.subject_of(table, row): audit.row_digest(row) for table in tables.AUDITED for row in held[table.name]
    }
    if numbers := ledger.digest_of(held["numbers"]):
        actual[ledger.SUBJECT] = numbers
    if claimed := ledger.digest_of(held["claims"]):
        actual[CLAIMS] = claimed
    for subject in sorted(wanted.keys() | actual.keys(), key=str):  # a forged subject need not be text
        if subject not in actual:
            if wanted[subject]:
                yield Finding(customer, "missing", subject, "The audit chain has it, the database has not.")
        elif not wanted.get(subject):
            yield Finding(customer, "added", subject, "The database has it, the audit chain knows nothing of it.")
        elif wanted[subject] != actual[subject]:
            yield Finding(customer, "changed", subject, "It is not what the audit chain says was written last.")


def _contradictions(customer: str, held: Held) -> Iterator[Finding]:
    yield from _unintended(customer, held["audit"])
    for row in held["journal"]:
        if (row["verdict"] is None) is not (row["concluded_at"] is None):
            yield Finding(customer, "contradiction", f"journal {row['ref']}", "Outcome and its instant do not agree.")
    for row in held["runs"]:
        if row["outcome"] not in _NO_NOTEBOOK and not row["notebook"]:
            message = f"It ended as {row['outcome']} but no notebook was archived."
            yield Finding(customer, "contradiction", f"run {row['number']}", message)
    documents = {None} | {row["sha256"] for row in held["documents"]}
    proof = [("evidence", row) for row in held["evidence"]] + [("decision", row) for row in held["decisions"]]
    for word, row in proof:
        if row["document"] not in documents:
            message = f"It refers to document {row['document']}, which was never kept."
            yield Finding(customer, "contradiction", f"{word} {row['seq']}", message)


def _unintended(customer: str, chain: Rows) -> Iterator[Finding]:
    intended: set[str] = set()
    for row in chain:
        if row["action"] == "journal.intend":
            intended.add(row["subject"])
        elif str(row["action"]).startswith("journal.") and row["subject"] not in intended:
            yield Finding(customer, "contradiction", row["subject"], "It has an outcome but was never intended.")


def _answers(customer: str, held: Held) -> Iterator[Finding]:
    """Bodies of sections against the digests they are found by."""
    wanted: dict[str, str] = {}
    for row in held["answers"]:
        wanted |= {digest: f"answers {row['version']}, section {name}" for name, digest in _digests(row["sections"])}
    bodies = {str(row["digest"]): row["body"] for row in held["sections"]}
    for digest, subject in wanted.items():
        if digest not in bodies:
            yield Finding(customer, "missing", subject, "The text of this section is gone.")
    for digest, body in bodies.items():
        if digest not in wanted:
            yield Finding(customer, "added", f"section {digest}", "No version of the answers refers to it.")
        elif not isinstance(body, str) or hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest() != digest:
            yield Finding(customer, "changed", wanted[digest], "The text of this section was changed.")


def _digests(sections: Any) -> list[tuple[str, str]]:
    """(section, digest) of a version; nothing from a row that somebody made unreadable, which is found elsewhere."""
    try:
        return [(str(name), str(digest)) for name, digest in json.loads(sections).items()]
    except (AttributeError, TypeError, ValueError):
        return []


def _files(blobs: BlobStore, place: str, wanted: Mapping[str, tuple[Any, Any]], present: set[str]) -> Iterator[Finding]:
    for name, (digest, size) in sorted(wanted.items()):
        held = blobs.digest(name)
        if held is None:
            yield _file(place, name, "missing", "The file is gone.")
        elif held != (digest, size):
            yield _file(place, name, "changed", f"The file has {held[1]} bytes, SHA-256 {held[0]}; kept was {digest}.")
    for name in sorted(present - wanted.keys()):
        left = name.endswith(PARTIAL)
        message = "An interrupted write left it; it can be removed." if left else "Nothing on record refers to it."
        yield _file(place, name, "added", message)


def _file(place: str, name: str, kind: str, message: str) -> Finding:
    return Finding(name.partition("/")[0], kind, f"{place}/{name}", message)
