"""The course of a project: the next phase, and who is accountable for what at this customer."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli import show
from onboarding.cli.options import AsOf, By, CustomerId, TaskId, open_case, who
from onboarding.cli.shell import command

PANEL = "People"
book = typer.Typer()


@command(book, "party", PANEL, 'onboard party bright-smile cutover.redirect-mail --party reseller --by "Ana Diaz"')
def party(
    customer: CustomerId,
    task: TaskId,
    by: By,
    party: Annotated[
        str,
        typer.Option("--party", metavar="ID", help="Who does it; the party shown so far without it.",
                     show_default=False),
    ] = "",
    as_of: AsOf = "",
) -> None:  # fmt: skip
    """Confirm who is accountable for a task at this customer.

    Where a guide does not say who does something, the party is shown as inferred until somebody confirms it.
    """
    case = open_case(customer, as_of, who(by))
    found = case.confirm_party(task, party)
    show.line(f"{case.task(task).title}: {case.profile.party_title(found)}, confirmed by {case.by}")


@command(book, "phase", PANEL, 'onboard phase bright-smile --title "Second building" --by "Ana Diaz"')
def phase(
    customer: CustomerId,
    by: By,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="What the phase is about.")],
    as_of: AsOf = "",
) -> None:
    """Begin the customer's next phase.

    What is done once for a customer stays done, everything else begins anew; the record keeps what was there.
    """
    case = open_case(customer, as_of, who(by))
    found = case.begin_phase(title)
    again = sum(not view.state.is_closed for view in case.progress().tasks)
    show.line(f"Phase {found.number} of {case.customer.name} has begun: {found.title}")
    show.line(f"{show.count(again, 'task')} to do; `onboard tasks {customer}` lists what can be done now.")
