"""Taking customers over on the command line: a template, a dry run, and nothing by halves."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from onboarding.answers.fact_file import COLUMNS, EXAMPLES, KINDS, read_facts
from onboarding.case.facts import MEANT, OF_ANY
from onboarding.store.store import Store

Onboard = Callable[..., Any]
HEAD = "customer,profile,kind,id,date,by,document\n"


@pytest.fixture
def facts(home: Path, answers_file: Callable[..., Path]) -> Path:
    """A file with two customers of the corner shop."""
    answers_file()
    path = Path("facts.csv")
    lines = [f"{name},corner,answers,,,,answers.json\n{name},,task,gather.read-sheet,2026-03-02,R. Diaz,\n"
             for name in ("one", "two")]  # fmt: skip
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["facts.csv", "facts.xlsx"])
def test_the_template_is_read_and_holds_no_customer(onboard: Onboard, name: str) -> None:
    """Its examples are passed over; every column and every kind is there, and nothing is written over."""
    assert onboard("adopt", "--template", name).code == 0
    found = read_facts(Path(name))
    assert (found.rows, found.complaints) == ([], [])
    again = onboard("adopt", "--template", name)
    assert (again.code, again.err.split(":")[0]) == (2, "ADOPT-EXISTS")
    said = onboard("adopt", name)
    assert (said.code, said.out) == (0, "There is nothing new in it.\n")


def test_the_examples_of_the_template_fill_in_what_means_something() -> None:
    """A row of each kind but papers; a decision says what was decided."""
    rows = [{name: cell for name, cell in zip(COLUMNS, row, strict=True) if cell} for row in EXAMPLES]
    assert {row["kind"] for row in rows} == KINDS.keys() - {"document"}
    assert all(row.keys() - {*OF_ANY} <= MEANT[row["kind"]] for row in rows)
    assert [row["decided"] for row in rows if row["kind"] == "decision"] == ["yes"]


def test_the_workbook_explains_itself_and_is_filled_in(onboard: Onboard, facts: Path) -> None:
    """A second sheet says what stands where; days may be typed as days."""
    onboard("adopt", "--template", "book.xlsx")
    book = load_workbook("book.xlsx")
    explained = {row[0] for row in book["How to fill in"].iter_rows(values_only=True)}
    assert {*COLUMNS, *KINDS} <= explained
    sheet = book["Facts"]
    row = {"customer": "three", "profile": "corner", "kind": "task", "id": "gather.read-sheet", "by": "Ana"}
    for place, column in enumerate(COLUMNS, start=1):
        sheet.cell(7, place).value = row.get(column)
    sheet.cell(7, list(COLUMNS).index("date") + 1).value = date(2026, 3, 2)
    book.save("book.xlsx")
    said = onboard("adopt", "book.xlsx")
    assert (said.code, "Done on 2026-03-02: Read the sheet (Ana; role taken on trust)." in said.out) == (0, True)
    sheet.cell(7, list(COLUMNS).index("id") + 1).value = "gather.read"
    book.save("book.xlsx")
    said = onboard("adopt", "book.xlsx")
    assert (said.code, "Facts!G7" in said.out) == (2, True)


def test_it_is_shown_first_and_kept_when_told(onboard: Onboard, facts: Path) -> None:
    """The dry run keeps nothing; the same file again adds nothing."""
    shown = onboard("adopt", str(facts))
    assert shown.code == 0
    assert shown.out.count("Done on 2026-03-02: Read the sheet (R. Diaz; role taken on trust).") == 2
    assert "To take over 2 customers: onboard adopt facts.csv --apply" in shown.out
    with Store.open() as store:
        assert store.customers() == []
    kept = onboard("adopt", str(facts), "--apply")
    assert (kept.code, kept.out.splitlines()[-1]) == (0, "2 customers taken over.")
    again = onboard("adopt", str(facts), "--apply")
    assert (again.code, again.out.splitlines()[-1]) == (0, "0 customers taken over.")
    listed = onboard("tasks", "one", "--all").out
    assert "stated at adoption, not verified" in listed
    assert onboard("audit", "verify").code == 0


def test_who_is_wrong_holds_nobody_else_up(onboard: Onboard, facts: Path) -> None:
    """The bad row is named with its cell; the others are taken, and it ends with 2."""
    facts.write_text(facts.read_text() + "two,,task,gather.nothing,2026-03-02,R. Diaz,\n", encoding="utf-8")
    said = onboard("adopt", str(facts), "--apply")
    assert (said.code, said.err.split(":")[0]) == (2, "ADOPT")
    assert "facts.csv line 6, column 4" in said.out
    with Store.open() as store:
        assert [one.id for one in store.customers()] == ["one"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), "ADOPT-WHAT"), (("facts.csv", "--template", "t.csv"), "ADOPT-WHAT"), (("nowhere.csv",), "FILE-MISSING"),
        (("--template", "t.txt"), "ADOPT-TEMPLATE"), (("bare.csv",), "ADOPT-COLUMNS"),
        (("facts.csv", "--as-of", "2026-03-02"), "ADOPT-AS-OF"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(onboard: Onboard, facts: Path, words: tuple[str, ...], code: str) -> None:
    """With what to do."""
    Path("bare.csv").write_text("name,thing\na,b\n", encoding="utf-8")
    said = onboard("adopt", *words)
    assert (said.code, said.err.split(":")[0]) == (2, code)


def test_an_unknown_column_is_named(onboard: Onboard, facts: Path) -> None:
    """Nothing is taken from a file whose columns are not understood."""
    facts.write_text(facts.read_text().replace("by,", "who,", 1), encoding="utf-8")
    said = onboard("adopt", str(facts), "--apply")
    assert (said.code, "There is no column 'who'." in said.out) == (2, True)
    with Store.open() as store:
        assert store.customers() == []


@pytest.mark.slow
def test_killed_at_any_moment_each_customer_is_whole_or_not_there(
    onboard: Onboard, facts: Path, command_line: list[str]
) -> None:
    """And the same file goes on from there."""
    chance = random.Random(20261129)
    names = [f"shop-{number}" for number in range(12)]
    lines = [f"{name},corner,task,gather.read-sheet,2026-03-02,R. Diaz,{name}.pdf\n" for name in names]
    for name in names:
        Path(f"{name}.pdf").write_text(f"The note of {name}.")
    facts.write_text(HEAD + "".join(lines), encoding="utf-8")
    for _ in range(5):
        child = subprocess.Popen(
            [*command_line, "adopt", str(facts), "--apply"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.4, 1.5))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        with Store.open() as store:
            assert store.verify() == []
            for one in store.customers():
                assert "gather.read-sheet" in store.record(one.id).tasks
    assert onboard("adopt", str(facts), "--apply").code == 0
    with Store.open() as store:
        assert [one.id for one in store.customers()] == sorted(names)
        assert all(len(store.record(name).evidence) == 1 for name in names)


def test_a_formula_is_no_value(onboard: Onboard, facts: Path) -> None:
    """In a workbook its cell is named, and so is one that shows an error; in a CSV it is text like any other."""
    onboard("adopt", "--template", "book.xlsx")
    book = load_workbook("book.xlsx")
    for number, name in enumerate(("three", "four", "five"), start=7):
        row = {"customer": name, "profile": "corner", "kind": "task", "id": "gather.read-sheet", "by": "Ana",
               "date": "2026-03-02"}  # fmt: skip
        for place, column in enumerate(COLUMNS, start=1):
            book["Facts"].cell(number, place).value = row.get(column)
    letter = {column: "ABCDEFGHIJKLMNOP"[place] for place, column in enumerate(COLUMNS)}
    book["Facts"][f"{letter['by']}7"] = '="R. " & "Diaz"'
    book["Facts"][f"{letter['date']}8"] = "#REF!"
    book.save("book.xlsx")
    said = onboard("adopt", "book.xlsx", "--apply")
    assert (said.code, said.out.splitlines()[-1]) == (2, "1 customer taken over.")
    assert f"Facts!{letter['by']}7" in said.out
    assert "It holds a formula." in said.out
    assert f"Facts!{letter['date']}8" in said.out
    facts.write_text(f"{HEAD}six,corner,task,gather.read-sheet,2026-03-02,=1+1,\n", encoding="utf-8")
    assert onboard("adopt", str(facts), "--apply").code == 0
    with Store.open() as store:
        assert [one.id for one in store.customers()] == ["five", "six"]
        assert store.record("six").tasks["gather.read-sheet"].by == "=1+1"


def test_what_stands_beside_the_columns_is_named(onboard: Onboard, facts: Path) -> None:
    """A value in no column is refused with its cell; another sheet that holds something is said not to be read."""
    facts.write_text(facts.read_text() + "two,,task,gather.read-sheet,2026-03-02,R. Diaz,,more\n", encoding="utf-8")
    said = onboard("adopt", str(facts))
    assert (said.code, "facts.csv line 6, column 8" in said.out) == (2, True)
    onboard("adopt", "--template", "book.xlsx")
    book = load_workbook("book.xlsx")
    book.create_sheet("Older").append(["customer", "kind"])
    book.save("book.xlsx")
    said = onboard("adopt", "book.xlsx")
    assert (said.code, "Older" in said.out, "Only the first sheet is read." in said.out) == (0, True, True)
