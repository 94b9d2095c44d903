"""All commands of `onboard`, in the order a customer meets them."""

from __future__ import annotations

import sys
import warnings
from typing import Annotated

import typer

from onboarding import __version__
from onboarding.cli import (
    adopt_commands,
    audit,
    course_commands,
    customers,
    edition_commands,
    gates,
    number_commands,
    overview,
    people_commands,
    procedures,
    profiles,
    report_commands,
    reseller_commands,
    runs,
    show,
    task_list,
    tools,
)
from onboarding.cli.shell import DEBUG, Shell, help_alone

app = typer.Typer(
    name="onboard", cls=Shell, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)  # fmt: skip

for _book in (
    customers.book,
    adopt_commands.book,
    runs.book,
    task_list.book,
    people_commands.book,
    gates.book,
    course_commands.book,
    overview.book,
    reseller_commands.book,
    report_commands.book,
    number_commands.book,
):
    app.add_typer(_book)
app.add_typer(audit.book, name="audit", help="Prove that the record is as it was written.",
              rich_help_panel=overview.PANEL)  # fmt: skip
profiles.book.add_typer(edition_commands.book)
app.add_typer(profiles.book, name="profile", help="See and check the profiles of providers.",
              rich_help_panel=tools.PANEL)  # fmt: skip
app.add_typer(procedures.book, name="procedure", help="Repair, remove or end what stands: guided and guarded.",
              rich_help_panel=task_list.PANEL)  # fmt: skip
app.add_typer(tools.book)


def _version(is_wanted: bool) -> None:
    if is_wanted:
        show.line(f"onboard {__version__}")
        raise typer.Exit


@app.callback(
    invoke_without_command=True,
    epilog="\b\nBegin with:\n  onboard demo\n  onboard new bright-smile --profile chinook\n  onboard COMMAND --help",
)
def onboard(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option(DEBUG, help="When something breaks, show where. Works at any place.")] = False,
) -> None:
    """Take a customer from a signed order to live voice and collaboration service.

    Ends with 0 when done, 3 when it waits for somebody, 2 when what was given is wrong, 1 when it failed.
    """
    help_alone(context)


def run() -> int:
    """Run with the arguments of this process; returns the exit code."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # a library's advice to programmers is not for people at work
    code = app(standalone_mode=False)
    return code if isinstance(code, int) else 0
