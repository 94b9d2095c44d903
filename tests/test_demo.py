"""The demo, once: one invented customer from the filled-in workbook to the completion report."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from onboarding.engine.case import Case
from onboarding.store.model import RunOutcome
from onboarding.store.store import Store

PLAY = """
import sys
from pathlib import Path
from rich.console import Console
from onboarding.cli.demo import INVENTED, run
run(Path(sys.argv[1]), Console(width=200), invented=INVENTED[:1], jobs=1)
"""
BRIGHT_SMILE = "bright-smile"


def _processes(of: Path) -> list[str]:
    """Command lines that name the folder: kernels are told their files in it."""
    found = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(line) for line in found if any(str(of) in word for word in line)]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_demo_ends_with_a_complete_customer(tmp_path: Path) -> None:
    """Everything closed, the chain whole, every notebook kept, the report small, its mails sent, no process left."""
    folder = tmp_path / "demo"
    settings = {name: value for name, value in os.environ.items() if not name.startswith("ONBOARDING_")}
    settings["JUPYTER_RUNTIME_DIR"] = str(tmp_path / "kernels")
    played = subprocess.run(
        [sys.executable, "-c", PLAY, str(folder)], env=settings, cwd=tmp_path, capture_output=True, check=False
    )
    assert played.returncode == 0, played.stdout.decode()[-2000:] + played.stderr.decode()[-2000:]
    assert "audit clean" in played.stdout.decode()
    assert played.stderr.decode() == ""
    assert _processes(tmp_path) == []
    with Store.open(folder, "") as store:
        progress = Case.open(store, BRIGHT_SMILE, datetime(2026, 7, 1, tzinfo=UTC), "test").progress()
        assert progress.is_complete
        assert store.verify(BRIGHT_SMILE) == []
        runs = store.runs(BRIGHT_SMILE)
        assert {run.outcome for run in runs} == {RunOutcome.DONE, RunOutcome.PARKED}
        assert all(store.archived(run.id) for run in runs)
        assert all(entry.outcome for entry in store.journal(BRIGHT_SMILE))
    report = folder / "reports" / BRIGHT_SMILE / "completion.html"
    assert 10_000 < report.stat().st_size < 200_000
    mails = b"".join(path.read_bytes() for path in sorted((folder / "sandbox" / "mail").glob("*.eml")))
    for asked in (b"Number port", b"New telephone numbers", b"Total Connect", b"Enable Lync", b"Provision CRM",
                  b"Enable Unified Messaging"):  # fmt: skip
        assert b"Subject: " + asked in mails
