"""Bounds of benchmarks: a time may be at most so long, a rate is at least so high."""

from __future__ import annotations

import pytest

from bench.figure import Figure
from bench.run import show


@pytest.mark.parametrize(
    ("figure", "bound", "fault"),
    [
        (Figure("--help", 0.2, "s", most=0.3), "most 0.3", ""),
        (Figure("--help", 0.3, "s", most=0.3), "most 0.3", ""),
        (Figure("--help", 0.4, "s", most=0.3), "most 0.3", "TOO MUCH"),
        (Figure("intents", 499, "1/s", least=50), "least 50", ""),
        (Figure("intents", 50, "1/s", least=50), "least 50", ""),
        (Figure("intents", 49, "1/s", least=50), "least 50", "TOO LITTLE"),
        (Figure("rows", 7, "", most=8, least=6), "most 8, least 6", ""),
        (Figure("size", 1e9, "kB"), "", ""),
    ],
)
def test_a_bound_holds_the_way_it_says(figure: Figure, bound: str, fault: str) -> None:
    """More than a most and less than a least are faults, the bound itself is kept, without one all is well."""
    assert (figure.bound, figure.fault) == (bound, fault)


def test_one_broken_bound_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Every figure is shown with its bound; a run ends well only when all of them are kept."""
    kept, broken = Figure("intents", 499, "1/s", least=50), Figure("status", 0.7, "s", most=0.5)
    assert show([("store", kept)]) == 0
    assert "least 50" in capsys.readouterr().out
    assert show([("command", broken), ("store", kept)]) == 1
    [first, second] = capsys.readouterr().out.splitlines()
    assert first.endswith("most 0.5     TOO MUCH")
    assert second.endswith("least 50")
