"""Ranges of telephone numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onboarding.domain.number import is_e164


@dataclass(frozen=True, slots=True, order=True)
class DidRange:
    """Numbers from ``start`` to ``end``, both in E.164 and of the same length. Raises ValueError when they are not."""

    start: str
    end: str

    def __post_init__(self) -> None:
        if not (is_e164(self.start) and is_e164(self.end)):
            raise ValueError("a range goes from one E.164 number to another")
        if len(self.start) != len(self.end):
            raise ValueError("both ends of a range have as many digits")
        if self.start > self.end:
            raise ValueError("a range starts at its lower number")

    def __len__(self) -> int:
        return int(self.end) - int(self.start) + 1

    def __contains__(self, number: object) -> bool:
        return isinstance(number, str) and len(number) == len(self.start) and self.start <= number <= self.end

    def __str__(self) -> str:
        return self.start if self.start == self.end else f"{self.start}-{self.end}"

    def numbers(self) -> Iterator[str]:
        """Every number of the range, lowest first."""
        return (f"+{number}" for number in range(int(self.start), int(self.end) + 1))

    def overlaps(self, other: DidRange) -> bool:
        """Whether the two have a number in common."""
        return len(self.start) == len(other.start) and self.start <= other.end and other.start <= self.end


def union(ranges: Iterable[DidRange]) -> list[DidRange]:
    """The same numbers in the fewest ranges, lowest first; neighbours are joined."""
    found: list[DidRange] = []
    for one in sorted(ranges, key=lambda item: (len(item.start), item.start)):
        if found and len(found[-1].start) == len(one.start) and int(one.start) <= int(found[-1].end) + 1:
            found[-1] = DidRange(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def without(ranges: Iterable[DidRange], gone: DidRange) -> list[DidRange]:
    """The ranges with the numbers of ``gone`` taken out, each split where need be."""
    found: list[DidRange] = []
    for one in ranges:
        if not one.overlaps(gone):
            found.append(one)
            continue
        if one.start < gone.start:
            found.append(DidRange(one.start, f"+{int(gone.start) - 1}"))
        if gone.end < one.end:
            found.append(DidRange(f"+{int(gone.end) + 1}", one.end))
    return found
