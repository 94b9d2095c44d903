"""The contract: what was ordered, what is delivered of it, and when the first invoice comes.

The profile says under ``data.delivery`` what can be contracted and how it is counted::

    [[data.delivery]]
    item = "voice-user"                # option of contract_lines.item
    title = "Cloud Voice user"
    rows = "users"                     # table whose rows count ...
    where = { services = "voice" }     # ... when they hold these values,
    task = "enable_services.assign"    # once this task is done

and under ``data.billing`` what the first invoice counts from: ``{start = "first-of-next-month", after = "<task>"}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from onboarding.domain.billing import BillingStart, FirstInvoice, Reconciled, first_invoice, reconcile
from onboarding.domain.condition import Where
from onboarding.domain.record import TaskState
from onboarding.stages.context import Context

LINES = ("contract_lines.item", "contract_lines.quantity", "contract_lines.note")
"""The questions about what was ordered."""


def reconciled(context: Context) -> list[Reconciled]:
    """Every contracted service against what is delivered by now (U-47); empty when the profile counts nothing."""
    offered = list(_offered(context))
    lines = [
        (str(row.get("item")), int(row.get("quantity") or 0), str(row.get("note") or ""))
        for row in context.rows("contract_lines")
    ]
    titles = {str(entry["item"]): str(entry["title"]) for entry in offered}
    return reconcile(titles, lines, {str(entry["item"]): _delivered(entry, context) for entry in offered})


def first_invoice_of(context: Context) -> FirstInvoice | None:
    """When the first invoice comes (U-20, O-44), a forecast until the task it counts from is done.

    The forecast counts from the go-live day, or today when that has passed. None when the profile says nothing.
    """
    billing = context.profile.data.get("billing")
    if not isinstance(billing, Mapping):
        return None
    start, task = BillingStart(str(billing.get("start"))), str(billing.get("after"))
    held = context.record.tasks.get(task)
    if held is not None and held.state is TaskState.DONE:
        event = context.day(held.at)
        return FirstInvoice(first_invoice(start, event), event, False)
    event = max(context.anchors().get("go-live", date.min), context.today)
    return FirstInvoice(first_invoice(start, event), event, True)


def _offered(context: Context) -> Iterator[Mapping[str, Any]]:
    listed = context.profile.data.get("delivery")
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, Mapping):
            yield entry


def _delivered(entry: Mapping[str, Any], context: Context) -> int:
    held = context.record.tasks.get(str(entry.get("task")))
    if held is None or held.state is not TaskState.DONE:
        return 0
    rows = [row for row in context.rows(str(entry["rows"])) if Where(entry.get("where") or {}).fits(row)]
    column = entry.get("sum")
    return sum(int(row.get(column) or 0) for row in rows) if isinstance(column, str) else len(rows)
