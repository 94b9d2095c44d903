"""A batch of customers with three runs each, beside a loop of the papermill command over the same notebooks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figure import Against, Cost, Figure, Measured
from bench.measure import cost, peak_memory, quiet
from bench.people import AT, MOVING, customers
from bench.plan import Plan, workspace

if TYPE_CHECKING:
    from onboarding.store.store import Store

NIGHT = 6_000

RUN = Against("one run of a batch", "one run of a loop of the papermill command", "papermill", at_least=15.0)
MEMORY = Figure("batch: most memory of all processes", "MB", at_most=1500.0)
BUSY_NIGHT = Figure("night, by calculation from the processor time of two processors", "min", judged="minimum")
HOURS = Figure("night of 1,000 customers and 6,000 runs, by calculation", "min", at_most=20.0)


def run(plan: Plan) -> Iterator[Measured]:
    """More than 300 customers and 1,000 runs for the whole, and 20 of them in a loop; otherwise a few, and one."""
    from onboarding.store.store import Store

    rounds, count, looped = plan.of((1, 2, 1), (3, 12, 1), (1, 334, 20))
    ours, theirs, most = [], [], []
    with workspace() as folder, quiet(), Store.open(folder) as store:
        names = iter(customers(store, rounds * (count + looped) + 1))
        if plan.extent != "whole":
            _batch(store, [next(names)])  # what only the first few runs pay would be much of a small batch
        for _ in range(rounds):
            with peak_memory() as seen:
                ours.append(_each(cost(lambda: _batch(store, [next(names) for _ in range(count)])), count))
            theirs.append(_each(cost(lambda: [_loop(next(names), folder) for _ in range(looped)]), looped))
            most.append(max(seen))
    yield from RUN.of(ours, theirs)
    yield MEMORY.of(most) if any(most) else MEMORY.missing("this system does not tell the memory of a process")
    yield HOURS.of(NIGHT * one.wall / 60 for one in ours)
    yield BUSY_NIGHT.of(NIGHT * one.processor / 2 / 60 for one in ours)


def _batch(store: Store, names: list[str]) -> None:
    from onboarding.engine.batch import BatchOptions, run_batch

    done = run_batch(store, BatchOptions(apply=True, as_of=AT.isoformat(), customers=tuple(names)))
    if done.runs != len(MOVING) * len(names):
        raise AssertionError(f"{done.runs} runs of {len(names)} customers")


def _loop(name: str, folder: Path) -> None:
    from onboarding.engine.stage_run import runbook

    papermill = str(Path(sys.executable).with_name("papermill"))
    given = ("-p", "customer", name, "-p", "as_of", AT.isoformat(), "-p", "apply", "True")
    for stage in MOVING:
        target = str(folder / f"{name}-{stage}.ipynb")
        command = [papermill, "--no-progress-bar", str(runbook(stage)), target, *given]
        subprocess.run(command, check=True, capture_output=True)


def _each(spent: Cost, count: int) -> Cost:
    return Cost(*(part / (count * len(MOVING)) for part in spent))
