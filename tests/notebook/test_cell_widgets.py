"""What cells leave in a kernel when they are run again and again."""

from __future__ import annotations

from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets.widgets import widget as ipywidgets

from onboarding.notebook.cell_widgets import close_with_their_cells

FORM = """
from onboarding.notebook.run import open_run
run = open_run("gather", "sample")
form = run.form()
"""


@pytest.fixture
def shell() -> InteractiveShell:
    made = InteractiveShell()
    close_with_their_cells(made)
    close_with_their_cells(made)  # once is enough, however often a runbook is opened
    return made


def _open_after(shell: InteractiveShell, code: str, cell: str | None) -> int:
    shell.run_cell(code, cell_id=cell).raise_error()
    return len(ipywidgets._instances)


def test_a_form_that_is_shown_again_leaves_nothing_of_the_one_before(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a kernel of a day has thousands, and every page that is opened loads them all."""
    monkeypatch.setenv("ONBOARDING_HOME", str(tmp_path))
    before = len(ipywidgets._instances)
    first = _open_after(shell, FORM, "form")
    assert first > before + 50
    assert [_open_after(shell, FORM, "form") for _ in range(3)] == [first] * 3


def test_other_cells_keep_their_widgets(shell: InteractiveShell) -> None:
    """Also one that was closed by hand meanwhile does no harm, nor one made by a client that names no cells."""
    make = "import ipywidgets; {0} = ipywidgets.Label('x')"
    for name in "abc":
        shell.run_cell(make.format(name), cell_id=name).raise_error()
    for _ in range(2):
        shell.run_cell(make.format("d")).raise_error()
    shell.run_cell("old = a; b.close()", cell_id="other").raise_error()
    shell.run_cell(make.format("a"), cell_id="a").raise_error()
    shell.run_cell(make.format("b"), cell_id="b").raise_error()
    names = shell.user_ns
    assert [names[name].comm is None for name in ("old", "a", "b", "c", "d")] == [True, False, False, False, False]
