"""The ledger of everything but numbers that only one customer may have: (kind, scope, value).

A SIP user name is claimed within its border gateway, a device everywhere, an extension within its customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from onboarding.errors import InputError
from onboarding.store import tables
from onboarding.store.model import Claim
from onboarding.store.repository import Repository

SUBJECT = "claims"  # of the audit chain: all claims of a customer together
_AT_ONCE = 250  # keys in one statement, three values each

Key = tuple[str, str, str]
"""(kind, scope, value)."""


class Claims(Repository):
    """Claims on things that are no numbers."""

    def claim(self, customer: str, wanted: Mapping[Key, str], at: datetime, by: str = "") -> None:
        """Makes ``{(kind, scope, value): what}`` the customer's claims, in place of those it had.

        Raises InputError CLAIM-TAKEN naming what other customers have; then nothing is changed.
        """
        table = tables.claims
        try:
            with self._writing(customer) as scope:
                before = {_key(row._mapping): row._mapping for row in scope.rows(table)}
                new = [key for key in wanted if key not in before or before[key]["what"] != wanted[key]]
                gone = [key for key in before if key not in wanted or before[key]["what"] != wanted[key]]
                if not new and not gone:
                    return
                _refuse_taken(scope.connection, customer, [key for key in new if key not in before])
                was = scope.digest_of(table)
                for some in _batches(gone):
                    scope.connection.execute(delete(table).where(_among(some)))
                if new:
                    scope.connection.execute(insert(table), [_row(key, customer, wanted[key], at) for key in new])
                scope.record(table, "claims.replace", SUBJECT, (was, scope.digest_of(table)), by, at)
        except IntegrityError:  # two at once on PostgreSQL; the other is in by now
            with self._database.reading() as connection:
                _refuse_taken(connection, customer, list(wanted))
            raise

    def claims(self, customer: str | None = None) -> list[Claim]:
        """The claims of one customer or of all, in order."""
        table = tables.claims
        query = select(table).order_by(table.c.kind, table.c.scope, table.c.value)
        if customer is not None:
            self.customer(customer)
            query = query.where(table.c.customer == customer)
        with self._database.reading() as connection:
            return [Claim(**row) for row in connection.execute(query).mappings()]

    def taken(self, customer: str, keys: Iterable[Key]) -> dict[Key, str]:
        """Which of these another customer has, and who."""
        with self._reading(customer) as scope:
            return _taken(scope.connection, customer, list(keys))

    def taken_numbers(self, customer: str, numbers: Iterable[str]) -> dict[str, str]:
        """Which of these numbers another customer has, and who."""
        table = tables.numbers
        found: dict[str, str] = {}
        with self._reading(customer) as scope:
            for some in _batches(list(numbers)):
                query = select(table.c.number, table.c.customer).where(
                    table.c.number.in_(some), table.c.customer != customer
                )
                found.update((row.number, row.customer) for row in scope.connection.execute(query))
        return found


def _refuse_taken(connection: Connection, customer: str, keys: list[Key]) -> None:
    taken = [f"{kind} {value} is {who}'s" for (kind, _, value), who in _taken(connection, customer, keys).items()]
    if taken:
        more = f", and {len(taken) - 5} more" if len(taken) > 5 else ""
        raise InputError(
            "CLAIM-TAKEN",
            f"Only one customer can have each of these: {', '.join(taken[:5])}{more}.",
            "Choose another, or release it there first.",
        )


def _taken(connection: Connection, customer: str, keys: list[Key]) -> dict[Key, str]:
    table = tables.claims
    found: dict[Key, str] = {}
    for some in _batches(keys):
        query = select(table).where(_among(some), table.c.customer != customer)
        found.update((_key(row), row["customer"]) for row in connection.execute(query).mappings())
    return dict(sorted(found.items()))


def _among(keys: list[Key]) -> Any:
    table = tables.claims
    return tuple_(table.c.kind, table.c.scope, table.c.value).in_(keys)


def _batches(items: list[Any]) -> Iterator[list[Any]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


def _key(row: Mapping[Any, Any]) -> Key:
    return row["kind"], row["scope"], row["value"]


def _row(key: Key, customer: str, what: str, at: datetime) -> dict[str, Any]:
    kind, scope, value = key
    return {"kind": kind, "scope": scope, "value": value, "customer": customer, "what": what, "at": at}
