"""Answers as files: the same document by every way, and a clear word about files that cannot be read."""

from __future__ import annotations

import csv
import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.answers.answer_files import read_answers, write_csv_folder, write_json, write_toml
from onboarding.answers.check import check
from onboarding.answers.workbook import write_workbook
from onboarding.domain.json import canonical
from onboarding.errors import AnswerError, InputError
from onboarding.profile.load import load_profile
from tests import strategies
from tests.answers.dental import ANSWERS, QUESTIONNAIRE, TODAY

WAYS = {
    "answers.toml": write_toml,
    "answers.json": write_json,
    "answers.xlsx": write_workbook,
    "folder": write_csv_folder,
}


def read_text(path: Path, text: str | bytes) -> Any:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_answers(QUESTIONNAIRE, path)


@pytest.mark.parametrize("name", WAYS)
def test_every_way_brings_the_same_answers(tmp_path: Path, name: str) -> None:
    """Written and read again, the document is what it was."""
    WAYS[name](QUESTIONNAIRE, ANSWERS, tmp_path / name)
    reading = read_answers(QUESTIONNAIRE, tmp_path / name)
    assert reading.document == ANSWERS
    assert reading.problems == ()


@pytest.mark.parametrize("name", ["answers.toml", "answers.json", "folder"])
@given(document=strategies.documents(QUESTIONNAIRE, most_rows=2))
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_answers_come_back(tmp_path: Path, name: str, document: dict[str, Any]) -> None:
    """Nothing is lost on the way: no zero, plus, quote, line break or foreign letter."""
    target = tmp_path / name
    for file in target.glob("*.csv"):
        file.unlink()
    WAYS[name](QUESTIONNAIRE, document or ANSWERS, target)
    reading = read_answers(QUESTIONNAIRE, target)
    assert reading.document == (document or ANSWERS)
    assert reading.problems == ()


@given(document=st.dictionaries(st.sampled_from(["company", "users", "other"]), strategies.hostile))
@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None
)
def test_raw_documents_of_any_kind_can_be_written(tmp_path: Path, document: dict[str, Any]) -> None:
    """Whatever was typed can be kept as JSON and TOML, read again, and digested."""
    for name in ("answers.toml", "answers.json"):
        WAYS[name](QUESTIONNAIRE, document, tmp_path / name)
        canonical(read_answers(QUESTIONNAIRE, tmp_path / name).document)
    write_csv_folder(QUESTIONNAIRE, document, tmp_path / "folder")


def test_toml_is_written_for_people(tmp_path: Path) -> None:
    """Sections and questions stand in the order of the questionnaire; a table a row, dates may be real dates."""
    shuffled = {name: ANSWERS[name] for name in reversed(ANSWERS)}
    write_toml(QUESTIONNAIRE, shuffled, tmp_path / "a.toml")
    text = (tmp_path / "a.toml").read_text(encoding="utf-8")
    assert list(tomllib.loads(text)) == list(ANSWERS)
    assert 'extension = "101"' in text
    reading = read_text(tmp_path / "b.toml", "[company]\ngo_live_on = 2026-05-04\nopens_at = 08:00:00\nx = nan")
    assert reading.document["company"] == {"go_live_on": "2026-05-04", "opens_at": "08:00:00", "x": "nan"}
    values = check(QUESTIONNAIRE, reading.document, TODAY).values["company"]
    assert values == {"go_live_on": "2026-05-04", "opens_at": "08:00"}


def test_no_spreadsheet_takes_csv_for_a_formula(tmp_path: Path) -> None:
    """What begins like a formula stands behind an apostrophe, which is taken off again."""
    names = ["=1+1", "+1", "-1", "@a", "'=1", "''+1", "' =1", " =1", "'quoted", "O'Neil", "\uff1d1"]
    document = {"sites": [{"name": name.strip()} for name in names]}
    write_csv_folder(QUESTIONNAIRE, document, tmp_path)
    text = (tmp_path / "sites.csv").read_text(encoding="utf-8-sig")
    assert not [row for row in csv.reader(text.splitlines()) if row[0].lstrip("' ")[:1] in "=+-@" and row[0][0] != "'"]
    assert read_answers(QUESTIONNAIRE, tmp_path).document == document


def test_csv_as_spreadsheets_save_it(tmp_path: Path) -> None:
    """Semicolons or tabs, labels for names, blank lines, a mark at the beginning: all is understood and located."""
    (tmp_path / "users.csv").write_bytes(
        'E-mail;Extension;Services\r\n;;\r\nana@x.example;0100;"Exchange, Lync"\r\nben;+1;x\r\n'.encode("utf-8-sig")
    )
    (tmp_path / "company.csv").write_text("question,answer\nname,Bright Smile\nZIP code,02139\n", encoding="utf-8")
    reading = read_answers(QUESTIONNAIRE, tmp_path)
    assert reading.problems == ()
    assert reading.document["company"] == {"name": "Bright Smile", "zip": "02139"}
    assert reading.document["users"][0] == {
        "email": "ana@x.example", "extension": "0100", "services": ["exchange", "lync"],
    }  # fmt: skip
    problems = reading.locate(check(QUESTIONNAIRE, reading.document, TODAY).problems)
    assert ("email-invalid", "users.csv line 4, email") in {(problem.code, problem.where) for problem in problems}
    assert ("required", "users.csv line 3") in {(problem.code, problem.where) for problem in problems}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("users.csv", "email,shoe\na@x.example,9\n", [("unknown-column", "users.csv line 1")]),
        ("users.csv", "email,E-mail\na@x.example,\n", [("repeated-column", "users.csv line 1")]),
        ("users.csv", "email,site\na@x.example,b,c\n", [("row-width", "users.csv line 2")]),
        ("company.csv", "question,answer\nnmae,x\n", [("unknown-question", "company.csv line 2")]),
        ("company.csv", "question,answer\nname,x\nname,y\n", [("repeated-line", "company.csv line 3")]),
        ("persons.csv", "email\na@x.example\n", [("unknown-file", "persons.csv")]),
        ("sites.csv", "name\n" + "a\n" * 20_001, [("too-many-rows", "sites.csv line 20002")]),
    ],
)
def test_faults_of_csv_are_told_with_their_line(
    tmp_path: Path, name: str, text: str, expected: list[tuple[str, str]]
) -> None:
    """File and line of what was not read."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert [(problem.code, problem.where) for problem in read_answers(QUESTIONNAIRE, tmp_path).problems] == expected


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.toml", "[company]\nname = Bright\n", "TOML-SYNTAX: a.toml is not TOML: see line 2"),
        ("a.toml", "[users]\next = 0100\n", "TOML-SYNTAX: a.toml is not TOML: see line 2"),
        ("a.toml", "[company]\n[company]\n", "TOML-SYNTAX"),
        ("a.toml", "a = " + "9" * 5000, "TOML-SYNTAX"),
        ("a.toml", "a = " + "[" * 50_000, "FILE-DEPTH|TOML-SYNTAX"),
        ("a.json", '{"company": {"name": }}', "JSON-SYNTAX: a.json is not JSON: see line 1, column 22"),
        ("a.json", '{"company": {"name": "a", "name": "b"}}', "JSON-TWICE: a.json gives “name” twice"),
        ("a.json", "[" * 200_000, "FILE-DEPTH"),
        ("a.json", "[1, 2]", "FILE-SHAPE"),
        ("a.json", "", "JSON-SYNTAX"),
        ("a.json", b"\xff\xfe{\x00", "FILE-ENCODING"),
        ("a.toml", "café".encode("latin-1"), "FILE-ENCODING"),
        ("a.json", b" " * (9 * 2**20), "FILE-TOO-LARGE"),
        ("a.xlsx", "no workbook", "WORKBOOK-FORMAT"),
        ("a.pdf", "x", "FILE-FORMAT"),
        ("a.csv", "x", "FILE-FORMAT"),
    ],
    ids=lambda value: str(value)[:24],
)  # fmt: skip
def test_files_that_cannot_be_read_say_why(tmp_path: Path, name: str, text: str | bytes, code: str) -> None:
    """A code, the file, the line where there is one."""
    with pytest.raises(InputError, match=code):
        read_text(tmp_path / name, text)


def test_missing_and_empty_places(tmp_path: Path) -> None:
    """What is not there is named; an empty folder too; a folder that is a file is no folder."""
    for name in ("none.toml", "none.json", "none.xlsx", "none", "none.pdf"):
        with pytest.raises(InputError, match="FILE-MISSING: There is no file"):
            read_answers(QUESTIONNAIRE, tmp_path / name)
    with pytest.raises(InputError, match="FOLDER-EMPTY"):
        read_answers(QUESTIONNAIRE, tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="FILE-UNWRITABLE"):
        write_csv_folder(QUESTIONNAIRE, ANSWERS, tmp_path / "file")


@pytest.mark.parametrize("text", ['email\n"a', "email\n" + "a" * 200_000, 'email\n"a"b\n'])
def test_broken_csv_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    """An open quote or an endless value is no CSV."""
    (tmp_path / "users.csv").write_text(text, encoding="utf-8")
    with pytest.raises(AnswerError, match=r"CSV-SYNTAX: users.csv is no proper CSV: see line"):
        read_answers(QUESTIONNAIRE, tmp_path)


def test_json_keeps_what_json_has_no_room_for(tmp_path: Path) -> None:
    """Numbers too large, NaN and halves of characters become text that can be kept; the check judges them."""
    reading = read_text(tmp_path / "a.json", '{"company": {"name": "\\ud800", "zip": ' + "9" * 6000 + ', "city": NaN}}')
    assert reading.document["company"]["name"] == "\ufffd"
    assert reading.document["company"]["city"] == "NaN"
    canonical(reading.document)
    assert not check(QUESTIONNAIRE, reading.document, TODAY).is_complete
    write_json(QUESTIONNAIRE, {"company": {"go_live_on": dt.date(2026, 5, 4)}}, tmp_path / "b.json")
    assert json.loads((tmp_path / "b.json").read_text(encoding="utf-8")) == {"company": {"go_live_on": "2026-05-04"}}


def test_what_is_asked_otherwise_by_now_is_named(tmp_path: Path) -> None:
    """A file of an earlier sheet says where its answer belongs, as a folder and as a document."""
    asked = load_profile("chinook").questionnaire
    (tmp_path / "dns.csv").write_text("question,answer\nweb_hosts,portal.x.example\n", encoding="utf-8")
    [problem] = read_answers(asked, tmp_path).problems
    assert problem.message == (
        "“Domain and DNS” does not ask for “web_hosts” any more; answer “Web address of SharePoint” (portal_host) or "
        "“Web address of the CRM” (crm_host) in its place."
    )
    found = check(asked, {"dns": {"web_hosts": "portal.x.example"}}, TODAY).problems
    assert [one.message for one in found if one.code == "former-question"] == [problem.message]
