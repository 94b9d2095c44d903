"""Editions: the files of a profile at one moment, by their digest."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from onboarding.errors import EvidenceError, ProfileError
from onboarding.profile.edition import FORMAT, Edition, edition_at, kept_edition
from onboarding.profile.load import lint, load_edition, load_profile
from onboarding.resources import shipped
from tests.profile.sound import write

KEPT = sorted((Path(__file__).parents[1] / "kept" / "editions").glob("format-*"))
DIGESTS = {
    "format-1": "eeb27af3765eac20eb2e17e79f2c7b6a48c7f2b4e146556a845b4f0ccd56ed6d",
    "format-2": "4f317422b16f0e41312cbe8e855bae1ee82e888a943a3dd7e0d6d86bc0f23e1c",
}


def blobs(edition: Edition) -> dict[str, bytes]:
    """Everything of an edition by its digest, as it is kept."""
    files = {sha256(file.data).hexdigest(): file.data for file in edition.files.values()}
    return files | {edition.digest: edition.manifest}


def test_an_edition_is_what_the_files_hold_wherever_they_lie(tmp_path: Path) -> None:
    """The profile with what it pulls in: another template is another edition, a file it does not use is none."""
    for name in ("one", "two"):
        (tmp_path / name / "questions").mkdir(parents=True)
        write(tmp_path / name)
    one, two = (edition_at(tmp_path / name / "small-voice.toml") for name in ("one", "two"))
    assert one == two
    assert set(one.files) == {"small-voice.toml", "questions/telephony.toml"}
    template = shipped("data", "templates", "questions", "telephony.toml").read_text()
    (tmp_path / "two" / "questions" / "unused.toml").write_text(template)
    assert edition_at(tmp_path / "two" / "small-voice.toml") == one
    (tmp_path / "two" / "questions" / "telephony.toml").write_text(template + "\n# ours\n")
    assert edition_at(tmp_path / "two" / "small-voice.toml") != one


def test_a_kept_edition_is_read_without_its_files(tmp_path: Path) -> None:
    """It is the same profile, under the same digest, once the files are gone."""
    path = write(tmp_path)
    edition, profile = edition_at(path), load_profile(path)
    kept = blobs(edition)
    path.unlink()
    found = kept_edition(edition.digest, kept.__getitem__)
    assert (found, load_edition(found).digest) == (edition, edition.digest)
    assert load_edition(found).tasks == profile.tasks


def test_a_broken_edition_names_file_line_and_key(tmp_path: Path) -> None:
    """Of what is kept the file is called by profile and digest."""
    edition = edition_at(write(tmp_path, ('side = "provider"', 'side = "elsewhere"')))
    found = kept_edition(edition.digest, blobs(edition).__getitem__)
    with pytest.raises(
        ProfileError, match=rf"small-voice {edition.digest[:8]}/small-voice\.toml:\d+: party\.desk\.side"
    ):
        load_edition(found)


@pytest.mark.parametrize("folder", KEPT, ids=lambda path: path.name)
def test_every_format_goes_on_being_read(folder: Path) -> None:
    """An edition of each published format is kept here and is never changed: it is clean, and the same for good."""
    (path,) = folder.glob("*.toml")
    assert [str(finding) for finding in lint(path)] == []
    edition = edition_at(path)
    assert (edition.format, edition.digest) == (int(folder.name.removeprefix("format-")), DIGESTS[folder.name])
    profile = load_edition(kept_edition(edition.digest, blobs(edition).__getitem__))
    assert [task.id for task in profile.tasks] == [
        "gather.fill-in", "telephony.request-numbers", "telephony.deliver-numbers", "provision.set-up",
        "enable_services.enable-voice", "migrate.move-voicemail", "cutover.switch",
    ]  # fmt: skip
    assert [section.id for section in profile.questionnaire.sections] == ["branch", "people"]
    assert [rule.id for rule in profile.questionnaire.rules] == ["people-once", "one-number"]


def test_there_is_a_kept_edition_of_each_format() -> None:
    """Whoever raises the number adds one."""
    assert [path.name for path in KEPT] == [f"format-{number}" for number in range(1, FORMAT + 1)]


def test_a_newer_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """Said alone, whatever else this library does not understand of it; of what is kept too."""
    path = write(tmp_path, ('title = "Small Voice"\n', 'format = 3\ntitle = "Small Voice"\nwhatever = 3\n'))
    (finding,) = lint(path)
    assert (finding.line, finding.key) == (1, "format")
    assert finding.message == "it is of format 3; this library reads profiles up to format 2"
    edition = edition_at(path)
    with pytest.raises(ProfileError, match=r"EDITION-NEWER: The edition .* of small-voice is of format 3") as caught:
        kept_edition(edition.digest, blobs(edition).__getitem__)
    assert "Install a newer uc-onboarding" in caught.value.remedy


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"profile": 3}', json.dumps({"files": []}).encode(), b"\xff"])
def test_what_is_no_edition_is_damaged(data: bytes) -> None:
    """Never a traceback."""
    with pytest.raises(EvidenceError, match="EDITION-DAMAGED"):
        kept_edition("0" * 64, lambda _digest: data)


def test_a_profile_pulled_into_two_folders_is_read_once(tmp_path: Path) -> None:
    """What holds the same is the same object in memory."""
    (tmp_path / "copy").mkdir()
    path = write(tmp_path)
    copy = Path(shutil.copy(path, tmp_path / "copy"))
    assert load_profile(path) is load_profile(copy)
