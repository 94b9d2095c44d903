"""Earlier runs: kept one a line, compared with the last quiet one of the same class of machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.figure import Figure
from bench.history import Before, Record, append, earlier, figures_of
from bench.machine import BUSY, machine

MACHINE = {"system": "Linux", "processors": 2, "python": "3.11"}
STATUS = Figure("status", "ms")


def record(value: float, **other: object) -> Record:
    kept = Record("abc1234", "2026-03-02T15:00:00+00:00", MACHINE, 0.1, "usual", {"status": (value, value, value)})
    return replace(kept, **other)  # type: ignore[arg-type]


def test_a_run_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    """One line each, oldest first; a line that is none of ours is passed over."""
    path = tmp_path / "workspace" / "bench.jsonl"
    assert earlier(path) == []
    append(path, record(1.0))
    path.write_text(path.read_text(encoding="utf-8") + "not a run\n{}\n", encoding="utf-8")
    append(path, record(2.0))
    assert [one.figures["status"][1] for one in earlier(path)] == [1.0, 2.0]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4


@pytest.mark.parametrize(("now", "words"), [(150.0, "+50 %"), (50.0, "-50 %"), (102.0, "same"), (100.0, "same")])
def test_a_change_is_told_in_per_cent(now: float, words: str) -> None:
    """Medians are compared; next to nothing is none."""
    before = Before([record(1.0), record(100.0)], MACHINE, "usual")
    assert before.change(STATUS.of([now])) == words


@pytest.mark.parametrize(
    "other", [{"machine": {**MACHINE, "processors": 64}}, {"extent": "quick"}, {"load": BUSY + 0.01}]
)
def test_other_machines_amounts_and_busy_runs_are_not_compared(other: dict[str, object]) -> None:
    """What was measured otherwise says nothing about a change."""
    assert Before([record(100.0, **other)], MACHINE, "usual").change(STATUS.of([150.0])) == ""


def test_what_was_not_measured_is_neither_kept_nor_compared() -> None:
    """A figure that was there before and is missing now has no change."""
    missing = STATUS.missing("no such system")
    assert figures_of([missing, Figure("size", "kB").of([3.0, 1.0, 2.0])]) == {"size": (1.0, 2.0, 3.0)}
    assert Before([record(100.0)], MACHINE, "usual").change(missing) == ""


def test_a_machine_is_known_by_its_class_alone() -> None:
    """Neither its name, nor a path, nor who uses it."""
    found = machine()
    assert sorted(found) == ["architecture", "processor", "processors", "python", "system"]
    assert str(Path.home()) not in json.dumps(found)
