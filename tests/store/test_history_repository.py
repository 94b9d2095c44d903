"""Tasks, decisions, evidence and documents."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import fields
from datetime import UTC, date, datetime

import pytest

from onboarding.domain.action import Attachment
from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, GateDecision, TaskRecord, TaskState
from onboarding.errors import EvidenceError, InputError
from onboarding.store import tables
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
LETTER = Attachment("loa signed.pdf", "application/pdf", b"%PDF-1.7 signed")


def test_the_record_comes_back_as_it_was_kept(store: Store) -> None:
    """Every field of tasks, decisions and evidence survives, in the order it was added."""
    sha256 = store.keep_document("bright-smile", LETTER, "anna", AT)
    task = TaskRecord("t.a", TaskState.WAITING, AT, "carrier", date(2026, 4, 1), "anna", noted("note"), "R-1", "d" * 64)
    decision = GateDecision("g.a", True, "carla", "signer", AT, "digest", "ok", sha256, {"plan": [1, "a"]})
    first = Evidence(
        "t.a", AT, "anna", noted("LOA signed"), "+16175550101", "R-1", sha256, LETTER.name, {"state": "ok"}
    )
    second = Evidence("t.a", AT, "ben", noted("called"))
    store.set_task("bright-smile", task)
    store.decide("bright-smile", decision)
    store.add_evidence("bright-smile", first)
    store.add_evidence("bright-smile", second)
    kept = store.record("bright-smile")
    assert dict(kept.tasks) == {"t.a": task}
    assert list(kept.decisions) == [decision]
    assert list(kept.evidence) == [first, second]
    assert store.verify() == []


def test_every_field_of_a_task_has_its_column() -> None:
    """A field added to TaskRecord must be added to the table too."""
    assert {field.name for field in fields(TaskRecord)} | {"engagement"} == set(tables.tasks.c.keys())


def test_a_task_has_one_state(store: Store) -> None:
    """The newest state takes the place of the one before; the audit keeps both."""
    store.set_task("bright-smile", TaskRecord("t.a", TaskState.WAITING, AT, "carrier"))
    store.set_task("bright-smile", TaskRecord("t.a", TaskState.DONE, AT, by="anna"))
    store.set_task("bright-smile", TaskRecord("t.a", TaskState.DONE, AT, by="anna"))
    assert store.record("bright-smile").tasks["t.a"] == TaskRecord("t.a", TaskState.DONE, AT, by="anna")
    assert store.verify() == []


def test_a_document_is_kept_once_and_read_only(store: Store) -> None:
    """The file lies under its digest, cannot be written, and keeping it again changes nothing."""
    sha256 = store.keep_document("bright-smile", LETTER)
    assert sha256 == hashlib.sha256(LETTER.data).hexdigest()
    path = store.layout.documents / "bright-smile" / sha256
    assert path.read_bytes() == LETTER.data
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert store.keep_document("bright-smile", Attachment("again.pdf", "application/pdf", LETTER.data)) == sha256
    assert store.document("bright-smile", sha256) == LETTER
    assert [path.name for path in path.parent.iterdir()] == [sha256]


def test_proof_that_was_not_kept_cannot_be_referred_to(store: Store) -> None:
    """Evidence and decisions name only documents of their own customer."""
    with pytest.raises(InputError, match="DOCUMENT-UNKNOWN"):
        store.add_evidence("bright-smile", Evidence("t.a", AT, "anna", noted("x"), document="0" * 64))
    with pytest.raises(InputError, match="DOCUMENT-UNKNOWN"):
        store.decide("bright-smile", GateDecision("g", True, "a", "r", AT, "d", document="0" * 64))
    with pytest.raises(InputError, match="DOCUMENT-UNKNOWN"):
        store.document("bright-smile", "../../onboarding.db")


def test_a_changed_document_is_not_handed_out(store: Store) -> None:
    """A file that is not what was kept stops whoever asks for it; keeping it again does not hide the change."""
    sha256 = store.keep_document("bright-smile", LETTER)
    path = store.layout.documents / "bright-smile" / sha256
    path.chmod(0o644)
    path.write_bytes(b"forged")
    with pytest.raises(EvidenceError, match="FILE-CHANGED"):
        store.document("bright-smile", sha256)
    with pytest.raises(EvidenceError, match="FILE-EXISTS"):
        store.keep_document("bright-smile", LETTER)
    path.unlink()
    with pytest.raises(EvidenceError, match="FILE-MISSING"):
        store.document("bright-smile", sha256)


def test_a_naive_instant_is_a_mistake_of_ours(store: Store) -> None:
    """Instants without a time zone never get in."""
    with pytest.raises(ValueError, match="no time zone"):
        store.set_task("bright-smile", TaskRecord("t.a", TaskState.DONE, datetime(2026, 3, 2)))  # noqa: DTZ001
    assert not store.record("bright-smile").tasks
