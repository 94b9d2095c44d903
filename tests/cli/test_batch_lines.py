"""What `onboard batch` prints while it goes: each result at once, and how far it is."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console
from rich.progress import Progress, TextColumn

from onboarding.cli.batch_lines import JsonLines, TextLines
from onboarding.cli.pace import EVERY, Pace, pace, pace_words
from onboarding.domain.event import noted
from onboarding.engine.batch import BatchSummary
from onboarding.engine.stage_run import RunResult
from onboarding.profile.folders import OwnFiles
from onboarding.store.values import RunOutcome

DONE = RunResult("acme", "gather", RunOutcome.DONE, noted("All is there."), "acme.0001", "acme/0001-gather.ipynb")
LOST = RunResult("zoe", "", RunOutcome.BAD_INPUT, noted("Its profile is gone."), "", "", OwnFiles(("chinook.toml",)))


@pytest.mark.parametrize(
    ("done", "total", "seconds", "words"),
    [
        (0, 10_000, 0.0, "0 of 10,000 customers"),
        (0, 1, 12.0, "0 of 1 customer"),
        (120, 1000, 86.0, "120 of 1,000 customers, 84 a minute, about 11 min left"),
        (30, 60, 60.0, "30 of 60 customers, 30 a minute, about 60 s left"),
        (10, 10_000, 60.0, "10 of 10,000 customers, 10 a minute, about 16.6 h left"),
        (5, 5, 10.0, "5 of 5 customers, 30 a minute"),
    ],
)
def test_the_pace_in_words(done: int, total: int, seconds: float, words: str) -> None:
    """How many of all, how many in a minute, and how long it takes yet at that pace."""
    assert pace_words(done, total, seconds) == words


def test_without_a_terminal_the_pace_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, and none for a batch that is soon done."""
    now = 0.0
    bar = Pace(clock=lambda: now)
    for done in range(1, 10):
        now += EVERY / 4
        bar.turn(done, 100)
    assert capsys.readouterr().err.splitlines() == [
        "4 of 100 customers, 8 a minute, about 12 min left", "8 of 100 customers, 8 a minute, about 12 min left",
    ]  # fmt: skip
    with pace() as shown:
        shown.turn(1, 2)
    assert capsys.readouterr().err == ""


def test_on_a_terminal_the_pace_is_one_line_that_changes(capsys: pytest.CaptureFixture[str]) -> None:
    """Results still go to stdout where that is a file."""
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True)
    with Progress(TextColumn("{task.description}"), console=console, redirect_stdout=False) as progress:
        bar = Pace(progress)
        bar.line("acme gather: done.")
        bar.turn(1, 2)
    assert "1 of 2 customers" in screen.getvalue()
    assert capsys.readouterr().out == "acme gather: done.\n"


def test_every_run_is_shown_as_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each, at once; what became of everybody at the end, with files of one's own that were used."""
    lines = TextLines(Pace())
    lines.result(DONE)
    assert capsys.readouterr().out == "acme gather: done. All is there.\n"
    lines.result(LOST)
    assert capsys.readouterr().out == "zoe: bad-input. Its profile is gone.\n"
    summary = BatchSummary(left_alone={"ben": "complete"} | {f"c{place}": "waiting on Carrier" for place in range(21)})
    summary.note(DONE)
    summary.note(LOST)
    lines.end(summary)
    assert capsys.readouterr().out.splitlines() == [
        "2 customers run: 1 done, 1 bad-input.",
        "1 customer left alone, complete: ben",
        "21 customers left alone, waiting on Carrier",
        "Files of your own are used instead of shipped ones: chinook.toml.",
    ]


@pytest.mark.parametrize("results", [[], [DONE], [DONE, LOST]])
def test_json_is_one_document_that_grows_with_the_batch(
    results: list[RunResult], capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each run at once; nothing before the first, and the rest of the summary when all has ended."""
    lines, summary, written = JsonLines(Pace()), BatchSummary(left_alone={"ben": "complete"}), ""
    for result in results:
        lines.result(result)
        summary.note(result)
        new = capsys.readouterr().out
        assert json.loads(new.splitlines()[-1][2:])["customer"] == result.customer
        written += new
    lines.end(summary)
    read = json.loads(written + capsys.readouterr().out)
    assert [run["customer"] for run in read["runs"]] == [result.customer for result in results]
    assert {name: read[name] for name in ("customers", "left_alone", "stopped")} == {
        "customers": len(results), "left_alone": {"ben": "complete"}, "stopped": "",
    }  # fmt: skip
