"""Extensions of somebody else's that break or print, on the command line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onboarding.domain.registry import installed
from tests.cli.conftest import PROFILES, Onboard

MODULE = '''
"""Extensions that do what the file `mood` says."""

import os, pathlib, signal, sys

from onboarding.answers.rules import OfQuestion, rule
from onboarding.domain.params import NoParams
from onboarding.report.blocks import Captioned, block
from onboarding.stages.checks import check
from onboarding.stages.planners import planner

MOOD = (pathlib.Path(__file__).parent / "mood").read_text()
if MOOD == "prints":
    print("printed at import")


def act(kind):
    if MOOD == "prints":
        print("printed by a", kind)
        os.system("echo written by a process")
    if MOOD == "kills kernels" and "onboarding.forkserver.template" in sys.orig_argv:
        os.kill(os.getpid(), signal.SIGSEGV)
    if MOOD == kind:
        raise RuntimeError(f"{kind} boom")
    if MOOD == f"{kind} exits":
        sys.exit(4)


@rule("their-rule", OfQuestion, says="{value} is not theirs.")
def their_rule(facts, p):
    """What theirs wants of an answer."""
    for cell in facts.answered(p.question):
        if cell.value == "0101":
            act("rule")
            yield from ()


@check("their-check", NoParams)
def their_check(context, p, closed):
    """What theirs wants of a gate."""
    act("check")
    return []


@planner("their-planner", NoParams)
def their_planner(task, context, p):
    """What theirs plans."""
    act("planner")
    return []


@block("their-block", Captioned)
def their_block(guide, p):
    """What theirs shows."""
    act("block")
    yield from ()
'''
NAMES = ("rule", "check", "planner", "block")
ADDED = """
[rule.what-theirs-wants]
check = "their-rule"
params = { question = "users.extension" }
message = "{value} is not theirs."
source = "theirs"

[report.block.theirs]
title = "Theirs"

[[report.block.theirs.show]]
kind = "their-block"
"""

Mood = Callable[[str], None]


@pytest.fixture
def mood(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mood]:
    """Has a distribution beside us with an extension of each kind, a profile `theirs` that uses them, and sets what
    they do.
    """
    site, own = tmp_path / "site", tmp_path / "profiles"
    about = site / "theirs-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1\n")
    entries = "".join(f"{kind}.their-{kind} = theirs:their_{kind}\n" for kind in NAMES)
    (about / "entry_points.txt").write_text(f"[onboarding.extensions]\n{entries}")
    (site / "theirs.py").write_text(MODULE)
    own.mkdir()
    corner = (PROFILES / "corner.toml").read_text()
    (own / "corner.toml").write_text(corner)
    theirs = corner.replace('check = "answers-complete"', 'check = "their-check"')
    theirs = theirs.replace('title = "Create the company"', 'title = "Create the company"\naction = "their-planner"')
    (own / "theirs.toml").write_text(theirs + ADDED)
    monkeypatch.setenv("ONBOARDING_PROFILES", str(own))
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))

    def act(how: str) -> None:
        (site / "mood").write_text(how)
        sys.modules.pop("theirs", None)
        installed.cache_clear()

    act("")
    yield act
    sys.modules.pop("theirs", None)
    installed.cache_clear()


@pytest.fixture
def both(mood: Mood, onboard: Onboard, answers_file: Callable[..., Path]) -> Onboard:
    """`onboard`, with one customer of the profile that uses the extensions and one of another, answers complete."""
    answers = str(answers_file())
    for name, profile in (("bright-smile", "theirs"), ("corner-shop", "corner")):
        assert onboard("new", name, "--profile", profile, "--answers", answers, "--as-of", "2026-03-02").code == 0
    return onboard


@pytest.mark.parametrize("how", ["rule", "rule exits"])
def test_a_rule_that_breaks_is_named(both: Onboard, mood: Mood, how: str) -> None:
    """With its file and line, the answer it looked at, who asked for it, its own words and what to do."""
    before = both("status", "bright-smile", "--json").out
    mood(how)
    said = both("check", "bright-smile")
    words = "RuntimeError: rule boom" if how == "rule" else "SystemExit: 4"
    assert (said.code, said.out) == (1, "")
    first, remedy = said.err.splitlines()
    assert re.fullmatch(
        r"EXTENSION-FAILED: The rule 'their-rule' \(theirs\.py, line \d+\) broke at users\.extension in row 2, "
        rf"asked by rule what-theirs-wants of theirs\.toml: {words}\.",
        first,
    )
    assert remedy == "Mend it or leave it out of the profile; what was saved is kept."
    mood("")
    assert both("status", "bright-smile", "--json").out == before


@pytest.mark.parametrize(
    ("kind", "asked", "command"),
    [
        ("check", "theirs.toml", ("gates", "bright-smile")),
        ("planner", "task provision.create-company of theirs.toml", ("plan", "bright-smile", "provision")),
        ("block", "block theirs of theirs.toml", ("report", "bright-smile")),
    ],
)
def test_every_kind_that_breaks_is_named(both: Onboard, mood: Mood, kind: str, asked: str, command: tuple[str]) -> None:
    """In the same way, wherever it is met."""
    mood(kind)
    said = both(*command)
    assert said.code == 1
    assert f"The {kind} 'their-{kind}' (theirs.py, line " in said.err
    assert f") broke, asked by {asked}: RuntimeError: {kind} boom." in said.err


def test_a_rule_that_breaks_stops_nobody_else(both: Onboard, mood: Mood, program: Onboard) -> None:
    """Its customer's turn ends with the rule's name, the others have theirs."""
    mood("rule")
    said = program("batch", "--json", "--as-of", "2026-03-02T10:00")
    found = json.loads(said.out)
    assert (said.code, said.err) == (1, "")
    assert found["outcomes"] == {"failed": 1, "done": 1}
    (message,) = [run["message"] for run in found["runs"] if run["customer"] == "bright-smile"]
    assert message.startswith("EXTENSION-FAILED: The rule 'their-rule' (theirs.py, line ")


def test_a_profile_that_kills_whoever_prepares_it_is_named(
    both: Onboard, mood: Mood, program: Onboard, answers_file: Callable[..., Path]
) -> None:
    """The runs of its own customers end with that, those of others go on."""
    made = ("new", "dental-group", "--profile", "theirs", "--as-of", "2026-03-02")
    assert both(*made, "--answers", str(answers_file())).code == 0
    mood("kills kernels")
    said = program("batch", "--json", "--as-of", "2026-03-02T10:00", "--jobs", "1")
    found = json.loads(said.out)
    assert found["outcomes"] == {"died": 2, "done": 1}
    assert "theirs could not be prepared ahead, and each run does it anew: it ended its process by SIGSEGV" in said.err
    told = "preparing 'theirs' had failed: it ended its process by SIGSEGV"
    assert [told in run["message"] for run in found["runs"] if run["outcome"] == "died"] == [False, True]


@pytest.mark.parametrize(
    "command", [("status",), ("status", "bright-smile"), ("tasks", "bright-smile"), ("check", "bright-smile"),
                ("gates", "bright-smile"), ("procedure", "list", "bright-smile")],
)  # fmt: skip
def test_what_an_extension_prints_is_not_among_the_json(
    both: Onboard, mood: Mood, program: Onboard, command: tuple[str, ...]
) -> None:
    """Stdout has the JSON alone; the rest, also of processes it starts, is on stderr."""
    mood("prints")
    said = program(*command, "--json")
    assert said.code == 0
    json.loads(said.out)
    for line in said.err.splitlines():
        assert line.startswith(("printed ", "written "))


@pytest.mark.parametrize("way", ["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def test_what_an_extension_prints_is_not_among_the_json_of_a_batch(
    both: Onboard, mood: Mood, program: Onboard, way: str
) -> None:
    """Neither here nor in the template nor in a kernel."""
    mood("prints")
    said = program("batch", "--json", "--as-of", "2026-03-02T10:00", ONBOARDING_KERNELS=way)
    assert json.loads(said.out)["outcomes"] == {"done": 2}
    assert {"printed at import", "printed by a rule", "written by a process"} <= {*said.err.splitlines()}
