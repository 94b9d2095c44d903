"""`onboard sheet` in every face, one party's part, and `onboard answers --return`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from onboarding.resources import shipped

Onboard = Callable[..., Any]
AT = ("--as-of", "2026-03-02")


@pytest.fixture
def bright(onboard: Onboard) -> Onboard:
    """`onboard`, with the example customer of Chinook in the workspace."""
    example = shipped("data", "examples", "bright-smile.toml")
    assert onboard("new", "bright", "--profile", "chinook", "--answers", str(example), *AT).code == 0
    return onboard


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.toml", "sheet.json", "sheet"])
def test_what_is_written_is_read_back(name: str, bright: Onboard) -> None:
    """Each face that can be filled in comes back as the same version of the answers."""
    said = bright("sheet", "bright", "-o", name)
    assert (said.code, said.err) == (0, "")
    assert f"onboard answers bright {name}" in said.out
    said = bright("answers", "bright", name, *AT)
    assert (said.code, said.err) == (0, "")
    assert "version 1" in said.out


def test_a_page_to_print(bright: Onboard) -> None:
    """HTML that needs nothing else."""
    said = bright("sheet", "bright", "--print", "-o", "sheet.html")
    assert (said.code, said.err) == (0, "")
    assert "comes back on paper" in said.out
    assert "Bright Smile Dental Group" in Path("sheet.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_page_as_pdf(bright: Onboard, chromium: str) -> None:
    """Printed by the browser the reports are printed with."""
    assert bright("sheet", "bright", "--print", "--owner", "reseller", "-o", "sheet.pdf").code == 0
    assert Path("sheet.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("-o", "x.docx"), "SHEET-NAME"),
        (("--print", "-o", "x.xlsx"), "SHEET-NAME"),
        (("--owner", "reseller", "-o", "x.toml"), "SHEET-OWNER"),
        (("--owner", "carrier", "-o", "x.xlsx"), "OWNER-UNKNOWN"),
    ],
)
def test_faces_there_are_not(args: tuple[str, ...], code: str, bright: Onboard) -> None:
    """Refused in words, and nothing is written."""
    said = bright("sheet", "bright", *args)
    assert said.code == 2
    assert said.err.startswith(code)
    assert list(Path().iterdir()) == []


def test_one_partys_part_changes_only_its_answers(bright: Onboard) -> None:
    """The signer corrects an account; the users, whom the workbook does not hold, are all still there."""
    assert bright("sheet", "bright", "--owner", "authorised-signer", "-o", "part.xlsx").code == 0
    book = load_workbook("part.xlsx")
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [
        "Instructions", "Numbers to keep accounts", "Numbers to keep",
    ]  # fmt: skip
    book["Numbers to keep accounts"]["C2"] = "4711"
    book.save("part.xlsx")
    said = bright("answers", "bright", "part.xlsx", *AT)
    assert (said.code, said.err) == (0, "")
    assert "version 2" in said.out
    assert bright("sheet", "bright", "-o", "now.toml").code == 0
    text = Path("now.toml").read_text(encoding="utf-8")
    assert text.count("[[users]]") == 25
    assert 'account_number = "4711"' in text


def test_a_workbook_goes_back_with_its_problems(bright: Onboard) -> None:
    """The copy has them in its cells; the answers are kept all the same, and a copy that is there stays."""
    assert bright("sheet", "bright", "-o", "sheet.xlsx").code == 0
    book = load_workbook("sheet.xlsx")
    book["Users"]["C3"] = "nobody"
    book.save("sheet.xlsx")
    said = bright("answers", "bright", "sheet.xlsx", "--return", "back.xlsx", *AT)
    assert said.code == 2
    assert "Wrote back.xlsx" in said.out
    back = load_workbook("back.xlsx")
    assert back.sheetnames[0] == "To correct"
    assert "nobody" in back["Users"]["C3"].comment.text
    assert bright("answers", "bright", "sheet.xlsx", "--return", "back.xlsx", *AT).err.startswith("RETURN-EXISTS")
    assert bright("sheet", "bright", "-o", "sheet.toml").code == 0
    assert bright("answers", "bright", "sheet.toml", "--return", "b.xlsx", *AT).err.startswith("RETURN-NAME")
