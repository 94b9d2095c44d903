"""The ledger of numbers: each belongs to one customer of the whole workspace at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from onboarding.errors import InputError
from onboarding.store import tables
from onboarding.store.model import NumberClaim
from onboarding.store.repository import Repository

CLAIMED = "claimed"
STATES = (CLAIMED, "assigned", "live")
SUBJECT = "numbers"  # of the audit chain: all claims of a customer together
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_AT_ONCE = 500  # values in one statement

Claims = dict[str, dict[str, Any]]


class Ledger(Repository):
    """Claims on numbers."""

    def claim_numbers(self, customer: str, numbers: Mapping[str, str], at: datetime, by: str = "") -> None:
        """Makes ``{number: kind}`` the customer's claims, in place of those it had.

        Numbers that are assigned or live stay the customer's until released. Raises InputError NUMBER-TAKEN naming
        numbers of other customers, NUMBER-FORM for one that is not E.164; then nothing is changed.
        """
        for number in numbers:
            if not _E164.fullmatch(number):
                raise InputError(
                    "NUMBER-FORM", f"{number[:40]!r} is not an E.164 number.", "It looks like +16175550101."
                )

        def replace(claims: Claims) -> Claims:
            kept = {number: row for number, row in claims.items() if row["state"] != CLAIMED or number in numbers}
            new = {
                number: {"number": number, "customer": customer, "kind": kind, "state": CLAIMED, "at": at, "user": ""}
                for number, kind in numbers.items()
            }
            return new | {number: {**row, "kind": numbers.get(number, row["kind"])} for number, row in kept.items()}

        self._rewrite(customer, replace, by, "numbers.claim", at)

    def mark_number(
        self, customer: str, number: str, state: str, at: datetime, user: str | None = None, by: str = ""
    ) -> None:
        """Keeps what became of a claimed number; ``user`` None leaves the assigned user. Raises NUMBER-UNKNOWN."""
        if state not in STATES:
            raise InputError("NUMBER-STATE", f"{state!r} is not a state.", f"Use {', '.join(STATES)}.")

        def mark(claims: Claims) -> Claims:
            if number not in claims:
                raise InputError("NUMBER-UNKNOWN", f"{customer} has no number {number}.", "Claim it first.")
            row = {**claims[number], "state": state, "at": at}
            return claims | {number: row if user is None else {**row, "user": user}}

        self._rewrite(customer, mark, by, f"numbers.{state}", at)

    def release(self, customer: str, at: datetime, numbers: Iterable[str] | None = None, by: str = "") -> None:
        """Gives numbers of the customer back, all of them by default; those it does not have are passed over."""
        gone = None if numbers is None else set(numbers)

        def drop(claims: Claims) -> Claims:
            return {number: row for number, row in claims.items() if gone is not None and number not in gone}

        self._rewrite(customer, drop, by, "numbers.release", at)

    def numbers(self, customer: str | None = None) -> list[NumberClaim]:
        """The ledger, or one customer's part of it, by number."""
        table = tables.numbers
        query = select(table).order_by(table.c.number)
        if customer is not None:
            self.customer(customer)
            query = query.where(table.c.customer == customer)
        with self._database.reading() as connection:
            return [NumberClaim(**row) for row in connection.execute(query).mappings()]

    def _rewrite(self, customer: str, edit: Callable[[Claims], Claims], by: str, action: str, at: datetime) -> None:
        table = tables.numbers
        try:
            with self._writing(customer) as scope:
                before = {row.number: row._asdict() for row in scope.rows(table)}
                after = edit(before)
                if after == before:
                    return
                _refuse_taken(scope.connection, customer, after.keys() - before.keys())
                was = scope.digest_of(table)
                _delete(scope.connection, [number for number, row in before.items() if after.get(number) != row])
                new = [row for number, row in after.items() if before.get(number) != row]
                if new:
                    scope.connection.execute(insert(table), new)
                scope.record(table, action, SUBJECT, (was, scope.digest_of(table)), by, at)
        except IntegrityError:  # two at once on PostgreSQL; the other is in by now
            with self._database.reading() as connection:
                _refuse_taken(connection, customer, after)
            raise


def _delete(connection: Connection, numbers: list[str]) -> None:
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        connection.execute(delete(tables.numbers).where(tables.numbers.c.number.in_(some)))


def _refuse_taken(connection: Connection, customer: str, numbers: Iterable[str]) -> None:
    table = tables.numbers
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(table.c.number, table.c.customer).where(
            table.c.number.in_(wanted[start : start + _AT_ONCE]), table.c.customer != customer
        )
        taken = [f"{row.number} is {row.customer}'s" for row in connection.execute(query.order_by(table.c.number))]
        if taken:
            more = f", and {len(taken) - 5} more" if len(taken) > 5 else ""
            raise InputError(
                "NUMBER-TAKEN",
                f"A number can belong to one customer only: {', '.join(taken[:5])}{more}.",
                "Correct the number, or release it there first.",
            )
