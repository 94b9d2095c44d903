"""Rules over ranges of numbers: what breaks each, what keeps it, and the slow way to see it, number by number."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.ranges import in_ranges, owned_number, range_order, range_overlap, range_size
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Case, Sheet, column, options, table, tried

SHEET = Sheet(
    table("ranges", start=Kind.NUMBER, end=Kind.NUMBER),
    table("users", number=Kind.NUMBER, source=options("port", "new")),
    table("singles", number=Kind.NUMBER),
)
ENDS = {"start": "ranges.start", "end": "ranges.end"}
GIVEN = {"question": "users.number", **ENDS}
OWNED = {**GIVEN, "numbers": ["singles.number"]}
BRITISH = "+442079460100"


def n(last: int) -> str:
    return f"+1401555{last:04}"


def ranges(*pairs: tuple[int | str, int | str]) -> dict[str, Any]:
    def end(one: int | str) -> str:
        return one if isinstance(one, str) else n(one)

    return {"ranges": [{"start": end(first), "end": end(last)} for first, last in pairs]}


def users(*last: int, source: str = "new") -> dict[str, Any]:
    return {"users": [{"number": n(one), "source": source} for one in last]}


CASES: dict[str, Case] = {
    "a range": (range_order, ENDS, ranges((100, 109), (110, 110)), []),
    "a range without an end": (range_order, ENDS, ranges((109, "")), []),
    "a range backwards": (range_order, ENDS, ranges((100, 109), (119, 110)), [
        ("ranges.end row 2: The range ends at (401) 555-0110, before it starts at (401) 555-0119; "
         "exchange the two.")]),
    "ends of two lengths": (range_order, ENDS, ranges((100, BRITISH)), [
        ("ranges.end row 1: +44 20 7946 0100 and (401) 555-0100 have different numbers of digits; "
         "both ends of a range have as many.")]),
    "not too many": (range_size, {**ENDS, "most": 10}, ranges((100, 109)), []),
    "a number too many": (range_size, {**ENDS, "most": 10}, ranges((100, 109), (110, 120)), [
        ("ranges.start row 2: The range from (401) 555-0110 on has 11 numbers; at most 10 are taken. "
         "Check both ends.")]),
    "too many backwards is another matter": (range_size, {**ENDS, "most": 10}, ranges((120, 110)), []),
    "apart": (range_overlap, ENDS, ranges((110, 119), (100, 109), (BRITISH, BRITISH)), []),
    "a common number": (range_overlap, ENDS, ranges((109, 119), (130, 139), (100, 109)), [
        ("ranges.start row 3: The range from (401) 555-0100 on has numbers in common with row 1; "
         "join the two or shorten one.")]),
    "one within another, and one behind": (range_overlap, ENDS, ranges((100, 150), (110, 119), (130, 139)), [
        ("ranges.start row 2: The range from (401) 555-0110 on has numbers in common with row 1; "
         "join the two or shorten one."),
        ("ranges.start row 3: The range from (401) 555-0130 on has numbers in common with row 1; "
         "join the two or shorten one.")]),
    "two that end together": (range_overlap, ENDS, ranges((100, 150), (110, 150), (140, 145)), [
        (f"ranges.start row {row}: The range from (401) 555-0{first} on has numbers in common with row 1; "
         "join the two or shorten one.") for row, first in ((2, 110), (3, 140))]),
    "numbers of two lengths": (in_ranges, GIVEN, {
        **ranges((100, 109), (BRITISH, BRITISH)), "users": [*users(105)["users"], {"number": BRITISH}]}, []),
    "in a range": (in_ranges, GIVEN, {**ranges((110, 119), (100, 109)), **users(100, 109, 110)}, []),
    "in no range": (in_ranges, GIVEN, {**ranges((100, 109), (111, 119)), **users(109, 110)}, [
        "users.number row 2: (401) 555-0110 lies in no range of numbers; add it to one, or give another number."]),
    "in a range that is none": (in_ranges, GIVEN, {**ranges((109, 100)), **users(105)}, [
        "users.number row 1: (401) 555-0105 lies in no range of numbers; add it to one, or give another number."]),
    "of no concern": (in_ranges, {**GIVEN, "where": {"source": "port"}}, {**ranges((100, 109)), **users(110)}, []),
    "owned": (owned_number, OWNED, {
        **ranges((100, 109)), **users(101, 120), "singles": column("number", [n(120)])}, []),
    "not owned": (owned_number, OWNED, {
        **ranges((100, 109)), **users(101, 121), "singles": column("number", [n(120)])}, [
        ("users.number row 2: (401) 555-0121 is none of the company's own numbers; "
         "only those may be shown to people who are called.")]),
    "owned by itself": (owned_number, {"question": "users.number", "numbers": ["singles.number"]}, {
        **ranges((100, 109)), **users(120), "singles": column("number", [n(120)])}, []),
    "owned by range": (owned_number, GIVEN, {**ranges((100, 109)), **users(105)}, []),
    "no range is named": (owned_number, {"question": "users.number"}, {**ranges((100, 109)), **users(105)}, [
        ("users.number row 1: (401) 555-0105 is none of the company's own numbers; "
         "only those may be shown to people who are called.")]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


def test_numbers_are_meant_by_any_of_several_values() -> None:
    """A list under ``where`` means each of its values."""
    answers = {"users": [*users(110)["users"], *users(111, source="port")["users"]]}
    assert SHEET.rows(in_ranges, {**GIVEN, "where": {"source": ["port", "new"]}}, answers) == [0, 1]
    assert SHEET.rows(in_ranges, {**GIVEN, "where": {"source": ["port"]}}, answers) == [1]


pairs = st.lists(st.tuples(st.integers(100, 160), st.integers(100, 160)), max_size=7)


def numbers(pair: tuple[int, int]) -> set[int]:
    return set(range(pair[0], pair[1] + 1))


@given(pairs)
@tried
def test_overlap_is_found_exactly_when_a_number_lies_in_two_ranges(found: list[tuple[int, int]]) -> None:
    """Ranges that run backwards are another rule's; of each overlap one row is named, never a row that has none."""
    named = set(SHEET.rows(range_overlap, ENDS, ranges(*found)))
    every = combinations(range(len(found)), 2)
    shared = [{one, other} for one, other in every if numbers(found[one]) & numbers(found[other])]
    assert bool(named) is bool(shared)
    assert all(any(row in both for both in shared) for row in named)


@given(pairs, st.lists(st.integers(100, 160), max_size=6))
@tried
def test_a_number_lies_in_a_range_or_is_named(found: list[tuple[int, int]], given_out: list[int]) -> None:
    """Whatever the ranges, and for both rules alike."""
    known = set().union(*map(numbers, found))
    outside = [row for row, last in enumerate(given_out) if last not in known]
    answers = {**ranges(*found), **users(*given_out)}
    assert SHEET.rows(in_ranges, GIVEN, answers) == outside
    assert SHEET.rows(owned_number, GIVEN, answers) == outside


@given(pairs, st.integers(0, 60))
@tried
def test_a_range_is_whole_or_backwards_and_small_enough_or_not(found: list[tuple[int, int]], most: int) -> None:
    """Row by row."""
    answers = ranges(*found)
    assert SHEET.rows(range_order, ENDS, answers) == [row for row, pair in enumerate(found) if pair[0] > pair[1]]
    large = [row for row, pair in enumerate(found) if len(numbers(pair)) > most % 5]
    assert SHEET.rows(range_size, {**ENDS, "most": most % 5}, answers) == large
