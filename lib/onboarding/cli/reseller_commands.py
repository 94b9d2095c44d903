"""Resellers: whose customer somebody is, and the sheet that each was handed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onboarding.cli import show
from onboarding.cli.options import MaybeCustomer, document_of, open_store
from onboarding.cli.shell import argument, command, flag, option
from onboarding.domain.language import ENGLISH
from onboarding.errors import InputError

if TYPE_CHECKING:
    pass

PANEL = "Overview"
book = typer.Typer()


@command(
    book, "reseller", PANEL, "onboard reseller", "onboard reseller bright-smile acme",
    "onboard reseller bright-smile --nobody",
)  # fmt: skip
def show_reseller(
    customer: MaybeCustomer = "",
    name: Annotated[str, argument("RESELLER", "The reseller whose customer it becomes, by its id.")] = "",
    nobody: Annotated[bool, flag("--nobody", "It is no reseller's customer any more.")] = False,
) -> None:
    """List the resellers with how many customers they have, and for training, or say whose customer somebody is.

    Resellers stand in resellers.toml of the workspace ([reseller.<id>] with name, providers, sender, portal,
    letter_head, logo): their customers are written to in their name.
    """
    from onboarding.case.case import engineer
    from onboarding.case.resellers import pass_on
    from onboarding.store.reseller_repository import listed, read_resellers

    if name and nobody:
        raise InputError("RESELLER-WHICH", "It is the customer of one reseller or of nobody.", "Say one of the two.")
    store = open_store()
    if not customer:
        known = read_resellers(store.layout.resellers)
        counts = Counter((one.reseller, one.is_training) for one in store.customers())
        own = {name: name for name, _is_training in counts if name not in known}
        titles = sorted(({name: one.name for name, one in known.items()} | own).items())
        rows = [[name or "-", title or "nobody's", counts[name, False], counts[name, True]] for name, title in titles]
        show.table(["Reseller", "Name", "Customers", "For training"], rows)
        return
    found = store.customer(customer)
    if name or nobody:
        found = pass_on(store, customer, name, engineer())
    whose = listed(store.layout.resellers, found.reseller).name if found.reseller else "nobody"
    show.line(f"{found.name} ({found.id}) is a customer of {whose}.")


@command(
    book, "reseller-sheet", PANEL, "onboard reseller-sheet acme onboarding-sheet.xlsx",
    "onboard reseller-sheet acme -o blank.xlsx --version 1",
)  # fmt: skip
def reseller_sheet(
    name: Annotated[str, argument("RESELLER", "The reseller's id.")],
    file: Annotated[Path | None, argument("FILE", "A new version of its sheet.")] = None,
    output: Annotated[Path | None, option("-o", "FILE", "Where to write a blank one.", "--output")] = None,
    version: Annotated[int, option("--version", "N", "Which version; without it the newest.")] = 0,
) -> None:
    """Keep the sheet that a reseller was handed at sign-up, list its versions, or hand out a blank one.

    It is kept as it is, in versions; what customers answer is taken in with our own (`onboard sheet`).
    """

    from onboarding.case.case import engineer
    from onboarding.case.resellers import sold_by
    from onboarding.files import write_file

    store = open_store()
    sold_by(store, name)
    if (given := document_of(file)) is not None:
        kept = store.keep_sheet(name, given, engineer(), datetime.now(UTC))
        show.line(f"{kept.name} is version {kept.version} of {name}'s sheet.")
    if output is not None:
        if output.exists():
            raise InputError("SHEET-EXISTS", f"{output} is there already.", "Give another name.")
        write_file(output, store.sheet(name, version).data)
        show.path(output)
    if given is None and output is None:
        rows = [[one.version, one.name, one.size, one.by, ENGLISH.moment(one.at)] for one in store.sheets(name)]
        show.table(["Version", "File", "Bytes", "Kept by", "On"], rows) if rows else show.line("There is none.")
