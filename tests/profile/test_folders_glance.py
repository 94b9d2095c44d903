"""A look at a profile for lists of many customers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.profile.catalogues import own_files
from onboarding.profile.folders import Glance, glance
from onboarding.profile.load import load_profile, profile_ids
from tests.profile.sound import write


@pytest.mark.parametrize("name", profile_ids())
def test_it_says_what_the_whole_profile_says(name: str) -> None:
    """The same title, parties and files as when all is read."""
    found, whole = glance(name), load_profile(name)
    assert found.title == whole.title
    assert found.parties == {party.id: party.title for party in whole.parties.values()}
    assert sorted(found.files) == sorted(whole.files)
    assert found.own_files("es") == own_files(whole, "es") == []


def test_files_of_ones_own_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that takes the place of a shipped one is named."""
    write(tmp_path).rename(tmp_path / "chinook.toml")
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    assert (glance("chinook").title, glance("chinook").own_files()) == ("Small Voice", ["chinook.toml"])


@pytest.mark.parametrize("text", ["", "title = ", "party = 3", "party = { a = 1 }", "include = 3\n[party]\n", "\0"])
def test_what_is_broken_is_looked_at_in_vain(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of customers is shown all the same."""
    (tmp_path / "broken.toml").write_text(text)
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    assert glance("broken").parties == {}
    assert glance("nowhere") == Glance()


def test_it_costs_no_models() -> None:
    """What checks a profile is not loaded for a list."""
    code = (
        "import sys; from onboarding.profile.folders import glance; glance('chinook'); print('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
