"""The workbook: what is written comes back, and what a customer makes of it is read with every problem at its cell."""

from __future__ import annotations

import datetime as dt
import gc
import io
import re
import sys
import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl.workbook import Workbook

from onboarding.answers.check import check
from onboarding.answers.markup import mark_up
from onboarding.answers.workbook import Reading, read_workbook, write_workbook
from onboarding.domain.question import Kind, Option, Questionnaire, Section
from onboarding.errors import AnswerError, InputError
from tests import strategies
from tests.answers.dental import ANSWERS, QUESTIONNAIRE, TODAY, answers, ask


def written(document: Any, questionnaire: Questionnaire = QUESTIONNAIRE, name: str = "") -> bytes:
    target = io.BytesIO()
    write_workbook(questionnaire, document, target, name)
    return target.getvalue()


WHOLE = written(ANSWERS)


def edited(change: Callable[[Workbook], object], document: Any = ANSWERS) -> Reading:
    """The workbook as it comes back after somebody has changed it in a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(written(document)))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return read_workbook(QUESTIONNAIRE, target.getvalue())


def places(reading: Reading) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in reading.problems]


def put(book: Workbook, cell: str, value: Any, sheet: str = "Users") -> None:
    book[sheet][cell] = value


# --- Round trip -------------------------------------------------------------------------------------------------------


def test_answers_come_back_exactly(tmp_path: Path) -> None:
    """Written to a file and read again, nothing is changed and nothing is wrong; the same bytes every time."""
    path = tmp_path / "sheet.xlsx"
    write_workbook(QUESTIONNAIRE, ANSWERS, path, "Bright & Smile")
    reading = read_workbook(QUESTIONNAIRE, path)
    assert reading.document == ANSWERS
    assert reading.problems == ()
    assert path.read_bytes() == written(ANSWERS, name="Bright & Smile")
    assert [file.name for file in tmp_path.iterdir()] == ["sheet.xlsx"]


@given(strategies.documents(QUESTIONNAIRE, most_rows=2))
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_answers_come_back(document: dict[str, Any]) -> None:
    """Text that looks like a formula, a number or markup survives, as do leading zeros and plus signs."""
    reading = read_workbook(QUESTIONNAIRE, written(document))
    assert reading.document == document
    assert reading.problems == ()


LIVELY = (
    "=1+1", "{=1}", "+1", "@a", "<r>x</r>", "<r><t>x</t></r>", "_x0041_", "&amp;", "=HYPERLINK(1)", "http://a.example",
    "0100", "1e5", "TRUE", "#N/A", "'quoted", '"', "é\u4e2d\U0001f600",
)  # fmt: skip


@pytest.mark.parametrize("text", LIVELY)
def test_no_text_comes_to_life(text: str) -> None:
    """Whatever looks like a formula, link or number is text in the file, and comes back as it was."""
    document = {"company": {"name": text, "notes": text + "\n" + text}, "sites": [{"name": text}]}
    data = written(document, name=text)
    assert read_workbook(QUESTIONNAIRE, data).document == document
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
    } <= {
        "s",
        "d",
    }
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not any(b"<hyperlink" in archive.read(name) for name in archive.namelist())


@given(strategies.hostile)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_document_can_be_written(raw: Any) -> None:
    """What cannot be an answer is still shown, or refused as too long for a cell; the file is always sound."""
    document = {"company": {"notes": raw, "go_live_on": raw}, "sites": [{"name": raw}, raw], "users": raw}
    is_long = isinstance(raw, str) and len(raw) > 32_767
    with pytest.raises(AnswerError, match="ANSWER-TOO-LONG") if is_long else nullcontext():
        read_workbook(QUESTIONNAIRE, written(document))


def test_the_sheets_are_made_for_people() -> None:
    """Instructions first, text cells throughout, drop-downs, notes on headings, frozen headings, print set-up."""
    book = openpyxl.load_workbook(io.BytesIO(written(ANSWERS, name="Bright Smile")))
    visible = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert visible == ["Instructions", "Answers", "Sites", "Users", "Port orders", "Numbers to move", "New numbers"]
    words = " ".join(str(cell.value) for row in book["Instructions"].iter_rows() for cell in row if cell.value)
    assert "Bright Smile" in words
    assert "person who sent you this workbook" in words
    users = book["Users"]
    assert [cell.value for cell in users[1]][:3] == ["First name *", "Last name *", "E-mail *"]
    assert users.freeze_panes == "A2"
    assert users.print_title_rows == "$1:$1"
    assert users.page_setup.orientation == "landscape"
    assert {users.cell(row, column).number_format for row in (2, 4) for column in range(1, 10)} == {"@"}
    assert users.column_dimensions["C"].width > 25
    sources = {str(rule.sqref): rule.formula1 for rule in users.data_validations.dataValidation}
    assert sources["D2:D5001"] == "Sites!$A$2:$A$5000"
    assert sources["G2:G5001"].startswith("_lists!$")
    assert "One or more of: Exchange, Lync" in users["F1"].comment.text
    assert "Only if “Services” is Lync or Total Connect." in users["G1"].comment.text
    assert book["New numbers"]["C1"].comment.text.endswith("Left empty, it is No.")
    formats = {row[1].number_format for row in book["Answers"].iter_rows(min_row=3) if row[3].value}
    assert formats == {"@", "yyyy-mm-dd"}


def test_titles_that_excel_does_not_allow() -> None:
    """Sheets get allowed names, each once, and columns with the same label are distinguished."""
    twins = (ask("a.x", Kind.TEXT, "Name"), ask("a.y", Kind.TEXT, "name"))
    titles = [
        "Instructions",
        "A/B: [all] of it, and much more than fits",
        "A/B: [all] of it, and much more than fits",
        "''",
        "History",
    ]
    sections = tuple(
        Section(f"s{n}", title, tuple(replace(q, id=f"s{n}.{q.name}") for q in twins), is_table=True)
        for n, title in enumerate(titles)
    )
    odd = Questionnaire("odd", "Odd", "1", sections)
    document = {section.id: [{"x": section.id, "y": "2"}] for section in sections}
    assert read_workbook(odd, written(document, odd)).document == document


def test_labels_with_commas_take_semicolons_between_them() -> None:
    """Several choices in one cell are separated whatever their labels hold."""
    both = ask("a.x", Kind.CHOICES, "X", options=(Option("one", "One, the first"), Option("two", "Two")))
    odd = Questionnaire("odd", "Odd", "1", (Section("a", "A", (both,)),))
    document = {"a": {"x": ["one", "two"]}}
    assert read_workbook(odd, written(document, odd)).document == document


# --- What customers do ------------------------------------------------------------------------------------------------


def test_what_excel_does_to_values_is_mended() -> None:
    """Numbers typed as numbers, real dates and booleans, labels or values: all are understood."""

    def change(book: Workbook) -> None:
        put(book, "H2", 16175550101.0)
        put(book, "E2", 101)
        put(book, "F2", "lync; EXCHANGE")
        put(book, "F3", "total-connect")
        put(book, "I3", 978)
        put(book, "F2", 1850, "Sites")
        put(book, "D2", dt.datetime(2026, 2, 20), "Port orders")  # noqa: DTZ001
        put(book, "C2", True, "New numbers")
        put(book, "B2", 2, "New numbers")

    reading = edited(change)
    document = answers()
    document["sites"][0]["zip"] = "01850"
    assert reading.document == document
    assert reading.problems == ()


def test_moved_columns_and_rows_are_found() -> None:
    """Columns may change places, rows may be added or left empty; places are those of the sheet as it is now."""

    def change(book: Workbook) -> None:
        book["Users"].insert_rows(2, 3)
        for row in book["Users"].iter_rows(max_row=8):
            row[0].value, row[2].value = row[2].value, row[0].value
        put(book, "A6", "not an address")
        book["Answers"].insert_rows(1, 2)

    reading = edited(change)
    assert reading.document["company"] == ANSWERS["company"]
    problems = reading.locate(check(QUESTIONNAIRE, reading.document, TODAY).problems)
    assert [(p.code, p.where) for p in problems if p.severity == "error"] == [("email-invalid", "Users!A6")]


def test_problems_of_the_check_are_located() -> None:
    """An answer, a missing answer, a row and a whole sheet each have their place."""

    def change(book: Workbook) -> None:
        put(book, "C3", None)
        put(book, "E3", "12")
        put(book, "B4", None, "Answers")
        for row in book["Sites"].iter_rows(min_row=2):
            for cell in row:
                cell.value = None

    reading = edited(change)
    problems = reading.locate(check(QUESTIONNAIRE, reading.document, TODAY).problems)
    found = {(problem.code, problem.place) for problem in problems}
    assert found >= {
        ("required", "Users!C3"),
        ("extension-digits", "Users!E3"),
        ("required", "Answers!B4"),
        ("required-rows", "Sites"),
    }


def test_pasted_rows_are_checked_again() -> None:
    """A paste replaces drop-downs; what it brings is read and judged."""

    def change(book: Workbook) -> None:
        book["Users"].data_validations.dataValidation.clear()
        for row in range(5, 25):
            put(book, f"C{row}", f"u{row}@brightsmile.example")
            put(book, f"G{row}", "anything")
            put(book, f"D{row}", "Salem")

    reading = edited(change)
    assert len(reading.document["users"]) == 23
    problems = reading.locate(check(QUESTIONNAIRE, reading.document, TODAY).problems)
    assert ("reference", "Users!D24") in {(problem.code, problem.where) for problem in problems}


def test_lines_without_their_hidden_key_are_found_by_their_words() -> None:
    """Somebody who deletes the hidden column loses nothing."""

    def change(book: Workbook) -> None:
        book["Answers"].delete_cols(4)

    assert edited(change).document == ANSWERS


FAULTS: dict[str, tuple[Callable[[Workbook], object], list[tuple[str, str]]]] = {
    "formula": (lambda b: put(b, "C3", "=A1&B1"), [("formula", "Users!C3")]),
    "formula in an answer": (lambda b: put(b, "B3", "=1", "Answers"), [("formula", "Answers!B3")]),
    "formula in a heading": (
        lambda b: put(b, "A1", '="First name"'),
        [("unknown-column", "Users!A1"), ("missing-column", "Users")],
    ),
    "error value": (lambda b: put(b, "C3", "#N/A"), [("cell-error", "Users!C3")]),
    "unknown column": (lambda b: put(b, "J1", "Shoe size"), [("unknown-column", "Users!J1")]),
    "misspelt heading": (
        lambda b: put(b, "E1", "Extention"),
        [("unknown-column", "Users!E1"), ("missing-column", "Users")],
    ),
    "column twice": (lambda b: put(b, "J1", "extension"), [("repeated-column", "Users!J1")]),
    "value beside the table": (lambda b: put(b, "M3", "see mail"), [("no-heading", "Users!M3")]),
    "unknown sheet": (lambda b: b.create_sheet("My notes"), [("unknown-sheet", "'My notes'")]),
    "missing sheet": (lambda b: b.remove(b["Port orders"]), [("missing-sheet", "'Port orders'")]),
    "missing answers": (lambda b: b.remove(b["Answers"]), [("missing-sheet", "Answers")]),
    "merged headings": (lambda b: b["Users"].merge_cells("A1:B1"),
                        [("merged-cells", "Users!A1:B1"), ("missing-column", "Users"), ("no-heading", "Users!B2")]),
    "strange line": (lambda b: put(b, "B40", "hello", "Answers"), [("unknown-line", "Answers!B40")]),
    "line twice": (
        lambda b: [put(b, c + "40", b["Answers"][c + "3"].value, "Answers") for c in "ABD"],
        [("repeated-line", "Answers!B40")],
    ),
    "no headings": (lambda b: b["New numbers"].delete_rows(1, 9),
                    [("missing-column", "'New numbers'")] * 4),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_of_a_sheet_is_told_with_its_cell(case: str) -> None:
    """One change to a good workbook gives that problem at that cell, and everything else is still read."""
    change, expected = FAULTS[case]
    reading = edited(change)
    assert places(reading) == expected
    assert all(problem.message.endswith(".") for problem in reading.problems)
    assert reading.document["sites"] == ANSWERS["sites"]


def test_an_older_template_is_recognised() -> None:
    """It is read, with a warning that names both versions; one of another profile is refused."""
    data = written(ANSWERS)
    (warning,) = read_workbook(replace(QUESTIONNAIRE, version="4"), data).problems
    assert (warning.code, warning.severity) == ("template-old", "warning")
    assert "version 3, now 4" in warning.message
    with pytest.raises(AnswerError, match=r"WORKBOOK-PROFILE: .* dental, not to other"):
        read_workbook(replace(QUESTIONNAIRE, profile="other"), data)


def test_a_workbook_of_somebody_else_is_refused() -> None:
    """Without our stamp nothing is guessed."""
    target = io.BytesIO()
    Workbook().save(target)
    with pytest.raises(AnswerError, match="WORKBOOK-TEMPLATE"):
        read_workbook(QUESTIONNAIRE, target.getvalue())


def test_files_that_are_not_there_or_cannot_be_written(tmp_path: Path) -> None:
    """Reading and writing name the file; nothing half-written stays."""
    with pytest.raises(InputError, match="FILE-MISSING"):
        read_workbook(QUESTIONNAIRE, tmp_path / "none.xlsx")
    with pytest.raises(InputError, match="FILE-UNREADABLE"):
        read_workbook(QUESTIONNAIRE, tmp_path)
    with pytest.raises(InputError, match="FILE-UNWRITABLE"):
        write_workbook(QUESTIONNAIRE, ANSWERS, tmp_path / "no" / "folder.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_an_answer_no_cell_can_hold() -> None:
    """Excel would cut it silently; we say so instead."""
    with pytest.raises(AnswerError, match="ANSWER-TOO-LONG: The answer to “Notes” has 40000"):
        written({"company": {"notes": "a" * 40_000}})


@pytest.mark.parametrize("save", [written, lambda _: mark_up(QUESTIONNAIRE, WHOLE, [])], ids=["written", "marked"])
def test_a_save_cut_short_leaves_no_open_archive(save: Callable[[Any], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted among its parts and collected later, in whatever order, a workbook complains of nothing."""
    write, parts, complaints = zipfile.ZipFile.writestr, [], []

    def interrupted(archive: zipfile.ZipFile, *given: Any) -> None:
        parts.append(given)
        if len(parts) == 3:
            raise KeyboardInterrupt
        write(archive, *given)

    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    monkeypatch.setattr(zipfile.ZipFile, "writestr", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        save(ANSWERS)
    caught.value.itself = caught.value  # a traceback that only the collector finds, as that of a failed test
    del caught
    gc.collect()
    assert complaints == []


def test_styles_are_few_and_plain() -> None:
    """No address of a machine, no name of an author, no date of today in the file."""
    with zipfile.ZipFile(io.BytesIO(written(ANSWERS))) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}T", core)) == {"2000-01-01T"}
        assert all(entry.date_time[0] == 1980 for entry in archive.infolist())
