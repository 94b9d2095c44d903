"""How all customers stand, or one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

import typer

from onboarding.cli import show
from onboarding.cli.options import AsJson, AsOf, MaybeCustomer, Reseller, open_cases, open_store
from onboarding.cli.own_files import Used, own_files, show_own_files, used
from onboarding.cli.shell import command
from onboarding.cli.show_status import customer_json, show_customer, waiting_json
from onboarding.errors import InputError, OnboardingError

if TYPE_CHECKING:
    from onboarding.domain.history import Customer
    from onboarding.profile.folders import OwnFiles
    from onboarding.store.store import Store
    from onboarding.store.values import CustomerStatus

PANEL = "Overview"
MOST_CUSTOMERS = 200
"""Customers that the status shows on a terminal, folded to its width; a pipe and `--json` have all."""

Offers: TypeAlias = Mapping[tuple[str, str], tuple[Mapping[str, str], ZoneInfo]]
"""Profile and edition -> titles of the parties by id, and where the provider works."""

book = typer.Typer()


@command(book, "status", PANEL, "onboard status", "onboard status bright-smile")
def status(customer: MaybeCustomer = "", reseller: Reseller = "", as_json: AsJson = False, as_of: AsOf = "") -> None:
    """Show who is waited for, since when and until when; of one customer also how far each stage is."""
    if customer and reseller:
        words = "A status is of one customer, or of those of a reseller."
        raise InputError("STATUS-WHOSE", words, "Leave one of the two out.")
    if customer:
        show_customer(open_cases(customer, as_of), as_json)
        return
    from onboarding.case.clock import Instants
    from onboarding.case.resellers import sold_by

    store = open_store()
    instants, is_theirs = Instants(store, as_of), sold_by(store, reseller)
    found = [one for one in store.status(is_short=not as_json) if is_theirs(one.customer.id)]
    at = {one.engagement.id: instants.checked(one.customer.id, *used(one)[:2]) for one in found}
    own = own_files(found)
    if as_json:
        show.as_json([_status_json(item, at[item.engagement.id], own) for item in found])
    elif found:
        offers = _offers(store, found)
        shown = _most_urgent(found) if show.is_terminal() else found
        several = {one.customer.id for one in found if one.engagement.number > 1}
        rows = [_row(item, at[item.engagement.id], offers, item.customer.id in several) for item in shown]
        show.table(["Customer", "Stage", "Waits for", "Since", "Until", "What"], rows)
        if len(shown) < len(found):
            every = show.count(len(found), "customer", grouped=True)
            show.line(
                f"The {len(shown)} most urgent of {every}; `onboard status | less` shows all, and so does --json."
            )
        show_own_files(own)
    else:
        show.line(
            "This reseller has no customer yet." if reseller else "There is no customer yet; `onboard new` makes one."
        )


def zones(store: Store) -> Mapping[str, ZoneInfo]:
    """Customer -> where the provider of its first service works, as far as its profile can be read."""
    found = store.status(is_short=True)
    offers = _offers(store, found)
    return {one.customer.id: offers[key][1] for one in reversed(found) if (key := used(one)[:2]) in offers}


def _offers(store: Store, statuses: Iterable[CustomerStatus]) -> Offers:
    """Nothing of an edition that cannot be read any more."""
    from onboarding.case.editions import offer_of
    from onboarding.profile.edition import glance
    from onboarding.profile.load import edition_of

    found: dict[tuple[str, str], tuple[Mapping[str, str], ZoneInfo]] = {}
    for profile, digest in {used(status)[:2] for status in statuses}:
        with suppress(OnboardingError):
            seen = glance(store.edition(digest) if digest else edition_of(profile))
            zone = seen.time_zone or offer_of(store, profile, digest).data.calendar.time_zone
            found[profile, digest] = seen.parties, ZoneInfo(zone)
    return found


def _row(status: CustomerStatus, at: datetime, offers: Offers, is_one_of_several: bool) -> list[Any]:
    named = " ".join([_named(status.customer), *([status.engagement.service] if is_one_of_several else [])])
    parties, zone = offers.get(used(status)[:2], ({}, UTC))
    if end := status.engagement.end:
        return [named, "", "", "", "", f"ended: {end.kind.value} on {show.day(end.at, zone)}"]
    if not status.rows:
        return [named, "", "", "", "", "complete" if status.is_complete else "not begun"]
    first = status.rows[0]
    until = show.day(first.due_on) + (" overdue" if first.is_overdue(at) else "")
    more = f"and {status.open - 1} more" if status.open > 1 else ""
    party = parties.get(first.party, first.party)
    what = f"{first.title} ({first.state.value})" + (f", {more}" if more else "")
    stage = first.stage if status.phase == 1 else f"{first.stage}, phase {status.phase}"
    return [named, stage, party, show.day(first.waits_since(at), zone), until, what]


def _most_urgent(found: Sequence[CustomerStatus]) -> Sequence[CustomerStatus]:
    """As many as somebody reads on a terminal; of more those whose first open task is the most urgent."""
    from onboarding.domain.urgency import urgency

    def first(status: CustomerStatus) -> tuple[bool, tuple[int, date, int]]:
        one = next(iter(status.rows), None)
        return one is None, urgency(one.state, one.due_on) if one else (0, date.max, 0)

    return found if len(found) <= MOST_CUSTOMERS else sorted(found, key=first)[:MOST_CUSTOMERS]


def _named(customer: Customer) -> str:
    return f"{customer.id} (training)" if customer.is_training else customer.id


def _status_json(status: CustomerStatus, at: datetime, own: Mapping[Used, OwnFiles]) -> dict[str, Any]:
    customer, profile = status.customer, status.engagement.profile
    return {
        **customer_json(customer, profile, status.phase, status.is_complete, status.engagement.end),
        "service": status.engagement.service,
        "edition": status.engagement.edition,
        "own_files": own[used(status)].names if used(status) in own else [],
        "waiting": [waiting_json(row, at) for row in status.rows],
    }
