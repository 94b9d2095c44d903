"""The rows of the providers' guides against the profiles: none is lost, none is invented."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from onboarding.profile.coverage import acts, coverage
from onboarding.profile.load import load_profile, profile_ids

PROFILES = {
    "C": "chinook",
    "M": "mitel-micloud",
    "U": "univoip-teams",
    "O": "univoip-officeconnect",
    "E": "emetrotel",
}
"""Prefix of a section's row ids -> the profile that covers it."""

_ROW = re.compile(r"^\| ([A-Z]-\d{2}) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[str]]:
    """Row ids by prefix, from the requirements that lie beside the project."""
    folder = os.environ.get("ONBOARDING_SHARED") or Path(__file__).resolve().parents[2] / "shared"
    path = Path(folder) / "requirements.md"
    if not path.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing; ONBOARDING_SHARED says where it lies")
        pytest.skip(f"{path} is not here; ONBOARDING_SHARED says where it lies")
    found: dict[str, list[str]] = {}
    for row in _ROW.findall(path.read_text(encoding="utf-8")):
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
