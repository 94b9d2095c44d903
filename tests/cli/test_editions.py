"""Editions on the command line: who has which, moved one by one or all of a profile."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding.store.store import Store
from tests.cli.conftest import PROFILES

Onboard = Callable[..., Any]
DAY = ("--as-of", "2026-03-02")


@pytest.fixture
def corner(home: Path) -> Path:
    """The corner profile in the workspace's own folder, where it can be edited."""
    folder = home / "profiles"
    folder.mkdir(parents=True)
    path = folder / "corner-shop.toml"
    path.write_text((PROFILES / "corner.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return path


@pytest.fixture
def made(corner: Path, onboard: Onboard, answers_file: Callable[..., Path]) -> Onboard:
    """`onboard`, with two customers of it; one task of the first is done."""
    for name in ("one", "two"):
        new = ("new", name, "--profile", "corner-shop", "--training", "--answers", str(answers_file()))
        assert onboard(*new, *DAY).code == 0
    assert onboard("done", "one", "gather.read-sheet", "--by", "R. Diaz", *DAY).code == 0
    return onboard


def edit(path: Path) -> None:
    """Another edition: the sheet is to be read anew."""
    text = path.read_text(encoding="utf-8")
    title = 'title = "Read the sheet"\n'
    path.write_text(text.replace(title, f"{title}revision = 1\n"), encoding="utf-8")


def rows(onboard: Onboard) -> dict[str, dict[str, Any]]:
    found = json.loads(onboard("profile", "editions", "--json").out)
    return {row["customer"]: row for row in found}


def test_who_has_which_edition(made: Onboard, corner: Path) -> None:
    """And where the files are another by now, with the command that moves; nothing has moved by itself."""
    assert made("profile", "editions").out.count("as the files are now") == 2
    before = rows(made)
    edit(corner)
    said = made("profile", "editions", "corner-shop").out
    assert said.count("`onboard profile move one`") == 1
    after = rows(made)
    assert after["one"]["edition"] == before["one"]["edition"] != after["one"]["files_now"]
    corner.unlink()
    assert "the profile's file is gone; this edition is kept" in made("profile", "editions").out
    assert made("tasks", "one", *DAY).code == 0


def test_a_move_is_shown_and_asked(made: Onboard, corner: Path) -> None:
    """Without a terminal and without --yes nothing happens; with it the record says why."""
    edit(corner)
    asked = made("profile", "move", "one", *DAY)
    assert (asked.code, "MOVE-UNCONFIRMED" in asked.err) == (2, True)
    assert "To be done anew: Read the sheet." in asked.out
    assert rows(made)["one"]["edition"] != rows(made)["one"]["files_now"]
    moved = made("profile", "move", "one", "--yes", "--reason", "read it properly", *DAY)
    assert (moved.code, moved.err) == (0, "")
    assert rows(made)["one"]["edition"] == rows(made)["one"]["files_now"]
    assert "gather.read-sheet" in made("tasks", "one", *DAY).out
    assert made("audit", "verify").code == 0


def test_all_of_a_profile_are_moved_at_once(made: Onboard, corner: Path) -> None:
    """Whoever has it already, or cannot be moved, is named and left alone."""
    edit(corner)
    assert made("profile", "move", "two", "--yes", *DAY).code == 0
    said = made("profile", "move", "--all-of", "corner-shop", "--yes", *DAY)
    assert (said.code, said.err) == (0, "")
    assert "Left alone: Bright Smile Dental Group (two) has the edition" in said.out
    assert "one has the edition" in said.out
    assert len({row["edition"] for row in rows(made).values()}) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "MOVE-WHOM"), (("one", "--all-of", "corner-shop"), "MOVE-WHOM"), (("--all-of", "nobody"), "MOVE-NOBODY"),
        (("one", "--to", "nowhere.toml"), "EDITION-FILE"), (("one", "--to", "nowhere"), "PROFILE-UNKNOWN"),
        (("one",), "EDITION-SAME"), (("nobody",), "CUSTOMER-UNKNOWN"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(made: Onboard, words: tuple[str, ...], code: str) -> None:
    """With what to do."""
    said = made("profile", "move", *words)
    assert (said.code, said.err.split(":")[0]) == (2, code)


def test_a_file_from_anywhere_and_back_by_digest(made: Onboard, corner: Path, tmp_path: Path) -> None:
    """The file need not stay where it was; an edition that is kept is found by its first digits."""
    elsewhere = tmp_path / "corner-shop.toml"
    elsewhere.write_text(corner.read_text(encoding="utf-8"), encoding="utf-8")
    edit(elsewhere)
    old = rows(made)["one"]["edition"]
    assert made("profile", "move", "one", "--to", str(elsewhere), "--yes", *DAY).code == 0
    elsewhere.unlink()
    assert made("status", "one", *DAY).code == 0
    assert made("profile", "move", "one", "--to", old[:10], "--yes", *DAY).code == 0
    assert rows(made)["one"]["edition"] == old


@pytest.mark.slow
def test_a_move_that_is_killed_is_whole_or_not_there(made: Onboard, corner: Path, command_line: list[str]) -> None:
    """Killed at any moment: the customer has the one edition or the other, with everything that belongs to it."""
    edit(corner)
    chance = random.Random(20261129)
    for _ in range(8):
        with Store.open() as store:
            before = store.engagement("two").edition
        files = corner.read_text(encoding="utf-8")
        target = json.loads(made("profile", "editions", "--json").out)[1]["files_now"]
        child = subprocess.Popen(
            [*command_line, "profile", "move", "two", "--yes", *DAY],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.3, 1.6))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        with Store.open() as store:
            found, record = store.engagement("two"), store.record("two")
            assert found.edition in (before, target)
            assert found.edition == found.editions[-1].digest
            moves = [line for line in record.evidence if line.what.kind == "edition.moved"]
            assert len(found.editions) == len(moves) + 1
            assert [one.version for one in found.editions[1:]] == [line.version for line in moves]
            assert store.verify() == []
            if found.edition == target:
                corner.write_text(f"{files}# again\n", encoding="utf-8")
    assert made("profile", "move", "two", "--yes", *DAY).code in (0, 2)


@pytest.mark.slow
def test_of_two_moves_at_once_one_moves(made: Onboard, corner: Path, command_line: list[str]) -> None:
    """The other says that the customer has that edition by now."""
    edit(corner)
    words = [*command_line, "profile", "move", "two", "--yes", *DAY]
    children = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [(child.communicate(timeout=60), child.returncode) for child in children]
    assert sorted(code == 0 for _out, code in said) == [False, True], said
    with Store.open() as store:
        assert len(store.engagement("two").editions) == 2
        assert store.verify() == []
