"""The record proved: nothing changed, lost or added, and what is dated otherwise than it was recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, tzinfo
from typing import TYPE_CHECKING, Any

import typer

from onboarding.cli import show
from onboarding.cli.options import AsJson, MaybeCustomer, open_store
from onboarding.cli.overview import zones
from onboarding.cli.own_files import own_files, show_own_files
from onboarding.cli.shell import Shell, command, help_alone

if TYPE_CHECKING:
    from onboarding.store.store import Store
    from onboarding.store.values import ChainRecord, Run

book = typer.Typer(cls=Shell, callback=help_alone, invoke_without_command=True)


@command(book, "verify", "Commands", "onboard audit verify", "onboard audit verify bright-smile")
def verify(customer: MaybeCustomer = "") -> None:
    """Hold archive, documents and records against each other; every change, loss or addition is named.

    Ends with 0 when all is as it was written, else with 1.
    """
    store = open_store(customer)
    found = store.verify(customer or None)
    statuses = [status for status in store.status() if customer in ("", status.customer.id)]
    runs = store.runs(customer or None)
    if not found:
        what = customer or show.count(len({status.customer.id for status in statuses}), "customer")
        show.line(f"All is as it was written ({what}, {show.count(len(runs), 'run')}).")
    _show_dates(store, {status.customer.id for status in statuses if not status.customer.is_training})
    show_own_files(own_files(statuses))
    _show_runs_with_own_files(runs)
    if not found:
        return
    show.table(["Customer", "Fault", "Where", "What"], [[f.customer, f.kind, f.subject, f.message] for f in found])
    words = f"{show.count(len(found), 'fault')} found."
    show.problem("AUDIT", words, "Keep the workspace as it is and restore from a backup.")
    raise typer.Exit(1)


def _show_dates(store: Store, names: Collection[str]) -> None:
    """That something of these customers is dated otherwise than it was recorded."""
    apart = [one for one in (store.records(is_apart=True) if names else ()) if one.customer in names]
    if apart:
        words = f"{show.count(len(apart), 'record')} dated more than a day away from the machine's clock"
        show.line(f"{words}; `onboard audit dates` shows them.")


@command(book, "dates", "Commands", "onboard audit dates", "onboard audit dates bright-smile --json")
def dates(customer: MaybeCustomer = "", as_json: AsJson = False) -> None:
    """Show what is dated more than a day away from when it was recorded, by the clock of the machine."""
    store = open_store(customer)
    found = store.records(customer or None, is_apart=True)
    if as_json:
        show.as_json([_record_json(one) for one in found])
        return
    if not found:
        show.line("Everything is dated as it was recorded.")
        return
    places = zones(store)
    counts = Counter((one.customer, *_days(one, places.get(one.customer, UTC)), one.by) for one in found)
    rows = [[name, show.day(day), show.day(on), by, count] for (name, day, on, by), count in counts.items()]
    show.table(["Customer", "Dated", "Recorded", "By", "Records"], rows)


def _days(one: ChainRecord, zone: tzinfo) -> tuple[date, date]:
    """The day it is dated, and that on which it was recorded."""
    return one.as_of.astimezone(zone).date(), one.recorded_at.astimezone(zone).date()


def _record_json(one: ChainRecord) -> dict[str, Any]:
    return {
        "customer": one.customer, "subject": one.subject, "action": one.action, "by": one.by, "as_of": one.as_of,
        "recorded_at": one.recorded_at,
    }  # fmt: skip


def _show_runs_with_own_files(runs: Iterable[Run]) -> None:
    """Which of the recorded runs used files of one's own, for each set of files."""
    found: dict[str, list[str]] = {}
    for run in runs:
        if names := run.details.get("own_files"):
            found.setdefault(", ".join(map(str, names)), []).append(run.id)
    for names, ids in found.items():
        show.line(f"{show.count(len(ids), 'run')} used {names} of your own instead of the shipped: {', '.join(ids)}.")
