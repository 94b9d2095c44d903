"""One party's part of the questionnaire: handed out alone, put back without touching anybody else's answers."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.answers import sheet_layout
from onboarding.answers.assigned_questions import judged, merged, owners, part_of
from onboarding.answers.reading import Reading, likeness
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.domain.question import Question, Questionnaire, Section
from onboarding.domain.row import RowIds, identified, without_ids
from onboarding.errors import InputError
from tests import strategies
from tests.answers.dental import QUESTIONNAIRE, TODAY, answers

SIGNER = ("company.zip", "users.number", "users.number_source", "port_orders.btn", "port_orders.bill_on")
WHOLE = ("new_numbers.quantity",)


def _owned(section: Section) -> Section:
    def owned(question: Question) -> Question:
        if question.id in (*SIGNER, *WHOLE):
            return replace(question, owner="signer", document="latest bill")
        return question

    return replace(section, questions=tuple(map(owned, section.questions)))


SHARED: Questionnaire = replace(
    QUESTIONNAIRE,
    sections=tuple(map(_owned, QUESTIONNAIRE.sections)),
    parties={"customer": "Customer", "signer": "Authorised signer"},
    asks="customer",
)


def handed_out(document: Any, owner: str = "signer") -> bytes:
    target = io.BytesIO()
    write_workbook(SHARED, document, target, owner=owner)
    return target.getvalue()


def as_kept(document: Any) -> dict[str, Any]:
    """The answers with the ids they have from their first save on."""
    ids, alike = RowIds("first save", list), likeness(SHARED)
    return {section: identified(None, current, alike(section), ids) for section, current in document.items()}


def brought_back(kept: Any, change: Any, owner: str = "signer") -> Reading:
    """A party's part after somebody has changed it, put among what is kept."""
    book = openpyxl.load_workbook(io.BytesIO(handed_out(kept, owner)))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return merged(SHARED, kept, read_workbook(SHARED, target.getvalue()))


def test_a_part_holds_only_what_the_party_is_asked() -> None:
    """Its columns with the key of the table; no other sheets; nobody unknown."""
    assert owners(SHARED) == ("customer", "signer")
    book = openpyxl.load_workbook(io.BytesIO(handed_out(answers())))
    visible = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert visible == ["Instructions", "Answers", "Users", "Port orders", "New numbers"]
    assert [cell.value for cell in book["Users"][1]] == ["E-mail *", "Number from", "Number"]
    assert [row[3].value for row in book["Answers"].iter_rows(min_row=3)] == ["company.zip"]
    assert len(list(book["New numbers"][1])) == 4, "a table without a key is handed out whole"
    with pytest.raises(InputError, match=r"OWNER-UNKNOWN: .*'king'. Questions go to: customer, signer."):
        part_of(SHARED, "king")


def test_where_the_answer_is_found_is_said_in_help() -> None:
    """The document it is copied from, and in the whole questionnaire who knows it."""
    question = SHARED.question("port_orders.btn")
    assert question
    assert sheet_layout.meaning(SHARED, question).endswith(
        "Where to find it: latest bill. Who knows it: Authorised signer."
    )
    assert sheet_layout.meaning(part_of(SHARED, "signer"), question).endswith("Where to find it: latest bill.")
    other = SHARED.question("users.email")
    assert other
    assert sheet_layout.origin(SHARED, other) == []


def test_only_the_partys_answers_are_taken() -> None:
    """Rows are found by their key wherever they stand now; new rows are added; what others know stays."""

    def change(book: Any) -> None:
        users = book["Users"]
        users.delete_rows(3)  # ben, of whom others know more
        users["C2"] = "617-555-0177"
        users.insert_rows(2)
        users["A2"], users["C2"] = "new@brightsmile.example", "617-555-0188"
        book["Answers"]["B3"] = "02110"

    kept = answers()
    reading = brought_back(kept, change)
    document = answers()
    document["users"][0]["number"] = "+16175550177"
    document["users"].append({"email": "new@brightsmile.example", "number": "+16175550188"})
    document["company"]["zip"] = "02110"
    assert reading.document == document
    assert reading.owner == "signer"
    assert reading.cells["users.number", 0] == "Users!C3"
    assert reading.cells["users.number", 3] == "Users!C2"


def test_an_answer_that_is_emptied_is_taken_away_and_no_other() -> None:
    """The party's own is gone; a column or sheet it has removed says nothing."""

    def change(book: Any) -> None:
        book["Users"]["C2"] = None
        book["Users"].delete_cols(2)
        del book["Port orders"]

    document = answers()
    reading = brought_back(answers(), change)
    del document["users"][0]["number"]
    assert reading.document == document


def test_a_removed_row_goes_only_when_nobody_else_has_answered_in_it() -> None:
    """The account is the signer's, but its scope is not."""
    kept = answers()
    kept["port_orders"].append({"btn": "+16175550199", "bill_on": "2026-02-20"})

    def change(book: Any) -> None:
        book["Port orders"].delete_rows(2, 2)

    assert brought_back(kept, change).document["port_orders"] == answers()["port_orders"]


def test_problems_are_told_of_the_partys_questions_alone() -> None:
    """At their cells, although rows stand elsewhere in the whole document."""

    def change(book: Any) -> None:
        book["Users"]["C3"] = book["Users"]["C2"].value
        book["Users"]["C4"] = "12"
        book["Users"].delete_rows(2)

    kept = answers() | {"company": {}}
    book = openpyxl.load_workbook(io.BytesIO(handed_out(kept)))
    change(book)
    target = io.BytesIO()
    book.save(target)
    reading = judged(SHARED, kept, read_workbook(SHARED, target.getvalue()), TODAY)
    found = [(problem.code, problem.where) for problem in reading.problems if problem.severity == "error"]
    assert found == [("duplicate", "Users!C2")]


@given(strategies.documents(SHARED, most_rows=3), st.sampled_from(["customer", "signer"]))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_part_that_comes_back_unchanged_changes_nothing(document: dict[str, Any], owner: str) -> None:
    """Whatever was answered by whom, however often the same key; unnamed rows are distinguished by their ids."""
    document = as_kept(document)
    reading = read_workbook(SHARED, handed_out(document, owner))
    assert reading.problems == ()
    assert merged(SHARED, document, reading).document == document


@given(strategies.documents(SHARED), strategies.documents(SHARED), st.booleans())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_part_never_takes_anothers_answer_away(kept: dict[str, Any], given_: dict[str, Any], has_ids: bool) -> None:
    """However different what comes back is, with ids or without, every answer of the customer's is still there."""
    reading = read_workbook(SHARED, handed_out(as_kept(given_) if has_ids else given_, "signer"))
    document = without_ids(merged(SHARED, as_kept(kept), reading).document)

    def customers(current: Any) -> list[str]:
        rows = [(s.id, row) for s in SHARED.sections for row in _rows(current.get(s.id))]
        found = []
        for section, row in rows:
            found += [
                f"{section}.{name} {value!r}"
                for name, value in row.items()
                if f"{section}.{name}" not in (*SIGNER, *WHOLE)
            ]
        return sorted(found)

    left = customers(document)
    for answer in customers(kept):
        assert answer in left
        left.remove(answer)


def _rows(current: Any) -> list[dict[str, Any]]:
    return current if isinstance(current, list) else [current or {}]
