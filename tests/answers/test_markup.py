"""A workbook that comes back with every fault there is: all are found, none is invented, each is shown where it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from onboarding.answers.assigned_questions import judged
from onboarding.answers.markup import FLAG, MOST_MARKS, mark_up
from onboarding.answers.markup_list import COLOURS, TITLE
from onboarding.answers.reading import Reading
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.domain.json import Answers
from onboarding.errors import AnswerError
from tests import strategies
from tests.answers.dental import QUESTIONNAIRE, TODAY, answers, many

Seed = tuple[str, str, Any, list[tuple[str, str]]]


def clean() -> dict[str, Any]:
    """Forty users, two accounts and three orders of new numbers, without a fault."""
    document = many(40)
    for number, user in enumerate(document["users"]):
        user["extension"] = str(2000 + number)
    document["port_orders"].append({"btn": "+15082000000", "scope": "partial", "bill_on": "2026-02-21"})
    document["sites"] += [
        {"name": name, "street": f"{n} Elm Street", "city": "Boston", "state": "MA", "zip": "02110"}
        for n, name in enumerate(("Salem", "Malden", "Quincy"), start=3)
    ]
    document["new_numbers"] = [{"area_code": "978", "quantity": 2, "e911": False} for _ in range(6)]
    return document


def written(document: Answers) -> bytes:
    target = io.BytesIO()
    write_workbook(QUESTIONNAIRE, document, target)
    return target.getvalue()


def edited(data: bytes, change: Callable[[Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def looked_at(data: bytes) -> Reading:
    return judged(QUESTIONNAIRE, {}, read_workbook(QUESTIONNAIRE, data), TODAY)


def errors(reading: Reading) -> list[tuple[str, str]]:
    return sorted((problem.code, problem.where) for problem in reading.problems if problem.severity == "error")


SEEDS: list[Seed] = [
    ("Users", "C2", "anna", [("email-invalid", "Users!C2")]),
    ("Users", "C3", "user2@brightsmile.example", [("duplicate", "Users!C4")]),
    ("Users", "A5", None, [("required", "Users!A5")]),
    ("Users", "B5", "B" * 300, [("too-long", "Users!B5")]),
    ("Users", "B6", "Vale\x7f", [("control-characters", "Users!B6")]),
    ("Users", "E6", "2005", [("duplicate", "Users!E7")]),
    ("Users", "H8", "617-200-0007", [("duplicate", "Users!H9")]),
    ("Users", "H10", "617-200-00", [("number-length", "Users!H10")]),
    ("Users", "H11", "617-CALL-NOW", [("number-letters", "Users!H11")]),
    ("Users", "H12", "6.172E+09", [("number-scientific", "Users!H12")]),
    ("Users", "H13", "+442071234567", [("in-table", "Users!H13")]),
    ("Users", "H14", "617-200-0012 ext. 5", [("number-extension", "Users!H14")]),
    ("Users", "H15", "299-200-0013", [("number-area-code", "Users!H15")]),
    ("Users", "H16", "617-100-0014", [("number-exchange", "Users!H16")]),
    ("Users", "H17", True, [("number-invalid", "Users!H17")]),
    ("Users", "D17", "Nashua", [("reference", "Users!D17")]),
    ("Users", "F18", "Fax", [("choices-invalid", "Users!F18")]),
    ("Users", "G19", "carrier", [("choice-invalid", "Users!G19")]),
    ("Users", "E20", "12a", [("extension-invalid", "Users!E20")]),
    ("Users", "E21", 101.5, [("extension-invalid", "Users!E21")]),
    ("Users", "E22", "1", [("extension-digits", "Users!E22")]),
    ("Users", "E23", "911", [("extension-clash", "Users!E23")]),
    ("Users", "E24", "20022", [("extension-length", "Users!E24")]),
    ("Users", "C25", '="user23"&"@brightsmile.example"', [("formula", "Users!C25")]),
    ("Users", "C26", "#N/A", [("cell-error", "Users!C26")]),
    ("Users", "H27", "617-299-9999", [("in-table", "Users!H27")]),
    ("Users", "J1", "Shoe size", [("unknown-column", "Users!J1")]),
    ("Users", "M3", "call me", [("no-heading", "Users!M3")]),
    ("Users", "C50", "late@brightsmile.example", [("required", f"Users!{letter}50") for letter in "ABD"]),
    ("Answers", "company.domain", "brightsmile", [("domain-invalid", "Answers!B{}")]),
    ("Answers", "company.state", "Massachusets", [("subdivision-invalid", "Answers!B{}")]),
    ("Answers", "company.zip", "2139x", [("postcode-invalid", "Answers!B{}")]),
    ("Answers", "company.opens_at", "noonish", [("time-invalid", "Answers!B{}")]),
    ("Answers", "company.go_live_on", "next week", [("date-invalid", "Answers!B{}")]),
    ("Answers", "company.name", None, [("required", "Answers!B{}")]),
    ("Answers", "administrator.email", "user9@brightsmile.example", [("dedicated-administrator", "Answers!B{}")]),
    ("Answers", "B70", "and one more thing", [("unknown-line", "Answers!B70")]),
    ("Sites", "C1", "Sweet", [("unknown-column", "Sites!C1"), ("missing-column", "Sites")]),
    ("Sites", "B3", "PO Box 12", [("po-box", "Sites!B3")]),
    ("Sites", "F4", "90210", [("postcode-place", "Sites!F4")]),
    ("Port orders", "D2", "2025-11-01", [("bill-age", "'Port orders'!D2")]),
    ("Port orders", "D3", "3026-02-21", [("date-far", "'Port orders'!D3")]),
    ("Numbers to move", "B5", "617-555-0199", [("reference", "'Numbers to move'!B5")]),
    ("New numbers", "B2", "two", [("integer-invalid", "'New numbers'!B2")]),
    ("New numbers", "B3", 0, [("integer-small", "'New numbers'!B3")]),
    ("New numbers", "A4", "9x8", [("area-code-invalid", "'New numbers'!A4")]),
    ("New numbers", "A5", "211", [("nanp-area-code", "'New numbers'!A5")]),
    ("New numbers", "C6", "perhaps", [("yes-no-invalid", "'New numbers'!C6")]),
    ("New numbers", "C7", "Yes", [("required", "'New numbers'!D7")]),
]
"""Sheet, cell (or question), what somebody made of it, and what is to be reported of it."""

MENDED: list[tuple[str, str, Any]] = [
    ("Users", "H30", 16172000028.0), ("Users", "E31", 2029.0), ("Users", "C32", " user30@brightsmile.example\u200b"),
    ("Users", "F33", "lync; EXCHANGE"), ("Sites", "F5", 2110), ("New numbers", "C2", False),
]  # fmt: skip
"""What Excel and people do to good answers: understood, so that nothing is reported of it."""


def row_of(book: Workbook, question: str) -> int:
    return next(cell.row for cell in book["Answers"]["D"] if cell.value == question)


def spoilt(book: Workbook) -> None:
    for sheet, cell, value, *_other in [*SEEDS, *MENDED]:
        place = f"B{row_of(book, cell)}" if "." in cell else cell
        book[sheet][place].value = value
    book.create_sheet("My notes")["A1"] = "hello"
    book["Sites"].merge_cells("A6:B6")


def expected(book: Workbook) -> list[tuple[str, str]]:
    found = [("unknown-sheet", "'My notes'"), ("merged-cells", "Sites!A6:B6"), ("required", "Sites!B6")]
    for _other, cell, _other, problems in SEEDS:
        found += [(code, where.format(row_of(book, cell) if "." in cell else "")) for code, where in problems]
    return sorted(found)


@pytest.fixture(scope="module")
def returned() -> bytes:
    return edited(written(clean()), spoilt)


@pytest.fixture(scope="module")
def marked(returned: bytes) -> bytes:
    return mark_up(QUESTIONNAIRE, returned, looked_at(returned).problems)


def test_all_faults_are_found_and_none_is_invented(returned: bytes) -> None:
    """More than fifty faults of every kind at once, each named once with its cell; what can be understood is."""
    assert errors(looked_at(written(clean()))) == []
    found = errors(looked_at(returned))
    assert found == expected(openpyxl.load_workbook(io.BytesIO(returned)))
    assert len({code for code, _ in found}) >= 30


def test_each_fault_is_shown_where_it_is(returned: bytes, marked: bytes) -> None:
    """Its cell is coloured and says what is wrong; the first sheet lists it with a link that leads there."""
    book = openpyxl.load_workbook(io.BytesIO(marked))
    listed = book.worksheets[0]
    assert listed.title == TITLE == book.active.title
    rows = [row for row in listed.iter_rows(min_row=5) if isinstance(row[0].value, int) and row[4].value]
    problems = looked_at(returned).problems
    assert [row[4].value for row in rows] == [problem.message for problem in problems]
    for row, problem in zip(rows, problems, strict=True):
        sheet, _, cell = row[2].hyperlink.location.replace("'", "").rpartition("!") if row[2].hyperlink else ("",) * 3
        if problem.code == "unknown-sheet":
            assert (sheet, cell) == ("My notes", "A1")
        there = book[sheet][cell]
        assert there.fill.fgColor.rgb in COLOURS.values()
        assert FLAG + problem.message in there.comment.text
        if "!" in problem.where and not problem.where.startswith(("Sites!A6:", "Sites!B6")):  # the merged ones
            assert f"{sheet}!{cell}" == problem.where.replace("'", "")


def test_the_marked_copy_reads_like_the_original(returned: bytes, marked: bytes) -> None:
    """The same answers, the same problems at the same cells; drop-downs, headings and widths are still there."""
    one, two = looked_at(returned), looked_at(marked)
    assert one.document == two.document
    assert [(p.code, p.where) for p in one.problems] == [(p.code, p.where) for p in two.problems]
    before, after = (openpyxl.load_workbook(io.BytesIO(data))["Users"] for data in (returned, marked))
    rules = [{(str(rule.sqref), rule.formula1) for rule in s.data_validations.dataValidation} for s in (before, after)]
    assert rules[0] == rules[1] != set()
    assert before.freeze_panes == after.freeze_panes == "A2"
    assert before.column_dimensions["C"].width == after.column_dimensions["C"].width


def corrected(book: Workbook) -> None:
    """What the customer does with the marked copy: everything as it should be."""
    good = openpyxl.load_workbook(io.BytesIO(written(clean())))
    del book["My notes"]
    book["Sites"].unmerge_cells("A6:B6")
    for sheet in ("Answers", "Sites", "Users", "Port orders", "Numbers to move", "New numbers"):
        for row in book[sheet].iter_rows(max_row=80):
            for cell in row:
                cell.value = good[sheet][cell.coordinate].value


def test_corrected_it_reads_clean_and_loses_its_marks(marked: bytes) -> None:
    """Nothing is left to say; the next copy has neither colour nor note nor list of ours; headings keep their notes."""
    again = edited(marked, corrected)
    reading = looked_at(again)
    assert errors(reading) == []
    assert reading.document == looked_at(written(clean())).document
    book = openpyxl.load_workbook(io.BytesIO(mark_up(QUESTIONNAIRE, again, [])))
    cells = [cell for sheet in book.worksheets[1:] for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.fill.fgColor.rgb in COLOURS.values() and cell.fill.fill_type]
    assert not [cell for cell in cells if cell.comment and FLAG in cell.comment.text]
    assert book["Users"]["G1"].comment.text.startswith("What is meant by number from.")
    assert book.sheetnames.count(TITLE) == 1


def test_marks_never_pile_up(returned: bytes, marked: bytes) -> None:
    """The third copy marks the same cells with the same words as the first."""

    def said(data: bytes) -> dict[str, tuple[str, str]]:
        book = openpyxl.load_workbook(io.BytesIO(data))
        return {
            f"{sheet.title}!{cell.coordinate}": (cell.comment.text, cell.fill.fgColor.rgb)
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.comment and FLAG in cell.comment.text
        }

    third = mark_up(
        QUESTIONNAIRE, mark_up(QUESTIONNAIRE, marked, looked_at(marked).problems), looked_at(marked).problems
    )
    assert said(third) == said(marked)
    assert openpyxl.load_workbook(io.BytesIO(third)).sheetnames == openpyxl.load_workbook(io.BytesIO(marked)).sheetnames


def test_what_the_customer_has_made_of_the_workbook_stays() -> None:
    """Colours, notes and fonts of their own are there again once the marks are gone; formulas stay theirs."""
    data = edited(written(answers()), lambda book: _dress(book["Users"]))
    reading = looked_at(data)
    marked = mark_up(QUESTIONNAIRE, data, reading.problems)
    cell = openpyxl.load_workbook(io.BytesIO(marked))["Users"]["C2"]
    assert cell.comment.text.startswith("Ask Ben.\n\n" + FLAG)
    assert cell.fill.fgColor.rgb == COLOURS["wrong"]
    back = openpyxl.load_workbook(io.BytesIO(mark_up(QUESTIONNAIRE, marked, [])))["Users"]
    assert (back["C2"].comment.text, back["C2"].comment.author) == ("Ask Ben.", "Ana")
    assert (back["C2"].fill.fgColor.rgb, back["C2"].fill.fill_type) == ("FF00FF00", "solid")
    assert (back["C3"].value, back["A2"].value) == ("=1+1", "_x0041_")


def _dress(sheet: Any) -> None:
    sheet["C2"] = "anna"
    sheet["C2"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["C2"].comment = openpyxl.comments.Comment("Ask Ben.", "Ana")
    sheet["C3"] = "=1+1"
    sheet["A2"] = "_x005F_x0041_"


def test_a_missing_sheet_is_put_back(returned: bytes) -> None:
    """Where it was, with its headings, so that the copy can be corrected; only that is reported, not what follows."""

    def without_sites(book: Workbook) -> None:
        del book["Sites"]

    data = edited(written(clean()), without_sites)
    reading = looked_at(data)
    assert errors(reading) == [("missing-sheet", "Sites")]
    book = openpyxl.load_workbook(io.BytesIO(mark_up(QUESTIONNAIRE, data, reading.problems)))
    assert [cell.value for cell in book["Sites"][1]][:2] == ["Name *", "Street *"]
    assert book["Sites"]["A2"].fill.fgColor.rgb == COLOURS["missing"]
    assert book.sheetnames[:4] == [TITLE, "Instructions", "Answers", "Sites"]


def test_rows_that_are_missing_are_marked_where_they_belong() -> None:
    """The first free row of the table."""
    document = clean() | {"users": []}
    data = written(document)
    book = openpyxl.load_workbook(io.BytesIO(mark_up(QUESTIONNAIRE, data, looked_at(data).problems)))
    assert "Please list at least 1 under “Users”" in book["Users"]["C2"].comment.text


def test_drop_downs_of_newer_excel_are_kept() -> None:
    """Excel writes those that look at another sheet in an extension, which the library drops."""
    import re
    import zipfile

    newer = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        b'<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>Sites!$A$2:$A$5000</xm:f></x14:formula1>'
        b"<xm:sqref>D2:D5001</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written(clean()))) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet4.xml":
                part = re.sub(rb"<dataValidations.*</dataValidations>", b"", part, flags=re.DOTALL)
                part = part.replace(b"</worksheet>", newer)
            new.writestr(name, part)
    book = openpyxl.load_workbook(io.BytesIO(mark_up(QUESTIONNAIRE, target.getvalue(), [])))
    (rule,) = book["Users"].data_validations.dataValidation
    assert (str(rule.sqref), rule.formula1) == ("D2:D5001", "Sites!$A$2:$A$5000")


def test_thousands_of_problems_are_told_in_turns() -> None:
    """The copy stays one that we open again."""
    document = clean()
    for user in document["users"]:
        user["first_name"] = None
    document["users"] *= 8
    data = written(document)
    reading = looked_at(data)
    assert len(reading.problems) > MOST_MARKS
    marked = mark_up(QUESTIONNAIRE, data, reading.problems)
    assert read_workbook(QUESTIONNAIRE, marked).document == reading.document
    last = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(marked)).worksheets[0]["A"] if cell.value][-1]
    assert f"{len(reading.problems) - MOST_MARKS} further problems" in last


@given(strategies.documents(QUESTIONNAIRE, most_rows=2))
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_workbook_marked_reads_like_itself(document: dict[str, Any]) -> None:
    """Whatever is in the cells: the copy has the same answers and problems, and so has the copy of the copy."""
    data = written(document)
    before = looked_at(data)
    for _other in range(2):
        data = mark_up(QUESTIONNAIRE, data, before.problems)
        after = looked_at(data)
        assert after.document == before.document
        assert [(p.code, p.where) for p in after.problems] == [(p.code, p.where) for p in before.problems]


@given(st.binary(max_size=200))
@settings(max_examples=10, deadline=None)
def test_what_is_no_workbook_is_not_marked(data: bytes) -> None:
    """The same calm refusal as on reading."""
    with pytest.raises(AnswerError, match="WORKBOOK-"):
        mark_up(QUESTIONNAIRE, data, [])
