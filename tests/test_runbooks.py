"""What a runbook or report notebook may contain: a document that calls the library and does nothing itself."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from onboarding.domain.task import STAGES

ROOT = Path(__file__).resolve().parent.parent
RUNBOOKS = sorted((ROOT / "runbooks").glob("*.ipynb"))
NOTEBOOKS = [*RUNBOOKS, *sorted((ROOT / "reports").glob("*.ipynb"))]
TAGS = {"parameters", "setup", "form", "check", "action", "evidence", "look"}
COMPARED = "nbval-check-output"  # beside its tag: the cell carries a sample output, which nbval compares
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.With,
    ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.If,
)  # fmt: skip


def _cells(path: Path, kind: str) -> list[dict[str, Any]]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _tag(cell: dict[str, Any]) -> str:
    (tag,) = (tag for tag in cell["metadata"]["tags"] if tag != COMPARED)
    return str(tag)


def _before(path: Path, cell: dict[str, Any]) -> str:
    """The text above a cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return _source(cells[cells.index(cell) - 1])


def test_there_is_one_runbook_for_every_stage_in_order() -> None:
    """Masters are named after the stages they are for; the last is for every other stage of a provider's own."""
    own = [f"{10 * (n + 1)}_{stage}" for n, stage in enumerate(STAGES)]
    assert [path.stem for path in RUNBOOKS] == [*own, "90_stage"]


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.name)
class TestEveryRunbook:
    """What is in each of them."""

    def test_one_cell_looks_closer_and_its_source_is_seen(self, path: Path) -> None:
        """It takes a part out of what the runbook hands out, for the reader to change."""
        (cell,) = (cell for cell in _cells(path, "code") if _tag(cell) == "look")
        assert re.search(r"run\.(users|numbers|problems|tasks|evidence)\b.*\[", _source(cell))
        assert "jupyter" not in cell["metadata"]
        assert "DataFrame" in _before(path, cell)

    def test_something_stable_is_compared(self, path: Path) -> None:
        """A sample output shows the reader what to expect, and the tests that it is still so."""
        assert any(COMPARED in cell["metadata"]["tags"] for cell in _cells(path, "code"))

    def test_the_provider_teaches_before_the_plan_is_read(self, path: Path) -> None:
        """Why and how stand above what would be done; hardly a word that suits every provider."""
        sources = [_source(cell) for cell in _cells(path, "code")]
        plan = next(n for n, source in enumerate(sources) if source in ("run.plan()", "run.apply()"))
        assert sources.index("run.guide()") < plan
        assert sum(len(_source(cell).split()) for cell in _cells(path, "markdown")) <= 300


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
class TestEveryNotebook:
    """Rules that keep a notebook a document."""

    def test_code_cells_are_short_and_only_call(self, path: Path) -> None:
        """At most 12 lines, no definitions, branches or loops, no shell and no magics."""
        for cell in _cells(path, "code"):
            source = _source(cell)
            assert len([line for line in source.splitlines() if line.strip()]) <= 12
            assert not re.search(r"^\s*[!%]", source, re.MULTILINE)
            assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, FORBIDDEN)]

    def test_tags_come_from_the_closed_list(self, path: Path) -> None:
        """Every code cell carries exactly one known tag; parameters and setup appear once, in front; no tag twice."""
        tags = [_tag(cell) for cell in _cells(path, "code")]
        assert set(tags) <= TAGS
        assert tags[:2] == ["parameters", "setup"]
        assert tags.count("parameters") == tags.count("setup") == 1
        assert all(cell["metadata"]["tags"].count(COMPARED) <= 1 for cell in _cells(path, "code"))

    def test_parameters_are_annotated_literals(self, path: Path) -> None:
        """One literal a line with type and help, each with a default that runs."""
        cell = next(cell for cell in _cells(path, "code") if _tag(cell) == "parameters")
        for statement, line in zip(ast.parse(_source(cell)).body, _source(cell).splitlines(), strict=True):
            assert isinstance(statement, ast.AnnAssign)
            assert isinstance(statement.value, ast.Constant)
            assert "  # " in line

    def test_imports_stand_only_in_setup_and_only_from_the_library(self, path: Path) -> None:
        """A reader finds every name's origin in one cell."""
        for cell in _cells(path, "code"):
            for node in ast.walk(ast.parse(_source(cell))):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    assert _tag(cell) == "setup"
                    assert isinstance(node, ast.ImportFrom)
                    assert (node.module or "").startswith("onboarding.")

    def test_it_starts_with_its_title_and_explains_every_cell(self, path: Path) -> None:
        """The first cell is the only H1, in the words of the file name; code follows prose (setup: parameters)."""
        notebook = json.loads(path.read_text(encoding="utf-8"))
        kinds = [cell["cell_type"] for cell in notebook["cells"]]
        titles = re.findall(r"^# (.+)$", "\n".join(_source(cell) for cell in _cells(path, "markdown")), re.MULTILINE)
        assert titles == [path.stem.replace("_", " ").capitalize() if path.stem[0].isalpha() else
                          f"{path.stem[:2]} {path.stem[3:].replace('_', ' ').capitalize()}"]  # fmt: skip
        assert _source(notebook["cells"][0]).startswith("# ")
        for place, cell in enumerate(notebook["cells"]):
            if cell["cell_type"] == "code" and _tag(cell) != "setup":
                assert kinds[place - 1] == "markdown"

    def test_the_master_is_clean(self, path: Path) -> None:
        """No counts, one kernel name, no path and no trace of an execution; outputs only as samples to compare."""
        text = path.read_text(encoding="utf-8")
        notebook = json.loads(text)
        for cell in _cells(path, "code"):
            is_compared = COMPARED in cell["metadata"]["tags"]
            assert bool(cell["outputs"]) is is_compared
            assert cell["execution_count"] == (1 if is_compared else None)  # nbval wants one
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
        assert "papermill" not in notebook["metadata"]
        assert not re.search(r"/home/|/root/|/work/|C:\\\\", text)


def test_the_go_is_asked_for_below_what_it_is_about() -> None:
    """The records that change are read before anybody decides on them."""
    cells = [_source(cell) for cell in _cells(ROOT / "runbooks" / "60_cutover.ipynb", "code")]
    assert cells.index("run.summary()") < cells.index("run.decisions()")
