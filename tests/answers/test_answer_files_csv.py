"""Folders of CSV files as they are handed out and as spreadsheets of all kinds bring them back."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

import pytest

from onboarding.answers.answer_files import read_answers, write_csv_folder
from onboarding.errors import InputError
from tests.answers.dental import ANSWERS, QUESTIONNAIRE

TEXT = "E-mail;First name;Extension\r\nana@x.example;Zoë;0100\r\n"


@pytest.mark.parametrize(
    ("data", "is_guess"),
    [
        (TEXT.encode(), False),
        (TEXT.encode("utf-8-sig"), False),
        (TEXT.encode("utf-16"), False),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), False),
        (TEXT.encode("utf-16-le"), False),
        (TEXT.encode("utf-16-be"), False),
        (TEXT.encode("cp1252"), True),
        (b"sep=;\r\n" + TEXT.encode(), False),
        (TEXT.replace(";", "\t").encode("utf-16"), False),
        (TEXT.replace(";", ",").encode("cp1252"), True),
    ],
    ids=[
        "plain",
        "mark",
        "utf-16",
        "big-endian",
        "no mark",
        "no mark, big-endian",
        "western",
        "announced",
        "text",
        "us",
    ],
)
def test_encodings_of_spreadsheets(tmp_path: Path, data: bytes, is_guess: bool) -> None:
    """The letters arrive; where the encoding had to be guessed, that is reported, and stops nothing."""
    (tmp_path / "users.csv").write_bytes(data)
    reading = read_answers(QUESTIONNAIRE, tmp_path)
    assert reading.document == {"users": [{"email": "ana@x.example", "first_name": "Zoë", "extension": "0100"}]}
    said = [(problem.code, problem.where, problem.severity) for problem in reading.problems]
    assert said == ([("csv-encoding", "users.csv", "warning")] if is_guess else [])
    if is_guess:
        assert reading.problems[0].message.startswith("users.csv is not in UTF-8 and was read as Windows-1252")


@pytest.mark.parametrize("data", [b"\x81\x8d\x00\x01", b"\xff\xfeE\x00-\xd8", b"email\n\x00a\x81\n"])
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    """With the file's name and what to do."""
    (tmp_path / "users.csv").write_bytes(data)
    with pytest.raises(InputError, match=r"FILE-ENCODING: The file .*users\.csv is no text .* CSV UTF-8"):
        read_answers(QUESTIONNAIRE, tmp_path)


def test_a_folder_to_fill_in_has_everything(tmp_path: Path) -> None:
    """A file for each section, every question with what it means; read back it holds what was answered and no more."""
    document = {"company": {"name": "=Bright"}, "users": ANSWERS["users"]}
    write_csv_folder(QUESTIONNAIRE, document, tmp_path, is_blank_kept=True)
    assert {path.stem for path in tmp_path.iterdir()} == {section.id for section in QUESTIONNAIRE.sections}
    with (tmp_path / "company.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["question", "answer", "meaning"]
    assert lines[1] == ["name", "'=Bright", "Company name. What is meant by company name."]
    assert len(lines) == 1 + len(QUESTIONNAIRE.sections[0].questions)
    assert (tmp_path / "sites.csv").read_text("utf-8-sig").strip() == "name,street,suite,city,state,zip"
    reading = read_answers(QUESTIONNAIRE, tmp_path)
    assert (reading.document, reading.problems) == (document, ())
