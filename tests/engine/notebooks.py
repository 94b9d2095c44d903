"""Small notebooks instead of the runbooks, and executors that need no kernel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat

from onboarding.engine.execute import CellDone, Execution, Executor, Job, with_papermill


def notebook(*cells: str) -> Any:
    """A notebook with the parameters of a runbook and these cells."""
    names = ("customer: str", "apply: bool", "as_of: str", "approved: str", "service: str")
    parameters = nbformat.v4.new_code_cell("\n".join(f"{name} = None" for name in names))
    parameters.metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(
        cells=[parameters, *(nbformat.v4.new_code_cell(cell) for cell in cells)], metadata=kernel
    )


def instead(folder: Path, *cells: str, cell_timeout: int = 60) -> Executor:
    """Executes these cells, in a kernel, in place of the runbook."""
    own = folder / "instead.ipynb"
    nbformat.write(notebook(*cells), own)

    def execute(job: Job, cell_done: CellDone) -> Execution:
        return with_papermill(replace(job, source=own, cell_timeout=cell_timeout), cell_done)

    return execute


def no_kernel(job: Job, cell_done: CellDone) -> Execution:
    """Ends well at once and leaves a notebook of one line."""
    nbformat.write(notebook(f"{job.parameters['customer']} {job.source.stem}"), job.target)
    cell_done(1, 1)
    return Execution("completed", last_cell=0)


def ending(execution: Execution) -> Executor:
    """Ends as the test wants, at once."""

    def execute(job: Job, cell_done: CellDone) -> Execution:
        nbformat.write(notebook(), job.target)
        return execution

    return execute
