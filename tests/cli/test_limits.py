"""Commands that execute runbooks where a process may use little: they work, or say in two lines what they lack."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM, Onboard, Said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")

Limited = Callable[..., Said]


@pytest.fixture
def limited(onboard: Onboard, answers_file: Callable[..., Path]) -> Limited:
    """Calls a command under a limit of `ulimit`; two customers are in the workspace."""
    for name in ("bright-smile", "corner-shop"):
        assert onboard("new", name, "--profile", "corner", "--answers", str(answers_file())).code == 0

    def call(limit: str, *args: str) -> Said:
        done = subprocess.run(
            ["/bin/sh", "-c", f'ulimit {limit} && exec "$@"', "sh", *PROGRAM, *args],
            env=dict(os.environ), capture_output=True, check=False, timeout=100, text=True,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    return call


def _is_clear(said: Said, code: str, option: str) -> bool:
    """Whether it worked without a word, or was refused in two lines and nothing was begun."""
    if said.code == 0:
        return said.err == ""
    lines = said.err.splitlines()
    return (
        (said.code, said.out, len(lines)) == (1, "", 2)
        and lines[0].startswith(f"{code}: This process may ")
        and f"`ulimit {option} " in lines[1]
    )


@pytest.mark.parametrize(("command", "works"), [(("run", "bright-smile"), 40), (("batch",), 64)])
def test_few_open_files(limited: Limited, home: Path, command: tuple[str, ...], works: int) -> None:
    """Too few are named before anything has begun; nothing is noted of a run."""
    for files in (8, works // 2):
        said = limited(f"-n {files}", *command)
        assert said.code == 1
        assert _is_clear(said, "OPEN-FILES", "-n"), said
    assert not [*home.glob("archive/*/*")]
    assert limited(f"-n {works}", *command).code == 0


@pytest.mark.parametrize("command", [("run", "bright-smile"), ("batch",)])
def test_little_memory(limited: Limited, command: tuple[str, ...]) -> None:
    """It is named as what is short, and how much there is."""
    said = limited(f"-v {200 * 1024}", *command)
    assert said.err.startswith("MEMORY: This process may use 200 MB of memory; ")
    assert _is_clear(said, "MEMORY", "-v"), said
    assert limited(f"-v {450 * 1024}", *command).code == 0


def test_kernels_started_anew_need_more(limited: Limited, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets and threads of their own: what is too little for them is named before one begins."""
    monkeypatch.setenv("ONBOARDING_KERNELS", "spawn")
    for limit, code in ((f"-v {1000 * 1024}", "MEMORY"), ("-n 64", "OPEN-FILES")):
        said = limited(limit, "run", "bright-smile")
        assert said.code == 1
        assert _is_clear(said, code, limit[:2]), said
    assert limited(f"-n 96 && ulimit -v {1400 * 1024}", "run", "bright-smile").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", [("run", "bright-smile"), ("batch",)])
@pytest.mark.parametrize(
    ("code", "option", "values"),
    [
        ("OPEN-FILES", "-n", (8, 14, 20, 26, 32, 48, 64)),
        ("MEMORY", "-v", (100_000, 250_000, 380_000, 410_000, 800_000)),
    ],
)
def test_a_sweep_over_limits(
    limited: Limited, command: tuple[str, ...], code: str, option: str, values: tuple[int, ...]
) -> None:
    """With whatever there is the command works or says what is short: no traceback, nothing in between."""
    found = {value: limited(f"{option} {value}", *command) for value in values}
    assert {value: said for value, said in found.items() if not _is_clear(said, code, option)} == {}
    codes = [said.code for said in found.values()]
    assert codes == sorted(codes, reverse=True)  # refused up to some value, then it works
    assert {0, 1} == {*codes}
