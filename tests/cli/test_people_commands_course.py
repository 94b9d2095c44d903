"""Phases and accountable parties on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Onboard = Callable[..., Any]
BY = ("--by", "Ana Diaz")
TASK = "telephony.sign-letter"


@pytest.fixture
def bright(onboard: Onboard, answers_file: Callable[..., Path]) -> Onboard:
    """`onboard`, with the customer bright-smile and its right answers in the workspace."""
    made = ("new", "bright-smile", "--profile", "corner", "--as-of", "2026-03-02")
    assert onboard(*made, "--answers", str(answers_file())).code == 0
    return onboard


def party_of(onboard: Onboard, task: str) -> str:
    found = json.loads(onboard("tasks", "bright-smile", "--all", "--json").out)
    return next(row["party"] for row in found if row["task"] == task)


def test_a_party_is_confirmed_for_one_customer(bright: Onboard) -> None:
    """Whoever was named is asked from now on; without --party the one shown so far is confirmed."""
    before = party_of(bright, TASK)
    said = bright("party", "bright-smile", TASK, "--party", "carrier", *BY)
    assert (said.code, said.err) == (0, "")
    assert said.out == "Sign the letter: Carrier, confirmed by Ana Diaz\n"
    assert before != party_of(bright, TASK) == "carrier"
    assert "Carrier" in bright("party", "bright-smile", TASK, *BY).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("party", "bright-smile", TASK, "--party", "nobody", *BY), "PARTY-UNKNOWN"),
        (("party", "bright-smile", "telephony.nothing", *BY), "TASK-UNKNOWN"),
        (("party", "bright-smile", TASK, "--by", " "), "BY-MISSING"),
        (("phase", "bright-smile", "--title", " ", *BY), "PHASE-TITLE"),
        (("phase", "nobody", "--title", "Two", *BY), "CUSTOMER-UNKNOWN"),
    ],
)
def test_what_cannot_be_meant_is_refused(bright: Onboard, arguments: tuple[str, ...], code: str) -> None:
    """A calm line with a remedy and exit code 2; nothing is changed."""
    said = bright(*arguments)
    assert said.code == 2
    assert code in said.err


def test_a_phase_waits_for_the_one_before(bright: Onboard) -> None:
    """What is open is named, with exit code 3; once all is closed or left out the next one begins and is shown."""
    early = bright("phase", "bright-smile", "--title", "Second building", *BY)
    assert early.code == 3
    assert "Phase 1 is not complete" in early.err
    for row in json.loads(bright("tasks", "bright-smile", "--all", "--json").out):
        if row["state"] not in ("done", "skipped", "not-needed"):
            assert bright("skip", "bright-smile", row["task"], "--reason", "not here", *BY).code == 0
    said = bright("phase", "bright-smile", "--title", "Second building", *BY)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Phase 2 of Bright Smile Dental Group has begun: Second building\n")
    assert "Phase 2, Second building, since" in bright("status", "bright-smile").out
    assert "phase 2" in bright("status").out
    assert bright("tasks", "bright-smile").out.startswith("Phase 2: Second building\n")
    assert json.loads(bright("status", "bright-smile", "--json").out)["phase"] == 2


def test_a_customer_is_called_off_and_taken_up_again(bright: Onboard) -> None:
    """Status, tasks and JSON say so; commands that do something refuse with 2; --undo takes it back."""
    said = bright("end", "bright-smile", "--reason", "went to another provider", *BY, "--as-of", "2026-03-02")
    sentence = "Cancelled on 2 Mar 2026 by Ana Diaz: went to another provider."
    assert said.code == 0
    assert f"Bright Smile Dental Group: {sentence}" in said.out
    assert sentence in bright("status", "bright-smile").out
    assert sentence in bright("tasks", "bright-smile").out
    assert sentence in bright("gates", "bright-smile").out
    assert "ended: cancelled on 2 Mar 2026" in bright("status").out
    for found in (
        json.loads(bright("status", "--json").out)[0],
        json.loads(bright("status", "bright-smile", "--json").out),
    ):
        assert found["ended"]["kind"] == "cancelled"
        assert found["waiting"] == []
    for words in (("plan", "bright-smile"), ("done", "bright-smile", TASK, *BY), ("run", "bright-smile", "provision")):
        refused = bright(*words)
        assert refused.code == 2
        assert "CUSTOMER-ENDED" in refused.err
    again = bright("end", "bright-smile", "--undo", "--reason", "the wrong one", *BY)
    assert (again.code, again.err) == (0, "")
    assert "goes on" in again.out
    assert json.loads(bright("status", "--json").out)[0]["ended"] is None
    assert bright("end", "bright-smile", "--undo", "--reason", "once more", *BY).code == 2
