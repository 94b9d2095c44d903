"""How a notebook is executed, behind one small interface: by papermill, in a fork or a kernel of its own for each run.

Papermill calls a dead kernel and a time-out completed, so how an execution ended is decided here.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from papermill.inspection import inspect_notebook
from traitlets.config import Config

from onboarding.engine import kernels
from onboarding.files import write_atomically
from onboarding.forkserver.client import ForkedKernelManager
from onboarding.forkserver.engine import execute_in_fork
from onboarding.forkserver.provisioner import SpawnedKernelManager
from onboarding.forkserver.server import CannotFork

KERNEL_START = 120
"""Seconds a kernel may take to start on a busy machine."""

SAVE_EVERY = 30
"""Seconds after which what a cell has shown is saved while it still runs, as papermill does."""

WITHHELD = "PYTHONDONTWRITEBYTECODE"
"""A variable a kernel does not inherit: without bytecode it imports for seconds."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A notebook to execute: ``source`` with ``parameters`` into ``target``.

    The kernel has ``environment`` on top of ours; one cell may take ``cell_timeout`` s. ``profile`` is what the
    notebook reads, by its id, ``heading`` what it begins with instead of its own first line.
    """

    source: Path
    target: Path
    parameters: Mapping[str, Any]
    environment: Mapping[str, str]
    cell_timeout: int
    profile: str = ""
    heading: str = ""

    @property
    def whole_environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != WITHHELD}
        return {**inherited, **self.environment}


@dataclass(frozen=True, slots=True)
class Execution:
    """How an execution ended: ``end`` is completed, failed, died or timed-out.

    ``error`` and ``error_name`` are the exception's message and class in the kernel, ``last_cell`` the index of the
    last cell that ran, -1 when none did.
    """

    end: str
    error: str = ""
    error_name: str = ""
    last_cell: int = -1


CellDone: TypeAlias = Callable[[int, int], None]
"""Called with (cell, cells) after each cell."""

Executor: TypeAlias = Callable[[Job, CellDone], Execution]
"""What executes a notebook; see `with_papermill`."""


class _Engine(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine, in a fork where that is possible; what is saved after a cell is small."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, job: Job, cell_done: CellDone, **_: Any) -> Any:
        about = nb_man.nb.metadata.papermill
        about |= {"input_path": job.source.name, "output_path": job.target.name}  # not where on this machine
        _begin_with(nb_man.nb, job.heading)

        def client(manager: ForkedKernelManager | None = None, **more: Any) -> _Client:
            found = _Client(
                nb_man,
                km=manager,
                timeout=job.cell_timeout,
                store_widget_state=False,
                shutdown_kernel="immediate",
                **more,
            )
            found.job, found.cell_done = job, cell_done
            return found

        try:
            if kernels.is_forked():
                try:
                    return execute_in_fork(kernels.FORKS, client, job.whole_environment, _again(job.profile))
                except CannotFork as problem:
                    log.warning("A kernel is started anew, which is slower: %s.", problem)
            with tempfile.TemporaryDirectory(prefix="onboarding-kernel-") as place:
                return client(kernel_name=kernel_name, **_started_anew(place)).execute(env=job.whole_environment)
        except BaseException:
            # Until here papermill had no place to save to, as it does so far too often; now it saves what there is.
            nb_man.output_path = os.path.relpath(job.target)
            raise


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Saves after every cell that ran and, while one takes long, now and then; tells how far it is."""

    job: Job
    cell_done: CellDone
    saved = 0.0

    def execute_cell(self, cell: Any, cell_index: int, **kwargs: Any) -> Any:
        done = super().execute_cell(cell, cell_index, **kwargs)
        if cell.cell_type == "code":
            self._save()
        self.cell_done(cell_index + 1, len(self.nb.cells))
        return done

    def process_message(self, *message: Any, **more: Any) -> Any:
        output = super().process_message(*message, **more)
        if time.monotonic() - self.saved > SAVE_EVERY:
            self._save()
        return output

    def _save(self) -> None:
        # in one line: laying it out takes longer than all the rest, and the end does it
        write_atomically(self.job.target, json.dumps(self.nb).encode())
        self.saved = time.monotonic()


def _started_anew(place: str) -> dict[str, Any]:
    """Traits of a client whose kernel is a process of its own.

    Its sockets lie in the folder ``place``, whose name is short enough for them: no TCP port, no warning about one, and
    (as the default name is the same for all kernels of a folder) no other run's kernel behind them. What IPython stores
    of a run ends with it.
    """
    return {
        "kernel_manager_class": SpawnedKernelManager,
        "startup_timeout": KERNEL_START,
        "extra_arguments": [f"--ipython-dir={place}"],
        "config": Config({"KernelManager": {"transport": "ipc", "ip": f"{place}/k"}}),
    }  # fmt: skip


_ran: set[str] = set()


def _again(profile: str) -> list[str]:
    """The profile from its second run on: for a single run, reading it ahead costs as much as it saves."""
    if profile in _ran:
        return [profile]
    _ran.update({profile} - {""})
    return []


ENGINE = "onboarding"
papermill_engines.register(ENGINE, _Engine)


def with_papermill(job: Job, cell_done: CellDone) -> Execution:
    """Executes the job, the target saved after every cell. Never raises for what happens inside the notebook."""
    last = -1

    def seen(done: int, total: int) -> None:
        nonlocal last
        last = done - 1
        cell_done(done, total)

    try:
        execute_notebook(
            os.path.relpath(job.source), os.path.relpath(job.target), parameters=dict(job.parameters),
            engine_name=ENGINE, kernel_name="python3", progress_bar=False, request_save_on_cell_execute=False,
            job=job, cell_done=seen,
        )  # fmt: skip
    except PapermillExecutionError as problem:
        return Execution("failed", str(problem.evalue), str(problem.ename), last)
    except CellTimeoutError:
        return Execution("timed-out", f"a cell took longer than {job.cell_timeout} s", "CellTimeoutError", last)
    except DeadKernelError as problem:
        return Execution("died", str(problem), "DeadKernelError", last)
    except (CellExecutionError, RuntimeError) as problem:
        return Execution("died", str(problem).splitlines()[0], type(problem).__name__, last)
    return Execution("completed", last_cell=last)


def declared(source: Path) -> set[str]:
    """Names in the parameters cell of a notebook."""
    return _declared(source, source.stat().st_mtime_ns)


@lru_cache
def _declared(source: Path, changed: int) -> set[str]:
    return set(inspect_notebook(str(source)))


def _begin_with(notebook: Any, heading: str) -> None:
    if heading:
        first = notebook.cells[0]
        first.source = "\n".join([heading, *first.source.split("\n")[1:]])


def prepared(source: Path, parameters: Mapping[str, Any], heading: str = "") -> Any:
    """The notebook with its parameters injected, not executed: without sample outputs and the injector's metadata."""
    notebook = execute_notebook(str(source), None, parameters=dict(parameters), prepare_only=True, progress_bar=False)
    notebook.metadata.pop("papermill", None)
    _begin_with(notebook, heading)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook
