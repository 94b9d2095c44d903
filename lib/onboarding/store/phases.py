"""Phases of a customer's project, how it ended, and which party somebody confirmed for a task.

A phase begins by putting the tasks of the one before aside; evidence and decisions are numbered, so a phase only
keeps the number after which they are its own. Nothing is changed or lost by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onboarding.domain.history import (
    EarlierPhase,
    Engagement,
    Evidence,
    GateDecision,
    HandOver,
    History,
    PartyConfirmation,
    Phase,
    TaskRecord,
)
from onboarding.domain.sending import Sending
from onboarding.store import tables
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope, made, values_of

FIRST = Phase()

EVERYTHING = "*"
"""Among what a phase keeps: all tasks, and the decisions too."""


class Phases(Repository):
    """Beginning phases, handing them over and confirming parties."""

    def begin_phase(self, customer: str, title: str, keep: Collection[str], by: str, at: datetime) -> Phase:
        """Begins the next phase and returns it.

        Tasks in ``keep`` stay as they are, all others begin anew; with `EVERYTHING` in it nothing does.
        """
        with self._writing(customer) as scope:
            number = scope.last(tables.phases, "number") or FIRST.number
            for row in scope.rows(tables.tasks):
                if row.task not in keep and EVERYTHING not in keep:
                    old_row = row._asdict()
                    scope.remove(tables.tasks, old_row, by, "phase.set-aside", at)
                    scope.add(tables.earlier_tasks, {**old_row, "phase": number}, by, "phase.set-aside", at)
            values = {
                "number": number + 1, "title": title, "by": by, "at": at, "kept": sorted(keep),
                "after_evidence": scope.last(tables.evidence), "after_decision": scope.last(tables.decisions),
            }  # fmt: skip
            scope.add(tables.phases, values, by, "phase.begin", at)
        return Phase(number + 1, title, by, at, EVERYTHING in keep)

    def hand_over(self, customer: str, done: HandOver) -> None:
        """Keeps that a phase is complete; the first time counts."""
        with self._writing(customer) as scope:
            if scope.row(tables.hand_overs, phase=done.phase) is None:
                scope.add(tables.hand_overs, values_of(done), done.by, "phase.hand-over", done.at)

    def confirm_party(self, customer: str, confirmation: PartyConfirmation) -> None:
        """Keeps who is accountable for a task at this customer, in place of what was confirmed before."""
        with self._writing(customer) as scope:
            scope.put(tables.parties, values_of(confirmation), confirmation.by, "party.confirm", confirmation.at)

    def confirmed_parties(self, customer: str) -> dict[str, PartyConfirmation]:
        """The confirmations of a customer, by task."""
        with self._reading(customer) as scope:
            return _parties(scope)


@dataclass(frozen=True)
class PhaseHistory:
    """The phases of a customer with what was put aside."""

    phases: Sequence[Any]
    set_aside: Sequence[Any]
    parties: Mapping[str, PartyConfirmation]
    begun: Engagement
    hand_overs: Sequence[HandOver] = ()

    @classmethod
    def read(cls, scope: Scope) -> PhaseHistory:
        phases = scope.rows(tables.phases)
        handed_over = [made(HandOver, row) for row in scope.rows(tables.hand_overs)]
        earlier = scope.rows(tables.earlier_tasks) if phases else ()
        return cls(phases, earlier, _parties(scope), scope.begun, handed_over)

    def record(
        self,
        tasks: Mapping[str, TaskRecord],
        decisions: Mapping[int, GateDecision],
        evidence: Mapping[int, Evidence],
        sendings: Mapping[str, Sequence[Sending]],
    ) -> History:
        """The record of the current phase with the earlier ones behind it; decisions and evidence by their numbers."""
        names = [FIRST, *(made(Phase, row, is_change=EVERYTHING in row.kept) for row in self.phases)]
        decided: list[list[GateDecision]] = [[] for _ in names]
        proved: list[list[Evidence]] = [[] for _ in names]
        for seq, decision in decisions.items():
            decided[self._of_decision(seq)].append(decision)
        for seq, line in evidence.items():
            proved[self._of_evidence(seq, line)].append(line)
        earlier = tuple(
            EarlierPhase(name, self._tasks(name.number), tuple(decided[place]), tuple(proved[place]))
            for place, name in enumerate(names[:-1])
        )
        now = tuple(decided[-1]), tuple(proved[-1]), names[-1]
        begun = self.begun
        return History(tasks, *now, earlier, self.parties, begun.end, self.hand_overs, begun.editions, sendings)

    def _tasks(self, phase: int) -> dict[str, TaskRecord]:
        return {row.task: made(TaskRecord, row) for row in self.set_aside if row.phase == phase}

    def _of_decision(self, seq: int) -> int:
        place = int(sum(seq > row.after_decision for row in self.phases))
        while place < len(self.phases) and EVERYTHING in self.phases[place].kept:
            place += 1
        return place

    def _of_evidence(self, seq: int, line: Evidence) -> int:
        """A once-per-customer task takes its proof along into every later phase."""
        place = int(sum(seq > row.after_evidence for row in self.phases))
        while place < len(self.phases) and {line.task, EVERYTHING} & set(self.phases[place].kept):
            place += 1
        return place


def _parties(scope: Scope) -> dict[str, PartyConfirmation]:
    return {row.task: made(PartyConfirmation, row) for row in scope.rows(tables.parties)}
