"""What all repositories of the store share: the database, the files, and the customer that must exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, Self

from sqlalchemy import Connection, Select, Table, bindparam, select

from onboarding.domain.history import Customer, Engagement, check_customer_id
from onboarding.errors import InputError
from onboarding.profile.edition import Edition
from onboarding.store.arrivals import Arrivals
from onboarding.store.blobs import BlobStore
from onboarding.store.database import Database
from onboarding.store.scope import Scope, made, names_of
from onboarding.store.tables import audit_keys, customers, engagements

_FOUND = (
    select(
        customers,
        audit_keys.c.key,
        *(engagements.c[name].label(f"begun_{name}") for name in names_of(Engagement)),
    )
    .outerjoin_from(customers, audit_keys, audit_keys.c.chain == customers.c.chain)
    .outerjoin(engagements, engagements.c.customer == customers.c.id)
    .where(customers.c.id == bindparam("customer"))
    .order_by(engagements.c.number)
)


class Repository:
    """Base of what the store is made of.

    A customer is given by its id. What belongs to an engagement is that of the customer's only one, or of the one that
    the store is `within`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._documents = BlobStore(f"file://{database.layout.documents}")
        self._arrivals = Arrivals(database, self._documents)
        self._archive = BlobStore(f"file://{database.layout.archive}")
        self._editions = BlobStore(f"file://{database.layout.editions}")
        self._editions_read: dict[str, Edition] = {}
        self._within = ""

    def within(self, engagement: Engagement) -> Self:
        """The same store, for which that engagement is the one of its customer that is meant."""
        other = copy(self)
        other._within = engagement.id
        return other

    def customer(self, customer: str) -> Customer:
        """The customer of that id. Raises InputError CUSTOMER-ID or CUSTOMER-UNKNOWN."""
        check_customer_id(customer)
        with self._database.reading() as connection:
            return made(Customer, _found(connection, customer)[0])

    def engagement(self, customer: str) -> Engagement:
        """The customer's engagement. Raises InputError ENGAGEMENT-WHICH when it has several."""
        with self._reading(customer) as at:
            return at.begun

    def engagements_of(self, customer: str) -> tuple[Engagement, ...]:
        """All engagements of a customer, oldest first."""
        with self._reading(customer) as at:
            return at.engagements

    def _of_customers(self, table: Table, customer: str | None, *columns: Any) -> Select[Any]:
        """These columns, or all, of the engagements of one customer, which must exist, or of all customers.

        Of one customer those of the engagement that is meant, when that is settled. Customer and service come first.
        Rows are ordered by the customer, its oldest engagement first.
        """
        query = (
            select(engagements.c.customer, engagements.c.service, *(columns or table.c))
            .join_from(engagements, table, table.c.engagement == engagements.c.id)
            .order_by(engagements.c.customer, engagements.c.number)
        )
        if customer is None:
            return query
        meant = self._meant(customer)
        return query.where(engagements.c.id == meant.id if meant else engagements.c.customer == customer)

    def _meant(self, customer: str) -> Engagement | None:
        """The engagement of an existing customer that the store is within; None when that is of none or another's."""
        return next((one for one in self.engagements_of(customer) if one.id == self._within), None)

    @contextmanager
    def _reading(self, customer: str) -> Iterator[Scope]:
        """One moment of an existing customer."""
        check_customer_id(customer)
        with self._database.reading() as connection:
            yield scope_of(connection, customer, within=self._within)

    @contextmanager
    def _writing(self, customer: str) -> Iterator[Scope]:
        """A transaction on an existing customer; two on the same customer come one after the other."""
        check_customer_id(customer)
        with self._database.writing() as connection:
            yield scope_of(connection, customer, for_update=True, within=self._within)


def scope_of(connection: Connection, customer: str, for_update: bool = False, within: str = "") -> Scope:
    """The customer within a transaction; ``within`` is the id of the engagement that is meant.

    Raises InputError CUSTOMER-UNKNOWN.
    """
    rows = _found(connection, customer, for_update)
    names = names_of(Engagement)
    begun = [Engagement(*(getattr(row, f"begun_{name}") for name in names)) for row in rows if row.begun_id]
    return Scope(connection, customer, rows[0].chain, rows[0].key, begun, within, is_training=rows[0].is_training)


def _found(connection: Connection, customer: str, for_update: bool = False) -> Sequence[Any]:
    """The customer's row with the key of its chain, once for each engagement."""
    query = _FOUND.with_for_update(of=customers) if for_update else _FOUND
    rows = connection.execute(query, {"customer": customer}).all()
    if not rows:
        known = list(connection.scalars(select(customers.c.id)))
        near = difflib.get_close_matches(customer, known, n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else ""
        command = hint or "`onboard status` lists the customers."
        raise InputError("CUSTOMER-UNKNOWN", f"There is no customer {customer!r}.", hint or "Correct the id.", command)
    return rows
