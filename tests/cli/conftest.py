"""A workspace per test, an invented provider, and `onboard` called in process or as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

PROFILES = Path(__file__).parent / "profiles"
PROGRAM = [sys.executable, "-c", "import sys; from onboarding.cli import main; sys.exit(main())"]


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


Onboard = Callable[..., Said]


@pytest.fixture
def command_line() -> list[str]:
    """The words that start `onboard` as a program of its own."""
    return PROGRAM


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace that knows the invented provider; the current folder lies beside it."""
    monkeypatch.setenv("ONBOARDING_HOME", str(tmp_path / "workspace"))
    monkeypatch.setenv("ONBOARDING_PROFILES", str(PROFILES))
    monkeypatch.setenv("ONBOARDING_ENGINEER", "R. Diaz")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return tmp_path / "workspace"


@pytest.fixture
def onboard(home: Path) -> Onboard:
    """Calls a command in this process."""
    from onboarding.cli.app import app

    def call(*args: str) -> Said:
        result = CliRunner().invoke(app, [str(arg) for arg in args], catch_exceptions=False)
        return Said(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def program(home: Path) -> Onboard:
    """Calls a command as a program of its own, with further variables in its environment."""

    def call(*args: str, **environment: str) -> Said:
        done = subprocess.run(
            [*PROGRAM, *args], env={**os.environ, **environment}, capture_output=True, check=False, timeout=60
        )
        return Said(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    return call


@pytest.fixture
def answers_file(home: Path) -> Callable[..., Path]:
    """Writes a complete answer file for the invented provider, as JSON; keywords replace sections."""

    def write(name: str = "answers.json", **changes: object) -> Path:
        document: dict[str, object] = {
            "company": {"name": "Bright Smile Dental Group", "domain": "brightsmile.example"},
            "users": [
                {"email": "ana@brightsmile.example", "extension": "0100", "services": ["exchange"]},
                {"email": "ben@brightsmile.example", "extension": "0101"},
            ],
        }
        path = Path(name)
        path.write_text(json.dumps(document | changes), encoding="utf-8")
        return path

    return write
