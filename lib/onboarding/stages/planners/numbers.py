"""Port orders and requests for new numbers, both submitted by the provider for the customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.action import Action
from onboarding.domain.task import Task
from onboarding.stages.context import Context, address_of
from onboarding.stages.planners import planner
from onboarding.stages.planners.mail import MailWithFiles, mail
from onboarding.stages.planners.shown import table


@planner(
    "port_orders",
    MailWithFiles,
    connectors=("support",),
    bound=True,
    reads=(
        "port_orders.btn",
        "port_orders.losing_carrier",
        "port_orders.scope",
        "port_orders.signer",
        "port_orders.site",
        "port_numbers.btn",
        "port_numbers.number",
    ),
    may_read=("port_orders.account_number", "port_orders.new_btn", "port_orders.wanted_on"),
)
def port_orders(task: Task, context: Context, p: MailWithFiles) -> list[Action]:
    """One mail per billing telephone number, with the numbers to port; an order, like a letter, may hold only one.

    The numbers of an order are those that name its BTN; the service address is the one on the losing carrier's record.
    """
    found = []
    for order in context.rows("port_orders"):
        numbers = [row for row in context.rows("port_numbers") if row.get("btn") == order.get("btn")]
        found.append(
            mail(
                task,
                context,
                p,
                f"{task.id}/{order['btn']}",
                attach=p.attach,
                fields=_port_fields(order, context),
                tables=[
                    {"title": "Numbers to port", "columns": ["Number"], "rows": [[row["number"]] for row in numbers]}
                ],
                about=f"{len(numbers)} numbers of {order.get('losing_carrier', 'the losing carrier')}",
            )
        )
    return found


def _port_fields(order: Mapping[str, Any], context: Context) -> list[tuple[str, str]]:
    scope = "all numbers of the account" if order.get("scope") == "full" else "only the numbers listed"
    rows = [
        ("Billing telephone number", order.get("btn")),
        ("Losing carrier", order.get("losing_carrier")),
        ("Account number", order.get("account_number")),
        ("Port", scope),
        ("New billing telephone number", order.get("new_btn")),
        ("Authorised signer", order.get("signer")),
        ("Service address", address_of(context.site(str(order.get("site") or "")))),
        ("Wanted date", order.get("wanted_on")),
    ]
    return [(label, str(value)) for label, value in rows if value]


@planner("new_numbers", MailWithFiles, connectors=("support",), bound=True, reads=("new_numbers", "sites"))
def new_numbers(task: Task, context: Context, p: MailWithFiles) -> list[Action]:
    """One mail for all new numbers: area code, quantity, directory listing, and the E911 address of each."""
    section = context.profile.questionnaire.section("new_numbers")
    rows = context.rows("new_numbers")
    if section is None or not rows:
        return []
    shown = table(section, section.questions, rows, is_exact=True)
    with_address = {
        **shown,
        "columns": [*shown["columns"], "Address to register for E911"],
        "rows": [[*cells, e911_address(row, context)] for cells, row in zip(shown["rows"], rows, strict=True)],
    }
    total = sum(int(row.get("quantity") or 0) for row in rows)
    return [mail(task, context, p, task.id, tables=[with_address], attach=p.attach, about=f"{total} numbers")]


def e911_address(row: Mapping[str, Any], context: Context) -> str:
    """The civic address to register with the numbers of a request; empty when E911 is not wanted (C-29)."""
    return address_of(context.site(str(row.get("e911_site") or ""))) if row.get("e911") else ""
