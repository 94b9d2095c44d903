"""The table [report] of a profile: what is wrong with it is reported with its line, and without one nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding.domain.report import PLAIN
from onboarding.profile.load import lint, load_profile
from onboarding.resources import shipped

SIXTH = shipped("data", "templates", "profile.toml")


def findings(folder: Path, report: str) -> list[str]:
    """What the lint says of the sixth provider with that report."""
    path = folder / "sixth.toml"
    path.write_text(f"{SIXTH.read_text(encoding='utf-8')}\n{report}", encoding="utf-8")
    return [f"{found.key}: {found.message}" for found in lint(path)]


@pytest.mark.parametrize("profile", ["chinook", str(SIXTH)])
def test_a_provider_who_asks_for_nothing_has_the_common_report(profile: str) -> None:
    """Users, numbers and services are counted."""
    found = load_profile(profile).report
    assert found == PLAIN
    assert [tally.id for tally in found.tallies] == ["users", "numbers", "services"]


def test_a_sixth_provider_asks_for_parts_of_its_own(tmp_path: Path) -> None:
    """By data alone."""
    report = """
[report]
title = "Hand-over"
[report.tally.sites]
title = "Sites"
rows = "sites"
columns = ["sites.name", "sites.city"]
[report.block.company]
title = "The company"
[[report.block.company.show]]
kind = "answers"
fields = ["company"]
"""
    assert findings(tmp_path, report) == []
    found = load_profile(tmp_path / "sixth.toml").report
    assert (found.title, [tally.id for tally in found.tallies]) == ("Hand-over", ["sites"])
    assert [show.kind for block in found.blocks for show in block.shows] == ["answers"]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("[report]\ntitel = 'x'", "report.titel: unknown key; did you mean 'title'?"),
        ("[report.tally.sites]\nrows = 'sites'", "report.tally.sites: 'title' is missing"),
        ("[report.tally.sites]\ntitle = 'S'\nrows = 'site'", "report.tally.sites.rows: there is no table section"),
        ("[report.tally.users]\ntasks = ['a.b']", "report.tally.users.tasks[0]: there is no task 'a.b'"),
        ("[report.tally.users]\nport = []\nholders = ['sites.name']", "are for the tally of numbers"),
        ("[report.tally.s]\ntitle = 'S'\nrows = 'sites'\nsum = 'x'", "report.tally.s.sum: there is no question"),
        ("[report.tally.s]\ntitle = 'S'\nrows = 'sites'\nwhere = {x = 1}", "where.x: there is no question"),
        ("[report.tally.s]\ntitle = 'S'\nrows = 'sites'\ncolumns = ['users.email']", "is no column of 'sites'"),
        ("[report.block.x]\ntitle = 'X'", "what does it show?"),
        ("[[report.block.x.show]]\nkind = 'rows'\nrows = 'sites'", "report.block.x: 'title' is missing"),
        ("[report.block.x]\ntitle = 'X'\n[[report.block.x.show]]\nkind = 'row'", "did you mean 'rows'?"),
        ("[report.block.x]\ntitle = 'X'\n[[report.block.x.show]]\nkind = 'steps'", "'steps' needs the parameter"),
        ("[report.block.x]\ntitle = 'X'\n[[report.block.x.show]]\nkind = 'call-flow'\nrow = 1", "no parameter 'row'"),
        ("[report.block.x]\ntitle = 'X'\n[[report.block.x.show]]\nkind = 'contract'", "reads contract_lines"),
        ("[report.block.x]\ntitle = 'X'\n[[report.block.x.show]]\nkind = 'decisions'\ngates = ['y']", "no gate 'y'"),
        ("[report.block.x]\ntitle = 'X'\n[[report.block.x.show]]\nkind = 'notes'\nprocedures = ['y']", "operation 'y'"),
        ("[report.block.x]\ntitle = 'X'\n[[report.block.x.show]]\nkind = 'notes'\nreferences = ['y']", "reference 'y'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, report: str, said: str) -> None:
    """Each fault at its key, with what would be right where something is close."""
    assert [one for one in findings(tmp_path, report) if said in one], findings(tmp_path, report)
