"""What happened for a customer: tasks, gate decisions, evidence and its documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from onboarding.domain.action import Attachment
from onboarding.domain.event import PROOF_ADDED
from onboarding.domain.history import End, Evidence, GateDecision, History, TaskRecord
from onboarding.domain.reservation import Ageing, Key, Move
from onboarding.errors import Busy, InputError
from onboarding.store import tables
from onboarding.store.inventory import NO_OTHERS, move, reserve
from onboarding.store.journal import sendings_of
from onboarding.store.phases import PhaseHistory
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope, made, values_of

MOVED_ON = "TASK-MOVED-ON"
"""What is refused because somebody else was quicker."""


class Histories(Repository):
    """The customer's record and the documents that prove it."""

    def record(self, customer: str) -> History:
        """Everything that happened, as values, by phase; decisions and evidence oldest first."""
        with self._reading(customer) as scope:
            return record_of(scope)

    def evidence_lines(self, customer: str | None = None) -> list[tuple[str, str, Evidence]]:
        """(customer, service, line of proof) of one customer or of all, in one query: by customer, oldest first."""
        query = self._of_customers(tables.evidence, customer).order_by(tables.evidence.c.seq)
        with self._database.reading() as connection:
            return [(row.customer, row.service, _evidence(row)) for row in connection.execute(query)]

    def set_task(self, customer: str, record: TaskRecord, moved: Move | None = None) -> None:
        """Keeps where a task stands now, and with it what becomes of the customer's inventory."""
        self.report(customer, (), (record,), moved)

    def report(
        self,
        customer: str,
        evidence: Sequence[Evidence],
        records: Sequence[TaskRecord],
        moved: Move | None = None,
        before: Mapping[str, TaskRecord | None] | None = None,
        ageing: Ageing = NO_OTHERS,
    ) -> None:
        """Keeps lines of proof, where their tasks stand now, and what becomes of the inventory: all of it or nothing.

        A proof that somebody else has just added in the same way is there once. Raises InputError DOCUMENT-UNKNOWN when
        a document was not kept before, Busy TASK-MOVED-ON when something else than what was there ``before`` is kept of
        a task by now.
        """
        with self._writing(customer) as scope:
            _refuse_moved_on(scope, before or {})
            for line in evidence:
                if not _is_filed(scope, line):
                    add_line(scope, line)
            for record in records:
                scope.put(tables.tasks, values_of(record), record.by, f"task.{record.state}", record.at)
            if moved and records:
                move(scope, moved, records[-1].at, records[-1].by, ageing)

    def add_evidence(self, customer: str, evidence: Evidence) -> None:
        """Adds one line of proof. Raises InputError DOCUMENT-UNKNOWN when its document was not kept before."""
        self.report(customer, (evidence,), ())

    def end(
        self,
        customer: str,
        end: End,
        evidence: Sequence[Evidence] = (),
        to: Move | None = None,
        ageing: Ageing = NO_OTHERS,
    ) -> None:
        """Keeps how the customer's project ended, in place of how it ended before, with its lines of proof and what
        becomes of the inventory: all of it or nothing.
        """
        values = {"ended": end.kind, "ended_at": end.at, "ended_by": end.by, "ended_why": end.why}
        with self._writing(customer) as scope:
            for line in evidence:
                add_line(scope, line)
            if to:
                move(scope, to, end.at, end.by, ageing)
            whole = {"id": scope.engagement, **values}
            scope.change(tables.engagements, whole, end.by, f"engagement.{end.kind.value}", end.at)

    def resume(
        self,
        customer: str,
        lines: Sequence[Evidence],
        wanted: Mapping[Key, str],
        again: datetime,
        moves: Sequence[Move] = (),
    ) -> Mapping[Key, str]:
        """The customer's project goes on, as the first line of proof says: what was freed at the instant ``again``
        is reserved as ``wanted`` and moves as before, all of it or nothing; returns what another customer has by now,
        and who.
        """
        with suppress(IntegrityError):
            return self._resume(customer, lines, wanted, again, moves)
        # Of two at once on PostgreSQL the other is in by now.
        return self._resume(customer, lines, wanted, again, moves)

    def _resume(
        self,
        customer: str,
        lines: Sequence[Evidence],
        wanted: Mapping[Key, str],
        again: datetime,
        moves: Sequence[Move],
    ) -> Mapping[Key, str]:
        line = lines[0]
        with self._writing(customer) as scope:
            values = {"id": scope.engagement, "ended": None, "ended_at": None, "ended_by": "", "ended_why": ""}
            scope.change(tables.engagements, values, line.by, "engagement.resume", line.at)
            for one in lines:
                add_line(scope, one)
            taken = reserve(scope, wanted, line.at, line.by, again)
            for to in moves:
                move(scope, to, line.at, line.by)
        return taken

    def decide(self, customer: str, decision: GateDecision) -> None:
        """Adds a decision on a gate. Raises InputError DOCUMENT-UNKNOWN when its document was not kept before."""
        with self._writing(customer) as scope:
            add_decision(scope, decision)

    def keep_document(self, customer: str, document: Attachment, by: str = "", at: datetime | None = None) -> str:
        """Keeps a file of the customer, read-only, and returns its SHA-256; the same content is kept once."""
        self.customer(customer)
        with self._arrivals.of(customer, [document]), self._writing(customer) as scope:
            add_document(scope, document, by, at or datetime.now(UTC))
        return hashlib.sha256(document.data).hexdigest()

    def document(self, customer: str, sha256: str) -> Attachment:
        """A kept file, checked against its digest. Raises InputError DOCUMENT-UNKNOWN, EvidenceError FILE-…."""
        with self._reading(customer) as scope:
            _need_document(scope, sha256)
            row = scope.row(tables.documents, sha256=sha256)
        return Attachment(row.name, row.media_type, self._documents.get(f"{customer}/{sha256}", sha256))


def add_line(scope: Scope, evidence: Evidence) -> None:
    """`Histories.add_evidence` within a transaction."""
    _need_document(scope, evidence.document)
    values = values_of(evidence)
    values |= {"seq": scope.last(tables.evidence) + 1, "document": evidence.document or None}
    values["about"] = values.pop("subject")
    scope.add(tables.evidence, values, evidence.by, "evidence.add", evidence.at)


def add_decision(scope: Scope, decision: GateDecision) -> None:
    """`Histories.decide` within a transaction."""
    _need_document(scope, decision.document)
    values = values_of(decision)
    values |= {"seq": scope.last(tables.decisions) + 1, "document": decision.document or None}
    word = "approve" if decision.is_approved else "reject"
    scope.add(tables.decisions, values, decision.by, f"gate.{word}", decision.at)


def add_document(scope: Scope, document: Attachment, by: str, at: datetime) -> None:
    """The row of a document whose file is kept."""
    sha256 = hashlib.sha256(document.data).hexdigest()
    if scope.row(tables.documents, sha256=sha256) is None:
        values = {
            "sha256": sha256, "name": document.name, "media_type": document.media_type, "size": len(document.data),
            "at": at,
        }  # fmt: skip
        scope.add(tables.documents, values, by, "document.keep", at)


def record_of(scope: Scope) -> History:
    """`Histories.record` within a transaction."""
    tasks = {row.task: made(TaskRecord, row) for row in scope.rows(tables.tasks)}
    decisions = {row.seq: _decision(row) for row in scope.rows(tables.decisions)}
    evidence = {row.seq: _evidence(row) for row in scope.rows(tables.evidence)}
    return PhaseHistory.read(scope).record(tasks, decisions, evidence, sendings_of(scope))


def _refuse_moved_on(scope: Scope, before: Mapping[str, TaskRecord | None]) -> None:
    for task, record in before.items():
        row = scope.row(tables.tasks, task=task)
        if (made(TaskRecord, row) if row else None) != record:
            words = f"Somebody else has just said something about {task} of {scope.customer}."
            raise Busy(MOVED_ON, words, "Nothing was kept; look at it again.")


def _is_filed(scope: Scope, line: Evidence) -> bool:
    """Whether the file that the line adds to what was done is filed with that task already."""
    if line.what.kind != PROOF_ADDED:
        return False
    lines = record_of(scope).evidence
    return any((one.task, one.document) == (line.task, line.document) and not one.is_waiver for one in lines)


def _need_document(scope: Scope, sha256: str) -> None:
    if sha256 and scope.row(tables.documents, sha256=sha256) is None:
        words = f"{scope.customer} has no document {sha256[:80]}."
        raise InputError("DOCUMENT-UNKNOWN", words, "Keep the file first, then refer to it.")


def _decision(row: Any) -> GateDecision:
    return made(GateDecision, row, document=row.document or "")


def _evidence(row: Any) -> Evidence:
    return made(Evidence, row, subject=row.about, document=row.document or "")
