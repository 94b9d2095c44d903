"""Status, report, profiles, settings and the programs around the work on the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import nbformat
import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager
from traitlets.config import Config

from onboarding.cli import overview, show
from onboarding.store.store import Store

Onboard = Callable[..., Any]


@pytest.fixture
def bright(onboard: Onboard, answers_file: Callable[..., Path]) -> Onboard:
    """`onboard`, with the customer bright-smile and its right answers in the workspace."""
    made = ("new", "bright-smile", "--profile", "corner", "--as-of", "2026-03-02")
    assert onboard(*made, "--answers", str(answers_file())).code == 0
    return onboard


def test_status_of_all(bright: Onboard) -> None:
    """Every customer is one row: who is waited for and for what."""
    bright("new", "zoe", "--profile", "corner")
    lines = bright("status").out.splitlines()
    assert [line.split()[0] for line in lines] == ["Customer", "bright-smile", "zoe"]
    assert "Engineer" in lines[1]
    found = json.loads(bright("status", "--json").out)
    assert [item["customer"] for item in found] == ["bright-smile", "zoe"]
    assert found[0]["waiting"][0]["task"] == "gather.read-sheet"


def test_status_of_very_many_on_a_terminal(bright: Onboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """The most urgent are shown, with how many there are; a pipe and JSON have all of them."""
    bright("new", "acme", "--profile", "corner")
    monkeypatch.setattr(overview, "MOST_CUSTOMERS", 1)
    assert len(bright("status").out.splitlines()) == 3
    monkeypatch.setattr(show, "is_terminal", lambda: True)
    said = bright("status").out
    assert ("acme" in said) is not ("bright-smile" in said)
    assert "The 1 most urgent of 2 customers; `onboard status | less` shows all" in said
    assert len(json.loads(bright("status", "--json").out)) == 2


def test_status_of_one(bright: Onboard) -> None:
    """One customer's status shows each stage and what waits."""
    said = bright("status", "bright-smile").out
    assert "Gather           0 of 1" in said
    assert "Read the sheet" in said
    found = json.loads(bright("status", "bright-smile", "--json").out)
    assert (found["open_stage"], found["is_complete"]) == ("gather", False)
    assert found["stages"]["telephony"] == {"closed": 0, "tasks": 2}


def test_a_complete_customer(bright: Onboard) -> None:
    """When every task is closed the status says complete."""
    for task in json.loads(bright("tasks", "bright-smile", "--all", "--json").out):
        assert bright("skip", "bright-smile", task["task"], "--by", "Ana", "--reason", "done elsewhere").code == 0
    assert "complete" in bright("status").out
    assert "Every task is closed." in bright("status", "bright-smile").out
    assert "Every task is closed." in bright("tasks", "bright-smile").out


def test_report(bright: Onboard, program: Onboard) -> None:
    """The report is one HTML file in the folder that was asked for; its path is all that is printed."""
    said = program("report", "bright-smile", "-o", "out", "--as-of", "2026-03-02")
    assert (said.code, said.err) == (0, "")
    assert "Bright Smile Dental Group" in Path(said.out.strip()).read_text(encoding="utf-8")
    assert Path(said.out.strip()).is_relative_to("out")


def test_profiles(onboard: Onboard) -> None:
    """Profiles are listed, shown with who does what, and found sound."""
    assert "corner" in onboard("profile", "list").out
    shown = onboard("profile", "show", "corner").out
    assert re.search(r"telephony\.sign-letter +Customer +3 business days +Sign the letter +On paper", shown)
    assert "corner: sound; 7 tasks, 2 gates" in onboard("profile", "lint", "corner").out


def test_a_broken_profile(onboard: Onboard) -> None:
    """Every mistake in every profile is named with file, line and key, and the exit code is 2."""
    text = (Path(os.environ["ONBOARDING_PROFILES"]) / "corner.toml").read_text(encoding="utf-8")
    Path("mine.toml").write_text(text.replace('party = "carrier"', 'party = "carier"'), encoding="utf-8")
    said = onboard("profile", "lint", "nobodys", "mine.toml", "corner")
    assert said.code == 2
    assert "There is no profile 'nobodys'" in said.err
    assert "mine.toml:" in said.err
    assert "carier" in said.err
    assert "corner: sound" in said.out


def test_settings_show_no_secret(onboard: Onboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a secret only its presence is shown."""
    monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", "hush-hush")
    monkeypatch.setenv("ONBOARDING_SENDER", "me@reseller.example")
    said = onboard("settings")
    assert "hush-hush" not in said.out
    assert "me@reseller.example" in said.out
    row = next(line for line in said.out.splitlines() if line.startswith("ONBOARDING_PORTAL_TOKEN"))
    assert row.split()[1] == "set"


def test_sandbox(home: Path, command_line: list[str]) -> None:
    """The sandbox answers as its lines say, and Ctrl-C ends it with 0."""
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
    process = subprocess.Popen([*command_line, "sandbox", "--folder", "play"], stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, ours)
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline().strip() for _ in range(7)]
        given = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
        url, token = given["ONBOARDING_PORTAL_URL"], given["ONBOARDING_PORTAL_TOKEN"]
        answer = httpx.get(f"{url}/companies", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        process.stdout.close()
    assert process.wait(30) == 0
    assert "The sandbox has ended." in rest


def test_sandbox_port(onboard: Onboard) -> None:
    """A port that cannot be had is named."""
    said = onboard("sandbox", "--port", "99999", "--folder", "play")
    assert said.code == 2
    assert said.err.startswith("SANDBOX-PORT")


def test_lab(home: Path, command_line: list[str]) -> None:
    """JupyterLab is started in this environment, with what else was given."""
    done = subprocess.run([*command_line, "lab", "--version"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith("4.")


def test_the_server_begins_without_a_warning_and_archives_what_was_run(
    bright: Onboard, home: Path, command_line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the settings that `onboard lab` names: a save of a working copy that was run makes it the record."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    asked = [*command_line, "lab", "--show-config-json"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout
    settings = Config({"FileContentsManager": json.loads(shown)["FileContentsManager"]})
    assert bright("open", "bright-smile", "gather").code == 0
    (copy,) = (home / "working").rglob("*.ipynb")
    notebook = nbformat.read(copy, 4)
    [cell for cell in notebook.cells if cell.cell_type == "code"][-1].execution_count = 1
    manager = FileContentsManager(root_dir=str(home), config=settings)  # a warning is an error here
    manager.save({"type": "notebook", "content": notebook}, copy.relative_to(home).as_posix())
    with Store.open() as store:
        (run,) = store.runs("bright-smile")
    assert (store.layout.archive / run.notebook).read_bytes() == copy.read_bytes()
