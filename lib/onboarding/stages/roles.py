"""Who may decide in which role: the customer's own contacts, and the people the workspace lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onboarding.domain.people import Directory, Person
from onboarding.stages.context import Context

CONTACTS = "contacts"


def directory(context: Context, listed: Sequence[Person] | None) -> Directory:
    """Everybody known for this customer: the contacts it answered, and ``listed``; None when no list is kept.

    A contact has the roles of every party whose ``contact_roles`` name the contact's role.
    """
    contacts = tuple(_contacts(context))
    people = [person for person in listed or () if not person.customers or context.customer.id in person.customers]
    return Directory((*contacts, *people), listed is not None)


def _contacts(context: Context) -> Iterator[Person]:
    for row in context.rows(CONTACTS):
        held = row.get("role")
        roles = set(held) if isinstance(held, list) else {held}
        parties = [party.id for party in context.profile.parties.values() if roles & set(party.contact_roles)]
        yield Person(str(row.get("name") or ""), str(row.get("email") or ""), tuple(parties))
