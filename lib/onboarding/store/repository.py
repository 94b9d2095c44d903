"""What all repositories of the store share: the database, the files, and the customer that must exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Row, select

from onboarding.domain.customer_id import check_customer_id
from onboarding.domain.record import Customer
from onboarding.errors import InputError
from onboarding.store.blobs import BlobStore
from onboarding.store.database import Database
from onboarding.store.tables import customers


class Repository:
    """Base of what the store is made of."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._documents = BlobStore(f"file://{database.layout.documents}")
        self._archive = BlobStore(f"file://{database.layout.archive}")

    def customer(self, customer: str) -> Customer:
        """The customer of that id. Raises InputError CUSTOMER-ID or CUSTOMER-UNKNOWN."""
        check_customer_id(customer)
        with self._database.reading() as connection:
            return customer_from(_row(connection, customer))

    @contextmanager
    def _reading(self, customer: str) -> Iterator[Connection]:
        """One moment of an existing customer."""
        check_customer_id(customer)
        with self._database.reading() as connection:
            _row(connection, customer)
            yield connection

    @contextmanager
    def _writing(self, customer: str) -> Iterator[Connection]:
        """A transaction on an existing customer; two on the same customer come one after the other."""
        check_customer_id(customer)
        with self._database.writing() as connection:
            _row(connection, customer, for_update=True)
            yield connection


def customer_from(row: Row[tuple[object, ...]]) -> Customer:
    return Customer(row.id, row.name, row.profile, row.created_at, row.go_live_on, row.language)


def _row(connection: Connection, customer: str, for_update: bool = False) -> Row[tuple[object, ...]]:
    query = select(customers).where(customers.c.id == customer)
    row = connection.execute(query.with_for_update() if for_update else query).first()
    if row is None:
        known = list(connection.scalars(select(customers.c.id)))
        near = difflib.get_close_matches(customer, known, n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`onboard status` lists the customers."
        raise InputError("CUSTOMER-UNKNOWN", f"There is no customer {customer!r}.", hint)
    return row
