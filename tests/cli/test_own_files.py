"""Files of one's own that take the place of shipped ones are named wherever what they decide is shown."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding.profile.edition import edition_at
from onboarding.resources import shipped
from onboarding.store.store import Store

Onboard = Callable[..., Any]
CHINOOK = shipped("data", "providers", "chinook.toml")
SAID = "Files of your own are used instead of shipped ones: chinook.toml, questions/company.toml."


@pytest.fixture
def own(home: Path) -> Path:
    """The workspace's folder of profiles: a copy of Chinook with a title of its own, and a copy of a template."""
    folder = home / "profiles"
    (folder / "questions").mkdir(parents=True)
    text = CHINOOK.read_text(encoding="utf-8")
    (folder / "chinook.toml").write_text(text.replace('title = "', 'title = "Our ', 1), encoding="utf-8")
    shutil.copy(shipped("data", "templates", "questions", "company.toml"), folder / "questions")
    return folder


def test_profiles_of_one_s_own_are_marked(own: Path, onboard: Onboard) -> None:
    """The list and the lint say which profiles are not wholly the shipped ones; the others stay unmarked."""
    listed = {line.split()[0]: line for line in onboard("profile", "list").out.splitlines() if line}
    assert SAID in listed["chinook"]
    assert "questions/company.toml." in listed["emetrotel"]
    assert "Files of your own" not in listed["corner"]  # has a name of its own
    linted = onboard("profile", "lint", "chinook", "corner")
    assert (linted.code, linted.out.count(SAID)) == (0, 1)


def test_every_run_and_whoever_reads_the_record_is_told(own: Path, onboard: Onboard, program: Onboard) -> None:
    """The run says it and keeps it, in its record and in its notebook; status and audit go on saying it.

    When the files are gone, it is said of what the customer goes on with, which is kept, and the audit names the runs.
    """
    day = ("--as-of", "2026-03-02")
    assert onboard("new", "bright-smile", "--profile", "chinook", *day).code == 0
    ran = program("run", "bright-smile", "telephony", *day)
    assert (ran.err, SAID in ran.out) == ("", True)
    with Store.open() as store:
        run = store.run("bright-smile.0001")
        shipped = edition_at(CHINOOK, is_shipped=True).digest
        assert run.details == {"own_files": ["chinook.toml", "questions/company.toml"], "shipped_edition": shipped}
        assert run.edition == edition_at(own / "chinook.toml").digest
        both = f"The edition is {run.edition[:8]}; of shipped files it would be {shipped[:8]}."
        assert both in ran.out
        assert SAID in (store.layout.archive / run.notebook).read_text()
    for words in (
        ("status", "bright-smile", *day),
        ("status", *day),
        ("audit", "verify"),
        ("audit", "verify", "bright-smile"),
    ):
        said = onboard(*words)
        assert (said.code, SAID in said.out) == (0, True), words
    assert json.loads(onboard("status", "--json", *day).out)[0]["own_files"] == [
        "chinook.toml",
        "questions/company.toml",
    ]
    assert json.loads(onboard("status", "bright-smile", "--json", *day).out)["own_files"][0] == "chinook.toml"
    shutil.rmtree(own)
    said = onboard("audit", "verify")
    used = "1 run used chinook.toml, questions/company.toml of your own instead of the shipped: bright-smile.0001."
    assert (said.code, used in said.out, SAID in said.out) == (0, True, True)
    assert SAID in onboard("status").out
    assert onboard("new", "second", "--profile", "chinook", *day).code == 0
    assert "Files of your own" not in onboard("status", "second", *day).out


def test_every_run_of_who_goes_on_with_the_shipped_edition_says_so(
    home: Path, onboard: Onboard, program: Onboard, request: pytest.FixtureRequest
) -> None:
    """A profile that comes to lie over the shipped one is no part of theirs: a run, its notebook and a batch, once,
    say which files those are, and that they do not hold here.
    """
    day = ("--as-of", "2026-03-02")
    for name in ("bright-smile", "second"):
        assert onboard("new", name, "--profile", "chinook", *day).code == 0
    aside = "Files of your own shadow shipped ones: chinook.toml, questions/company.toml. They do not hold here:"
    assert aside not in program("run", "bright-smile", "telephony", *day).out
    request.getfixturevalue("own")
    ran = program("run", "bright-smile", "telephony", *day)
    assert ran.out.count(aside) == 1
    assert "`onboard profile move bright-smile` shows what they would change." in ran.out
    with Store.open() as store:
        assert aside in (store.layout.archive / store.run("bright-smile.0002").notebook).read_text()
    assert program("batch", *day).out.count(aside) == 1


def test_a_file_that_is_no_profile_by_its_name_is_named(own: Path, onboard: Onboard) -> None:
    """It is not silently left out of the list, and the lint ends with 2."""
    (own / "chinook.toml").rename(own / "Our Chinook.toml")
    listed = onboard("profile", "list")
    assert f"Not listed: {own / 'Our Chinook.toml'}." in listed.out
    assert "such as my-provider.toml" in listed.out
    for words in ((), (str(own / "Our Chinook.toml"),)):
        said = onboard("profile", "lint", *words)
        assert said.code == 2
        assert said.err.startswith("PROFILE-NAME: ")
        assert "Our Chinook.toml" in said.err


def test_a_pipe_among_the_data_files_holds_nobody_up(onboard: Callable[..., Any], home: Path) -> None:
    """Where a profile, a catalogue or a list of people should lie: it is said to be no file, or passed over."""
    home.mkdir(exist_ok=True)
    (home / "profiles" / "languages").mkdir(parents=True)
    for name in ("profiles/own.toml", "profiles/languages/es.toml", "people.toml", "resellers.toml"):
        os.mkfifo(home / name)
    for words in (
        ("profile", "lint"), ("reseller",), ("new", "a", "--profile", "chinook", "--language", "es"),
        ("new", "a", "--profile", str(home / "profiles" / "own.toml")),
    ):  # fmt: skip
        said = onboard(*words)
        assert (said.code, "it is a pipe, no file" in said.err) == (2, True), words
