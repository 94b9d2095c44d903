"""Telephone numbers of customers, where each stands, and what somebody says of them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onboarding.cli import show
from onboarding.cli.options import AsJson, AsOf, By, MaybeCustomer, Note, Reseller, open_shared, open_store, who
from onboarding.cli.overview import zones
from onboarding.cli.shell import argument, command, option
from onboarding.errors import InputError

if TYPE_CHECKING:
    from onboarding.domain.reservation import InventoryItem, InventoryState

PANEL = "Overview"
book = typer.Typer()


@command(
    book, "numbers", PANEL, "onboard numbers", "onboard numbers bright-smile",
    'onboard numbers bright-smile +16175550101 --to ported-out --by "Rosa Diaz" --note "Port-out request 4711"',
)  # fmt: skip
def numbers(
    customer: MaybeCustomer = "",
    number: Annotated[list[str] | None, argument("NUMBER", "Numbers of the customer, such as +16175550101.")] = None,
    to: Annotated[
        str, option("--to", "STATE", "Where they stand now: in-service, parked, ported-out, released or reserved.")
    ] = "",
    by: By = "",
    note: Note = "",
    reseller: Reseller = "",
    as_json: AsJson = False,
    as_of: AsOf = "",
) -> None:
    """List the numbers customers have and where each stands, or say where some stand now.

    A number that is released from service ages: it is given to nobody before its day. Parked: the customer keeps it and
    nobody uses it.
    """
    given = number or []
    if bool(given) != bool(to) or (given and not customer) or (customer and reseller):
        words = "Numbers are listed of all, of a reseller or of one customer; --to says where numbers of one stand now."
        raise InputError("NUMBERS-WHICH", words, "Give a customer, its numbers and --to, or none of them.")
    found = _stated(customer, given, to, who(by), note, as_of) if to else _listed(customer, reseller, as_of)
    if as_json:
        show.as_json([_json(item) for item in found])
    elif found:
        places = zones(open_store(customer))
        rows = [_row(item, places.get(item.customer, UTC)) for item in found]
        show.table(["Customer", "Number", "What", "State", "Since", "Until"], rows)
    else:
        show.line("There is no number.")


def _stated(customer: str, given: list[str], to: str, by: str, note: str, as_of: str) -> list[InventoryItem]:
    from onboarding.case.numbers import state_numbers

    case, _is_joint = open_shared(customer, as_of, by)
    return state_numbers(case, given, _state(to), note)


def _listed(customer: str, reseller: str, as_of: str) -> list[InventoryItem]:
    from onboarding.case.clock import parse_moment
    from onboarding.case.resellers import sold_by
    from onboarding.domain.reservation import NUMBER

    store, at = open_store(customer), parse_moment(as_of) if as_of else datetime.now(UTC)
    is_theirs = sold_by(store, reseller)
    items = (item.as_of(at) for item in store.inventory(customer or None) if item.kind == NUMBER)
    return [item for item in items if is_theirs(item.customer)]


def _state(text: str) -> InventoryState:
    """Raises InputError NUMBER-STATE."""
    from onboarding.case.numbers import STATED

    found = next((state for state in STATED if state.value == text.strip().casefold().replace("-", " ")), None)
    if found is None:
        known = ", ".join(state.value.replace(" ", "-") for state in STATED)
        raise InputError("NUMBER-STATE", f"{text[:40]!r} is no state of a number.", f"There are: {known}.")
    return found


def _row(item: InventoryItem, zone: tzinfo) -> list[Any]:
    """Its days are those of the provider's place."""
    named = f"{item.customer} (training)" if item.is_training else item.customer
    return [named, item.value, item.what, item.state.value, show.day(item.since, zone), show.day(item.until, zone)]


def _json(item: InventoryItem) -> dict[str, Any]:
    return {
        "customer": item.customer, "is_training": item.is_training, "number": item.value, "what": item.what,
        "state": item.state.value, "since": item.since, "until": item.until, "by": item.by,
    }  # fmt: skip
