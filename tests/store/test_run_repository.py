"""Runs and the notebooks they leave."""

from __future__ import annotations

import hashlib
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from onboarding.domain.event import NOTHING, noted
from onboarding.errors import EvidenceError, InputError
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome, RunStart

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
EDITION = "e" * 64
NOTEBOOK = b'{"cells": []}'


def begin(store: Store, stage: str = "gather") -> str:
    parameters = {"customer": "bright-smile", "apply": False, "as_of": ""}
    return store.start_run(RunStart("bright-smile", stage, parameters, EDITION, "1.2", "anna", AT, True, "f" * 64))


def test_a_run_is_archived_for_good(store: Store) -> None:
    """The notebook lies read-only under the customer with its digest; the run tells the rest."""
    run_id = begin(store)
    assert store.run(run_id).outcome is None
    run = store.finish_run(run_id, "parked", noted("Waits for the carrier."), LATER, NOTEBOOK, 12)
    assert run == store.run(run_id)
    assert (run.edition, run.library_version) == (EDITION, "1.2")
    assert (run.outcome, run.message, run.last_cell) == (RunOutcome.PARKED, noted("Waits for the carrier."), 12)
    assert (run.started_at, run.finished_at, run.by, run.pid) == (AT, LATER, "anna", os.getpid())
    assert run.parameters == {"customer": "bright-smile", "apply": False, "as_of": ""}
    assert (run.digest, run.size) == (hashlib.sha256(NOTEBOOK).hexdigest(), len(NOTEBOOK))
    path = store.layout.archive / run.notebook
    assert path.read_bytes() == NOTEBOOK
    assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    assert store.verify() == []


def test_a_run_ends_once(store: Store) -> None:
    """A second ending is refused and the archive stays."""
    run_id = begin(store)
    store.finish_run(run_id, RunOutcome.DONE, NOTHING, LATER, NOTEBOOK)
    with pytest.raises(EvidenceError, match="RUN-FINISHED"):
        store.finish_run(run_id, RunOutcome.FAILED, NOTHING, LATER, b"other")
    assert (store.layout.archive / store.run(run_id).notebook).read_bytes() == NOTEBOOK
    assert store.verify() == []


def test_runs_are_numbered_and_listed(store: Store) -> None:
    """Ids count within the customer and lists are oldest first."""
    first, second = begin(store), begin(store, "telephony")
    assert [first, second] == ["bright-smile.0001", "bright-smile.0002"]
    assert [run.id for run in store.runs("bright-smile")] == [run.id for run in store.runs()] == [first, second]


@pytest.mark.parametrize("run_id", ["", "x", "bright-smile", "bright-smile.0009", "bright-smile.x", "bright-smile.٣"])
def test_an_unknown_run_is_said_so(store: Store, run_id: str) -> None:
    """An id that names no run is an error of input."""
    with pytest.raises(InputError, match="RUN-UNKNOWN"):
        store.run(run_id)


def test_a_run_without_notebook_has_none_to_show(store: Store) -> None:
    """Bad input ends a run before there is a notebook, and that is in order."""
    run_id = begin(store)
    store.finish_run(run_id, RunOutcome.BAD_INPUT, noted("PARAM-UNKNOWN: ..."), LATER)
    run = store.run(run_id)
    assert (run.notebook, run.digest, run.size) == ("", "", 0)
    assert store.verify() == []


def test_a_stage_cannot_leave_the_folder(store: Store) -> None:
    """The stage is part of the archived file's name."""
    with pytest.raises(InputError, match="RUN-STAGE"):
        begin(store, "../../x")


def test_the_dead_are_found_and_the_living_left_alone(store: Store, start) -> None:
    """A run whose process was killed is concluded as died; one whose process lives, or is elsewhere, is not."""
    worker = start("run")
    assert worker.line() == "ready"
    mine = begin(store)
    assert store.conclude_dead_runs(LATER) == []
    worker.kill()
    (dead,) = store.conclude_dead_runs(LATER)
    assert (dead.outcome, dead.finished_at, dead.pid) == (RunOutcome.DIED, LATER, worker.process.pid)
    assert store.run(mine).outcome is None
    assert store.verify() == []


def test_starting_a_run_concludes_a_dead_one(store: Store, start) -> None:
    """Nobody has to ask: the next run of the customer finds it."""
    worker = start("run")
    assert worker.line() == "ready"
    worker.kill()
    begin(store)
    assert [run.outcome for run in store.runs("bright-smile")] == [RunOutcome.DIED, None]


def test_an_archive_written_just_before_death_is_taken(store: Store, start) -> None:
    """kill -9 between the file and its row: the file becomes the dead run's archive."""
    worker = start("archive")
    assert worker.line() == "ready"
    worker.kill()
    (dead,) = store.conclude_dead_runs(LATER)
    assert (store.layout.archive / dead.notebook).read_bytes() == b"{}"
    assert store.verify() == []


def test_what_a_dead_run_left_of_its_folder_is_cleared_away(store: Store, start) -> None:
    """kill -9 between the end of a run and the removal of its folder; while the process lives the folder is its own."""
    worker = start("leave")
    assert worker.line() == "ready"
    (place,) = store.layout.running.iterdir()
    store.conclude_dead_runs(LATER)
    assert place.is_dir()
    worker.kill()
    begin(store)
    assert not place.exists()
    assert [run.outcome for run in store.runs()] == [RunOutcome.DONE, None]


@pytest.mark.parametrize("name", ["10_gather.ipynb", "20_telephony.ipynb"])
def test_a_notebook_that_is_in_no_archive_is_not_cleared_away(store: Store, start, name: str) -> None:
    """Somebody may want it: what is in the archive is something else."""
    worker = start("leave")
    assert worker.line() == "ready"
    worker.kill()
    (place,) = store.layout.running.iterdir()
    (place / name).write_bytes(NOTEBOOK)
    store.conclude_dead_runs(LATER)
    assert (place / name).read_bytes() == NOTEBOOK


def test_folders_of_no_known_run_are_left_as_they_are(store: Store) -> None:
    """A restored database knows less than its folder."""
    for name in ("bright-smile.0009", "nobody.0001", "bright-smile.x", "other"):
        (store.layout.running / name).mkdir(parents=True)
    assert store.conclude_dead_runs(LATER) == []
    assert len([*store.layout.running.iterdir()]) == 4


def test_a_run_begins_in_an_empty_folder(store: Store) -> None:
    """Also where one with its number has been, of which a restored database knows nothing; at the end it is gone."""
    run_id = begin(store)
    left = store.layout.running / run_id
    left.mkdir(parents=True)
    (left / "10_gather.ipynb").write_bytes(b"another run's")
    with store.folder_of(run_id) as folder:
        assert folder == left
        assert [*folder.iterdir()] == []
        (folder / "10_gather.ipynb").write_bytes(NOTEBOOK)
    assert not left.exists()
