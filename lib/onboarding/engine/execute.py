"""How a notebook is executed, behind one small interface: today papermill, one kernel per run.

Papermill calls a dead kernel and a time-out completed, so how an execution ended is decided here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from papermill.inspection import inspect_notebook
from traitlets.config import Config

KERNEL_START = 120
"""Seconds a kernel may take to start on a busy machine."""

WITHHELD = ("PYTHONDONTWRITEBYTECODE",)
"""Variables a kernel does not inherit: without bytecode every kernel imports for seconds."""


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


Executor: TypeAlias = Callable[
    [Path, Path, Mapping[str, Any], Mapping[str, str], int, Callable[[int, int], None]], Execution
]
"""What executes a notebook; see `with_papermill`."""


class _OwnKernelEnvironment(NBClientEngine):  # type: ignore[misc]
    """Papermill's engine with an environment per kernel, so that threads do not share one."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        start_timeout: int = KERNEL_START,
        execution_timeout: int | None = None,
        **kwargs: Any,
    ) -> Any:
        about = nb_man.nb.metadata.papermill
        about |= {name: Path(about[name]).name for name in ("input_path", "output_path")}  # not where on this machine
        client = _Client(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=start_timeout,
            timeout=execution_timeout,
            shutdown_kernel="immediate",
            store_widget_state=False,
            # private sockets beside the notebook: no TCP port, no warning about one, and (as the default name is the
            # same for all kernels of a folder) no other run's kernel behind them
            config=Config({"KernelManager": {"transport": "ipc", "ip": kwargs["sockets"]}}),
        )
        client.cell_done = kwargs["cell_done"]
        return client.execute(env=kwargs["environment"])


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Tells after every cell how far it is."""

    cell_done: Callable[[int, int], None]

    def execute_cell(self, cell: Any, cell_index: int, **kwargs: Any) -> Any:
        done = super().execute_cell(cell, cell_index, **kwargs)
        self.cell_done(cell_index + 1, len(self.nb.cells))
        return done


ENGINE = "onboarding"
papermill_engines.register(ENGINE, _OwnKernelEnvironment)


def with_papermill(
    source: Path,
    target: Path,
    parameters: Mapping[str, Any],
    environment: Mapping[str, str],
    cell_timeout: int,
    cell_done: Callable[[int, int], None],
) -> Execution:
    """Executes the notebook ``source`` with ``parameters`` into ``target``, saving after every cell.

    The kernel is one of its own, with ``environment`` on top of ours; ``cell_done`` is called with (cell, cells).
    Never raises for what happens inside the notebook.
    """
    last = -1

    def seen(done: int, total: int) -> None:
        nonlocal last
        last = done - 1
        cell_done(done, total)

    inherited = {name: value for name, value in os.environ.items() if name not in WITHHELD}
    try:
        execute_notebook(
            os.path.relpath(source), os.path.relpath(target), parameters=dict(parameters), engine_name=ENGINE,
            kernel_name="python3", progress_bar=False, start_timeout=KERNEL_START, execution_timeout=cell_timeout,
            environment={**inherited, **environment}, sockets=str(target.resolve().parent / "k"), cell_done=seen,
        )  # fmt: skip
    except PapermillExecutionError as problem:
        return Execution("failed", str(problem.evalue), str(problem.ename), last)
    except CellTimeoutError:
        return Execution("timed-out", f"a cell took longer than {cell_timeout} s", "CellTimeoutError", last)
    except DeadKernelError:
        return Execution("died", "the kernel died", "DeadKernelError", last)
    except (CellExecutionError, RuntimeError) as problem:
        return Execution("died", str(problem).splitlines()[0], type(problem).__name__, last)
    return Execution("completed", last_cell=last)


def declared(source: Path) -> set[str]:
    """Names in the parameters cell of a notebook."""
    return set(inspect_notebook(str(source)))


def prepared(source: Path, parameters: Mapping[str, Any]) -> Any:
    """The notebook with its parameters injected, not executed: without sample outputs and the injector's metadata."""
    notebook = execute_notebook(str(source), None, parameters=dict(parameters), prepare_only=True, progress_bar=False)
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook
