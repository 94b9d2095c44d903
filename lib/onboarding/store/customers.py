"""The customers of the workspace."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from onboarding.domain.customer_id import check_customer_id
from onboarding.domain.record import Customer
from onboarding.errors import InputError
from onboarding.store import audit, tables
from onboarding.store.repository import Repository, customer_from


class Customers(Repository):
    """Making and finding customers."""

    def create_customer(self, customer: Customer, by: str = "") -> None:
        """Keeps a new customer. Raises InputError CUSTOMER-ID or CUSTOMER-EXISTS."""
        check_customer_id(customer.id)
        try:
            with self._database.writing() as connection:
                self._refuse_second(connection, customer.id)
                audit.add(connection, tables.customers, _values(customer), by, "customer.create", customer.created_at)
        except IntegrityError:  # two at once on PostgreSQL
            raise _exists(customer.id) from None

    def change_customer(self, customer: Customer, by: str, at: datetime | None = None) -> None:
        """Keeps a new name, profile, go-live day or language of an existing customer."""
        with self._writing(customer.id) as connection:
            audit.change(
                connection, tables.customers, _values(customer), by, "customer.change", at or datetime.now(UTC)
            )

    def customers(self) -> list[Customer]:
        """All customers, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.customers).order_by(tables.customers.c.id))
            return [customer_from(row) for row in rows]

    @staticmethod
    def _refuse_second(connection: Any, customer: str) -> None:
        if connection.execute(select(tables.customers.c.id).filter_by(id=customer)).first():
            raise _exists(customer)


def _exists(customer: str) -> InputError:
    return InputError(
        "CUSTOMER-EXISTS", f"There is a customer {customer!r} already.", "Choose another id, or go on with that one."
    )


def _values(customer: Customer) -> dict[str, Any]:
    return dataclasses.asdict(customer)
