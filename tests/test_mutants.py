"""The harness that breaks trade rules: what it breaks, what it finds, and that the project itself stays as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "mutants"
ENVIRONMENT = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

RULE = '''\
"""Numbers of emergency calls. 911 stands here for nothing."""

from dataclasses import dataclass
from functools import lru_cache

SPECIAL = frozenset({"911", "N11"})


def kind(digits: str, most: int = 12) -> str:
    """"short" below three digits."""
    if len(digits) < 3:
        return "short"
    if not digits.isdigit() or digits in SPECIAL:
        raise ValueError(f"{digits} is {most}")
    return "long" if len(digits) > most else "sound"


@dataclass(frozen=True)
class Call:
    most: int = 9

    @lru_cache(maxsize=8)
    def place(self) -> "Place":
        return None
'''
TESTS = '''\
"""Tests of the rule."""

from onboarding.toy.rule import kind


def test_it() -> None:
    """One answer of four."""
    assert kind("1234567") == "sound"
    assert kind("12") == "short"
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one rule with a test that sees little of it."""
    files = {
        "lib/onboarding/__init__.py": "", "lib/onboarding/toy/__init__.py": "", "lib/onboarding/toy/rule.py": RULE,
        "tests/toy/test_rule.py": TESTS, "tests/toy/test_other.py": "def test_other() -> None: ...\n",
        "pyproject.toml": "", ".venv/secret": "",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def campaign(project: Path, *words: str) -> tuple[int, list[str]]:
    command = [sys.executable, str(SCRIPT), *words]
    run = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    return run.returncode, (run.stdout + run.stderr).splitlines()


def test_each_break_is_one_token_and_shown_with_its_line(project: Path) -> None:
    """Comparisons, numbers, states, members, branches, decorators; no docstring, annotation or text with gaps."""
    code, lines = campaign(project, "lib/onboarding/toy/rule.py")
    breaks = {line.partition("rule.py:")[2]: line[:8].strip() for line in lines if line[:8] in ("SURVIVED", "killed  ")}
    assert breaks == {
        '6  {"911", "N11"}  ->  {\'N11\'}': "SURVIVED",
        '6  {"911", "N11"}  ->  {\'911\'}': "SURVIVED",
        "6  \"N11\"  ->  'N1~'": "SURVIVED",
        "9  12  ->  13": "SURVIVED",
        "9  12  ->  11": "SURVIVED",
        "11  len(digits) < 3  ->  False": "killed",
        "11  len(digits) < 3  ->  len(digits) <= 3": "SURVIVED",
        "11  3  ->  4": "SURVIVED",
        "11  3  ->  2": "killed",
        "12  \"short\"  ->  'shor~'": "killed",
        "13  not digits.isdigit() or digits in SPECIAL  ->  False": "SURVIVED",
        "13  not digits.isdigit() or digits in SPECIAL  ->  (not digits.isdigit() and digits in SPECIAL)": "SURVIVED",
        "13  not digits.isdigit()  ->  (digits.isdigit())": "killed",
        "13  digits in SPECIAL  ->  digits not in SPECIAL": "killed",
        "15  \"long\" if len(digits) > most else \"sound\"  ->  ('sound' if len(digits) > most else 'long')": "killed",
        "15  \"long\"  ->  'lon~'": "SURVIVED",
        "15  len(digits) > most  ->  len(digits) >= most": "SURVIVED",
        "15  \"sound\"  ->  'soun~'": "killed",
        "20  9  ->  10": "SURVIVED",
        "20  9  ->  8": "SURVIVED",
        "22  8  ->  9": "SURVIVED",
        "22  8  ->  7": "SURVIVED",
    }
    assert code == 1
    assert f"7 of {len(breaks)} killed; {len(breaks)} could be tried" in lines
    assert (project / "lib/onboarding/toy/rule.py").read_text() == RULE


def test_the_same_seed_chooses_the_same_breaks(project: Path) -> None:
    """So many at most, chosen at random but the same each time; other tests may be named."""
    rule = "lib/onboarding/toy/rule.py"
    first = campaign(project, "--most", "2", "--seed", "7", "--jobs", "1", rule)
    assert campaign(project, "--most", "2", "--seed", "7", rule) == first
    _, lines = campaign(project, "--most", "3", f"{rule}=tests/toy/test_other.py")
    assert "0 of 3 killed; 22 could be tried" in lines


def test_tests_that_fail_anyhow_prove_nothing(project: Path) -> None:
    """A campaign begins with sound tests, or not at all."""
    (project / "tests/toy/test_rule.py").write_text(TESTS.replace('"sound"', '"other"'))
    code, lines = campaign(project, "lib/onboarding/toy/rule.py")
    assert code == 1
    assert lines == ["The tests of lib/onboarding/toy/rule.py do not pass as things are: tests/toy/test_rule.py"]
