"""What was contracted, what is delivered, and what it costs from when."""

from __future__ import annotations

from onboarding.domain.action import Action
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.contract import LINES, first_invoice_of, reconciled
from onboarding.stages.planners import planner
from onboarding.stages.planners.instruction import instruction, values_beside
from onboarding.stages.planners.shown import Shown


@planner("billing", Shown)
def billing(task: Task, context: Context, p: Shown) -> list[Action]:
    """A person begins billing; the date of the first invoice, by data.billing, stands beside it."""
    invoice = first_invoice_of(context)
    values = values_beside(p, context)
    if invoice is not None:
        label = "First invoice (forecast)" if invoice.is_forecast else "First invoice"
        values.append([label, invoice.on.isoformat()])
    return [instruction(task, values)]


@planner("contract_report", Shown, reads=LINES)
def contract_report(task: Task, context: Context, p: Shown) -> list[Action]:
    """A person sends the report: contract lines against what is delivered by data.delivery, and the first invoice."""
    lines: list[JSON] = [
        [line.title, f"{line.contracted} contracted, {line.delivered} delivered"] for line in reconciled(context)
    ]
    lines += [[line.title, line.note] for line in reconciled(context) if line.note]
    invoice = first_invoice_of(context)
    if invoice is not None:
        lines.append(["First invoice", invoice.on.isoformat()])
    return [instruction(task, [*values_beside(p, context), *lines])]
