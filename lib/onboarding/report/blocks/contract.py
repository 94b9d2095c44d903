"""Blocks of what was contracted."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.billing import BillingStart, Reconciled
from onboarding.domain.language import say
from onboarding.report.blocks import Captioned, block
from onboarding.report.guide import Guide
from onboarding.report.shapes import Cell, FactsFigure, Shape, TableFigure
from onboarding.stages.contract import first_invoice_of, reconciled


@block("contract", Captioned, reads=("contract_lines",))
def contract(guide: Guide, p: Captioned) -> Iterator[Shape]:
    """What was contracted against what is delivered, line by line, as data.delivery counts it.

    What explains a difference stands with it.
    """
    rows = tuple(
        (Cell(say(line.title), (line.note,)), Cell(str(line.contracted)), Cell(str(line.delivered)), _settled(line))
        for line in reconciled(guide.context)
    )
    if rows:
        columns = ((say("Service"), 48), (say("Contracted"), 14), (say("Delivered"), 14), (say("Outcome"), 24))
        yield TableFigure(say(p.caption or "Contracted and delivered"), columns, rows)


def _settled(line: Reconciled) -> Cell:
    if not line.difference:
        return Cell(say("as contracted"), tone="good")
    if line.difference > 0:
        words = say("{count} more than contracted", count=line.difference)
    else:
        words = say("{count} fewer than contracted", count=-line.difference)
    return Cell(words, (say("explained"),) if line.note else (), tone="note" if line.note else "stop")


@block("invoice", Captioned)
def invoice(guide: Guide, p: Captioned) -> Iterator[Shape]:
    """The date of the first invoice and the day it counts from, as data.billing says."""
    context = guide.context
    found = first_invoice_of(context)
    billing = context.profile.data.billing
    if found is None or billing is None:
        return
    task = context.profile.task(billing.after)
    event = say(task.title) if task else ""
    rule = (
        say("on the first of the month that follows")
        if billing.start is BillingStart.NEXT_MONTH
        else say("from that day on")
    )
    kind = (say("forecast"),) if found.is_forecast else ()
    yield FactsFigure(
        say(p.caption),
        (
            (say("First invoice"), Cell(at=found.on, more=kind)),
            (say("Counts from"), Cell(event, at=found.counted_from, more=(rule,))),
        ),
    )
