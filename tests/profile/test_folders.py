"""Where profiles, rules, questions and languages are looked for, and what stands in for what is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding import settings
from onboarding.profile.folders import FileKind, misnamed, named, own_instead, profile_files, shadowed
from onboarding.profile.load import edition_of
from onboarding.resources import shipped


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ONBOARDING_PROFILES names; the workspace lies beside it."""
    monkeypatch.setenv(settings.HOME.name, str(tmp_path / "workspace"))
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path / "own"))
    return tmp_path / "own"


def keep(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_folders_that_are_not_there_hold_nothing(own: Path) -> None:
    """Without folders of one's own everything is what is shipped."""
    assert {path.parent for path in profile_files().values()} == {shipped("data", "providers")}
    assert named(FileKind.RULES) == {path.stem: path for path in shipped("data", "rules").glob("*.toml")}
    assert misnamed() == []


def test_one_s_own_folder_comes_first_then_the_workspace_then_what_is_shipped(own: Path) -> None:
    """Of several files of one name the first is used."""
    in_workspace = settings.workspace() / "profiles"
    tiny = keep(own / "tiny.toml")
    keep(in_workspace / "tiny.toml")
    small, chinook = keep(in_workspace / "small.toml"), keep(in_workspace / "chinook.toml")
    found = profile_files()
    assert (found["tiny"], found["small"], found["chinook"]) == (tiny, small, chinook)
    assert found["emetrotel"] == shipped("data", "providers", "emetrotel.toml")


def test_a_file_of_one_s_own_in_place_of_a_shipped_one_is_known(own: Path) -> None:
    """Profiles, rules, questions and languages alike; a file of a name of its own is in nobody's place."""
    files = [
        keep(own / name) for name in ("chinook.toml", "rules/sip.toml", "questions/users.toml", "languages/es.toml")
    ]
    assert [shadowed(path) for path in files] == [
        shipped("data", *parts.split("/"))
        for parts in ("providers/chinook.toml", "rules/sip.toml", "templates/questions/users.toml", "languages/es.toml")
    ]
    others = [keep(own / "tiny.toml"), keep(own / "rules" / "chinook.toml"), shipped("data", "rules", "sip.toml")]
    assert own_instead([*files, *others]) == [
        "chinook.toml",
        "rules/sip.toml",
        "questions/users.toml",
        "languages/es.toml",
    ]


def test_a_profile_knows_the_files_it_was_read_from(own: Path) -> None:
    """So that whoever uses it can tell which are not the shipped ones: a template of one's own counts everywhere."""
    mine = keep(own / "questions" / "company.toml", shipped("data/templates/questions/company.toml").read_text())
    found = edition_of("chinook")
    assert found.files["chinook.toml"].path == shipped("data", "providers", "chinook.toml")
    assert found.files["questions/company.toml"].path == mine
    assert found.own_files.names == ("questions/company.toml",)


def test_a_name_that_is_no_id_is_not_hidden(own: Path) -> None:
    """Such a file is no profile anybody can have, and whoever lists profiles can say so."""
    wrong = [keep(own / "My Provider.toml"), keep(own / "two_sides.toml")]
    keep(own / "fine.toml")
    assert misnamed() == wrong
    assert "two_sides" not in profile_files()
