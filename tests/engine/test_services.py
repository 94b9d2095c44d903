"""Several services of one customer, run unattended: each in its turn, never two at once, whatever dies in between."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.case.case import Case
from onboarding.domain.history import Customer
from onboarding.engine.agenda import Agenda
from onboarding.engine.batch import BatchOptions, run_batch
from onboarding.engine.execute import CellDone, Execution, Job
from onboarding.engine.stage_run import RunParameters, RunResult, run_stage
from onboarding.engine.working_copies import open_working_copy
from onboarding.errors import Busy, InputError
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome
from tests.engine.notebooks import no_kernel

AT = datetime(2026, 3, 2, 17, tzinfo=UTC)
NAME, TEAMS, OFFICE = "law", "univoip-teams", "univoip-officeconnect"
KILLED = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from onboarding.store.store import Store
from onboarding.store.values import RunStart
with Store.open(Path("{{folder}}"), "") as store:
    first = store.within(store.engagements_of("{NAME}")[0])
    with first.lock("{NAME}", purpose="run"):
        first.start_run(RunStart("{NAME}", "gather", {{{{}}}}, "", "0", "t", datetime(2026, 3, 2, 17, tzinfo=UTC)))
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A customer of both of UniVoIP's services."""
    with Store.open(tmp_path / "workspace", "") as opened:
        opened.create_customer(Customer(NAME, "Law", AT, is_training=True), TEAMS)
        opened.engage(NAME, OFFICE, OFFICE, "t", AT)
        yield opened


def test_a_run_is_of_one_service(store: Store) -> None:
    """Its parameter says of which, the archived notebook and the record too; without it nothing begins."""
    with pytest.raises(InputError, match="ENGAGEMENT-WHICH"):
        run_stage(store, "gather", RunParameters(NAME, as_of=AT.isoformat()), executor=no_kernel)
    given = RunParameters(NAME, as_of=AT.isoformat(), service=OFFICE)
    result = run_stage(store, "gather", given, executor=no_kernel)
    assert (result.whose, result.run_id) == (f"{NAME} {OFFICE}", f"{NAME}.0001")
    (run,) = store.runs(NAME)
    assert (run.service, run.parameters["service"]) == (OFFICE, OFFICE)
    with pytest.raises(InputError, match="ENGAGEMENT-UNKNOWN"):
        run_stage(store, "gather", RunParameters(NAME, service="teams"), executor=no_kernel)


def test_working_copies_of_two_services_lie_side_by_side(store: Store) -> None:
    """None takes the place of the other's."""
    paths = [open_working_copy(store, "gather", RunParameters(NAME, service=one)) for one in (TEAMS, OFFICE)]
    assert [path.parent.name for path in paths] == [TEAMS, OFFICE]
    assert all(path.is_file() for path in paths)


class OneAtATime:
    """An executor that takes its time and notices when another runs."""

    def __init__(self) -> None:
        self.running = threading.Lock()
        self.ran: list[str] = []

    def __call__(self, job: Job, cell_done: CellDone) -> Execution:
        assert self.running.acquire(blocking=False), "two services of one customer were run at once"
        self.ran.append(job.parameters["service"])
        time.sleep(0.05)
        self.running.release()
        return no_kernel(job, cell_done)


def test_a_batch_runs_every_service_one_after_the_other(store: Store) -> None:
    """With several jobs, too; each service has its own turn, and what is left alone is named with it."""
    executor, results = OneAtATime(), list[RunResult]()
    summary = run_batch(store, BatchOptions(jobs=2, as_of=AT.isoformat()), results.append, executor)
    assert set(executor.ran) == {TEAMS, OFFICE}
    assert {result.whose for result in results} == {f"{NAME} {TEAMS}", f"{NAME} {OFFICE}"}
    assert (list(summary.worst), summary.exit_code) == ([NAME], 3)
    again = run_batch(store, BatchOptions(as_of=AT.isoformat(), retry_failed=True), executor=executor)
    assert set(again.left_alone) == {f"{NAME} {TEAMS}", f"{NAME} {OFFICE}"}
    assert store.verify() == []


def test_what_is_due_is_known_of_each_service(store: Store) -> None:
    """A run of one writes nothing that would have the other looked at anew."""
    for service in (TEAMS, OFFICE):
        Case.open(store, NAME, AT, "t", service).note_progress()
    agenda = Agenda(store, AT, "", "look")
    run_stage(store, "gather", RunParameters(NAME, as_of=AT.isoformat(), service=TEAMS), executor=no_kernel)
    assert {line.service: agenda.stands(line) for line in agenda.lines()} == {TEAMS: True, OFFICE: True}


def test_the_lock_is_the_customers(store: Store) -> None:
    """Whoever works on one service holds the customer against the other."""
    first, second = (store.within(one) for one in store.engagements_of(NAME))
    with first.lock(NAME), pytest.raises(Busy, match="CUSTOMER-BUSY"), second.lock(NAME):
        pass


def test_a_run_that_was_killed_holds_up_no_other_service(store: Store, tmp_path: Path) -> None:
    """The lock goes with its process; the next run of whichever service concludes what it left."""
    code = KILLED.format(folder=tmp_path / "workspace")
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=100).returncode == -signal.SIGKILL
    given = RunParameters(NAME, as_of=AT.isoformat(), service=OFFICE)
    with store.lock(NAME, purpose="run"):
        run_stage(store, "gather", given, executor=no_kernel)
    assert [(run.service, run.outcome) for run in store.runs(NAME)] == [
        (TEAMS, RunOutcome.DIED), (OFFICE, RunOutcome.DONE),
    ]  # fmt: skip
    assert store.verify() == []
