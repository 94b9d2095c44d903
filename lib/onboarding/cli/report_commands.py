"""The completion report of a customer, and the page over all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onboarding.cli import show
from onboarding.cli.options import AsOf, MaybeCustomer, Reseller, open_cases, open_store
from onboarding.cli.shell import command, flag, option
from onboarding.errors import InputError

if TYPE_CHECKING:
    pass

PANEL = "Overview"
book = typer.Typer()


@command(
    book, "report", PANEL, "onboard report bright-smile",
    "onboard report bright-smile --pdf -o reports", "onboard report --portfolio",
)  # fmt: skip
def report(
    customer: MaybeCustomer = "",
    portfolio: Annotated[bool, flag("--portfolio", "One page over all customers.")] = False,
    reseller: Reseller = "",
    pdf: Annotated[bool, flag("--pdf", "Also as PDF; needs Chromium.")] = False,
    output: Annotated[Path | None, option("-o", "FOLDER", "Where to, instead of the workspace.", "--output")] = None,
    as_of: AsOf = "",
) -> None:
    """Write the completion report: one HTML file to send on, readable on a phone and on paper."""
    from onboarding.report.make import make_portfolio, make_report
    from onboarding.report.pdf import to_pdf

    if portfolio == bool(customer):
        raise InputError("REPORT-WHOSE", "A report is of one customer, or of all.", "Give a customer or --portfolio.")
    if reseller and customer:
        raise InputError("REPORT-WHOSE", "A report is of one customer whoever sold to it.", "Leave --reseller out.")
    if portfolio:
        with show.progress("Portfolio"):
            pages = [make_portfolio(open_store(), as_of, output, reseller)]
    else:
        pages = []
        for case in open_cases(customer, as_of):
            with show.progress("Report"):
                at = case.at.isoformat() if as_of else ""
                pages.append(make_report(case.store, customer, at, output, case.service))
    for page in pages:
        show.path(page)
        if pdf:
            show.path(to_pdf(page, page.with_suffix(".pdf")))
