"""Several services of one customer on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Onboard = Callable[..., Any]
DAY = ("--as-of", "2026-03-02")
TEAMS, OFFICE = "univoip-teams", "univoip-officeconnect"


@pytest.fixture
def both(onboard: Onboard) -> Onboard:
    """`onboard`, with a customer of both of UniVoIP's services."""
    assert onboard("new", "law", "--profile", TEAMS, "--training", *DAY).code == 0
    assert onboard("engage", "law", "--profile", OFFICE, *DAY).code == 0
    return onboard


def test_a_second_service_is_begun_and_refused_twice(both: Onboard) -> None:
    """The refusal says what there is."""
    again = both("engage", "law", "--profile", OFFICE)
    assert again.code == 2
    assert "ENGAGEMENT-EXISTS: law has the service univoip-officeconnect" in again.err
    assert "CUSTOMER-UNKNOWN" in both("engage", "lw", "--profile", OFFICE).err


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "law"), ("run", "law"), ("open", "law", "gather"), ("done", "law", "gather.kick-off", "--by", "A"),
        ("skip", "law", "gather.kick-off", "--by", "A", "--reason", "r"), ("phase", "law", "--title", "t", "--by", "A"),
        ("gate", "law", "g", "--approve", "--by", "A", "--role", "r"), ("procedure", "list", "law"),
        ("end", "law", "--reason", "r", "--by", "A"), ("profile", "move", "law"),
    ],
)  # fmt: skip
def test_what_is_about_one_service_has_to_say_which(both: Onboard, words: tuple[str, ...]) -> None:
    """Without it the choices are listed; nothing is guessed."""
    found = both(*words)
    assert found.code == 2
    assert f"ENGAGEMENT-WHICH: law has 2 services: {TEAMS}, {OFFICE}." in found.err
    unknown = both(*words, "--service", "teams")
    assert "ENGAGEMENT-UNKNOWN: law has no service 'teams'." in unknown.err


def test_lists_show_all_services_or_the_one_that_is_named(both: Onboard) -> None:
    """Status, tasks, gates and report name the service of each line."""
    assert [one["service"] for one in json.loads(both("status", "--json").out)] == [TEAMS, OFFICE]
    status = both("status").out
    assert f"law (training) {TEAMS}" in status
    assert f"law (training) {OFFICE}" in status
    assert [one["service"] for one in json.loads(both("status", "law", "--json").out)] == [TEAMS, OFFICE]
    assert json.loads(both("status", "law", "--json", "--service", OFFICE).out)["service"] == OFFICE
    assert {one["service"] for one in json.loads(both("tasks", "law", "--json").out)} == {TEAMS, OFFICE}
    assert {one["service"] for one in json.loads(both("tasks", "law", "--json", "--service", TEAMS).out)} == {TEAMS}
    tasks = both("tasks", "law").out
    assert tasks.index(f"{TEAMS}: UniVoIP Cloud Voice") < tasks.index(f"{OFFICE}: UniVoIP OfficeConnect")
    assert f"{OFFICE}: UniVoIP OfficeConnect" in both("gates", "law").out


def test_a_plan_names_its_service_in_the_command_that_carries_it_out(both: Onboard) -> None:
    """So that it can be copied."""
    assert (
        f"onboard run law gather --service {OFFICE} --apply" in both("plan", "law", "gather", "--service", OFFICE).out
    )


def test_answers_are_given_once(both: Onboard, tmp_path: Path) -> None:
    """The sheet asks what both ask, each section once; what comes back is everybody's; a service alone asks its own."""
    sheet = tmp_path / "law.json"
    assert both("sheet", "law", "-o", str(sheet)).code == 0
    document = {"company": {"name": "Marlow and Finch"}, "network": {"switches": True}, "teams_network": {}}
    sheet.write_text(json.dumps(document), encoding="utf-8")
    assert "The answers are kept as version 1" in both("answers", "law", str(sheet), *DAY).err
    codes = [(one["code"], one["question"]) for one in json.loads(both("check", "law", "--json").out)]
    assert ("required", "network.routers") in codes
    assert codes.count(("required", "company.domain")) == 1
    alone = [one["question"] for one in json.loads(both("check", "law", "--json", "--service", TEAMS).out)]
    assert not any(question.startswith("network.") for question in alone)
    own = tmp_path / "teams.json"
    assert both("sheet", "law", "-o", str(own), "--service", TEAMS).code == 0
    assert "network" not in json.loads(own.read_text(encoding="utf-8"))


def test_one_service_needs_no_option(onboard: Onboard) -> None:
    """And may be named all the same."""
    onboard("new", "one", "--profile", TEAMS, "--training", "--service", "teams", *DAY)
    assert onboard("plan", "one", "gather").code == 0
    assert onboard("plan", "one", "gather", "--service", "teams").code == 0
    assert "ENGAGEMENT-UNKNOWN" in onboard("plan", "one", "gather", "--service", TEAMS).err


def test_a_customer_is_made_with_several_services(both: Onboard, tmp_path: Path) -> None:
    """As if the others were engaged: with answers to what all ask, in one order of services."""
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"company": {"name": "Marlow"}, "network": {"switches": True}}), encoding="utf-8")
    made = both("new", "tax", "--profile", TEAMS, "--profile", OFFICE, "--training", "--answers", str(answers), *DAY)
    assert made.code == 2  # answers are missing, as with any customer
    assert "Marlow (tax) is made" in made.out
    lines = {name: [line for line in json.loads(both("status", "--json").out) if line["customer"] == name]
             for name in ("law", "tax")}  # fmt: skip
    assert [line["service"] for line in lines["tax"]] == [line["service"] for line in lines["law"]] == [TEAMS, OFFICE]
    assert "The answers are kept as version 1" in made.err
    assert both("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--profile", TEAMS, "--profile", TEAMS), "ENGAGE-TWICE"),
        (("--profile", TEAMS, "--profile", "chinook"), "ENGAGE-DISAGREES"),
        (("--profile", TEAMS, "--profile", OFFICE, "--service", "voice"), "SERVICE-SEVERAL"),
        (("--profile", TEAMS, "--profile", "nobody"), "PROFILE-UNKNOWN"),
    ],
)
def test_services_that_one_customer_cannot_have_make_none(onboard: Onboard, words: tuple[str, ...], code: str) -> None:
    """Not even the first of them."""
    said = onboard("new", "tax", *words, "--training")
    assert (said.code, said.err.partition(":")[0]) == (2, code)
    assert json.loads(onboard("status", "--json").out) == []
