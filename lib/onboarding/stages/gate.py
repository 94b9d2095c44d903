"""Decisions: what they are bound to, and whether enough of them are there to open a gate."""

from __future__ import annotations

from dataclasses import dataclass

from onboarding.domain.json import digest
from onboarding.domain.record import GateDecision
from onboarding.domain.task import Gate
from onboarding.stages.context import Context
from onboarding.stages.reopening import counted


@dataclass(frozen=True, slots=True)
class GateView:
    """A gate as it stands; ``missing`` is empty when it is open."""

    gate: Gate
    missing: tuple[str, ...] = ()
    decisions: tuple[GateDecision, ...] = ()

    @property
    def is_open(self) -> bool:
        return not self.missing


def decided_on(gate: Gate, context: Context) -> dict[str, object]:
    """The answers a decision on ``gate`` is bound to, by question or section id."""
    found: dict[str, object] = {}
    for name in gate.on:
        found[name] = context.answer(name) if "." in name else context.values.get(name)
    return found


def decision_digest(gate: Gate, context: Context) -> str:
    """Digest of what is decided on: the gate's question and the bound answers."""
    return digest([gate.id, gate.question, decided_on(gate, context)])


def decided_view(gate: Gate, context: Context) -> GateView:
    """A gate is open while enough people in its roles approve, nobody's newest word is no, and nothing moved since."""
    newest: dict[str, GateDecision] = {}
    for decision in counted(gate, context.record.decisions):
        newest[decision.by] = decision
    bound = decision_digest(gate, context)
    valid = [decision for decision in newest.values() if decision.digest == bound]
    refused = [decision for decision in valid if not decision.is_approved]
    approvals = [decision for decision in valid if decision.is_approved]
    missing: list[str] = []
    if refused:
        missing = [f"{decision.by} said no. {decision.note}".strip() for decision in refused]
    elif len(approvals) < gate.quorum:
        roles = " or ".join(context.profile.party_title(role) for role in gate.roles)
        missing = [f"{gate.quorum - len(approvals)} approval by {roles} is outstanding."]
        missing += [f"{d.by} had approved, but the answers it was bound to have changed since." for d in newest.values()
                    if d.is_approved and d.digest != bound]  # fmt: skip
    return GateView(gate, tuple(missing), tuple(newest.values()))
