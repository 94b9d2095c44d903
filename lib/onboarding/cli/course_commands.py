"""The course of a customer's project: who is accountable for a task, its next phase, its end."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli import show, show_owed
from onboarding.cli.options import AsOf, By, CustomerId, open_case, who
from onboarding.cli.people_commands import AllRows, Rows, TaskId
from onboarding.cli.shell import command, flag, option
from onboarding.cli.task_list import PANEL, next_line

book = typer.Typer()

Party = Annotated[str, option("--party", "ID", "Who does it; the party shown so far without it.")]
Title = Annotated[str, option("--title", "TEXT", "What the phase is about.")]


@command(book, "party", PANEL, 'onboard party bright-smile cutover.redirect-mail --party reseller --by "Ana Diaz"')
def party(
    customer: CustomerId,
    task: TaskId,
    by: By,
    party: Party = "",
    row: Rows = None,
    all_rows: AllRows = False,
    as_of: AsOf = "",
) -> None:
    """Confirm who is accountable for a task at this customer.

    Where a guide does not say who does something, the party is shown as inferred until somebody confirms it.
    """
    from onboarding.case import lifecycle
    from onboarding.case.row_reports import meant

    case = open_case(customer, as_of, who(by))
    for name in meant(case, task, row or (), all_rows):
        found = lifecycle.confirm_party(case, name, party)
        show.line(f"{case.task(name).title}: {case.profile.party_title(found)}, confirmed by {case.by}")


@command(book, "phase", PANEL, 'onboard phase bright-smile --title "Second building" --by "Ana Diaz"',
         'onboard phase bright-smile --change-order --title "Zoe Hopper joins" --by "Ana Diaz"')  # fmt: skip
def phase(
    customer: CustomerId,
    by: By,
    title: Title,
    change_order: Annotated[bool, flag("--change-order", "Only what the answers ask for since the hand-over.")] = False,
    as_of: AsOf = "",
) -> None:
    """Begin the customer's next phase.

    What is done once for a customer stays done, everything else begins anew; the record keeps what was there. After
    the hand-over a change of the answers is carried out in a phase of its own (--change-order).
    """
    from onboarding.case import lifecycle
    from onboarding.stages.owed import by_row, owed

    case = open_case(customer, as_of, who(by))
    found = lifecycle.begin_phase(case, title, change_order)
    progress = case.progress()
    again, now = progress.count().open, len(by_row(owed(progress), progress))
    show.line(f"Phase {found.number} of {case.customer.name} has begun: {found.title}")
    begin = "all of them can" if now == again else f"{now} of them can"
    show.line(f"{show.count(again, 'task')} to do, {begin} be begun now; `onboard tasks {customer}` lists these.")


@command(
    book, "end", PANEL, 'onboard end bright-smile --reason "went to another provider" --by "Ana Diaz"',
    'onboard end bright-smile --undo --reason "the wrong customer" --by "Ana Diaz"',
)  # fmt: skip
def end(
    customer: CustomerId,
    by: By,
    reason: Annotated[str, option("--reason", "TEXT", "Why; it is kept.")],
    undo: Annotated[bool, flag("--undo", "Take it up again: it was called off by mistake.")] = False,
    as_of: AsOf = "",
) -> None:
    """Call a customer off before go-live: nothing is planned, asked or done any more.

    Its numbers and names are free for others. The record stays, and so does the report. Whoever was asked for something
    by mail is told; who could not be, is named, and told by the same command once more, also after a deletion. A
    customer that is live is removed with `onboard procedure`.
    """
    from onboarding.case.ending import cancel, resume
    from onboarding.engine.farewell import take_leave
    from onboarding.stages.farewell import farewells
    from onboarding.stages.owed import Owed

    case = open_case(customer, as_of, who(by))
    if undo:
        taken = resume(case, reason)
        show.line(f"{case.customer.name} goes on.")
        if taken:
            words = f"Others have {len(taken)} of its numbers and names by now"
            show.line(f"{words}; `onboard check {customer}` shows which.")
        next_line(case)
        return
    left = () if farewells(case.context()) else cancel(case, reason)
    show.line(f"{case.customer.name}: {case.ended}")
    for sentence in take_leave(case):
        show.line(sentence)
    if left:
        show.line("These are with somebody, who has to be told:")
        show_owed.table(case, [Owed(view) for view in left])
