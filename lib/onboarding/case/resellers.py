"""Whose customers are whose: provider, reseller, customer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from onboarding.domain.history import Customer
from onboarding.domain.reseller import Reseller
from onboarding.errors import InputError
from onboarding.store.reseller_repository import read_resellers
from onboarding.store.store import Store


def reseller_of(store: Store, name: str, profile: str) -> Reseller:
    """The reseller of that id, who sells the service of that profile.

    Raises InputError RESELLER-UNKNOWN, RESELLER-PROVIDER, or RESELLER-FILE.
    """
    known = read_resellers(store.layout.resellers)
    if name not in known:
        raise _unknown(name, known)
    if not known[name].sells(profile):
        words = f"{known[name].name} does not sell {profile}."
        raise InputError("RESELLER-PROVIDER", words, f"It sells {', '.join(known[name].providers)}.")
    return known[name]


def sold_by(store: Store, reseller: str) -> Callable[[str], bool]:
    """Whether a customer, by its id, is one of that reseller's; without a reseller every one is.

    Raises InputError RESELLER-UNKNOWN for one that is neither listed nor has a customer.
    """
    if not reseller:
        return lambda customer: True
    names = {one.id for one in store.customers() if one.reseller == reseller}
    if not names and reseller not in (known := read_resellers(store.layout.resellers)):
        raise _unknown(reseller, known)
    return names.__contains__


def _unknown(name: str, known: Iterable[str]) -> InputError:
    listed = ", ".join(known) or "none: keep them in resellers.toml of the workspace"
    return InputError("RESELLER-UNKNOWN", f"There is no reseller {name[:60]!r}.", f"There are: {listed}.")


def pass_on(store: Store, customer: str, reseller: str, by: str, at: datetime | None = None) -> Customer:
    """Makes the customer that reseller's, or nobody's where it is empty. Raises as `reseller_of`."""
    if reseller:
        for one in store.engagements_of(customer):
            reseller_of(store, reseller, one.profile)
    changed = replace(store.customer(customer), reseller=reseller)
    store.change_customer(changed, by, at or datetime.now(UTC))
    return changed
