"""Phases of a customer's project, and which party somebody confirmed for a task.

A phase begins by putting the tasks of the one before aside; evidence and decisions are numbered, so a phase only
keeps the number after which they are its own. Nothing is changed or lost by it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from onboarding.domain.record import (
    EarlierPhase,
    Evidence,
    GateDecision,
    PartyConfirmation,
    Phase,
    Record,
    TaskRecord,
)
from onboarding.store import audit, tables
from onboarding.store.repository import Repository

FIRST = Phase()


class Phases(Repository):
    """Beginning phases and confirming parties."""

    def begin_phase(self, customer: str, title: str, keep: Collection[str], by: str, at: datetime) -> Phase:
        """Begins the next phase and returns it. Tasks in ``keep`` stay as they are, all others begin anew."""
        with self._writing(customer) as connection:
            number = _current(connection, customer) + 1
            for row in connection.execute(select(tables.tasks).filter_by(customer=customer).order_by("task")).all():
                if row.task not in keep:
                    held = {column.name: getattr(row, column.name) for column in tables.tasks.c}
                    audit.remove(connection, tables.tasks, held, by, "phase.set-aside", at)
                    values = held | {"phase": number - 1}
                    audit.add(connection, tables.earlier_tasks, values, by, "phase.set-aside", at)
            values = {
                "customer": customer, "number": number, "title": title, "by": by, "at": at, "kept": sorted(keep),
                "after_evidence": _last(connection, tables.evidence, customer),
                "after_decision": _last(connection, tables.decisions, customer),
            }  # fmt: skip
            audit.add(connection, tables.phases, values, by, "phase.begin", at)
        return Phase(number, title, by, at)

    def confirm_party(self, customer: str, confirmation: PartyConfirmation) -> None:
        """Keeps who is accountable for a task at this customer, in place of what was confirmed before."""
        values = {field.name: getattr(confirmation, field.name) for field in dataclasses.fields(confirmation)}
        with self._writing(customer) as connection:
            values["customer"] = customer
            audit.put(connection, tables.parties, values, confirmation.by, "party.confirm", confirmation.at)

    def confirmed_parties(self, customer: str) -> dict[str, PartyConfirmation]:
        """The confirmations of a customer, by task."""
        with self._reading(customer) as connection:
            return parties_of(connection, customer)


@dataclass(frozen=True)
class History:
    """The phases of a customer with what was put aside."""

    phases: list[Any]
    set_aside: list[Any]
    parties: Mapping[str, PartyConfirmation]

    @classmethod
    def read(cls, connection: Connection, customer: str) -> History:
        phases = connection.execute(select(tables.phases).filter_by(customer=customer).order_by("number")).all()
        aside = select(tables.earlier_tasks).filter_by(customer=customer).order_by("task")
        earlier = connection.execute(aside).all() if phases else ()
        return cls(list(phases), list(earlier), parties_of(connection, customer))

    def record(
        self,
        tasks: Mapping[str, TaskRecord],
        decisions: Mapping[int, GateDecision],
        evidence: Mapping[int, Evidence],
    ) -> Record:
        """The record of the current phase with the earlier ones behind it; the last two by their numbers."""
        names = [FIRST, *(Phase(row.number, row.title, row.by, row.at) for row in self.phases)]
        by_phase = [EarlierPhase(name, self._tasks(name.number)) for name in names]
        decided: list[list[GateDecision]] = [[] for _ in names]
        proved: list[list[Evidence]] = [[] for _ in names]
        for seq, decision in decisions.items():
            decided[self._of_decision(seq)].append(decision)
        for seq, line in evidence.items():
            proved[self._of_evidence(seq, line)].append(line)
        earlier = tuple(
            dataclasses.replace(phase, decisions=tuple(decided[place]), evidence=tuple(proved[place]))
            for place, phase in enumerate(by_phase[:-1])
        )
        return Record(tasks, tuple(decided[-1]), tuple(proved[-1]), names[-1], earlier, self.parties)

    def _tasks(self, phase: int) -> dict[str, TaskRecord]:
        return {row.task: task_from(row) for row in self.set_aside if row.phase == phase}

    def _of_decision(self, seq: int) -> int:
        return int(sum(seq > row.after_decision for row in self.phases))

    def _of_evidence(self, seq: int, line: Evidence) -> int:
        """A once-per-customer task takes its proof along into every later phase."""
        place = int(sum(seq > row.after_evidence for row in self.phases))
        while place < len(self.phases) and line.task in self.phases[place].kept:
            place += 1
        return place


def task_from(row: Any) -> TaskRecord:
    return TaskRecord(**{field.name: getattr(row, field.name) for field in dataclasses.fields(TaskRecord)})


def parties_of(connection: Connection, customer: str) -> dict[str, PartyConfirmation]:
    rows = connection.execute(select(tables.parties).filter_by(customer=customer).order_by("task"))
    return {row.task: PartyConfirmation(row.task, row.party, row.by, row.at) for row in rows}


def _current(connection: Connection, customer: str) -> int:
    return int(connection.scalar(select(func.max(tables.phases.c.number)).filter_by(customer=customer)) or 1)


def _last(connection: Connection, table: Any, customer: str) -> int:
    return int(connection.scalar(select(func.max(table.c.seq)).where(table.c.customer == customer)) or 0)
