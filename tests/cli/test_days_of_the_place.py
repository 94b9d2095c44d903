"""Days that people read are days at the provider's place, however far that is from UTC."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from onboarding.case.case import Case
from onboarding.case.reports import Report
from onboarding.case.work import all_done
from onboarding.engine.apply import apply_stage
from onboarding.notebook.run import Runbook
from onboarding.report.completion import CompletionReport, figures_of
from onboarding.resources import shipped
from onboarding.store.store import Store
from tests.cli.conftest import Onboard
from tests.world import PAPER, acting

SIGNED = "telephony.acknowledge-911"
FAR = [
    pytest.param("Pacific/Honolulu", "2026-03-07T05:00+00:00", "6 Mar 2026", "7 Mar 2026", id="the-evening-before"),
    pytest.param("Pacific/Auckland", "2026-03-06T20:00+00:00", "7 Mar 2026", "6 Mar 2026", id="the-morning-after"),
]
"""Zone, an instant, the day it is there, and the day of UTC, on which nothing falls due."""


OF_A_MOMENT = ("status", "status bright", "tasks bright --all", "gates bright", "numbers")


def says(day: str, text: str) -> str:
    """Where that day stands in it, not only one that ends like it."""
    plain = text.replace("\N{NO-BREAK SPACE}", " ")
    found = re.search(rf"(?<!\d){day}", plain)
    return plain[max(found.start() - 200, 0) : found.end()] if found else ""


def far_away(home: Path, zone: str) -> None:
    """The workspace's own provider of that zone, with everything Chinook asks and does."""
    text = shipped("data", "providers", "chinook.toml").read_text(encoding="utf-8")
    folder = home / "profiles"
    folder.mkdir(parents=True)
    moved, count = re.subn(r'time_zone = "[^"]+"', f'time_zone = "{zone}"', text)
    assert count == 1
    (folder / "island.toml").write_text(moved, encoding="utf-8")


def shown_by_runbook(case: Case) -> list[str]:
    book = Runbook(case, "telephony", apply=False, follows_clock=False)
    return [str(frame._repr_html_()) for frame in (book.tasks, book.evidence)]


@pytest.mark.parametrize(("zone", "at", "there", "utc"), FAR)
def test_every_list_has_the_day_at_the_providers_place(
    onboard: Onboard, home: Path, monkeypatch: pytest.MonkeyPatch, zone: str, at: str, there: str, utc: str
) -> None:
    """On the command line, in the tables of a runbook and in the report."""
    monkeypatch.delenv("ONBOARDING_PROFILES")
    far_away(home, zone)
    answers = shipped("data", "examples", "bright-smile.toml")
    made = onboard("new", "bright", "--profile", "island", "--training", "--answers", str(answers), "--as-of", at)
    assert made.code == 0, made.err
    with Store.open() as store:
        case = Case.open(store, "bright", datetime.fromisoformat(at), "R. Diaz")
        apply_stage(case, "telephony")
        all_done(acting(case, SIGNED), [Report(SIGNED, document=PAPER)])
        report = CompletionReport(figures_of(case))
        parts = [part().html for part in (report.heading, report.waiting, report.tasks)]
        shown = [*shown_by_runbook(case), *map(str, parts)]
    shown += [onboard(*command.split(), "--as-of", at).out for command in OF_A_MOMENT]
    shown += [onboard(*command.split()).out for command in ("audit dates", "profile editions")]
    assert sum(bool(says(there, text)) for text in shown) >= len(shown) - 1  # of the gates none has been decided
    assert [found for text in shown if (found := says(utc, text))] == []
