"""How little a runbook does: statements sent, answers checked, tasks assessed, profiles read, tables rendered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from onboarding import settings
from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.domain.history import Customer
from onboarding.domain.task import STAGES
from onboarding.profile.load import edition_of, load_profile, profile_ids
from onboarding.resources import shipped
from onboarding.store.store import Store
from tests.world import AT

EXAMPLES = {
    "chinook": "bright-smile",
    "emetrotel": "northwind-clinic",
    "mitel-micloud": "harbor-freight-lines",
    "univoip-officeconnect": "marlow-law",
    "univoip-teams": "cedar-valley-schools",
}
"""Profile -> the example of a customer of it."""

MOST_STATEMENTS = 75
"""Measured: 29 to 39, and 52 where three procedures are shown."""


def test_every_profile_has_an_example() -> None:
    """So that what follows is counted for all of them."""
    assert list(EXAMPLES) == profile_ids()


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each runbook did for a customer of each provider."""
    home = tmp_path_factory.mktemp("counted")
    with Store.open(home / "workspace", "") as store:
        for profile, example in EXAMPLES.items():
            offer = load_profile(profile)
            store.create_customer(Customer(example, example, AT), profile, edition=edition_of(profile))
            document = read_answers(offer.questionnaire, shipped("data", "examples", f"{example}.toml")).document
            Case.open(store, example, AT, "R. Diaz").save_answers(document, "example")
    variables = {
        **os.environ,
        "IPYTHONDIR": str(home / "ipython"),
        settings.HOME.name: str(home / "workspace"),
        settings.RUN_ID.name: "counted.0001",
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [sys.executable, str(Path(__file__).with_name("counted_runs.py")), *EXAMPLES.values()]
    played = subprocess.run(command, env=variables, capture_output=True, text=True, check=True, timeout=100)
    found: dict[str, dict[str, Any]] = json.loads(played.stdout.splitlines()[-1])
    assert [len(runs) for runs in found.values()] == [len(STAGES) + 1] * len(EXAMPLES)
    return found


@pytest.fixture(params=EXAMPLES.values())
def runs(request: pytest.FixtureRequest, counted: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Those of one customer, by runbook."""
    found: dict[str, Any] = counted[request.param]
    return found


def test_a_run_sends_few_statements(runs: dict[str, Any]) -> None:
    """They do not grow with the cells: each asks whether anything was written, and reads no more when nothing was."""
    sent = {name: run["statements"] for name, run in runs.items()}
    assert max(sent.values()) <= MOST_STATEMENTS, sent


def test_a_run_checks_and_assesses_once(runs: dict[str, Any]) -> None:
    """Answers are checked once for their version and day, tasks assessed once for the record as it is."""
    assert {(run["checks"], run["assessments"]) for run in runs.values()} == {(1, 1)}


def test_a_run_reads_no_profile_that_is_known(runs: dict[str, Any]) -> None:
    """What the process read before it was forked is there."""
    assert {run.get("profiles read", 0) for run in runs.values()} == {0}


def test_everything_shown_is_rendered_once(runs: dict[str, Any]) -> None:
    """Each table as HTML and never as text as well, each form once."""
    assert {count for run in runs.values() for count in run["rendered"]} == {1}
    assert {run.get("tables as text", 0) for run in runs.values()} == {0}
    assert {run.get("forms rendered", 0) for run in runs.values()} == {0, 1}
