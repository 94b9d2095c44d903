"""What a user's licence lacks, or holds too much of, before a number may be assigned; what is bought by quantity.

Which plans bring the telephone system along, which add-on the others need and which must go is a provider's rule, so it
comes as data (`Terms`); this module only draws the conclusion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Terms:
    """A provider's rule: plans that are ``enough``, the ``add_on`` for all others, and what has to be removed."""

    enough: Collection[str] = ()
    add_on: str = ""
    remove: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """What has to be done about one user, in this order: ``add`` now, ``remove`` once the user's number has moved.

    A number that is still with the provider of a plan is lost when the plan goes. ``spare`` is not needed.
    """

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()

    def of(self, step: Literal["add", "remove"] | None) -> Advice:
        """That part of it alone; without one all of it."""
        return self if step is None else Advice(**{step: getattr(self, step)})

    @property
    def is_ready(self) -> bool:
        """Whether a number may be assigned as things are."""
        return not self.remove and not self.add


def advise(licence: str, add_ons: Collection[str], terms: Terms) -> Advice:
    """What one user needs. A plan that is enough wants no add-on, and one that was bought all the same is spare."""
    remove = tuple(add_on for add_on in add_ons if add_on in terms.remove)
    has_add_on = terms.add_on in add_ons
    if licence in terms.enough:
        return Advice(remove=remove, spare=(terms.add_on,) if has_add_on else ())
    return Advice(() if has_add_on else (terms.add_on,), remove)


def following(add_ons: Collection[str], advice: Advice) -> list[str]:
    """The add-ons once the advice has been followed; what is spare stays, it does no harm."""
    return [add_on for add_on in add_ons if add_on not in advice.remove] + list(advice.add)


@dataclass(frozen=True, slots=True)
class Shortage:
    """More of ``name``, which is sold by quantity and given to users one by one, is planned than was bought."""

    name: str
    planned: int
    bought: int


def shortages(planned: Iterable[str], bought: Iterable[tuple[str, int]]) -> list[Shortage]:
    """What does not suffice, in the order in which it was first planned; quantities of one name add up."""
    have: Counter[str] = Counter()
    for name, quantity in bought:
        have[name] += quantity
    return [Shortage(name, count, have[name]) for name, count in Counter(planned).items() if count > have[name]]


def passed_on(given: Iterable[str], carries: Mapping[str, str | None]) -> list[str]:
    """What the things given carry with them (the licence of a bundle), one for each; things that carry nothing drop."""
    return [carried for name in given if (carried := carries.get(name))]
