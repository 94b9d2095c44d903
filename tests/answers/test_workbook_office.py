"""The workbook in another spreadsheet program: LibreOffice opens it, saves it, and nothing is lost."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.answers.assigned_questions import judged
from onboarding.answers.markup import FLAG, mark_up
from onboarding.answers.markup_list import COLOURS
from onboarding.answers.reading import likeness
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.domain.row import ROW_ID, RowIds, identified
from onboarding.profile.load import load_profile
from onboarding.resources import shipped

pytestmark = pytest.mark.slow
CHINOOK = load_profile("chinook").questionnaire
GIVEN, IDS, ALIKE = (
    read_answers(CHINOOK, shipped("data", "examples", "bright-smile.toml")).document,
    RowIds("first save", list),
    likeness(CHINOOK),
)
DOCUMENT = {section: identified(None, kept, ALIKE(section), IDS) for section, kept in GIVEN.items()}
TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def office() -> str:
    path = shutil.which("soffice")
    if path is None:
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-calc")
    return path


def saved_again(office: str, folder: Path, data: bytes) -> bytes:
    """What LibreOffice makes of the workbook when somebody opens and saves it."""
    (folder / "out").mkdir(parents=True)
    (folder / "sheet.xlsx").write_bytes(data)
    command = [
        office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
        "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(folder / "sheet.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    return (folder / "out" / "sheet.xlsx").read_bytes()


def offered(sheet: Any) -> dict[str, str]:
    """First cell of each drop-down -> where its entries are; how far down it reaches is the program's business."""
    rules = sheet.data_validations.dataValidation
    return {str(rule.sqref).partition(":")[0]: rule.formula1.replace("$", "") for rule in rules}


def hidden(sheet: Any) -> list[str]:
    """Headings of the columns that are not seen."""
    return [cell.value for cell in sheet[1] if sheet.column_dimensions[cell.column_letter].hidden]


@pytest.fixture(scope="module")
def written() -> bytes:
    target = io.BytesIO()
    write_workbook(CHINOOK, DOCUMENT, target, "Bright Smile")
    return target.getvalue()


@pytest.fixture(scope="module")
def returned(office: str, tmp_path_factory: pytest.TempPathFactory, written: bytes) -> bytes:
    """The workbook after LibreOffice, once."""
    return saved_again(office, tmp_path_factory.mktemp("office") / "first", written)


def test_saved_by_libreoffice_it_reads_the_same(written: bytes, returned: bytes) -> None:
    """Answers, ids of rows, drop-downs, notes, hidden columns and sheets are still there."""
    reading = read_workbook(CHINOOK, returned)
    assert (reading.document, reading.problems) == (DOCUMENT, ())
    before, after = (openpyxl.load_workbook(io.BytesIO(found)) for found in (written, returned))
    for sheet in before.worksheets:
        assert offered(after[sheet.title]) == offered(sheet)
        assert hidden(after[sheet.title]) == hidden(sheet)
    assert hidden(after["Users"]) == [ROW_ID]
    assert after["Users"]["F1"].comment.text


def test_a_marked_copy_keeps_its_marks(office: str, tmp_path: Path, returned: bytes) -> None:
    """Saved by LibreOffice once more, it has the same answers and problems; the next round takes the marks away."""
    judgement = judged(CHINOOK, {}, read_workbook(CHINOOK, returned), TODAY)
    assert judgement.problems
    marked = saved_again(office, tmp_path / "second", mark_up(CHINOOK, returned, judgement.problems))
    again = judged(CHINOOK, {}, read_workbook(CHINOOK, marked), TODAY)
    assert again.document == DOCUMENT
    assert [(p.code, p.where) for p in again.problems] == [(p.code, p.where) for p in judgement.problems]
    bare = openpyxl.load_workbook(io.BytesIO(mark_up(CHINOOK, marked, [])))
    cells = [cell for sheet in bare.worksheets[1:] for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.comment and FLAG in cell.comment.text]
    assert not [cell for cell in cells if cell.fill.fill_type and cell.fill.fgColor.rgb in COLOURS.values()]
