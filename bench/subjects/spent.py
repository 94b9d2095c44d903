"""Where the time of one run goes: by papermill's own engine, with a kernel of its own, and by ours.

On the clock: most of it is waiting for another process, which works meanwhile.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from bench.figure import Figure, Measured
from bench.measure import quiet
from bench.plan import Plan, workspace
from onboarding.engine.execute import CellDone, Execution, Executor, Job, with_papermill

STAGE, CUSTOMER = "provision", "sample"
ENGINE = "bench-spent"
WARM = 2
"""Runs that are not counted: what processes are forked from is made ready for a profile with its second run."""

OWN_STEPS = ("ready", "setup", "cells", "end")
STEPS = ("start", "ready", "setup", "cells", "end")
PAPERMILL = {
    "start": Figure("spent by papermill: kernel process started", "s"),
    "ready": Figure("spent by papermill: until the kernel answers", "s"),
    "setup": Figure("spent by papermill: set-up cell", "s"),
    "cells": Figure("spent by papermill: all other cells", "s"),
    "end": Figure("spent by papermill: kernel ended", "s"),
    "rest": Figure("spent by papermill: reading, saving after each cell, the rest", "s"),
}
LIBRARY = {
    "ready": Figure("spent by the library: notebook read, process forked", "s"),
    "setup": Figure("spent by the library: set-up cell", "s"),
    "cells": Figure("spent by the library: all other cells", "s"),
    "end": Figure("spent by the library: process ended, notebook saved", "s"),
    "rest": Figure("spent by the library: parameters, record, judgement, archive", "s"),
}
FIGURES = (*PAPERMILL.values(), *LIBRARY.values())

spent: defaultdict[str, float] = defaultdict(float)


@contextmanager
def noted(step: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    spent[step] += time.perf_counter() - begun


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client with a clock at each step."""

    def start_new_kernel(self, **kwargs: Any) -> Any:
        with noted("start"):
            return super().start_new_kernel(**kwargs)

    def start_new_kernel_client(self) -> Any:
        with noted("ready"):
            return super().start_new_kernel_client()

    def execute_cell(self, cell: Any, cell_index: int, **kwargs: Any) -> Any:
        with noted("setup" if "setup" in cell.metadata.get("tags", ()) else "cells"):
            return super().execute_cell(cell, cell_index, **kwargs)

    def _cleanup_kernel(self) -> Any:
        with noted("end"):
            return super()._cleanup_kernel()


class _Engine(NBClientEngine):  # type: ignore[misc]
    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        return _Client(nb_man, kernel_name=kernel_name, startup_timeout=120).execute()


def run(plan: Plan) -> Iterator[Measured]:
    from onboarding.case.clock import parse_moment
    from onboarding.case.sample import open_sample
    from onboarding.engine.stage_run import RunParameters, run_stage, runbook

    papermill_engines.register(ENGINE, _Engine)
    with workspace() as folder, quiet():
        store = open_sample(parse_moment("")).store
        theirs, ours = [], []
        executor = _timed(runbook(STAGE))
        for _ in range(plan.rounds + WARM):
            theirs.append(_whole(lambda: _papermill(runbook(STAGE), folder / "spent.ipynb")))
            ours.append(_whole(lambda: run_stage(store, STAGE, RunParameters(CUSTOMER), executor=executor)))
    for step in STEPS:
        yield PAPERMILL[step].of(one[step] for one in theirs[WARM:])
    yield PAPERMILL["rest"].of(one["whole"] - sum(one[step] for step in STEPS) for one in theirs[WARM:])
    for step in OWN_STEPS:
        yield LIBRARY[step].of(one[step] for one in ours[WARM:])
    yield LIBRARY["rest"].of(one["whole"] - sum(one[step] for step in OWN_STEPS) for one in ours[WARM:])


def _whole(act: Callable[[], object]) -> dict[str, float]:
    """Seconds of each step and of the whole."""
    spent.clear()
    with noted("whole"):
        act()
    return dict(spent)


def _papermill(source: Path, target: Path) -> None:
    from papermill import execute_notebook

    given = {"customer": CUSTOMER}
    execute_notebook(str(source), str(target), parameters=given, engine_name=ENGINE, progress_bar=False)


def _timed(source: Path) -> Executor:
    """The executor runs have, with a clock at each cell."""
    cells = nbformat.read(source, as_version=4).cells
    setup = 1 + next(place for place, cell in enumerate(cells) if "setup" in cell.metadata.get("tags", ()))

    def execute(job: Job, cell_done: CellDone) -> Execution:
        last = time.perf_counter()

        def note(step: str) -> None:
            nonlocal last
            now = time.perf_counter()
            spent[step] += now - last
            last = now

        def seen(done: int, total: int) -> None:
            note("ready" if done == 1 else "setup" if done - 1 == setup else "cells")  # one cell was injected
            cell_done(done, total)

        execution = with_papermill(job, seen)
        note("end")
        return execution

    return execute
