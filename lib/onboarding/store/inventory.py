"""The inventory: every number and every name that only one customer may have, whose it is and where it stands.

What is not gone belongs to one customer of the whole workspace; the database itself sees to that. Customers for
training have an inventory of their own: they neither take anything from those who are served nor learn what these have.
Answers reserve, and no longer reserve what they do not name any more. All else is done by finished tasks, by removals
and by what people state, along the steps of `domain.reservation.STEPS`. What is released is free for anybody, a number
that is ageing for nobody before its day. The row of something released stays with the customer while the answers go on
naming it, so that they do not take it back by being saved once more.

An item is the customer's, as answers are, and not an engagement's: a number does not change hands with an edition.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, and_, delete, insert, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from onboarding.domain.history import Ending
from onboarding.domain.reservation import NUMBER, Ageing, InventoryItem, InventoryState, Key, Move
from onboarding.errors import InputError
from onboarding.store import tables
from onboarding.store.repository import Repository
from onboarding.store.scope import Scope, values_of

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_AT_ONCE = 250  # keys in one statement, three values each

NO_OTHERS: Ageing = MappingProxyType({})

LEFT = (InventoryState.RESERVED, InventoryState.RELEASED)
"""What is not the customer's any more as soon as the answers do not name it."""

Items: TypeAlias = Mapping[Key, InventoryItem]


class Inventory(Repository):
    """What customers have."""

    def inventory(self, customer: str | None = None) -> list[InventoryItem]:
        """The items of one customer or of all, by kind, scope and value; those of one value oldest first."""
        table = tables.inventory
        query = select(table).order_by(table.c.kind, table.c.scope, table.c.value, table.c.since)
        if customer is not None:
            self.customer(customer)
            query = query.filter_by(customer=customer)
        with self._database.reading() as connection:
            return [InventoryItem(**row) for row in connection.execute(query).mappings()]

    def standing(self, customer: str, keys: Iterable[Key], at: datetime) -> tuple[Items, dict[Key, str]]:
        """The customer's items by key as they stand then, and which of ``keys`` another customer has, and who."""
        with self._reading(customer) as scope:
            items = _items(scope, at)
            return items, _taken(scope, _not_had(items, keys), at)

    def owners(self, keys: Iterable[Key], at: datetime, is_training: bool, but: str) -> dict[Key, str]:
        """Which of the keys any customer has then, or had until it began to age, and who, ``but`` this one, which need
        not be there yet; of those for training, or of the others.
        """
        with self._database.reading() as connection:
            return _taken(_Asker(connection, but, is_training), list(keys), at)

    def ageing(self, customer: str, keys: Collection[Key]) -> dict[Key, datetime]:
        """Which of ``keys`` are ageing at another customer, and until when."""
        found: dict[Key, datetime] = {}
        with self._reading(customer) as scope:
            for row in _of_others(scope, list(keys), "until", tables.inventory.c.state == InventoryState.AGEING):
                found[row.kind, row.scope, row.value] = row.until
        return found

    def deleted_before(self, customer: str, keys: Collection[Key]) -> dict[Key, datetime]:
        """Which of ``keys`` a customer had that was deleted, and when; of those for training, or of the others."""
        table, begun = tables.inventory, tables.engagements
        kind = select(tables.customers.c.is_training).filter_by(id=customer).scalar_subquery()
        deleted = and_(begun.c.customer == table.c.customer, begun.c.ended == Ending.DELETED)
        query = (
            select(table.c.kind, table.c.scope, table.c.value, begun.c.ended_at)
            .join_from(table, begun, deleted)
            .where(table.c.customer != customer, table.c.is_training == kind, _among(list(keys)))
            .order_by(begun.c.ended_at)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all() if keys else ()
            return {(row.kind, row.scope, row.value): row.ended_at for row in rows}

    def reserve(self, customer: str, wanted: Mapping[Key, str], at: datetime, by: str = "") -> dict[Key, str]:
        """Makes ``{(kind, scope, value): what}`` the customer's reservations, in place of those it had.

        Returns which of it another customer has, or had until it began to age, and who: that alone is not reserved.
        What is kept or gone stays so. Raises InputError NUMBER-FORM for a number that is not E.164.
        """
        for kind, _, value in wanted:
            if kind == NUMBER and not _E164.fullmatch(value):
                raise InputError(
                    "NUMBER-FORM", f"{value[:40]!r} is not an E.164 number.", "It looks like +16175550101."
                )
        with suppress(IntegrityError):
            return self._reserve(customer, wanted, at, by)
        return self._reserve(customer, wanted, at, by)  # of two at once on PostgreSQL the other is in by now

    def move(self, customer: str, to: Move, at: datetime, by: str = "", ageing: Ageing = NO_OTHERS) -> None:
        """Moves each item of the customer to where it is to stand, as far as it may go there and nobody else has it."""
        with self._writing(customer) as scope:
            move(scope, to, at, by, ageing)

    def _reserve(self, customer: str, wanted: Mapping[Key, str], at: datetime, by: str) -> dict[Key, str]:
        with self._writing(customer) as scope:
            return reserve(scope, wanted, at, by)


def reserve(
    scope: Scope, wanted: Mapping[Key, str], at: datetime, by: str, again: datetime | None = None
) -> dict[Key, str]:
    """`Inventory.reserve` within a transaction; what was given up at the instant ``again`` is reserved once more."""
    before, now = _items(scope), _items(scope, at)
    taken = _taken(scope, _not_had(now, wanted), at)
    after = {
        key: item
        for key, item in now.items()
        if (item.state not in LEFT if key not in wanted else not (item.state.is_gone and item.since == again))
    }
    for key in wanted.keys() - taken.keys():
        item = after.get(key)
        if item is None or (item.state is InventoryState.RESERVED and item.what != wanted[key]):
            after[key] = InventoryItem(
                *key, scope.customer, wanted[key], InventoryState.RESERVED, by, at, scope.is_training
            )
    _rewrite(scope, before, after, "inventory.reserve", at, by)
    return taken


def move(scope: Scope, to: Move, at: datetime, by: str, ageing: Ageing = NO_OTHERS) -> None:
    """`Inventory.move` within a transaction."""
    before = _items(scope)
    now = _items(scope, at)
    after = {key: item.moved(to(item), at, by, ageing) for key, item in now.items()}
    back = [key for key, item in now.items() if item.state.is_gone and not after[key].state.is_gone]
    after |= {key: now[key] for key in _taken(scope, back, at)}
    _rewrite(scope, before, after, "inventory.move", at, by)


class _Asker(NamedTuple):
    """A customer of whom nothing may be kept yet."""

    connection: Connection
    customer: str
    is_training: bool


def _items(scope: Scope, at: datetime | None = None) -> dict[Key, InventoryItem]:
    """As they are kept, or as they stand at an instant."""
    items = (InventoryItem(**row._mapping) for row in scope.rows(tables.inventory))
    return {item.key: item.as_of(at) if at else item for item in items}


def _not_had(items: Items, keys: Iterable[Key]) -> list[Key]:
    return [key for key in keys if key not in items or items[key].state.is_gone]


def _taken(scope: Scope | _Asker, keys: Iterable[Key], at: datetime) -> dict[Key, str]:
    table = tables.inventory
    is_ageing = and_(table.c.state == InventoryState.AGEING, table.c.until > at)
    has = or_(table.c.state.not_in([state for state in InventoryState if state.is_gone]), is_ageing)
    rows = _of_others(scope, list(keys), "customer", has)
    return dict(sorted(((row.kind, row.scope, row.value), row.customer) for row in rows))


def _of_others(scope: Scope | _Asker, keys: list[Key], column: str, which: Any) -> Iterator[Any]:
    """Rows of other customers with kind, scope, value and that column; of those for training, or of the others."""
    table = tables.inventory
    query = select(table.c.kind, table.c.scope, table.c.value, table.c[column]).where(
        table.c.customer != scope.customer, table.c.is_training == scope.is_training, which
    )
    for start in range(0, len(keys), _AT_ONCE):
        yield from scope.connection.execute(query.where(_among(keys[start : start + _AT_ONCE])))


def _rewrite(scope: Scope, before: Items, after: Items, action: str, at: datetime, by: str) -> None:
    table = tables.inventory
    gone = [item for key, item in before.items() if after.get(key) != item]
    new = [values_of(item) for key, item in after.items() if before.get(key) != item]
    for start in range(0, len(gone), _AT_ONCE):
        some = _among([item.key for item in gone[start : start + _AT_ONCE]])
        scope.connection.execute(delete(table).where(some, table.c.customer == scope.customer))
    if new:
        scope.connection.execute(insert(table), new)
    if gone or new:
        scope.record_rows(table, [values_of(item) for item in gone], new, by, action, at)


def _among(keys: Iterable[Key]) -> Any:
    table = tables.inventory
    return tuple_(table.c.kind, table.c.scope, table.c.value).in_(list(keys))
