"""Service bundles: what is sold to a customer by quantity and given to users one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortage:
    """More of ``name`` is planned than was bought."""

    name: str
    planned: int
    bought: int


def shortages(planned: Iterable[str], bought: Iterable[tuple[str, int]]) -> list[Shortage]:
    """What does not suffice, in the order in which it was first planned; quantities of one name add up."""
    have: Counter[str] = Counter()
    for name, quantity in bought:
        have[name] += quantity
    want = Counter(planned)
    return [Shortage(name, count, have[name]) for name, count in want.items() if count > have[name]]


def passed_on(given: Iterable[str], carries: Mapping[str, str | None]) -> list[str]:
    """What the things given carry with them (the licence of a bundle), one for each; things that carry nothing drop."""
    return [carried for name in given if (carried := carries.get(name))]
