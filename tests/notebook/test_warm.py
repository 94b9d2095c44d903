"""A process that is made ready for runbooks before others are forked from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from onboarding import settings
from onboarding.case.sample import open_sample
from onboarding.domain.task import STAGES
from onboarding.notebook import warm
from onboarding.resources import shipped
from tests.world import AT

PROGRAM = """
import asyncio, json, os, sys
from datetime import date
from onboarding.profile.load import load_profile
from onboarding.notebook import warm

before = set(os.listdir("/proc/self/fd"))
warm.prepare(["chinook", "nobody"])
import zmq
found = {
    "threads": len(os.listdir("/proc/self/task")),
    "opened": len(set(os.listdir("/proc/self/fd")) - before),
    "contexts": zmq.Context._instance is not None,
    "loop": asyncio._get_running_loop() is not None,
}
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

shell = InteractiveShell.instance()
with capture_output():
    shell.run_cell("1")
known = set(sys.modules)
load_profile("chinook").data.calendar.build().is_business_day(date.today())
for name in sys.argv[1:]:
    cells = [cell for cell in json.load(open(name))["cells"] if cell["cell_type"] == "code"]
    with capture_output():
        for cell in cells:
            shell.run_cell("".join(cell["source"])).raise_error()
found["imported"] = sorted(set(sys.modules) - known)
print(json.dumps(found))
os._exit(0)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process was like once it was ready, and what it imported while it ran all six runbooks."""
    home = tmp_path_factory.mktemp("warm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(settings.HOME.name, str(home / "workspace"))
        open_sample(AT).store.close()
    runbooks = [str(path) for path in sorted(shipped("runbooks").glob("*.ipynb"))]
    assert len(runbooks) == len(STAGES) + 1
    variables = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "IPYTHONDIR": str(home / "ipython"),
        settings.HOME.name: str(home / "workspace"),
        settings.RUN_ID.name: "sample.0001",
    }
    (home / "program.py").write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(home / "program.py"), *runbooks]
    played = subprocess.run(command, env=variables, capture_output=True, text=True, check=True, timeout=100)
    answer: dict[str, Any] = json.loads(played.stdout.splitlines()[-1])
    return answer


def test_nothing_is_open_that_a_fork_would_share(found: dict[str, Any]) -> None:
    """A process that was made ready has one thread, and neither file, event loop nor socket."""
    started = {name: found[name] for name in ("threads", "opened", "contexts", "loop")}
    assert started == {"threads": 1, "opened": 0, "contexts": False, "loop": False}


def test_runbooks_import_nothing_more(found: dict[str, Any]) -> None:
    """What a runbook imports, a process that was made ready has imported: running all six adds no module."""
    assert not found["imported"], found["imported"]


def test_a_profile_that_cannot_be_read_is_left_to_its_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a profile nor a language that is broken keeps the others from being made ready."""
    (tmp_path / "profiles" / "languages").mkdir(parents=True)
    (tmp_path / "profiles" / "broken.toml").write_text("title = ", encoding="utf-8")
    (tmp_path / "profiles" / "languages" / "fr.toml").write_text("words = 1", encoding="utf-8")
    monkeypatch.setenv(settings.HOME.name, str(tmp_path))
    warm.prepare(["broken", "nobody"])
