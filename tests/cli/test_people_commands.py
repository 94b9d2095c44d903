"""Tasks and gates on the command line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onboarding.cli.options import TRAINING
from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.task import STAGES
from onboarding.errors import InputError
from onboarding.profile.load import load_profile
from onboarding.profile.stages import stage_of
from onboarding.resources import shipped
from onboarding.store.store import Store

Onboard = Callable[..., Any]


@pytest.fixture
def bright(onboard: Onboard, answers_file: Callable[..., Path]) -> Onboard:
    """`onboard`, with the customer bright-smile and its right answers in the workspace."""
    made = ("new", "bright-smile", "--profile", "corner", "--as-of", "2026-03-02")
    assert onboard(*made, "--answers", str(answers_file())).code == 0
    return onboard


def states(onboard: Onboard) -> dict[str, str]:
    found = json.loads(onboard("tasks", "bright-smile", "--all", "--json").out)
    return {task["task"]: task["state"] for task in found}


def test_tasks(bright: Onboard) -> None:
    """The list shows what somebody can do now; with --all everything, with the reason that holds it."""
    now = bright("tasks", "bright-smile").out
    assert "gather.read-sheet" in now
    assert "telephony.move-numbers" not in now
    everything = bright("tasks", "bright-smile", "--all").out
    assert "First: Sign the letter." in everything
    assert "Carrier" not in now


@pytest.mark.keeps("C-02")
@pytest.mark.refuses("C-02")
def test_tasks_by_their_channel(bright: Onboard) -> None:
    """What may be done either way is listed for the portal and for an engineer; a channel there is not is refused."""
    every = json.loads(bright("tasks", "bright-smile", "--all", "--json").out)
    assert {task["channel"] for task in every} >= {"either"}
    for channel, wanted in (("portal", {"portal", "either"}), ("engineer", {"engineer", "either"}), ("call", {"call"})):
        found = json.loads(bright("tasks", "bright-smile", "--all", "--channel", channel, "--json").out)
        assert [task["task"] for task in found] == [task["task"] for task in every if task["channel"] in wanted]
    assert (
        bright("tasks", "bright-smile", "--channel", "site-visit").out
        == "Nothing is to be done by way of site-visit now.\n"
    )
    said = bright("tasks", "bright-smile", "--channel", "fax")
    assert (said.code, said.err.splitlines()[0]) == (2, "CHANNEL-UNKNOWN: Nothing is carried out by way of 'fax'.")


def test_done_with_proof(bright: Onboard) -> None:
    """A task is reported done with its proof, whose digest is shown and kept; options may stand before arguments."""
    Path("letter.pdf").write_bytes(b"signed")
    said = bright("done", "--by", "Ana Diaz", "--evidence", "letter.pdf", "bright-smile", "telephony.sign-letter",
                  "--reference", "T-1", "--as-of", "2026-03-02")  # fmt: skip
    assert (said.code, said.err) == (0, "")
    digest = hashlib.sha256(b"signed").hexdigest()
    assert digest in said.out
    assert states(bright)["telephony.sign-letter"] == "done"
    with Store.open() as store:
        (line,) = store.record("bright-smile").evidence
        assert (line.by, line.document, line.reference) == ("Ana Diaz", digest, "T-1")
        # a day alone is nine in the morning in the profile's time zone
        assert line.at == datetime(2026, 3, 2, 14, tzinfo=UTC)


def test_a_word_that_is_taken_on_trust_is_said_to_be(bright: Onboard) -> None:
    """Where it is reported and where something is left out; who is listed is told nothing."""
    said = bright("done", "bright-smile", "gather.read-sheet", "--by", "Ana")
    assert "Ana is not listed as Engineer: the role is taken on trust.\nNo file proves it; wanted is: " in said.out
    said = bright("skip", "bright-smile", "telephony.sign-letter", "--by", "Ana", "--reason", "no old numbers")
    assert "Ana is not listed as Customer or Engineer: the role is taken on trust." in said.out


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("done", "bright-smile", "gather.nothing", "--by", "Ana"), 2, "TASK-UNKNOWN"),
        (("done", "bright-smile", "telephony.sing-letter", "--by", "Ana"), 2,
         "TASK-UNKNOWN: bright-smile has no task 'telephony.sing-letter'; did you mean 'telephony.sign-letter'?\n"),
        (("done", "bright-smile", "gather.read-sheet", "--by", "  "), 2, "BY-MISSING"),
        (("done", "bright-smile", "telephony.move-numbers", "--by", "Ana"), 3, "TASK-BLOCKED"),
        (("done", "bright-smile", "gather.read-sheet", "--by", "Ana", "--evidence", "gone.pdf"), 2, "EVIDENCE-FILE"),
        (("done", "bright-smile", "gather.read-sheet", "--by", "Ana", "--evidence", "."), 2, "EVIDENCE-FILE"),
        (("done", "bright-smile", "gather.read-sheet", "--by", "Ana", "--as-of", "2026-13-01"), 2, "AS-OF"),
        (("skip", "bright-smile", "gather.read-sheet", "--by", "Ana", "--reason", " "), 2, "SKIP-REASON"),
        (("again", "bright-smile", "gather.read-sheet", "--by", "Ana", "--reason", " "), 2, "AGAIN-REASON"),
        (("again", "bright-smile", "gather.read-sheet", "--by", "Ana", "--reason", "no"), 2, "TASK-NOT-UNKNOWN"),
        (("gate", "bright-smile", "agreed", "--by", "Ana", "--role", "customer"), 2, "GATE-ANSWER"),
        (("gate", "bright-smile", "agreed", "--approve", "--reject", "--by", "A", "--role", "customer"), 2,
         "GATE-ANSWER"),
        (("gate", "bright-smile", "agreed", "--approve", "--by", "Ana", "--role", "carrier"), 2, "GATE-ROLE"),
        (("gate", "bright-smile", "agreed", "--approve", "--by", "Ana", "--role", "customer"), 2, "GATE-EVIDENCE"),
        (("gate", "bright-smile", "sheet-complete", "--approve", "--by", "Ana", "--role", "customer"), 2,
         "GATE-CHECKED"),
        (("gate", "bright-smile", "nothing", "--approve", "--by", "Ana", "--role", "customer"), 2, "GATE-UNKNOWN"),
    ],
)  # fmt: skip
def test_what_cannot_be_reported(args: tuple[str, ...], code: int, words: str, bright: Onboard) -> None:
    """A report or decision that makes no sense is refused in two lines, and nothing changes."""
    before = states(bright), bright("gates", "bright-smile").out
    said = bright(*args)
    assert said.code == code
    assert said.err.startswith(words), said.err
    assert len(said.err.splitlines()) <= 2
    assert (states(bright), bright("gates", "bright-smile").out) == before


def test_an_empty_proof(bright: Onboard) -> None:
    """An empty file proves nothing."""
    Path("empty.pdf").touch()
    said = bright("done", "bright-smile", "gather.read-sheet", "--by", "Ana", "--evidence", "empty.pdf")
    assert (said.code, "is empty" in said.err) == (2, True)


def test_done_twice(bright: Onboard) -> None:
    """A closed task cannot be reported again."""
    assert bright("done", "bright-smile", "gather.read-sheet", "--by", "Ana").code == 0
    said = bright("done", "bright-smile", "gather.read-sheet", "--by", "Ana")
    assert said.code == 2
    assert said.err.startswith("TASK-CLOSED")


def test_skip(bright: Onboard) -> None:
    """A task is left out for a reason, which is shown ever after."""
    said = bright("skip", "bright-smile", "telephony.sign-letter", "--by", "Ana", "--reason", "no old numbers")
    assert said.code == 0
    assert states(bright)["telephony.sign-letter"] == "skipped"
    assert "no old numbers" in bright("tasks", "bright-smile", "--all").out


def test_again(bright: Onboard, home: Path) -> None:
    """An attempt of unknown end may be sent again once somebody says how they know that nothing happened."""
    with Store.open() as store:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        store.set_task("bright-smile", TaskRecord("provision.create-company", TaskState.UNKNOWN, at, "engineer"))
    assert states(bright)["provision.create-company"] == "unknown"
    said = bright("again", "bright-smile", "provision.create-company", "--by", "Ana", "--reason", "not there")
    assert (said.code, said.err) == (0, "")
    assert states(bright)["provision.create-company"] == "ready"


def test_gates(bright: Onboard) -> None:
    """A decision opens its gate until the answers it was made on change; a no closes it with the reason."""
    Path("ok.txt").write_text("yes, go")
    gate = ("gate", "bright-smile", "agreed", "--by", "Ana", "--role", "customer", "--evidence", "ok.txt")
    said = bright(*gate, "--approve")
    assert (said.code, said.err) == (0, "")
    assert "The gate is open." in said.out
    views = {view["gate"]: view for view in json.loads(bright("gates", "bright-smile", "--json").out)}
    assert views["agreed"]["is_open"]
    assert views["agreed"]["decisions"][0]["by"] == "Ana"
    assert "The gate is closed." in bright(*gate, "--reject", "--note", "not in March").out
    assert "not in March" in bright("gates", "bright-smile").out


def test_a_gate_closes_when_the_answers_move(bright: Onboard, answers_file: Callable[..., Path]) -> None:
    """An approval counts for what it was given on."""
    Path("ok.txt").write_text("yes, go")
    bright("gate", "bright-smile", "agreed", "--approve", "--by", "Ana", "--role", "customer", "--evidence", "ok.txt")
    changed = answers_file("b.json", company={"name": "Other", "domain": "other.example"})
    refused = bright("answers", "bright-smile", str(changed))
    assert (refused.code, refused.err.partition(":")[0]) == (2, "ANSWERS-UNDO")
    assert "The gate closes: The customer agrees." in refused.out
    assert "have changed since" not in bright("gates", "bright-smile").out
    assert bright("answers", "bright-smile", str(changed), "--yes").code == 0
    assert "have changed since" in bright("gates", "bright-smile").out


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("enable_services", "enable_services"), ("enable-services", "enable_services"), ("ENABLE", "enable_services"),
        ("40", "enable_services"), ("40_enable_services", "enable_services"), ("e", "enable_services"),
        ("runbooks/40_enable_services.ipynb", "enable_services"), (" gather ", "gather"), ("60", "cutover"),
    ],
)  # fmt: skip
def test_stage_names(text: str, stage: str) -> None:
    """A stage is known by name, number, runbook or an unambiguous beginning."""
    assert stage_of(load_profile("chinook"), text) == stage


@pytest.mark.parametrize(
    ("text", "hint"),
    [("provison", "provision"), ("enabel", "enable_services"), ("70", ""), ("", ""), ("40_gather", ""), ("4", "")],
)
def test_unknown_stages(text: str, hint: str) -> None:
    """What is no stage is refused with what was probably meant, and the list."""
    with pytest.raises(InputError) as caught:
        stage_of(load_profile("chinook"), text)
    assert caught.value.code == "STAGE-UNKNOWN"
    assert all(stage in caught.value.remedy for stage in STAGES)
    assert (f"Did you mean {hint!r}" in caught.value.remedy) == bool(hint)


def test_the_training_customer() -> None:
    """The command line knows the training customer by the same id as the library."""
    from onboarding.case.sample import SAMPLE

    assert TRAINING == SAMPLE


def test_what_cannot_be_reported_yet_says_the_commands_that_help(onboard: Onboard) -> None:
    """What closes by its check is answered in a section of the sheet; a file that is missing is given by its option."""
    answers = shipped("data", "examples", "cedar-valley-schools.toml")
    day = ("--as-of", "2026-03-02")
    onboard("new", "cedar", "--profile", "univoip-teams", "--training", "--answers", str(answers), *day)
    checked = onboard("done", "cedar", "gather.validate-network", "--by", "Elena Marsh", *day)
    assert (checked.code, checked.err.partition(":")[0]) == (3, "TASK-CHECKED")
    assert "It is answered in the sheet: Network for Teams." in checked.err
    assert "`onboard answers cedar FILE`" in checked.err
    missing = onboard("done", "cedar", "telephony.acknowledge-911", "--by", "Harold Finney", *day)
    assert (missing.code, missing.err.partition(":")[0]) == (2, "PROOF-MISSING")
    assert "--evidence (The acknowledgement, dated and signed)" in missing.err
