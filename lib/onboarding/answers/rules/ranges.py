"""Numbers that carriers take; ranges of them: whole, apart from each other, and around what is given to people."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Annotated

from onboarding.answers.answer_schema import CellRef
from onboarding.answers.rules import Findings, OfQuestion, RuleInput, row_number, rule
from onboarding.domain.condition import Where
from onboarding.domain.number import is_assigned_area_code, is_fictitious
from onboarding.domain.number_range import DidRange, union
from onboarding.domain.params import ColumnsOf, Count, Params, QuestionId


@rule("nanp-area-code", OfQuestion, says="{value} is not an area code that is in use in North America.")
def nanp_area_code(facts: RuleInput, p: OfQuestion) -> Findings:
    """An area code that is in use in North America."""
    return facts.each("nanp-area-code", p.question, lambda cell: not is_assigned_area_code(cell.value))


@rule(
    "production-number",
    OfQuestion,
    says="{value} is one of the numbers reserved for examples; no carrier will take it.",
)
def production_number(facts: RuleInput, p: OfQuestion) -> Findings:
    """Not of a block that films and examples use, such as 555-01XX."""
    return facts.each("production-number", p.question, lambda cell: is_fictitious(cell.value))


class Range(Params):
    """The first and the last number of a range, in one row of a table."""

    start: QuestionId
    end: QuestionId


@rule(
    "range-order",
    Range,
    says={
        "range-order": "The range ends at {value}, before it starts at {other}; exchange the two.",
        "range-length": "{value} and {other} have different numbers of digits; both ends of a range have as many.",
    },
)
def range_order(facts: RuleInput, p: Range) -> Findings:
    """A range ends where it starts or later, with as many digits."""
    for first, last in _ends(facts, p.start, p.end):
        if len(first.value) != len(last.value):
            yield facts.finding("range-length", last, other=facts.text(first))
        elif first.value > last.value:
            yield facts.finding("range-order", last, other=facts.text(first))


class RangeSize(Range):
    most: Count


@rule(
    "range-size",
    RangeSize,
    says="The range from {value} on has {count} numbers; at most {most} are taken. Check both ends.",
)
def range_size(facts: RuleInput, p: RangeSize) -> Findings:
    """A range has no more than ``most`` numbers: more is a slip of the pen."""
    for cell, numbers in _ranges(facts, p.start, p.end):
        if len(numbers) > p.most:
            yield facts.finding("range-size", cell, count=len(numbers), most=p.most)


@rule(
    "range-overlap",
    Range,
    says="The range from {value} on has numbers in common with row {other}; join the two or shorten one.",
)
def range_overlap(facts: RuleInput, p: Range) -> Findings:
    """No number lies in two ranges."""
    furthest: tuple[CellRef, DidRange] | None = None
    for cell, numbers in sorted(_ranges(facts, p.start, p.end), key=lambda item: _sorted_by(item[1].start)):
        if furthest and furthest[1].overlaps(numbers):
            first, second = sorted((furthest[0], cell), key=row_number)
            yield facts.finding("range-overlap", second, other=row_number(first))
        if furthest is None or _sorted_by(numbers.end) > _sorted_by(furthest[1].end):
            furthest = cell, numbers


class InRanges(Range):
    question: QuestionId
    where: Annotated[Where, ColumnsOf("question")] = Where()


@rule("in-ranges", InRanges, says="{value} lies in no range of numbers; add it to one, or give another number.")
def in_ranges(facts: RuleInput, p: InRanges) -> Findings:
    """Every number lies in a range.

    So a range cannot go while a number of it is given to somebody.
    """
    known = Known(facts, (), p.start, p.end)
    return facts.each("in-ranges", p.question, lambda cell: cell.value not in known, p.where)


class OwnedNumber(OfQuestion):
    numbers: tuple[QuestionId, ...] = ()
    start: QuestionId = ""
    end: QuestionId = ""


@rule(
    "owned-number",
    OwnedNumber,
    says="{value} is none of the company's own numbers; only those may be shown to people who are called.",
)
def owned_number(facts: RuleInput, p: OwnedNumber) -> Findings:
    """A number stands in a column of ``numbers`` or lies in a range: it is the customer's own."""
    known = Known(facts, p.numbers, p.start, p.end)
    return facts.each("owned-number", p.question, lambda cell: cell.value not in known)


class Known:
    """The numbers a customer has, one by one and in ranges; asking is quick however many there are."""

    def __init__(self, facts: RuleInput, numbers: tuple[str, ...], start: str, end: str) -> None:
        self.single = {cell.value for name in numbers for cell in facts.answered(name)}
        self.ranges = union(numbers for _, numbers in _ranges(facts, start, end))
        self.starts = [_sorted_by(one.start) for one in self.ranges]

    def __contains__(self, number: str) -> bool:
        if number in self.single:
            return True
        place = bisect_right(self.starts, _sorted_by(number))
        return place > 0 and number in self.ranges[place - 1]


def _sorted_by(number: str) -> tuple[int, str]:
    return len(number), number


def _ends(facts: RuleInput, start: str, end: str) -> Iterator[tuple[CellRef, CellRef]]:
    both = ((cell, cell.other(end)) for cell in facts.answered(start))
    return ((first, last) for first, last in both if last.value is not None)


def _ranges(facts: RuleInput, start: str, end: str) -> Iterator[tuple[CellRef, DidRange]]:
    """The ranges that are whole, each with the cell of its start."""
    for cell, last in _ends(facts, start, end):
        if len(cell.value) == len(last.value) and cell.value <= last.value:
            yield cell, DidRange(cell.value, last.value)
