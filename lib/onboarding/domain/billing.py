"""When billing begins, and what was contracted against what is delivered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BillingStart(StrEnum):
    """What the first invoice is counted from."""

    NEXT_MONTH = "first-of-next-month"  # automatically, on the 1st after the numbers were added (U-20)
    COMPLETION = "completion"  # from the day the completion is signed (O-44)


@dataclass(frozen=True, slots=True)
class FirstInvoice:
    """The date of the first invoice. A forecast as long as the day it counts from (``counted_from``) is still ahead."""

    on: date
    counted_from: date
    is_forecast: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One service of the contract: how many were ordered, how many are delivered, what explains a difference."""

    item: str
    title: str
    contracted: int
    delivered: int
    note: str = ""

    @property
    def difference(self) -> int:
        """Delivered beyond the contract when positive, owed when negative."""
        return self.delivered - self.contracted

    @property
    def is_settled(self) -> bool:
        return self.difference == 0 or bool(self.note)


def first_invoice(start: BillingStart, event_on: date) -> date:
    """The date of the first invoice for what happened on ``event_on``."""
    if start is BillingStart.COMPLETION:
        return event_on
    return date(event_on.year + event_on.month // 12, event_on.month % 12 + 1, 1)


def reconcile(
    titles: Mapping[str, str],
    contracted: Iterable[tuple[str, int, str]],
    delivered: Mapping[str, int],
    elsewhere: Mapping[str, int] | None = None,
) -> list[Reconciled]:
    """Contract lines (item, quantity, note) against what is delivered, in the order of ``titles``.

    Lines of the same item are added up; what is neither contracted nor delivered is left out. So is what of an item is
    ordered ``elsewhere``, with another service of the same contract.
    """
    quantities, notes = Counter[str](), defaultdict[str, list[str]](list)
    for item, quantity, note in contracted:
        quantities[item] += quantity
        notes[item] += [note] if note else []

    def own(item: str) -> int:
        return max(quantities[item] - (elsewhere or {}).get(item, 0), 0)

    found = (
        Reconciled(item, titles.get(item, item), own(item), delivered.get(item, 0), " ".join(notes[item]))
        for item in dict.fromkeys((*titles, *quantities))
    )
    return [line for line in found if line.contracted or line.delivered]
