"""What only one customer may have, as a profile declares it, what answers reserve of it, and where each item stands.

Numbers, ranges of numbers, extensions, SIP user names, devices, names in a portal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from onboarding.domain.json import Answers
from onboarding.domain.question import Titled

NUMBER = "number"
"""Kind of telephone numbers, whose value is E.164."""

Key: TypeAlias = tuple[str, str, str]
"""(kind, scope, value) of an item."""


class InventoryState(StrEnum):
    """Where an item stands: answers reserve it, finished tasks assign it, put it into service and release it.

    A number that nobody uses any more is parked: the customer keeps it. Given up it ages, so that whoever still dials
    it reaches nobody else, and only then is released; or another carrier has it, and it is ported out.
    """

    RESERVED = "reserved"
    ASSIGNED = "assigned"
    IN_SERVICE = "in service"
    PARKED = "parked"
    AGEING = "ageing"
    RELEASED = "released"
    PORTED_OUT = "ported out"

    @property
    def is_kept(self) -> bool:
        """Whether the item stays its customer's although the answers no longer name it."""
        return self in (InventoryState.ASSIGNED, InventoryState.IN_SERVICE, InventoryState.PARKED)

    @property
    def is_gone(self) -> bool:
        """Whether it is its customer's no more."""
        return self in (InventoryState.AGEING, InventoryState.RELEASED, InventoryState.PORTED_OUT)


S = InventoryState
STEPS: Mapping[InventoryState, tuple[InventoryState, ...]] = {
    S.RESERVED: (S.ASSIGNED, S.IN_SERVICE, S.RELEASED),
    S.ASSIGNED: (S.IN_SERVICE, S.PARKED, S.PORTED_OUT, S.RELEASED),
    S.IN_SERVICE: (S.PARKED, S.AGEING, S.PORTED_OUT, S.RELEASED),
    S.PARKED: (S.IN_SERVICE, S.AGEING, S.PORTED_OUT, S.RELEASED),
    S.AGEING: (S.RESERVED, S.RELEASED),
    S.RELEASED: (S.RESERVED,),
    S.PORTED_OUT: (S.RESERVED,),
}
"""From where an item may go to where. A number is released from service by ageing alone, any other item at once."""

OF_NUMBERS = (S.PARKED, S.AGEING, S.PORTED_OUT)
"""States that only numbers have."""

AGEING_DAYS = 45
"""Days for which a number that was in service is given to nobody; a claim may say others."""

Ageing: TypeAlias = Mapping[str, int]
"""Claim -> days for which its numbers age, where these are others."""


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """One row of the inventory: what it is, whose, and where it stands.

    ``kind`` is ``number`` or ``mac``, otherwise the id of the claim; within ``scope`` (empty: everywhere) only one
    customer has ``value`` until it is gone. ``what`` is the id of the claim: what it is to the customer. ``since``
    when it stands as it does, ``by`` whoever brought that about. Items of customers for training (``is_training``)
    are a world of their own: what is invented there keeps nothing from anybody who is served, and the other way round.
    What is ageing is free from the instant ``until``.
    """

    kind: str
    scope: str
    value: str
    customer: str
    what: str
    state: InventoryState
    by: str
    since: datetime
    is_training: bool = False
    until: datetime | None = None

    @property
    def key(self) -> Key:
        return self.kind, self.scope, self.value

    def as_of(self, at: datetime) -> InventoryItem:
        """As it stands at an instant: what has aged for long enough is released."""
        if self.state is not InventoryState.AGEING or self.until is None or at < self.until:
            return self
        return replace(self, state=InventoryState.RELEASED, since=self.until, until=None)

    def moved(self, to: InventoryState, at: datetime, by: str, ageing: Ageing) -> InventoryItem:
        """Where it is to stand, if it may go there (`STEPS`); as it is otherwise."""
        is_number = self.kind == NUMBER
        if is_number and to is InventoryState.RELEASED and InventoryState.AGEING in STEPS[self.state]:
            to = InventoryState.AGEING
        is_early = self.state is InventoryState.AGEING and to is InventoryState.RELEASED
        if to not in STEPS[self.state] or is_early or (to in OF_NUMBERS and not is_number):
            return self
        days = ageing.get(self.what, AGEING_DAYS) if to is InventoryState.AGEING else None
        return replace(self, state=to, since=at, by=by, until=None if days is None else at + timedelta(days=days))


Move: TypeAlias = Callable[[InventoryItem], InventoryState]
"""Where an item is to stand: what is given up is to be released, which for a number may mean to age first."""


MOST_NUMBERS = 20_000
"""Numbers of one range that are reserved; a longer range is a mistake that another rule reports."""

WITHIN_CUSTOMER = "customer"
"""Scope of what may be there once for each customer."""

FORMS = ("text", NUMBER, "mac")

_MAC = re.compile(r"[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim(Titled):
    """One kind of thing that only one customer may have.

    ``question`` holds the value; ``start`` and ``end`` hold the ends of a range of numbers instead. ``scope`` is a
    question whose answer bounds it, ``customer``, or empty for everywhere. ``form`` is ``number``, ``mac`` or ``text``.

    Three are ids of the tasks that bring it: whichever of them is finished assigns what is reserved, puts it
    into service, or releases what the customer had. Without any it is only ever reserved.
    """

    form: str = "text"
    question: str = ""
    start: str = ""
    end: str = ""
    scope: str = ""
    assigned_by: tuple[str, ...] = ()
    in_service_by: tuple[str, ...] = ()
    released_by: tuple[str, ...] = ()
    ageing_days: int = AGEING_DAYS

    @property
    def kind(self) -> str:
        """What such items are called among all customers."""
        return self.id if self.form == "text" else self.form

    @property
    def place(self) -> str:
        """The question where it is answered."""
        return self.question or self.start

    def brought_by(self, task: str) -> InventoryState | None:
        """The state to which the task moves such items; None when it is none of the three lists."""
        last_first = (InventoryState.RELEASED, InventoryState.IN_SERVICE, InventoryState.ASSIGNED)
        return next((state for state in last_first if task in getattr(self, f"{state.name.lower()}_by")), None)


@dataclass(frozen=True, slots=True)
class Reservation:
    """One value that the answers reserve, and where it was answered.

    ``value`` is in the form in which values are compared; ``shows_as`` is what an outside system shows that has it: the
    value itself, or the two ends of its range.
    """

    claim: Claim
    scope: str
    value: str
    row: int | None
    shows_as: tuple[str, ...]

    @property
    def key(self) -> Key:
        return self.claim.kind, "" if self.claim.form == NUMBER else self.scope, self.value


def reservations(claims: Iterable[Claim], values: Answers, customer: str) -> Iterator[Reservation]:
    """Everything that normalised answers reserve, in the order of claims and rows; blanks are passed over."""
    for claim in claims:
        section = claim.place.partition(".")[0]
        rows = values.get(section)
        is_table = isinstance(rows, list)
        for number, row in enumerate(rows if isinstance(rows, list) else [rows] if rows else []):
            scope = _scope(claim, row, section, values, customer)
            if scope is not None:
                yield from _of_row(claim, scope, row, number if is_table else None)


def plain_mac(text: str) -> str:
    """Twelve lower-case hexadecimal digits of a device's address as people write it; empty when it is none."""
    plain = re.sub(r"[\s:.\-]", "", text).lower()
    return plain if _MAC.fullmatch(plain) else ""


def _scope(claim: Claim, row: Mapping[str, Any], section: str, values: Answers, customer: str) -> str | None:
    """None while what bounds the claim is not answered."""
    if claim.scope in ("", WITHIN_CUSTOMER):
        return customer if claim.scope else ""
    in_section, _, name = claim.scope.partition(".")
    answers = row if in_section == section else values.get(in_section)
    answer = answers.get(name) if isinstance(answers, Mapping) else None
    return None if answer is None else str(answer).casefold()


def _of_row(claim: Claim, scope: str, row: Mapping[str, Any], place: int | None) -> Iterator[Reservation]:
    names = (claim.question,) if claim.question else (claim.start, claim.end)
    answers = [row.get(name.partition(".")[2]) for name in names]
    if None in answers:
        return
    if not claim.question:
        ends = tuple(map(str, answers))
        yield from (Reservation(claim, scope, number, place, ends) for number in _numbers(*ends))
    elif plain := plain_mac(str(answers[0])) if claim.form == "mac" else str(answers[0]).casefold():
        yield Reservation(claim, scope, plain, place, (plain,))


def _numbers(start: str, end: str) -> Iterable[str]:
    from onboarding.domain.number_range import (
        DidRange,
    )  # all numbering plans of the world, which the inventory does not need

    try:
        numbers = DidRange(start, end)
    except ValueError:
        return ()
    return numbers.numbers() if len(numbers) <= MOST_NUMBERS else ()
