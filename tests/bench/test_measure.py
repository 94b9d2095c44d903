"""How costs are measured: by turns, children included; and how growth is fitted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import measure
from bench.growth import Growth, power
from bench.people import PATTERN, customers
from bench.plan import workspace
from onboarding import settings
from onboarding.store.store import Store


def test_acts_take_turns_and_the_first_time_counts_for_nothing() -> None:
    """Both see the same machine, and neither always goes first."""
    done: list[str] = []
    found = measure.by_turns({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 2)
    assert "".join(done) == "baabba"
    assert {name: len(costs) for name, costs in found.items()} == {"a": 2, "b": 2}


def test_a_child_that_lives_is_among_the_descendants() -> None:
    """What processes of ours spend counts while they are there, and through their parent afterwards."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in measure.descendants(measure.os.getpid())
        child.communicate(b"\n")
    assert child.pid not in measure.descendants(measure.os.getpid())


def test_a_command_that_fails_is_not_measured() -> None:
    """Except where that is an end it may come to."""
    measure.command(sys.executable, "-c", "raise SystemExit(3)", ends=(0, 3))()
    with pytest.raises(subprocess.CalledProcessError):
        measure.python("-c", "raise SystemExit(3)")()


@given(st.floats(0.1, 3.0), st.floats(0.001, 10.0))
def test_a_power_is_found_again(exponent: float, factor: float) -> None:
    """Costs that are an exact power of the amount give that power."""
    amounts = (10, 100, 1_000)
    assert power(amounts, [factor * amount**exponent for amount in amounts]) == pytest.approx(exponent, rel=1e-6)


def test_a_growth_above_its_bound_is_too_much() -> None:
    """The square of the amount, where a little more than in proportion is allowed."""
    growth = Growth("sorting", (10, 100, 1_000), "cards")
    *costs, fitted = growth.of([[0.001, 0.002], [0.1], [10.0]])
    assert [one.minimum for one in costs] == pytest.approx([1, 100, 10_000])
    assert costs[2].figure.name == "sorting: 1,000 cards, processor"
    assert fitted.judged == pytest.approx(2)
    assert fitted.verdict == "TOO MUCH"


def test_a_workspace_is_there_for_its_time() -> None:
    """Set, and put back as it was."""
    before = settings.workspace()
    with workspace() as folder:
        assert settings.workspace() == folder
    assert settings.workspace() == before
    assert not folder.exists()


def test_copies_are_customers_of_their_own(tmp_path: Path) -> None:
    """Each has the status and the record of the pattern under an id of its own."""
    with Store.open(tmp_path, "") as store:
        names = customers(store, 3)
        assert names == [PATTERN, "customer-00000", "customer-00001"]
        assert {one.customer.id for one in store.status()} == set(names)
        assert len({one.engagement.id for one in store.status()}) == 3
        assert store.progress(names[2]) == store.progress(PATTERN)
        assert store.answers(names[1]).document == store.answers(PATTERN).document
