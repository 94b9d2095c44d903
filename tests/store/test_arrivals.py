"""Files of documents whose writer was killed: kept where their row is, gone where it is not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.domain.action import Attachment
from onboarding.domain.history import Customer
from onboarding.errors import OnboardingError
from onboarding.store import history_repository
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LETTER = Attachment("loa.pdf", "application/pdf", b"%PDF signed")
KILLED = "lambda *given, **more: os.kill(os.getpid(), signal.SIGKILL)"
KEEP = "store.keep_document('bright-smile', Attachment('loa.pdf', 'application/pdf', b'%PDF signed'))"
ADOPT = (
    "store.adopt(Adoption(Customer('other', 'Other', AT), 'R. Diaz', AT, 0, True, None, lambda name: None, "
    "[(Attachment('loa.pdf', 'application/pdf', b'%PDF signed'), AT)], [AdoptedService('chinook', 'chinook')]))"
)
BEFORE_ROW = ("onboarding.store.history_repository.add_document", "onboarding.store.adoption_repository.add_document")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with one customer."""
    with Store.open(tmp_path / "workspace", "") as store:
        store.create_customer(Customer("bright-smile", "Bright Smile", AT), "chinook")
    return tmp_path / "workspace"


def killed(folder: Path, act: str, at: str) -> None:
    """A process that does this and is killed when it comes to the function of that name."""
    module, _, name = at.rpartition(".")
    script = (
        "import importlib, os, signal, sys, pathlib\n"
        "from onboarding.domain.action import Attachment\n"
        "from onboarding.domain.history import Customer\n"
        "from onboarding.store.adoption_repository import AdoptedService, Adoption\n"
        "from onboarding.store.store import Store\n"
        "from datetime import UTC, datetime\n"
        "AT = datetime(2026, 3, 2, 9, tzinfo=UTC)\n"
        "store = Store.open(pathlib.Path(sys.argv[1]), '')\n"
        f"setattr(importlib.import_module({module!r}), {name!r}, {KILLED})\n"
        f"{act}\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder)], check=False)
    assert done.returncode == -signal.SIGKILL


def left_note(folder: Path, sha256: str, database: str = "onboarding.db") -> None:
    """The note of a process that is gone, whose rows are in this database."""
    process = {"host": os.uname().nodename, "pid": 1, "started": "no"}
    note = {"customer": "bright-smile", "documents": [sha256], "database": database, "process": process}
    (folder / "arriving").mkdir(exist_ok=True)
    (folder / "arriving" / "bright-smile.0.json").write_text(json.dumps(note))


def files(folder: Path) -> list[str]:
    """The names of all documents, and of all notes of some on their way."""
    places = [*(folder / "documents").rglob("*"), *(folder / "arriving").glob("*")]
    return sorted(path.relative_to(folder).as_posix() for path in places if path.is_file())


@pytest.mark.parametrize(("act", "at"), [(KEEP, BEFORE_ROW[0]), (ADOPT, BEFORE_ROW[1])])
def test_a_file_whose_row_was_never_written_is_gone_once_somebody_opens(folder: Path, act: str, at: str) -> None:
    """Whichever command comes next; the audit finds nothing, and the same file can be given again."""
    killed(folder, act, at)
    assert len(files(folder)) == 2
    with Store.open(folder, "") as store:
        assert files(folder) == []
        assert store.verify() == []
        store.keep_document("bright-smile", LETTER)
        assert (len(files(folder)), store.verify()) == (1, [])


def test_a_file_whose_row_was_written_stays(folder: Path) -> None:
    """Killed before the note was taken back: the note alone goes."""
    with Store.open(folder, "") as store:
        sha256 = store.keep_document("bright-smile", LETTER)
    left_note(folder, sha256)
    with Store.open(folder, "") as store:
        assert store.document("bright-smile", sha256).data == LETTER.data
    assert files(folder) == [f"documents/bright-smile/{sha256}"]


def test_whoever_opens_with_another_database_removes_nothing(folder: Path, tmp_path: Path) -> None:
    """Its rows say nothing of the files: those of the database that the note names do, wherever the workspace is."""
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with Store.open(folder, elsewhere) as store:
        store.create_customer(Customer("bright-smile", "Bright Smile", AT), "chinook")
        sha256 = store.keep_document("bright-smile", LETTER)
        place = store._database.place
    left_note(folder, sha256, place)
    before = files(folder)
    Store.open(folder, "").close()
    assert (len(before), files(folder)) == (2, before)
    moved = folder.rename(tmp_path / "moved")
    with Store.open(moved, elsewhere) as store:
        assert (files(moved), store.verify()) == ([f"documents/bright-smile/{sha256}"], [])


def test_what_cannot_be_removed_at_once_is_removed_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note stays while the file does."""

    def refused(*_: object, **__: object) -> None:
        raise OnboardingError("STORE-FULL", "The disk is full.")

    with Store.open(folder, "") as store:
        monkeypatch.setattr(history_repository, "add_document", refused)
        monkeypatch.setattr(store._documents, "remove", refused)
        keep: Callable[..., str] = store.keep_document
        with pytest.raises(OnboardingError):
            keep("bright-smile", LETTER)
        assert len(files(folder)) == 2


def test_a_file_on_its_way_is_left_alone(folder: Path) -> None:
    """Whoever opens meanwhile sees that its writer lives."""
    with Store.open(folder, "") as store, store._arrivals.of("bright-smile", [LETTER]):
        before = files(folder)
        Store.open(folder, "").close()
        assert (len(before), files(folder)) == (2, before)


@pytest.mark.parametrize(
    "text", ["", "{}", '{"process": 1}', '{"customer": "../x", "documents": ["y"], "process": {}}']
)
def test_a_note_that_makes_no_sense_hinders_nobody(folder: Path, text: str) -> None:
    """It stays, and the workspace opens."""
    (folder / "arriving").mkdir(exist_ok=True)
    (folder / "arriving" / "x.json").write_text(text)
    Store.open(folder, "").close()
    assert files(folder) == ["arriving/x.json"]


def test_what_is_refused_leaves_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that cannot be written takes its file with it, but not one that was kept before."""

    def refused(*_: object) -> None:
        raise OnboardingError("STORE-FULL", "The disk is full.")

    with Store.open(folder, "") as store:
        keep: Callable[..., str] = store.keep_document
        keep("bright-smile", LETTER)
        monkeypatch.setattr(history_repository, "add_document", refused)
        for document in (LETTER, Attachment("other.pdf", "application/pdf", b"%PDF other")):
            with pytest.raises(OnboardingError):
                keep("bright-smile", document)
        assert (len(files(folder)), store.verify()) == (1, [])
