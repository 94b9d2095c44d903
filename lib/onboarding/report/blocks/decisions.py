"""A block of what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.language import say
from onboarding.domain.params import GateId
from onboarding.domain.record import GateDecision
from onboarding.domain.task import Gate
from onboarding.report.blocks import Captioned, block
from onboarding.report.guide import Guide
from onboarding.report.shapes import Cell, Shape, TableFigure
from onboarding.stages.gate import bound_names


class Decisions(Captioned):
    """Which gates."""

    gates: tuple[GateId, ...]


@block("decisions", Decisions)
def decisions(guide: Guide, p: Decisions) -> Iterator[Shape]:
    """Who signed at these gates, on which day and on what, with the digest of the answers that were signed."""
    rows = [
        _decision(guide, guide.context.profile.gates[name], decision)
        for name in p.gates
        for decision in guide.context.record.decisions
        if decision.gate == name
    ]
    if rows:
        columns = ((say("What"), 26), (say("Who"), 24), (say("Decision"), 20), (say("Bound to"), 30))
        yield TableFigure(say(p.caption or "Signatures"), columns, tuple(rows))


def _decision(guide: Guide, gate: Gate, held: GateDecision) -> tuple[Cell, ...]:
    bound = len(bound_names(gate, guide.context))
    parts = say("1 part of the answers") if bound == 1 else say("{count} parts of the answers", count=bound)
    tone = "good" if held.is_approved else "stop"
    return (
        Cell(say(gate.title), (held.note,)),
        Cell(held.by.partition(" <")[0], (guide.party(held.role),)),
        Cell(say("Approved") if held.is_approved else say("Refused"), at=held.at, tone=tone),
        Cell(parts, (say("version {number}", number=held.version),) if held.version else (), code=held.digest),
    )
