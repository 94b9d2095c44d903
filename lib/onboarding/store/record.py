"""What happened for a customer: tasks, gate decisions, evidence and its documents."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

from onboarding.domain.action import Document
from onboarding.domain.record import Evidence, GateDecision, Record, TaskRecord
from onboarding.errors import InputError
from onboarding.store import audit, tables
from onboarding.store.phases import History, task_from
from onboarding.store.repository import Repository


class Records(Repository):
    """The customer's record and the documents that prove it."""

    def record(self, customer: str) -> Record:
        """Everything that happened, as values, by phase; decisions and evidence oldest first."""
        with self._reading(customer) as connection:
            rows = connection.execute(select(tables.tasks).filter_by(customer=customer).order_by("task"))
            tasks = {row.task: task_from(row) for row in rows}
            decisions = {row.seq: _decision(row) for row in _in_order(connection, tables.decisions, customer)}
            evidence = {row.seq: _evidence(row) for row in _in_order(connection, tables.evidence, customer)}
            history = History.read(connection, customer)
        return history.record(tasks, decisions, evidence)

    def set_task(self, customer: str, record: TaskRecord) -> None:
        """Keeps where a task stands now."""
        values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        with self._writing(customer) as connection:
            values["customer"] = customer
            audit.put(connection, tables.tasks, values, record.by, f"task.{record.state}", record.at)

    def add_evidence(self, customer: str, evidence: Evidence) -> None:
        """Adds one line of proof. Raises InputError DOCUMENT-UNKNOWN when its document was not kept before."""
        with self._writing(customer) as connection:
            _need_document(connection, customer, evidence.document)
            values = {
                "customer": customer, "seq": _next(connection, tables.evidence, customer), "task": evidence.task,
                "at": evidence.at, "by": evidence.by, "what": evidence.what, "about": evidence.subject,
                "reference": evidence.reference, "document": evidence.document or None,
                "document_name": evidence.document_name, "observed": evidence.observed,
            }  # fmt: skip
            audit.add(connection, tables.evidence, values, evidence.by, "evidence.add", evidence.at)

    def decide(self, customer: str, decision: GateDecision) -> None:
        """Adds a decision on a gate. Raises InputError DOCUMENT-UNKNOWN when its document was not kept before."""
        with self._writing(customer) as connection:
            _need_document(connection, customer, decision.document)
            values = {
                "customer": customer, "seq": _next(connection, tables.decisions, customer), "gate": decision.gate,
                "is_approved": decision.is_approved, "by": decision.by, "role": decision.role, "at": decision.at,
                "digest": decision.digest, "note": decision.note, "document": decision.document or None,
                "decided_on": decision.decided_on, "answers": decision.answers, "version": decision.version,
                "is_verified": decision.is_verified, "origin": decision.origin,
            }  # fmt: skip
            word = "approve" if decision.is_approved else "reject"
            audit.add(connection, tables.decisions, values, decision.by, f"gate.{word}", decision.at)

    def keep_document(self, customer: str, document: Document, by: str = "", at: datetime | None = None) -> str:
        """Keeps a file of the customer, read-only, and returns its SHA-256; the same content is kept once."""
        sha256 = hashlib.sha256(document.data).hexdigest()
        with self._writing(customer) as connection:
            self._documents.put(f"{customer}/{sha256}", document.data)
            if _document(connection, customer, sha256) is None:
                now = at or datetime.now(UTC)
                values = {
                    "customer": customer, "sha256": sha256, "name": document.name, "media_type": document.media_type,
                    "size": len(document.data), "at": now,
                }  # fmt: skip
                audit.add(connection, tables.documents, values, by, "document.keep", now)
        return sha256

    def document(self, customer: str, sha256: str) -> Document:
        """A kept file, held against its digest. Raises InputError DOCUMENT-UNKNOWN, EvidenceError FILE-…."""
        with self._reading(customer) as connection:
            _need_document(connection, customer, sha256)
            row = _document(connection, customer, sha256)
        return Document(row.name, row.media_type, self._documents.get(f"{customer}/{sha256}", sha256))


def _in_order(connection: Connection, table: Table, customer: str) -> Any:
    return connection.execute(select(table).where(table.c.customer == customer).order_by(table.c.seq))


def _next(connection: Connection, table: Table, customer: str) -> int:
    last = connection.scalar(select(func.max(table.c.seq)).where(table.c.customer == customer))
    return int(last or 0) + 1


def _document(connection: Connection, customer: str, sha256: str) -> Any:
    return connection.execute(select(tables.documents).filter_by(customer=customer, sha256=sha256)).first()


def _need_document(connection: Connection, customer: str, sha256: str) -> None:
    if sha256 and _document(connection, customer, sha256) is None:
        raise InputError(
            "DOCUMENT-UNKNOWN", f"{customer} has no document {sha256[:80]}.", "Keep the file first, then refer to it."
        )


def _decision(row: Any) -> GateDecision:
    return GateDecision(
        row.gate, row.is_approved, row.by, row.role, row.at, row.digest, row.note, row.document or "", row.decided_on,
        row.answers, row.version, row.is_verified, row.origin,
    )  # fmt: skip


def _evidence(row: Any) -> Evidence:
    return Evidence(
        row.task, row.at, row.by, row.what, row.about, row.reference, row.document or "", row.document_name,
        row.observed,
    )  # fmt: skip
