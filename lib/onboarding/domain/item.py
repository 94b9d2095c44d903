"""What the inventory holds: a number or name that only one customer may have, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

NUMBER = "number"
"""Kind of telephone numbers, whose value is E.164."""

Key: TypeAlias = tuple[str, str, str]
"""(kind, scope, value) of an item."""


class InventoryState(StrEnum):
    """Where an item stands, in the only order it moves: answers reserve it, finished tasks assign it, put it into
    service and release it.
    """

    RESERVED = "reserved"
    ASSIGNED = "assigned"
    IN_SERVICE = "in service"
    RELEASED = "released"

    def is_before(self, other: InventoryState) -> bool:
        return _ORDER.index(self) < _ORDER.index(other)

    @property
    def is_kept(self) -> bool:
        """Whether the item stays its customer's although the answers no longer name it."""
        return self in (InventoryState.ASSIGNED, InventoryState.IN_SERVICE)


_ORDER = tuple(InventoryState)


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """One row of the inventory: what it is, whose, and where it stands.

    ``kind`` is ``number`` or ``mac``, otherwise the id of the claim; within ``scope`` (empty: everywhere) only one
    customer has ``value`` until it is released. ``what`` is the id of the claim: what it is to the customer. ``since``
    when it stands as it does, ``by`` whoever brought that about.
    """

    kind: str
    scope: str
    value: str
    customer: str
    what: str
    state: InventoryState
    by: str
    since: datetime

    @property
    def key(self) -> Key:
        return self.kind, self.scope, self.value


Move: TypeAlias = Callable[[InventoryItem], InventoryState]
"""Where an item is to stand."""
