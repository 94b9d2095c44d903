"""Rows keep their ids through every face: written, changed, brought back, saved, a row that stayed is the same row."""

from __future__ import annotations

import io
import itertools
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.answers.answer_files import read_answers, write_csv_folder, write_json, write_toml
from onboarding.answers.assigned_questions import merged
from onboarding.answers.check import check
from onboarding.answers.markup import mark_up
from onboarding.answers.printable import outline, printable
from onboarding.answers.reading import likeness
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.domain.history import Customer
from onboarding.domain.question import Section
from onboarding.domain.row import ROW_ID, answers_in, row_id, without_ids
from onboarding.notebook.grid import Grid
from onboarding.store.store import Store
from tests import strategies
from tests.answers.dental import QUESTIONNAIRE, answers
from tests.answers.test_assigned_questions import SHARED, as_kept, handed_out

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUICK = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
TABLES = [section for section in QUESTIONNAIRE.sections if section.is_table]
ALIKE = likeness(QUESTIONNAIRE)
DOCUMENTS = strategies.documents(QUESTIONNAIRE, most_rows=4).filter(bool)


class RowStore:
    """A store, and a new customer for each example."""

    names = (f"c{number}" for number in itertools.count())

    def __init__(self, store: Store) -> None:
        self.store = store
        self.customer = ""

    def save(self, document: Any) -> int:
        return self.store.save_answers(self.customer, document, "anna", AT, "test", alike=ALIKE)

    def begin(self, document: Any) -> dict[str, Any]:
        self.customer = next(self.names)
        self.store.create_customer(Customer(self.customer, "C", AT), "chinook")
        self.save(document)
        return self.kept()

    def kept(self) -> dict[str, Any]:
        current = self.store.answers(self.customer)
        return dict(current.document) if current else {}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RowStore]:
    with Store.open(tmp_path_factory.mktemp("rows"), "") as store:
        yield RowStore(store)


def _workbook(document: Any, path: Path) -> None:
    write_workbook(QUESTIONNAIRE, document, path)


FACES: dict[str, Callable[[Any, Path], None]] = {
    "answers.xlsx": _workbook,
    "answers.toml": lambda document, path: write_toml(QUESTIONNAIRE, document, path),
    "answers.json": lambda document, path: write_json(QUESTIONNAIRE, document, path),
    "folder": lambda document, path: write_csv_folder(QUESTIONNAIRE, document, path),
}


def through(face: str, document: Any, folder: Path) -> dict[str, Any]:
    """The document written by a face and read again."""
    path = folder / face
    shutil.rmtree(path, ignore_errors=True)
    FACES[face](document, path)
    reading = read_answers(QUESTIONNAIRE, path)
    assert reading.problems == ()
    return dict(reading.document)


@st.composite
def changed(draw: st.DrawFn, section: Section, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a table after somebody has changed, renamed, moved, removed and added some; new ones have no id."""
    new = strategies.rows(section, QUESTIONNAIRE).filter(bool)
    stayed = [row for row in rows if draw(st.integers(0, 4))]
    marks = [ALIKE(section.id)(row) for row in rows]
    found = []
    for row in stayed:
        other = dict(row)
        for question in draw(st.lists(st.sampled_from(section.questions), max_size=2)):
            other |= {name: value for name, value in draw(new).items() if name == question.name}
        mine = marks.index(ALIKE(section.id)(row))
        # who takes over another's answers or name cannot be distinguished from rows that were moved without their ids
        looks = {look for place, mark in enumerate(marks) if place != mine for look in mark if look is not None}
        found.append(row if looks & set(ALIKE(section.id)(other)) else other)
    for row in draw(st.lists(new, max_size=2)):
        found.insert(draw(st.integers(0, len(found))), row)
    return draw(st.permutations(found))


@given(data=st.data())
@QUICK
@pytest.mark.parametrize("face", FACES)
def test_rows_that_stay_keep_their_ids(tmp_path: Path, store: RowStore, face: str, data: st.DataObject) -> None:
    """Renamed, changed, in another order, among others that are new or gone; all ids differ; again changes nothing."""
    kept = store.begin(data.draw(DOCUMENTS))
    assert through(face, kept, tmp_path) == kept
    edited = {s.id: data.draw(changed(s, kept[s.id])) for s in TABLES if s.id in kept}
    edited = {name: rows for name, rows in edited.items() if rows}
    returned = through(face, {**kept, **edited}, tmp_path)
    version = store.save(returned)
    now = store.kept()
    for name, rows in edited.items():
        for before, after in zip(rows, now[name], strict=True):
            assert answers_in(after) == answers_in(before)
            assert after[ROW_ID] == before.get(ROW_ID, after[ROW_ID])
    ids = [row[ROW_ID] for section in TABLES for row in now.get(section.id, [])]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    assert store.save(returned) == version
    assert store.save(through(face, without_ids(now), tmp_path)) == version, "without ids it is the same too"


@given(document=DOCUMENTS)
@QUICK
@pytest.mark.parametrize("face", FACES)
def test_a_file_without_ids_is_saved_once(tmp_path: Path, store: RowStore, face: str, document: dict[str, Any]) -> None:
    """The examples need no ids: they are given at the first save, and the second save of the file finds them."""
    given_ = through(face, document, tmp_path)
    kept = store.begin(given_)
    assert without_ids(kept) == given_ == document
    assert store.save(through(face, document, tmp_path)) == 1
    assert store.kept() == kept


@given(document=DOCUMENTS)
@QUICK
def test_an_id_is_no_answer(document: dict[str, Any]) -> None:
    """Neither values nor problems know of it; it stands beside the row. Anywhere but in a table it is a stranger."""
    kept = as_kept(document)
    found, bare = check(QUESTIONNAIRE, kept, AT.date()), check(QUESTIONNAIRE, document, AT.date())
    assert (found.values, found.problems, found.numbers) == (bare.values, bare.problems, bare.numbers)
    assert outline(QUESTIONNAIRE, kept, found.problems) == outline(QUESTIONNAIRE, document, bare.problems)
    assert printable(QUESTIONNAIRE, kept) == printable(QUESTIONNAIRE, document)
    for section in TABLES:
        assert [*found.ids[section.id]] == [row[ROW_ID] for row in kept.get(section.id, [])]
    stranger = check(QUESTIONNAIRE, {"company": {ROW_ID: "bcdf2345"}}, AT.date()).problems
    assert ("unknown-question", f"company.{ROW_ID}") in [(problem.code, problem.question) for problem in stranger]


@given(document=DOCUMENTS)
@QUICK
def test_a_marked_copy_keeps_the_ids(document: dict[str, Any]) -> None:
    """As hidden as they were, also in the copy of the copy."""
    kept = as_kept(document)
    data = _bytes(kept)
    for _ in range(2):
        data = mark_up(QUESTIONNAIRE, data, check(QUESTIONNAIRE, kept, AT.date()).problems)
        assert read_workbook(QUESTIONNAIRE, data).document == kept
        book = openpyxl.load_workbook(io.BytesIO(data))
        for sheet in book:
            hidden = [cell.column_letter for cell in sheet[1] if cell.value == ROW_ID]
            assert all(sheet.column_dimensions[letter].hidden for letter in hidden)


# --- the workbook in a spreadsheet


def in_a_spreadsheet(kept: Any, change: Callable[[Any], object]) -> dict[str, Any]:
    """The workbook after somebody has changed it."""
    target = io.BytesIO()
    write_workbook(QUESTIONNAIRE, kept, target)
    book = openpyxl.load_workbook(target)
    change(book)
    target = io.BytesIO()
    book.save(target)
    return dict(read_workbook(QUESTIONNAIRE, target.getvalue()).document)


def cells(sheet: Any, columns: int = 99) -> list[list[Any]]:
    return [[cell.value for cell in row[:columns]] for row in sheet.iter_rows(min_row=2) if row[0].value]


def put(sheet: Any, lines: list[list[Any]]) -> None:
    for number, line in enumerate(lines, start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(number, column).value = value


def ids_of(document: Any, section: str = "users") -> dict[str, str]:
    """Key of a row -> its id."""
    key = QUESTIONNAIRE.section(section).key  # type: ignore[union-attr]
    return {row.get(key, ""): row[ROW_ID] for row in document[section]}


def test_the_ids_stand_in_a_hidden_column_behind_the_others(store: RowStore) -> None:
    """Nobody sees or prints it; a workbook without answers has none."""
    kept = store.begin(answers())
    for document, heads in ((kept, [ROW_ID]), ({}, [])):
        target = io.BytesIO()
        write_workbook(QUESTIONNAIRE, document, target)
        sheet = openpyxl.load_workbook(target)["Users"]
        assert [cell.value for cell in sheet[1]][9:] == heads
    sheet = openpyxl.load_workbook(io.BytesIO(_bytes(kept)))["Users"]
    assert sheet.column_dimensions["J"].hidden
    assert sheet["J2"].protection.locked
    assert [sheet.cell(row, 10).value for row in (2, 3, 4)] == [row[ROW_ID] for row in kept["users"]]


def _bytes(document: Any) -> bytes:
    target = io.BytesIO()
    write_workbook(QUESTIONNAIRE, document, target)
    return target.getvalue()


@pytest.mark.parametrize("columns", [99, 9], ids=["whole rows", "only the columns that are seen"])
def test_sorting_keeps_each_row_with_its_id(store: RowStore, columns: int) -> None:
    """With the hidden column, and also where somebody has marked only what is seen before sorting."""
    kept = store.begin(answers())

    def sort(book: Any) -> None:
        put(book["Users"], sorted(cells(book["Users"], columns), key=lambda line: str(line[2]), reverse=True))

    store.save(in_a_spreadsheet(kept, sort))
    assert [*ids_of(store.kept())] == sorted(ids_of(kept), reverse=True)
    assert ids_of(store.kept()) == ids_of(kept)


def test_a_copied_row_is_a_new_one(store: RowStore) -> None:
    """It brings the id of the row it was copied from, which keeps it."""
    kept = store.begin(answers())

    def copy(book: Any) -> None:
        lines = cells(book["Users"])
        made = [*lines[0]]
        made[0], made[2], made[4], made[7] = "Zoe", "zoe@brightsmile.example", "0177", None
        put(book["Users"], [made, *lines])

    store.save(in_a_spreadsheet(kept, copy))
    found = ids_of(store.kept())
    made = found.pop("zoe@brightsmile.example")
    assert found == ids_of(kept)
    assert made not in found.values()


def test_a_row_whose_cells_were_emptied_is_gone(store: RowStore) -> None:
    """Its hidden id alone is no row, nor does the next one move into it."""
    kept = store.begin(answers())

    def empty(book: Any) -> None:
        for cell in book["Users"][2][:9]:
            cell.value = None

    store.save(in_a_spreadsheet(kept, empty))
    assert [*ids_of(store.kept()).values()] == [row[ROW_ID] for row in kept["users"][1:]]


def test_a_column_whose_heading_was_overwritten_is_no_loss(store: RowStore) -> None:
    """The rows are found by their names then."""
    kept = store.begin(answers())

    def overwrite(book: Any) -> None:
        book["Users"]["J1"] = "Shoe size"
        book["Users"]["B2"] = "Diaz-Lee"

    store.save(in_a_spreadsheet(kept, overwrite))
    assert ids_of(store.kept()) == ids_of(kept)
    assert store.kept()["users"][0]["last_name"] == "Diaz-Lee"


# --- one party's part


def test_a_part_finds_rows_that_nobody_named_yet(store: RowStore) -> None:
    """By their ids: what the signer says of the third row lands there, though none of the rows has an e-mail."""
    document = answers()
    for row in document["users"]:
        del row["email"]
    kept = store.begin(document)
    book = openpyxl.load_workbook(io.BytesIO(handed_out(kept)))
    book["Users"]["C4"] = "617-555-0177"
    target = io.BytesIO()
    book.save(target)
    store.save(merged(SHARED, kept, read_workbook(SHARED, target.getvalue())).document)
    now = store.kept()["users"]
    assert now == [*kept["users"][:2], {**kept["users"][2], "number": "+16175550177"}, *kept["users"][3:]]


# --- the form


class Window:
    """A table of the form whose every change is saved at once, and a browser that undoes."""

    def __init__(self, store: RowStore, section: Section, hidden: Section | None = None) -> None:
        self.store, self.section = store, section
        self.grid = Grid(hidden or section, store.kept().get(section.id, []), self._save)

    def _save(self, rows: list[dict[str, Any]]) -> None:
        self.store.save({**self.store.kept(), self.section.id: rows})
        self.grid.identify(self.kept)

    @property
    def kept(self) -> list[dict[str, Any]]:
        return list(self.store.kept().get(self.section.id, []))

    def do(self, *ops: dict[str, Any]) -> None:
        self.grid._receive(self.grid, {"do": "change", "ops": list(ops), "view": "v"}, [])

    def key(self, row: int) -> str:
        return self.grid._rows[row][0]


def test_the_form_keeps_ids_through_typing_and_undoing(store: RowStore) -> None:
    """A row added by hand has its id from the first letter on; one that was deleted comes back as the same."""
    store.begin(answers())
    users = QUESTIONNAIRE.section("users")
    assert users is not None
    window = Window(store, users)
    before = [row[ROW_ID] for row in window.kept]
    window.do({"op": "insert", "rows": [[1, "new", {}]]})
    made = window.kept[1][ROW_ID]
    for name, value in (("email", "zoe@x.example"), ("first_name", "Zoe"), ("email", "zo@x.example")):
        window.do({"op": "set", "cells": [["new", name, value]]})
    assert [row[ROW_ID] for row in window.kept] == [before[0], made, *before[1:]]
    gone, key = answers_in(window.kept[0]), window.key(0)
    window.do({"op": "delete", "ids": [key, "new"]})
    assert [row[ROW_ID] for row in window.kept] == before[1:]
    window.do({"op": "insert", "rows": [[0, key, gone], [1, "new", {"first_name": "Zoe"}]]})
    assert [row[ROW_ID] for row in window.kept] == [before[0], made, *before[1:]]
    window.do({"op": "insert", "rows": [[9, "copy", gone]]})
    assert window.kept[-1][ROW_ID] not in {*before, made}


def test_undoing_in_one_partys_questions_brings_back_what_the_others_said(store: RowStore) -> None:
    """The browser only knows the columns that are shown; the answers of all others come back with the row."""
    kept = store.begin(answers())["users"]
    users = QUESTIONNAIRE.section("users")
    assert users
    part = Section(users.id, users.title, users.questions[:2], is_table=True)
    window = Window(store, users, part)
    shown = {question.name: kept[0][question.name] for question in part.questions}
    key = window.key(0)
    window.do({"op": "delete", "ids": [key]})
    window.do({"op": "insert", "rows": [[0, key, shown]]})
    assert window.kept == kept


@given(data=st.data())
@QUICK
def test_whatever_is_done_in_the_form_rows_keep_their_ids(store: RowStore, data: st.DataObject) -> None:
    """Every row the browser knows has one id for good, through any change and its undoing."""
    section = data.draw(st.sampled_from(TABLES))
    rows = strategies.rows(section, QUESTIONNAIRE)
    store.begin({section.id: data.draw(st.lists(rows.filter(bool), min_size=1, max_size=4))})
    window = Window(store, section)
    known: dict[str, str] = {}
    seen: dict[str, dict[str, Any]] = {}
    for number in range(data.draw(st.integers(1, 6))):
        here = [key for key, _ in window.grid._rows]
        gone = [key for key in seen if key not in here]
        key = data.draw(st.sampled_from([f"n{number}", *here, *gone]))
        if key not in here:
            place = data.draw(st.integers(0, len(here)))
            window.do({"op": "insert", "rows": [[place, key, seen.get(key) or data.draw(rows)]]})
        elif data.draw(st.booleans()):
            seen[key] = dict(window.grid._rows)[key]
            window.do({"op": "delete", "ids": [key]})
        else:
            window.do({"op": "set", "cells": [[key, *item] for item in data.draw(rows).items()]})
        found = {key: row[ROW_ID] for (key, _), row in zip(window.grid._rows, window.kept, strict=True)}
        assert known | found == found | known, "no row has changed its id"
        known |= found
        assert len(set(known.values())) == len(known)
        assert all(row_id(row) for row in window.kept)
