"""Blocks of what was agreed: what was asked for, what was contracted, who signed for it."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.billing import BillingStart, Reconciled
from onboarding.domain.history import GateDecision
from onboarding.domain.language import _
from onboarding.domain.params import GateId
from onboarding.domain.task import Gate
from onboarding.report.answer_cells import setting_cell
from onboarding.report.blocks import Captioned, Guide, block, table
from onboarding.report.report_model import Cell, FactsFigure, Shape
from onboarding.stages.checks.review import RequirementsMapped
from onboarding.stages.checks.review import coverage as coverage_of
from onboarding.stages.commercial_terms import begins_billing, first_invoice_of, reconciled
from onboarding.stages.gate import bound_names


class Coverage(Captioned, RequirementsMapped):
    """Where the requirements stand."""


@block("coverage", Coverage)
def coverage(guide: Guide, p: Coverage) -> Iterator[Shape]:
    """Every requirement, the setting that meets it and its value."""
    asked, rows = guide.context.profile.questionnaire, []
    for what, name, is_met in coverage_of(guide.context, p):
        section, question = asked.section(name.partition(".")[0]), asked.question(name)
        titles: list[str] = [_(question.label)] if question else []
        titles += [_(section.title)] if section else []
        first, *more = titles or [name]
        state = Cell(_("met"), tone="good") if is_met else Cell(_("open"), tone="wait")
        rows.append((Cell(what), Cell(first, tuple(more)), setting_cell(guide.context, name), state))
    columns = {_("Requirement"): 36, _("Met by"): 22, _("Set to"): 30, _("State"): 12}
    yield from table(p.caption or _("Requirements"), columns, rows)


@block("contract", Captioned, reads=("contract_lines",))
def contract(guide: Guide, p: Captioned) -> Iterator[Shape]:
    """What was contracted against what is delivered, line by line, as data.delivery counts it.

    What explains a difference stands with it.
    """
    rows = [
        (Cell(_(line.title), (line.note,)), Cell(str(line.contracted)), Cell(str(line.delivered)), _settled(line))
        for line in reconciled(guide.context)
    ]
    columns = {_("Service"): 48, _("Contracted"): 14, _("Delivered"): 14, _("Outcome"): 24}
    yield from table(p.caption or _("Contracted and delivered"), columns, rows)


def _settled(line: Reconciled) -> Cell:
    if not line.difference:
        return Cell(_("as contracted"), tone="good")
    text = _("{count} more than contracted" if line.difference > 0 else "{count} fewer than contracted")
    tone, more = ("note", (_("explained"),)) if line.note else ("stop", ())
    return Cell(_(text, count=abs(line.difference)), more, tone=tone)


@block("invoice", Captioned)
def invoice(guide: Guide, p: Captioned) -> Iterator[Shape]:
    """The date of the first invoice and the day it counts from, as data.billing says."""
    found = first_invoice_of(guide.context)
    if found is None or (billing := guide.context.profile.data.billing) is None:
        return
    task, is_next = begins_billing(guide.context), billing.start is BillingStart.NEXT_MONTH
    rule = _("on the first of the month that follows" if is_next else "from that day on")
    first = Cell(at=found.on, more=(_("forecast"),) if found.is_forecast else ())
    since = Cell(_(task.title) if task else "", at=found.counted_from, more=(rule,))
    yield FactsFigure(_(p.caption), ((_("First invoice"), first), (_("Counts from"), since)))


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
    columns = {_("What"): 26, _("Who"): 24, _("Decision"): 20, _("Bound to"): 30}
    yield from table(p.caption or _("Signatures"), columns, rows)


def _decision(guide: Guide, gate: Gate, decision: GateDecision) -> tuple[Cell, ...]:
    bound = len(bound_names(gate, guide.context))
    parts = _("1 part of the answers") if bound == 1 else _("{count} parts of the answers", count=bound)
    version = (_("version {number}", number=decision.version),) if decision.version else ()
    tone = "good" if decision.is_approved else "stop"
    return (
        Cell(_(gate.title), (decision.note,)),
        Cell(decision.by.partition(" <")[0], (guide.party(decision.role),)),
        Cell(_("Approved" if decision.is_approved else "Refused"), at=decision.at, tone=tone),
        Cell(parts, version, code=decision.digest),
    )
