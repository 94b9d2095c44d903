"""The rows of the providers' guides against the profiles: none is lost, none is invented."""

from __future__ import annotations

import json
import os
import re
import runpy
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onboarding.cli.app import app
from onboarding.profile.coverage import acts, coverage, shown_by
from onboarding.profile.load import load_profile, profile_ids
from onboarding.resources import shipped

PROFILES = {
    "C": "chinook",
    "M": "mitel-micloud",
    "U": "univoip-teams",
    "O": "univoip-officeconnect",
    "E": "emetrotel",
}
"""Prefix of a section's row ids -> the profile that covers it."""

_ROW = re.compile(r"^\| ([A-Z]-\d{2}) \|", re.MULTILINE)
_ONCE_LOST = re.compile(r"^\| rows? ([A-Z0-9, -]+) \|", re.MULTILINE)
"""Rows that were cited once and not kept, at the end of the requirements."""


@pytest.fixture(scope="module")
def requirements() -> str:
    """The requirements that lie beside the project."""
    folder = os.environ.get("ONBOARDING_SHARED") or Path(__file__).resolve().parents[2] / "shared"
    path = Path(folder) / "requirements.md"
    if not path.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing; ONBOARDING_SHARED says where it lies")
        pytest.skip(f"{path} is not here; ONBOARDING_SHARED says where it lies")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(requirements: str) -> dict[str, list[str]]:
    """Row ids by prefix."""
    found: dict[str, list[str]] = {}
    for row in _ROW.findall(requirements):
        found.setdefault(row[0], []).append(row)
    return found


def test_the_requirements_are_those_we_know(rows: dict[str, list[str]]) -> None:
    """Every section has a profile to be covered by, and no id stands twice."""
    assert set(rows) == set(PROFILES)
    for found in rows.values():
        assert len(found) == len(set(found))


@pytest.mark.parametrize("prefix", PROFILES)
def test_every_row_is_covered(prefix: str, rows: dict[str, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    """A profile covers exactly the rows of its section: in a task, question, gate, rule, service or reference."""
    profile = PROFILES[prefix]
    if profile not in profile_ids():
        pytest.skip(f"the profile {profile} does not exist yet")
    found = {row for row, _ in acts(load_profile(profile))}
    wanted = set(rows[prefix])
    with capsys.disabled():
        print(f" {profile}: {len(found & wanted)}/{len(wanted)} rows ", end="")  # noqa: T201
    assert sorted(wanted - found) == [], "rows nothing covers"
    assert sorted(found - wanted) == [], "ids that are no rows of this section"


@pytest.mark.parametrize("profile", PROFILES.values())
def test_something_acts_on_every_row(profile: str) -> None:
    """The profile lists the rows of its guide; none is without anything but those that say why."""
    found = coverage(load_profile(profile))
    assert [row.id for row in found] == list(load_profile(profile).rows)
    assert [row.id for row in found if not row.acts and not row.why] == []
    assert all(row.does and row.by for row in found if row.acts)


def test_the_guides_have_267_rows(rows: dict[str, list[str]]) -> None:
    """Those the profiles list are those that lie beside the project."""
    listed = {prefix: list(load_profile(profile).rows) for prefix, profile in PROFILES.items()}
    assert {prefix: sorted(found) for prefix, found in rows.items()} == listed
    assert sum(map(len, listed.values())) == 267


SHOWN = runpy.run_path(str(shipped("scripts", "shown")))


def shown(mark: str) -> set[str]:
    """The rows that a test marked so stands for."""
    return {row for row, kind, _test in SHOWN["marked"](shipped("tests")) if kind == mark}


def test_what_the_command_says_of_tests_is_what_they_are_marked_with() -> None:
    """By row with the names of the tests: after a mark has changed scripts/shown writes the file anew."""
    assert SHOWN["TARGET"].read_text("utf-8") == SHOWN["written"]()
    rows = {row.id: row for name in PROFILES.values() for row in coverage(load_profile(name), shown_by(name))}
    assert {name for name, row in rows.items() if row.keeps} == shown("keeps")
    assert {name for name, row in rows.items() if row.refuses} == shown("refuses")


def test_a_row_that_was_once_lost_is_kept_or_says_what_it_awaits(requirements: str) -> None:
    """Kept means a test that shows it and one that shows what is not done; what is still to come is named."""
    lost = {row for found in _ONCE_LOST.findall(requirements) for row in found.split(", ")}
    assert len(lost) == 37
    awaits = {row for profile in PROFILES.values() for row in load_profile(profile).awaits}
    assert awaits <= lost, "what is still to come is named for rows that were lost only"
    kept, refused = shown("keeps"), shown("refuses")
    assert sorted(lost - awaits - kept) == [], "no test shows that it is kept"
    assert sorted(lost - awaits - refused) == [], "no test shows what is not done"
    assert sorted(awaits & kept & refused) == [], "both are shown: it awaits nothing any more"


def test_the_command_says_of_each_such_row_that_it_is_done_or_what_it_awaits(requirements: str) -> None:
    """With the tests that show it; two wait for a capability that is named."""
    lost = {row for found in _ONCE_LOST.findall(requirements) for row in found.split(", ")}
    told = {row["id"]: row for row in json.loads(CliRunner().invoke(app, ["profile", "coverage", "--json"]).stdout)}
    assert {name for name in lost if told[name]["awaits"]} == {"C-22", "U-26"}
    assert {name for name in lost if told[name]["is_shown"]} == lost - {"C-22", "U-26"}
    said = CliRunner().invoke(app, ["profile", "coverage", "chinook"]).stdout
    assert "done here, with tests:" in said
    assert "still to come: the letter as a filled PDF" in said
