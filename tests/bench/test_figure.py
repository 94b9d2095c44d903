"""Figures of benchmarks: what is kept of several rounds, which way a bound holds, how two ways are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figure import Against, Cost, Figure, ratio

SECONDS = st.floats(0.01, 1_000)


@pytest.mark.parametrize(
    ("figure", "value", "bound", "verdict"),
    [
        (Figure("--help", "s", at_most=0.3), 0.2, "at most 0.3", ""),
        (Figure("--help", "s", at_most=0.3), 0.3, "at most 0.3", ""),
        (Figure("--help", "s", at_most=0.3), 0.4, "at most 0.3", "TOO MUCH"),
        (Figure("intents", "1/s", at_least=50), 499, "at least 50", ""),
        (Figure("intents", "1/s", at_least=50), 50, "at least 50", ""),
        (Figure("intents", "1/s", at_least=50), 49, "at least 50", "TOO LITTLE"),
        (Figure("rows", "", at_most=8, at_least=6), 7, "at most 8, at least 6", ""),
        (Figure("size", "kB"), 1e9, "", ""),
    ],
)
def test_a_bound_holds_the_way_it_says(figure: Figure, value: float, bound: str, verdict: str) -> None:
    """More than at most and less than at least are faults, the bound itself is kept, without one all is well."""
    found = figure.of([value])
    assert (figure.bound, found.verdict, found.is_broken) == (bound, verdict, bool(verdict))


def test_the_median_or_the_minimum_is_held_against_the_bound() -> None:
    """What a busy machine can only make worse is judged by its best round, everything else by the one in the middle."""
    rounds = [9.0, 1.0, 5.0]
    assert Figure("wall", "s", at_most=4).of(rounds).is_broken
    assert not Figure("processor", "s", at_most=4, judged="minimum").of(rounds).is_broken


@given(st.lists(SECONDS, min_size=1))
def test_least_median_and_most_are_in_order(values: list[float]) -> None:
    """All of them are of the values that were measured, or between them."""
    found = Figure("anything", "s").of(values)
    assert min(values) == found.minimum <= found.median <= found.maximum == max(values)


def test_what_cannot_be_measured_says_so_and_keeps_no_bound() -> None:
    """It is neither broken nor passed; nothing at all without a reason is a mistake."""
    figure = Figure("memory", "MB", at_most=1500)
    found = figure.missing("this system does not tell")
    assert found.verdict == "not measured: this system does not tell"
    assert not found.is_broken
    with pytest.raises(ValueError, match="memory"):
        figure.of([])


def test_two_ways_are_compared_round_by_round() -> None:
    """A machine that is slow for one round is slow for both, and the ratio of that round is like the others."""
    pair = Against("ours", "theirs", "them", at_least=2.0, of_processor=True)
    ours, theirs = [Cost(1.0, 0.5), Cost(10.0, 5.0)], [Cost(3.0, 2.0), Cost(30.0, 20.0)]
    found = {one.figure.name: one for one in pair.of(ours, theirs)}
    assert list(found) == ["ours", "ours, processor", "theirs", "theirs, processor", "ours : them",
                           "ours : them, processor"]  # fmt: skip
    assert found["ours : them"].values == (3.0, 3.0)
    assert found["ours : them, processor"].values == (4.0, 4.0)
    assert not any(one.is_broken for one in found.values())
    slower = Against("ours", "theirs", at_least=4.0).of(ours, theirs)
    assert [one.figure.name for one in slower if one.is_broken] == ["ours : theirs"]


@given(SECONDS, SECONDS)
def test_a_ratio_turned_round_is_its_inverse(one: float, other: float) -> None:
    """As many times faster the one way as slower the other."""
    assert ratio(one, other) * ratio(other, one) == pytest.approx(1)


def test_what_is_too_short_to_be_counted_divides_nothing_by_zero() -> None:
    """Processor time comes in hundredths; a thousandth stands for none of them."""
    assert ratio(1.0, 0.0) == 1000.0
    assert ratio(0.0, 0.0) == 1.0
