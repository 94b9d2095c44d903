"""A notebook comes out of a fork as it comes out of a kernel of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

from onboarding.forkserver import engine


def _cells() -> dict[str, str]:
    """What the cell is about -> the cell."""
    parts = (Path(__file__).parent / "cells.txt").read_text(encoding="utf-8").split("# %% ")[1:]
    return {name: cell.strip("\n") for name, _, cell in (part.partition("\n") for part in parts)}


CELLS = _cells()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """The notebook of all cells after a fork, and after a kernel of its own."""
    folder = tmp_path_factory.mktemp("documents")
    cells = [nbformat.v4.new_code_cell(cell, metadata={"tags": ["raises-exception"]}) for cell in CELLS.values()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "in.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")  # a kernel that finds it leaves the file descriptors alone
        patch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", "local-provisioner")
        executed = _run(folder, "forked"), _run(folder, "nbclient")
    yield executed
    engine.FORKS.close()


def _run(folder: Path, name: str) -> Any:
    with suppress(PapermillExecutionError):  # the errors are asked for
        execute_notebook(
            str(folder / "in.ipynb"),
            str(folder / f"{name}.ipynb"),
            engine_name=name,
            progress_bar=False,
            cwd=folder,
            execution_timeout=60,
        )
    executed = nbformat.read(folder / f"{name}.ipynb", 4)
    executed.cells = [cell for cell in executed.cells if cell.cell_type == "code"]  # without the marks of errors
    return executed


@pytest.mark.parametrize("index", range(len(CELLS)), ids=[*CELLS])
def test_a_cell_has_the_same_outputs(both: tuple[Any, Any], index: int) -> None:
    """Kinds, texts, formats, metadata, order and execution counts are those of a kernel of its own."""
    forked, own = (notebook.cells[index] for notebook in both)
    assert _outputs(forked) == _outputs(own)
    assert forked.execution_count == own.execution_count


def test_the_notebook_around_the_cells_is_the_same(both: tuple[Any, Any]) -> None:
    """Language, kernel and the states of widgets stand where they stand after a kernel of its own."""
    forked, own = both
    assert forked.metadata.language_info == own.metadata.language_info
    assert forked.metadata.kernelspec == own.metadata.kernelspec
    states = [notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"] for notebook in both]
    assert _kinds(states[0]) == _kinds(states[1])


def _kinds(states: Any) -> list[tuple[str, Any]]:
    return sorted((one["model_name"], str(one["state"].get("value", ""))) for one in states.values())


def _outputs(cell: Any) -> list[Any]:
    """With what differs between any two runs left out, and pieces of one stream put together."""
    found: list[Any] = []
    for output in cell.outputs:
        if output.output_type == "stream" and found and found[-1].get("name") == output.name:
            found[-1] = {**found[-1], "text": found[-1]["text"] + output.text}
        else:
            found.append(dict(output))
    return [_without_chance(one) for one in found]


_CHANCE = re.compile(r"ipykernel_\d+/\d+|0x[0-9a-f]+|[0-9a-f]{32}|Task-\d+")


def _without_chance(value: Any) -> Any:
    if isinstance(value, str):
        return _CHANCE.sub("*", value)
    if isinstance(value, dict):
        return {key: _without_chance(one) for key, one in value.items()}
    return [_without_chance(one) for one in value] if isinstance(value, list) else value
