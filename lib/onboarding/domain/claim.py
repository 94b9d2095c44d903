"""What only one customer may have, as a profile declares it: numbers, ranges, SIP user names, devices, names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.domain.did_range import DidRange
from onboarding.domain.json import Document

MOST_NUMBERS = 20_000
"""Numbers of one range that are claimed; a longer range is a mistake that another rule reports."""

WITHIN_CUSTOMER = "customer"
"""Scope of what may be there once for each customer."""

_MAC = re.compile(r"[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of claim.

    ``question`` holds the value; ``start`` and ``end`` hold the ends of a range of numbers instead. ``scope`` is a
    question whose answer bounds it, ``customer``, or empty for everywhere. ``form`` is ``number``, ``mac`` or
    ``text``: numbers go into the ledger of numbers.
    """

    id: str
    title: str
    form: str = "text"
    question: str = ""
    start: str = ""
    end: str = ""
    scope: str = ""
    covers: tuple[str, ...] = ()
    source: str = ""


FORMS = ("text", "number", "mac")


@dataclass(frozen=True, slots=True)
class Claimed:
    """One value as it is claimed, and where it was answered. ``value`` is in the form in which values are compared."""

    claim: Claim
    scope: str
    value: str
    question: str
    row: int | None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.claim.id, self.scope, self.value


def claimed(claims: Iterable[Claim], values: Document, customer: str) -> Iterator[Claimed]:
    """Everything that normalised answers lay claim to, in the order of claims and rows; blanks are passed over."""
    for claim in claims:
        section = (claim.question or claim.start).partition(".")[0]
        held = values.get(section)
        is_table = isinstance(held, list)
        for number, row in enumerate(held if isinstance(held, list) else [held] if held else []):
            scope = _scope(claim, row, section, values, customer)
            if scope is not None:
                place = number if is_table else None
                for value in _values(claim, row):
                    yield Claimed(claim, scope, value, claim.question or claim.start, place)


def plain_mac(text: str) -> str:
    """Twelve lower-case hexadecimal digits of a device's address as people write it; empty when it is none."""
    plain = re.sub(r"[\s:.\-]", "", text).lower()
    return plain if _MAC.fullmatch(plain) else ""


def _scope(claim: Claim, row: Mapping[str, Any], section: str, values: Document, customer: str) -> str | None:
    """None while what bounds the claim is not answered."""
    if claim.scope in ("", WITHIN_CUSTOMER):
        return customer if claim.scope else ""
    in_section, _, name = claim.scope.partition(".")
    held = row if in_section == section else values.get(in_section)
    answer = held.get(name) if isinstance(held, Mapping) else None
    return None if answer is None else str(answer).casefold()


def _values(claim: Claim, row: Mapping[str, Any]) -> Iterator[str]:
    if claim.question:
        answer = row.get(claim.question.partition(".")[2])
        plain = plain_mac(str(answer)) if claim.form == "mac" else str(answer).casefold()
        if answer is not None and plain:
            yield plain
        return
    ends = [row.get(name.partition(".")[2]) for name in (claim.start, claim.end)]
    try:
        numbers = DidRange(*map(str, ends))
    except ValueError:
        return
    if len(numbers) <= MOST_NUMBERS:
        yield from numbers.numbers()
