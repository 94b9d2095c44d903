"""The rows of a guide: listed as ranges, cited by what acts on them, named where nothing does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from onboarding.cli.app import app
from onboarding.profile.coverage import coverage, row_ids
from onboarding.profile.load import lint, load_profile
from tests.profile.sound import line_of, write

TITLE = 'title = "Small Voice"\n'
ROWS = f'rows = ["X-01..X-03", "X-07"]\n{TITLE}'
STAGE = '[stage.telephony]\ntitle = "Telephony"\n'
CITED = f'{STAGE}requirements = ["X-02"]\n'
HEADING = '[row.X-07]\nwhy = "the heading of a page"\n\n'


@given(st.integers(0, 99), st.integers(0, 99))
def test_a_range_is_written_out(first: int, length: int) -> None:
    """Both ends stand in it, each with the digits of the range."""
    last = min(first + length, 99)
    found = row_ids([f"C-{first:02}..C-{last:02}"])
    assert found == tuple(f"C-{number:02}" for number in range(first, last + 1))
    assert row_ids(["C-7", *found]) == ("C-7", *found)


def test_every_row_is_listed_with_what_acts_on_it(tmp_path: Path) -> None:
    """In the order of the guide; what nothing acts on says why, or is found out."""
    path = write(tmp_path, (TITLE, ROWS), (STAGE, HEADING + CITED))
    assert lint(path) == []
    found = coverage(load_profile(path))
    assert [(row.id, row.does, row.by, row.why) for row in found] == [
        ("X-01", [], [], ""),
        ("X-02", ["shows"], ["stage telephony"], ""),
        ("X-03", [], [], ""),
        ("X-07", [], [], "the heading of a page"),
    ]
    said = CliRunner().invoke(app, ["profile", "coverage", str(path)], catch_exceptions=False)
    assert said.exit_code == 0
    assert "the heading of a page" in said.stdout
    assert said.stdout.splitlines()[-1] == "4 rows; nothing acts on X-01, X-03, X-07."
    told = json.loads(CliRunner().invoke(app, ["profile", "coverage", str(path), "--json"]).stdout)
    act = {"does": "shows", "kind": "stage", "id": "telephony", "title": "Telephony"}
    tests = {"keeps": [], "refuses": [], "is_shown": False}
    assert told[1] == {"profile": str(path), "id": "X-02", "acts": [act], "why": "", "awaits": "", **tests}


@pytest.mark.parametrize(
    ("rows", "more", "message", "at"),
    [
        (ROWS, CITED.replace("X-02", "X-04"), "'X-04' is no row of the guide by 'rows'", 'requirements = ["X-04"]'),
        (ROWS, HEADING.replace("X-07", "X-09") + STAGE, "'X-09' is no row of the guide by 'rows'", "[row.X-09]"),
        (ROWS, HEADING.replace("X-07", "X-02") + CITED, "the stage 'telephony' acts on it", "[row.X-02]"),
        (ROWS.replace("X-07", "X-03..X-01"), STAGE, "'X-03..X-01' is no range", "rows = "),
        (ROWS.replace("X-07", "X-1..Y-3"), STAGE, "'X-1..Y-3' is no range", "rows = "),
        (ROWS.replace("X-07", "all of it"), STAGE, "'all of it' is no row", "rows = "),
    ],
)
def test_what_is_no_row_is_found(rows: str, more: str, message: str, at: str, tmp_path: Path) -> None:
    """With the line it stands on."""
    path = write(tmp_path, (TITLE, rows), (STAGE, more))
    (found,) = lint(path)
    assert message in found.message
    assert found.line == line_of(path, at)


def test_a_profile_without_a_list_has_what_it_cites(tmp_path: Path) -> None:
    """Each row once, and nothing is said about others."""
    found = coverage(load_profile(write(tmp_path, (STAGE, CITED))))
    assert [row.id for row in found] == ["X-02"]
