"""Bundles that do not suffice, and the licences they bring along."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.licence import Shortage, passed_on, shortages

names = st.sampled_from(["entry", "office", "elite"])


@pytest.mark.parametrize(
    ("planned", "bought", "short"),
    [
        ([], [], []),
        (["a", "b", "a"], [("a", 1), ("b", 1), ("a", 1)], []),  # quantities of one name add up
        (["a", "b", "a"], [("a", 1)], [Shortage("a", 2, 1), Shortage("b", 1, 0)]),
        (["b", "a"], [("a", 0)], [Shortage("b", 1, 0), Shortage("a", 1, 0)]),
        (["a"], [("a", 2)], []),
        (["a", "a"], [("a", 2)], []),
    ],
)
def test_more_than_was_bought_is_named(
    planned: list[str], bought: list[tuple[str, int]], short: list[Shortage]
) -> None:
    """With how many are planned and bought, in the order of the users; exactly enough is enough."""
    assert shortages(planned, bought) == short


@given(st.lists(names), st.lists(st.tuples(names, st.integers(0, 5))))
def test_buying_what_is_short_suffices(planned: list[str], bought: list[tuple[str, int]]) -> None:
    """The difference bought as well leaves nothing short, and one less of it does."""
    missing = [(one.name, one.planned - one.bought) for one in shortages(planned, bought)]
    assert shortages(planned, [*bought, *missing]) == []
    assert all(count > 0 for _, count in missing)
    less = [(name, count - 1) for name, count in missing]
    assert {one.name for one in shortages(planned, [*bought, *less])} == {name for name, _ in missing}


@given(st.lists(names))
def test_each_bundle_brings_its_licence(given_: list[str]) -> None:
    """One for each, in their order; what is without a licence or unknown brings none."""
    carries = {"entry": "micollab-entry", "office": None}
    assert Counter(passed_on(given_, carries)) == Counter({"micollab-entry": given_.count("entry")})
