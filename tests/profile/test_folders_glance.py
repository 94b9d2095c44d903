"""A look at a profile for lists of many customers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.profile.edition import Glance, edition_at, glance
from onboarding.profile.load import edition_of, load_profile, profile_ids
from tests.profile.sound import write


@pytest.mark.parametrize("name", profile_ids())
def test_it_says_what_the_whole_profile_says(name: str) -> None:
    """The same title, parties and time zone as when all is read; a shipped one is made of no files of one's own."""
    found, whole = glance(edition_of(name)), load_profile(name)
    assert found.title == whole.title
    assert found.parties == {party.id: party.title for party in whole.parties.values()}
    assert found.time_zone == whole.data.calendar.time_zone
    assert not edition_of(name).own_files


def test_files_of_ones_own_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that takes the place of a shipped one is named."""
    write(tmp_path).rename(tmp_path / "chinook.toml")
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    found = edition_of("chinook")
    assert (glance(found).title, found.own_files.names) == ("Small Voice", ("chinook.toml",))
    assert found.own_files.sentence.endswith(
        f"The edition is {found.digest[:8]}; of shipped files it would be {found.own_files.as_shipped[:8]}."
    )
    monkeypatch.delenv(settings.PROFILES.name)
    assert edition_of("chinook").digest == found.own_files.as_shipped


@pytest.mark.parametrize("text", ["", "title = ", "party = 3", "party = { a = 1 }", "include = 3\n[party]\n", "\0"])
def test_what_is_broken_is_looked_at_in_vain(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of customers is shown all the same."""
    (tmp_path / "broken.toml").write_text(text)
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    assert glance(edition_of("broken")).parties == {}
    assert glance(edition_at(tmp_path / "nowhere.toml")) == Glance()


def test_it_costs_no_models() -> None:
    """What checks a profile is not loaded for a list."""
    code = (
        "import sys; from onboarding.profile.edition import edition_at, glance; from pathlib import Path;"
        "glance(edition_at(Path('data/providers/chinook.toml'))); print('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
