"""What a process under test does: apply a stage, well or carelessly, and perhaps die at a given commit."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from onboarding import settings
from onboarding.case.case import Case
from onboarding.case.ending import cancel
from onboarding.connectors.portal import PortalConnector
from onboarding.domain.action import Action, Attachment, Outcome, Verdict
from onboarding.domain.history import Customer
from onboarding.engine.apply import apply_stage
from onboarding.engine.farewell import take_leave
from onboarding.errors import InputError, Unavailable
from onboarding.store.store import Store


class NaivePortal(PortalConnector):
    """As most clients are: sends again until somebody answers, and never looks first."""

    def send(self, action: Action, ref: str, documents: Sequence[Attachment] = ()) -> Outcome:
        for _ in range(50):
            outcome = super().send(action, ref, documents)
            if outcome.verdict is not Verdict.UNKNOWN:
                break
        return outcome

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        return None


def warm() -> None:
    """Everything once, so that a child finds profile, statements and modules ready; all is closed before any fork."""
    with TemporaryDirectory() as folder, Store.open(Path(folder), "") as store:
        store.create_customer(Customer("warm", "Warm", datetime(2026, 3, 2, tzinfo=UTC)), "chinook")
        case = Case.open(store, "warm", datetime(2026, 3, 2, tzinfo=UTC), "test")
        case.save_answers({"company": {"name": "Warm"}}, "test")
        for stage in ("gather", "telephony"):
            apply_stage(case, stage)


def apply(customer: str, stage: str, at: str, naive: bool = False, timeout: float = 10.0) -> int:
    """0 when everything was carried out, 1 when a system was out of reach."""
    with Store.open(settings.workspace()) as store:
        return _apply(store, customer, stage, at, naive, timeout)


def apply_until(customer: str, stage: str, at: str, commit: int, after: bool) -> int:
    """Die right before or right after the given commit; 0 when there are not that many."""
    with Store.open(settings.workspace()) as store:
        _die_at(store, commit, after)
        return _apply(store, customer, stage, at)


def end_until(customer: str, at: str, why: str, commit: int, after: bool) -> int:
    """Ends the project, or goes on with an end that was cut short; dies as `apply_until`."""
    with Store.open(settings.workspace()) as store:
        _die_at(store, commit, after)
        case = Case.open(store, customer, datetime.fromisoformat(at), "R. Diaz")
        if case.record.end is None:
            cancel(case, why)
        take_leave(case)
        return 0


def _apply(store: Store, customer: str, stage: str, at: str, naive: bool = False, timeout: float = 10.0) -> int:
    case = Case.open(store, customer, datetime.fromisoformat(at), "R. Diaz")
    portal = NaivePortal if naive else PortalConnector
    case.connectors["portal"] = portal(timeout=timeout, patience=30)
    try:
        return 1 if apply_stage(case, stage).troubles else 0
    except Unavailable:
        return 1


def _die_at(store: Store, commit: int, after: bool) -> None:
    database: Any = store._database
    write, count = database.writing, iter(range(1, 10_000))

    @contextmanager
    def writing() -> Iterator[Any]:
        is_last = next(count) == commit
        with write() as connection:
            yield connection
            if is_last and not after:
                os.kill(os.getpid(), signal.SIGKILL)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)

    database.writing = writing


def edit_out(name: str, number: str, times: int) -> int:
    """Takes a number out of the answers and puts it back, again and again; how often that was refused."""
    refused = 0
    with Store.open(settings.workspace()) as store:
        for _ in range(times):
            case = Case.open(store, name, datetime(2026, 3, 3, 14, tzinfo=UTC), "R. Diaz")
            rows = case.document["port_numbers"]
            for edited in ([row for row in rows if row["number"] != number], rows):
                try:
                    case.save_section("port_numbers", edited)
                except InputError:
                    refused += 1
    return refused


def answer(name: str, number: str, times: int) -> int:
    """Answers a number as one to keep, again and again; how often that was refused."""
    refused = 0
    with Store.open(settings.workspace()) as store:
        for row in range(times):
            case = Case.open(store, name, datetime(2026, 3, 3, 14, tzinfo=UTC), "R. Diaz")
            try:
                case.save_section("port_numbers", [{"number": number, "btn": f"+161755501{row:02d}"}])
            except InputError:
                refused += 1
    return refused


def run_stage(customer: str, stage: str, at: str) -> int:
    """A headless run of a runbook with everything carried out; its exit code."""
    from onboarding.engine import stage_run

    with Store.open(settings.workspace()) as store:
        return stage_run.run_stage(store, stage, stage_run.RunParameters(customer, True, at)).exit_code


def run(customer: str, stage: str, folder: str, cell: str) -> int:
    """A headless run of one cell in place of the runbook."""
    from onboarding.engine.stage_run import RunParameters, run_stage
    from tests.engine.notebooks import instead

    with Store.open(settings.workspace()) as store:
        return run_stage(store, stage, RunParameters(customer), executor=instead(Path(folder), cell)).exit_code


def batch(at: str, stage: str, jobs: int, customers: Sequence[str]) -> int:
    """A batch over one stage, carried out; its exit code."""
    from onboarding.engine.batch import BatchOptions, run_batch

    with Store.open(settings.workspace()) as store:
        options = BatchOptions(jobs, apply=True, as_of=at, stage=stage, customers=tuple(customers))
        return run_batch(store, options).exit_code


def share(at: str, log: str, together: int, hangs: bool = False) -> int:
    """A batch over everybody without kernels, once so many batches have begun; a line in ``log`` for each run that
    begins. It may hang in its first run for good.
    """
    from onboarding.engine.batch import BatchOptions, run_batch
    from onboarding.engine.execute import CellDone, Execution, Job
    from tests.engine.notebooks import no_kernel

    begun = Path(log).parent / f"begun-{os.getpid()}"

    def execute(job: Job, cell_done: CellDone) -> Execution:
        begun.touch()
        while len(list(begun.parent.glob("begun-*"))) < together:
            time.sleep(0.005)
        with Path(log).open("a", encoding="utf-8") as lines:
            lines.write(f"{os.getpid()} {job.parameters['customer']} {job.source.stem.partition('_')[2]}\n")
        time.sleep(3600 if hangs else 0.02)
        return no_kernel(job, cell_done)

    with Store.open(settings.workspace()) as store:
        return run_batch(store, BatchOptions(jobs=1, as_of=at), executor=execute).exit_code


def act_until(folder: str, act: str, commit: int, after: bool) -> int:
    """Die right before or right after the given commit of an act; 0 when there are not that many."""
    from tests.engine.acts import ACTS

    with Store.open(Path(folder), "") as store:
        _die_at(store, commit, after)
        ACTS[act](store)
    return 0
