"""Rules over ranges against the slow way: every number by itself."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mitel.freight import Answers
from tests.mitel.test_packs import found, rules_of

RULES = rules_of("number-ranges")
BASE = 4015550100
ends = st.tuples(st.integers(0, 60), st.integers(0, 60))
rows = st.lists(ends, min_size=1, max_size=7)


def written(pairs: list[tuple[int, int]]) -> list[dict[str, Any]]:
    return [{"start": f"+1{BASE + start}", "end": f"+1{BASE + end}"} for start, end in pairs]


def numbers(pair: tuple[int, int]) -> set[int]:
    return set(range(pair[0], pair[1] + 1))


@given(rows)
@settings(max_examples=60, deadline=None)
def test_overlap_is_found_exactly_when_a_number_lies_in_two_ranges(pairs: list[tuple[int, int]]) -> None:
    """Ranges that run backwards are another rule's; of each overlap one row is named, never a row that has none."""

    def change(document: Answers) -> None:
        document["did_ranges"] = written(pairs)

    named = {row for _, row in found(RULES["ranges-are-apart"], change)}
    every = combinations(range(len(pairs)), 2)
    shared = [{one, other} for one, other in every if numbers(pairs[one]) & numbers(pairs[other])]
    assert bool(named) is bool(shared)
    assert all(any(row in both for both in shared) for row in named)


@given(rows, st.lists(st.integers(0, 60), max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_number_lies_in_a_range_or_is_named(pairs: list[tuple[int, int]], given_out: list[int]) -> None:
    """Whatever the ranges, a direct number is found outside exactly when no range holds it."""

    def change(document: Answers) -> None:
        document["did_ranges"] = written(pairs)
        for row in document["users"]:
            row.pop("did", None)
        for row, last in zip(document["users"], given_out, strict=False):
            row["did"] = f"+1{BASE + last}"

    known = set().union(*map(numbers, pairs))
    outside = {row for row, last in enumerate(given_out) if last not in known}
    assert {row for _, row in found(RULES["direct-numbers-lie-in-ranges"], change)} == outside
