"""Ranges of numbers: whole, apart from each other, and holding what is given to people."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence

from onboarding.answers.scene import Finding, Findings, Scene, Where, answered, spoken
from onboarding.answers.schema import Cell
from onboarding.domain.did_range import DidRange, union


def range_order(scene: Scene, start: str, end: str) -> Findings:
    """A range ends where it starts or later, with as many digits."""
    for cell, other in _ends(scene, start, end):
        if len(cell.value) != len(other.value):
            yield Finding("range-length", other, {"value": spoken(other.value), "other": spoken(cell.value)})
        elif cell.value > other.value:
            yield Finding("range-order", other, {"value": spoken(other.value), "other": spoken(cell.value)})


def range_size(scene: Scene, start: str, end: str, most: int) -> Findings:
    """A range holds no more than ``most`` numbers: more is a slip of the pen."""
    for cell, numbers in _ranges(scene, start, end):
        if len(numbers) > most:
            yield Finding("range-size", cell, {"value": spoken(cell.value), "count": len(numbers), "most": most})


def range_overlap(scene: Scene, start: str, end: str) -> Findings:
    """No number lies in two ranges."""
    furthest: tuple[Cell, DidRange] | None = None
    for cell, numbers in sorted(_ranges(scene, start, end), key=lambda item: (len(item[1].start), item[1].start)):
        if furthest and furthest[1].overlaps(numbers):
            first, second = sorted((furthest[0], cell), key=lambda one: one.row or 0)
            yield Finding("range-overlap", second, {"value": spoken(second.value), "other": (first.row or 0) + 1})
        if furthest is None or len(numbers.end) > len(furthest[1].end) or numbers.end > furthest[1].end:
            furthest = cell, numbers


def in_ranges(scene: Scene, question: str, start: str, end: str, where: Where | None = None) -> Findings:
    """Every number lies in a range: a range cannot go while a number of it is given to somebody."""
    known = Known(scene, (), start, end)
    for cell in answered(scene, question, where):
        if cell.value not in known:
            yield Finding("in-ranges", cell, {"value": spoken(cell.value)})


def owned_number(scene: Scene, question: str, numbers: Sequence[str] = (), start: str = "", end: str = "") -> Findings:
    """A number that is shown to others is the customer's own: in a column of ``numbers`` or in a range."""
    known = Known(scene, numbers, start, end)
    for cell in answered(scene, question):
        if cell.value not in known:
            yield Finding("owned-number", cell, {"value": spoken(cell.value)})


class Known:
    """The numbers a customer has, one by one and in ranges; asking is quick however many there are."""

    def __init__(self, scene: Scene, numbers: Sequence[str], start: str, end: str) -> None:
        self.single = {cell.value for name in numbers for cell in answered(scene, name)}
        found = union(numbers for _, numbers in _ranges(scene, start, end)) if start else []
        self.ranges = {length: [one for one in found if len(one.start) == length] for length in range(8, 17)}
        self.starts = {length: [one.start for one in some] for length, some in self.ranges.items()}

    def __contains__(self, number: str) -> bool:
        if number in self.single:
            return True
        place = bisect_right(self.starts.get(len(number), []), number)
        return place > 0 and number in self.ranges[len(number)][place - 1]


def _ends(scene: Scene, start: str, end: str) -> Iterator[tuple[Cell, Cell]]:
    for cell in answered(scene, start):
        last = cell.beside.get(end.partition(".")[2])
        if last is not None:
            yield cell, Cell(end, cell.row, last, cell.beside)


def _ranges(scene: Scene, start: str, end: str) -> Iterator[tuple[Cell, DidRange]]:
    """The ranges that are whole, each with the cell of its start."""
    for cell, last in _ends(scene, start, end):
        if len(cell.value) == len(last.value) and cell.value <= last.value:
            yield cell, DidRange(cell.value, last.value)


RULES: Mapping[str, Callable[..., Findings]] = {
    "range-order": range_order,
    "range-size": range_size,
    "range-overlap": range_overlap,
    "in-ranges": in_ranges,
    "owned-number": owned_number,
}
