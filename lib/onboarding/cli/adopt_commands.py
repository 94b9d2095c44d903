"""Customers who were under way elsewhere, taken over from a file."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onboarding.cli import show
from onboarding.cli.customers import PANEL
from onboarding.cli.options import AsOf, open_store
from onboarding.cli.shell import argument, command, flag, option
from onboarding.errors import AnswerError, InputError, OnboardingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from onboarding.answers.fact_file import Complaint
    from onboarding.case.adopting import TakenOver
    from onboarding.domain.reservation import Key
    from onboarding.store.store import Store

book = typer.Typer()

MOST_LINES = 20
"""Facts of one customer that are shown; the rest is counted."""


@command(
    book, "adopt", PANEL, "onboard adopt --template facts.xlsx", "onboard adopt facts.xlsx",
    "onboard adopt facts.csv --apply",
)  # fmt: skip
def adopt(
    file: Annotated[Path | None, argument("FILE", "A workbook (.xlsx) or CSV with a fact in each row.")] = None,
    template: Annotated[Path | None, option("--template", "FILE", "Write a file to fill in: .csv or .xlsx.")] = None,
    apply: Annotated[bool, flag("--apply", "Keep it; without it only shown.")] = False,
    training: Annotated[bool, flag("--training", "New customers are for training, for good.")] = False,
    as_of: AsOf = "",
) -> None:
    """Take over customers who are under way elsewhere: stages, finished tasks, orders, days, papers, decisions.

    What the file states is kept as "stated at adoption, not verified", dated as it says; nothing is sent for it. Each
    customer is taken as a whole or not at all. The same file again adds nothing. Of a customer with several services
    each row says in its column service which it is about. What would have no effect is refused, with its cell.
    """
    if (file is None) is (template is None):
        raise InputError("ADOPT-WHAT", "It is not said what is to be done.", "Give a file, or --template with a name.")
    if template is not None:
        _write_template(template)
    elif file is not None:
        _adopt(file, apply, training, as_of)


def _write_template(target: Path) -> None:
    from onboarding.answers.fact_file import write_template

    if target.exists():
        raise InputError("ADOPT-EXISTS", f"{target} is there already.", "Give another name.")
    write_template(target)
    show.line(f"Wrote {target}. Fill it in, then look at what it comes to: `onboard adopt {target}`")


def _adopt(file: Path, apply: bool, training: bool, as_of: str) -> None:
    from onboarding.answers.fact_file import read_facts
    from onboarding.case.adopting import complaints_of, judged_facts
    from onboarding.case.case import engineer
    from onboarding.case.clock import parse_moment

    if as_of and not training:
        raise InputError("ADOPT-AS-OF", "Only customers for training are taken over as of another day.",
                         "Leave --as-of out, or give --training.")  # fmt: skip
    facts, store = read_facts(file), open_store()
    at, login = parse_moment(as_of) if as_of else datetime.now(UTC), engineer()
    found = [] if facts.complaints else judged_facts(store, facts, file.parent, login, at, training)
    kept = sum(_show(taken, store, login, at, apply) for taken in found)
    _show_complaints(facts.remarks, "To be known")
    wrong = complaints_of(facts, found)
    _show_complaints(wrong, "Wrong")
    new = [taken for taken in found if taken.adoption]
    if apply:
        show.line(f"{show.count(kept, 'customer')} taken over.")
        if kept < len(new) and not wrong:
            raise OnboardingError("ADOPT-REST", f"{show.count(len(new) - kept, 'customer')} were not taken over.",
                                  "Look at what is said above, and give the file again.")  # fmt: skip
    elif new:
        same = [str(file), *(["--training"] if training else []), *(["--as-of", as_of] if as_of else []), "--apply"]
        command = f"onboard adopt {shlex.join(same)}"
        show.line(f"Nothing was kept. To take over {show.count(len(new), 'customer')}: {command}")
    elif not wrong:
        show.line("There is nothing new in it.")
    if wrong:
        words = (
            f"{show.count(len(wrong), 'row')} of {file.name} cannot be taken; their customers were left as they are."
        )
        raise AnswerError("ADOPT", words, "Correct the rows and give the file again: what is in it already is left.")


def _show(taken: TakenOver, store: Store, login: str, at: datetime, apply: bool) -> bool:
    """One customer, with what its rows come to; whether it was kept."""
    who = ", ".join(filter(None, ("new" if taken.is_new else "", taken.profile)))
    known = f"{show.count(taken.known, 'fact')} known already" if taken.known else ""
    state = "left as it is" if taken.said.complaints else "nothing new" if taken.adoption is None else ""
    said = "; ".join(filter(None, (who, known, state)))
    show.line(f"{taken.name or taken.customer} ({taken.customer}): {said}")
    if taken.adoption:
        for line in taken.lines[:MOST_LINES]:
            show.line(f"  {line}")
        if (more := len(taken.lines) - MOST_LINES) > 0:
            show.line(f"  And {more} more.")
        _show_owners(taken, taken.others)
        _show_complaints(taken.said.remarks, "To be known")
    return bool(apply and taken.adoption) and _keep(taken, store, login, at)


def _keep(taken: TakenOver, store: Store, login: str, at: datetime) -> bool:
    from onboarding.case.adopting import adopt as keep

    try:
        others = keep(store, taken, login, at)
    except OnboardingError as problem:
        show.line(f"  {taken.customer} was not taken over. {problem.message} {problem.command}".rstrip())
        return False
    _show_owners(taken, {key: owner for key, owner in others.items() if key not in taken.others})
    return True


def _show_owners(taken: TakenOver, others: Mapping[Key, str]) -> None:
    for (_kind, _scope, value), owner in others.items():
        show.line(f"  {value} belongs to {owner}: it is not reserved for {taken.customer}.")


def _show_complaints(found: Iterable[Complaint] | Sequence[Complaint], title: str) -> None:
    if rows := [[one.where, one.what, one.remedy] for one in found]:
        show.table([title, "What", "What to do"], rows)
