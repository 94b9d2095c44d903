"""The list of figures: every subject declares what it prints, a broken bound fails the run, a busy machine is told."""

from __future__ import annotations

from collections import Counter
from types import ModuleType

import pytest

from bench import run
from bench.figure import Against, Figure
from bench.history import Before
from bench.machine import BUSY
from bench.plan import Plan

NOTHING = Before([], {}, "usual")


def test_every_subject_declares_figures_under_names_of_their_own() -> None:
    """A name stands for one figure over all subjects: history and documentation know it by that."""
    names = Counter(figure.name for name in run.subjects() for figure in set(run.declared(run.subject(name))))
    assert set(run.subjects()) >= {"batch", "cells", "growth", "idle", "report", "runs", "status", "store", "workbook"}
    assert [name for name, times in names.items() if times > 1] == []


def test_a_figure_that_was_not_declared_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the documentation could not be held to the figures there are."""
    subject = ModuleType("subject")
    subject.ONE = Figure("one", "s")  # type: ignore[attr-defined]
    subject.run = lambda plan: iter([Figure("other", "s").of([1.0])])  # type: ignore[attr-defined]
    monkeypatch.setattr(run, "subject", lambda name: subject)
    with pytest.raises(ValueError, match="does not declare"):
        list(run.measured(["subject"], Plan()))


def test_figures_are_found_alone_in_tuples_and_in_comparisons() -> None:
    """However a subject arranges them."""
    subject = ModuleType("subject")
    subject.ONE = Figure("one", "s")  # type: ignore[attr-defined]
    subject.MORE = (Figure("two", "s"), Against("ours", "theirs"))  # type: ignore[attr-defined]
    assert [figure.name for figure in run.declared(subject)][:4] == ["one", "two", "ours", "ours, processor"]


def test_a_line_has_values_bound_change_and_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed as soon as it is there, below a head."""
    found = Figure("status", "s", at_most=0.5).of([0.7, 0.6, 0.8])
    missing = Figure("memory", "MB").missing("no such system")
    assert run.show([("store", found), ("batch", missing)], NOTHING) == [found, missing]
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["figure", "least", "median", "most", "unit", "bound", "change"]
    assert first.split() == ["store", "status", "0.6", "0.7", "0.8", "s", "at", "most", "0.5", "TOO", "MUCH"]
    assert second.endswith("not measured: no such system")


@pytest.mark.parametrize(("load", "is_told"), [(0.0, False), (BUSY, False), (BUSY + 0.1, True)])
def test_a_busy_machine_is_told(load: float, is_told: bool) -> None:
    """Figures measured beside other work are not to be believed."""
    assert ("do not believe" in run.busy(load)) is is_told


def test_an_unknown_subject_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is measured."""
    with pytest.raises(SystemExit) as ended:
        run.main(["reprot"])
    assert ended.value.code == 2
    assert "there is no reprot" in capsys.readouterr().err


@pytest.mark.parametrize(("values", "code"), [([1.0], 0), ([3.0], 1)])
def test_one_broken_bound_fails_the_run(
    values: list[float], code: int, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A run ends well only when all bounds are kept; either way it is kept for the next one."""
    history = tmp_path_factory.mktemp("history") / "bench.jsonl"
    monkeypatch.setattr(run, "HISTORY", history)
    figure = Figure("time", "s", at_most=2.0)
    monkeypatch.setattr(run, "measured", lambda names, plan: iter([("subject", figure.of(values))]))
    assert run.bench(["subject"], "usual") == code
    assert history.read_text(encoding="utf-8").count('"time"') == 1
