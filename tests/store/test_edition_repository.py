"""Editions of profiles: their files are kept by digest, checked when they are read, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onboarding.domain.edition import EditionTaken, edition_at_version
from onboarding.domain.event import Event
from onboarding.domain.history import Customer, Evidence
from onboarding.errors import Busy, EvidenceError
from onboarding.profile.edition import Edition, edition_at
from onboarding.store import edition_repository
from onboarding.store.store import Store
from tests.profile.sound import write

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
NAME = "bakery"


@pytest.fixture
def old(tmp_path: Path) -> Edition:
    """An edition of a small profile; its file is gone again."""
    path = write(tmp_path)
    found = edition_at(path)
    path.unlink()
    return found


@pytest.fixture
def new(tmp_path: Path) -> Edition:
    """Another one of the same profile."""
    return edition_at(write(tmp_path, ("Fill in the sheet", "Fill in the whole sheet")))


@pytest.fixture
def kept(store: Store, old: Edition) -> Store:
    """A store with a customer of the old one."""
    store.create_customer(Customer(NAME, "Bakery", AT), "small-voice", "anna", old)
    return store


def line() -> Evidence:
    return Evidence("engagement", AT, "anna", Event("edition.moved", NAME))


def take(store: Store, edition: Edition, before: str) -> None:
    store.take_edition(NAME, edition, before, "anna", AT + timedelta(days=1), "why not", line())


def test_files_are_kept_once_by_their_digest(kept: Store, old: Edition, new: Edition) -> None:
    """Two editions share what they have in common; nothing is written twice."""
    names = {path.name for path in kept.layout.editions.iterdir()}
    assert names == {old.digest, *old.digests.values()}
    kept.keep_edition(new)
    kept.keep_edition(old)
    assert {path.name for path in kept.layout.editions.iterdir()} - names == {
        new.digest, new.digests["small-voice.toml"],
    }  # fmt: skip
    assert kept.edition(old.digest).digests == old.digests
    assert kept.verify() == []


def spoil(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"#")


@pytest.mark.parametrize("which", ["manifest", "file"])
@pytest.mark.parametrize(
    ("harm", "code", "kind"),
    [(Path.unlink, "EDITION-MISSING", "missing"), (spoil, "EDITION-CHANGED", "changed")],
)
def test_damage_is_told_with_the_file_and_what_to_do(
    kept: Store, old: Edition, which: str, harm: Callable[[Path], object], code: str, kind: str
) -> None:
    """At the first reading, and by the audit, of one customer or of all."""
    name = old.digest if which == "manifest" else old.digests["small-voice.toml"]
    harm(kept.layout.editions / name)
    with pytest.raises(EvidenceError, match=rf"{code}: The edition {old.digest[:8]} .* editions/{name}") as caught:
        kept.edition(old.digest)
    assert "Restore the folder editions" in caught.value.remedy
    for whom in (None, NAME):
        assert [(found.kind, found.subject) for found in kept.verify(whom)] == [(kind, f"editions/{name}")]


def test_a_move_is_one_version_of_the_same_answers(kept: Store, old: Edition, new: Edition) -> None:
    """From it on the new edition holds; the engagement keeps both, and the record has a line."""
    kept.save_answers(NAME, {"people": []}, "ana", AT, "form")
    take(kept, new, old.digest)
    found = kept.engagement(NAME)
    assert (found.edition, [one.digest for one in found.editions]) == (new.digest, [old.digest, new.digest])
    assert found.editions[1] == EditionTaken("small-voice", new.digest, 2, AT + timedelta(days=1), "anna", "why not")
    answers = kept.answers(NAME)
    assert answers is not None
    assert (answers.version, answers.document, answers.source) == (2, {"people": []}, "edition")
    assert [(one.version, one.sections) for one in kept.answers_history(NAME)] == [(1, ("people",)), (2, ())]
    (proof,) = kept.record(NAME).evidence
    assert (proof.what.kind, proof.version) == ("edition.moved", 2)
    at = [edition_at_version(found.editions, version) for version in (0, 1, 2, 3)]
    assert [one and one.digest for one in at] == [old.digest, old.digest, new.digest, new.digest]
    assert kept.verify() == []


def test_of_two_who_move_at_once_the_second_is_refused(kept: Store, old: Edition, new: Edition) -> None:
    """Whoever has looked at another edition than there is by now looks again."""
    take(kept, new, old.digest)
    with pytest.raises(Busy, match="EDITION-MOVED"):
        take(kept, old, old.digest)
    assert len(kept.engagement(NAME).editions) == 2


def test_a_move_is_whole_or_not_at_all(
    kept: Store, old: Edition, new: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks in the middle leaves everything as it was."""

    def broken(*_given: object) -> None:
        raise MemoryError

    monkeypatch.setattr(edition_repository, "add_line", broken)
    with pytest.raises(MemoryError):
        take(kept, new, old.digest)
    assert kept.engagement(NAME) == replace(kept.engagement(NAME), edition=old.digest)
    assert (kept.answers(NAME), kept.record(NAME).evidence, kept.verify()) == (None, (), [])
