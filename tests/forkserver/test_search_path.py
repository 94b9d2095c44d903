"""What of PYTHONPATH reaches a command, a template and a kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import onboarding
from onboarding.forkserver.search_path import steady, steady_environment

SHOWS = "from onboarding.forkserver.search_path import leave_current_folder as leave\nleave()\n"
SHOWS += "import os, sys; print(*sys.path, os.environ['PYTHONPATH'], sep=os.linesep)"


@pytest.mark.parametrize("given", ["", ":", "::", ".", "./", "././:", "x/..:"])
def test_the_current_folder_is_no_entry(given: str) -> None:
    """However it is written, but in full."""
    assert steady(given) == ""


def test_the_other_entries_stay_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative ones in full: a kernel stands in another folder than whoever started it."""
    monkeypatch.chdir(tmp_path)
    assert steady(f"/b:lib::/a:../c:{tmp_path}") == f"/b:{tmp_path}/lib:/a:{tmp_path.parent}/c:{tmp_path}"
    assert steady(steady("lib:")) == steady("lib:")


def test_an_environment_without_the_variable_is_left_as_it_is() -> None:
    """A process finds no variable that nobody has set."""
    assert steady_environment({"HOME": "/"}) == {"HOME": "/"}


def _path_of(here: Path, given: str, program: str = SHOWS) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": given}
    command = [sys.executable, "-P", "-c", program]
    return subprocess.run(
        command, cwd=here, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()


@pytest.mark.parametrize("given", [":", "other:", ".", "other:./"])
def test_a_process_leaves_the_current_folder_it_was_started_with(given: str, tmp_path: Path) -> None:
    """Python has let it in before anything of ours runs; what stands beside it stays."""
    *path, for_children = _path_of(tmp_path, given)
    assert str(tmp_path) not in path
    assert for_children == (str(tmp_path / "other") if "other" in given else "")
    assert ("other" in given) == (str(tmp_path / "other") in path)


def test_the_current_folder_stays_where_it_is_named_or_holds_this_library(tmp_path: Path) -> None:
    """It was asked for, or the rest of the command could not be found."""
    assert str(tmp_path) in _path_of(tmp_path, f":{tmp_path}")
    library = Path(onboarding.__file__).parents[1]
    assert str(library) in _path_of(library, ":")
    assert str(library) in _path_of(library.parent, "lib")
