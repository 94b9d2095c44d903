"""The demo, once: one invented customer from the answers to the completion report, another without kernels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from onboarding import settings
from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.cli.demo import BEGIN, INVENTED, register_platform
from onboarding.cli.simulation import play
from onboarding.domain.history import Customer
from onboarding.report.completion import figures_of
from onboarding.report.data_file import write_json
from onboarding.resources import shipped
from onboarding.sandbox.server import Sandbox
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome
from tests.world import run_all

PLAY = """
import sys
from pathlib import Path
from rich.console import Console
from onboarding.cli.demo import INVENTED, run
run(Path(sys.argv[1]), Console(width=200), invented=INVENTED[4:5], jobs=1)
"""
BRIGHT_SMILE = Customer("bright-smile", "Bright Smile Dental Group", BEGIN)
CLINIC = "northwind-clinic"


def _processes(of: Path) -> list[str]:
    """Command lines that name the folder: kernels get their files in it."""
    found = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    return [" ".join(line) for line in found if any(str(of) in word for word in line)]


@pytest.mark.slow
def test_the_demo_ends_with_a_complete_customer(tmp_path: Path) -> None:
    """Everything closed, the chain whole, every notebook kept, the report small, no process left."""
    folder = tmp_path / "demo"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONBOARDING_")}
    environment["JUPYTER_RUNTIME_DIR"] = str(tmp_path / "kernels")
    played = subprocess.run(
        [sys.executable, "-c", PLAY, str(folder)], env=environment, cwd=tmp_path, capture_output=True, check=False
    )
    assert played.returncode == 0, played.stdout.decode()[-2000:] + played.stderr.decode()[-2000:]
    assert "audit clean" in played.stdout.decode()
    assert played.stderr.decode() == ""
    assert _processes(tmp_path) == []
    with Store.open(folder, "") as store:
        _is_whole(store, CLINIC)
        runs = store.runs(CLINIC)
        assert {run.outcome for run in runs} == {RunOutcome.DONE, RunOutcome.PARKED}
        assert all((store.layout.archive / run.notebook).is_file() for run in runs)
    report = folder / "reports" / CLINIC / "completion.html"
    assert 10_000 < report.stat().st_size < 200_000


def test_a_workbook_of_the_demo_leads_to_its_mails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the dental group sent back is ordered, provisioned and cut over; every request left as a mail."""
    with Sandbox(tmp_path / "sandbox") as sandbox, Store.open(tmp_path) as store:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv(settings.HOME.name, str(tmp_path))
        store.create_customer(BRIGHT_SMILE, "chinook")
        case = Case.open(store, BRIGHT_SMILE.id, BEGIN, "demo")
        workbook = shipped("data", "examples", "bright-smile.xlsx")
        case.save_answers(read_answers(case.profile.questionnaire, workbook).document, workbook.name)
        play(case, sandbox.people(), lambda at: run_all(case), lambda at, what: None)
        _is_whole(store, BRIGHT_SMILE.id)
        mails = b"".join(path.read_bytes() for path in sandbox.mails())
    for asked in (b"Number port", b"New telephone numbers", b"Total Connect", b"Enable Lync", b"Provision CRM",
                  b"Enable Unified Messaging"):  # fmt: skip
        assert b"Subject: " + asked in mails


KEPT = Path(__file__).with_name("kept")


@pytest.mark.parametrize("invented", INVENTED, ids=lambda one: one[0].id)
def test_the_figures_of_every_report_are_the_kept_ones(
    invented: tuple[Customer, str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One customer of each provider, played to the end without kernels: the file beside the report, digit for digit.

    What differs on purpose is kept anew: `KEEP=1 pytest tests/test_demo.py`, and the difference is read in review.
    """
    customer, profile, file = invented
    with Sandbox(tmp_path / "sandbox") as sandbox, Store.open(tmp_path) as store:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv(settings.HOME.name, str(tmp_path))
        store.create_customer(customer, profile)
        case = Case.open(store, customer.id, BEGIN, "demo")
        case.save_answers(read_answers(case.profile.questionnaire, shipped("data", "examples", file)).document, file)
        register_platform(sandbox, case)
        play(case, sandbox.people(), lambda at: run_all(case), lambda at, what: None)
        found = write_json(figures_of(case), tmp_path / f"{customer.id}.json").read_bytes()
    if os.environ.get("KEEP") and not os.environ.get("CI"):
        (KEPT / f"{customer.id}.json").write_bytes(found)
    assert json.loads(found) == json.loads((KEPT / f"{customer.id}.json").read_bytes())


def _is_whole(store: Store, customer: str) -> None:
    """Everything is closed, nothing in the record contradicts itself, and no write is without an outcome."""
    progress = Case.open(store, customer, datetime(2026, 7, 1, tzinfo=UTC), "test").progress()
    assert progress.is_complete
    assert store.verify(customer) == []
    assert all(entry.outcome for entry in store.journal(customer))
