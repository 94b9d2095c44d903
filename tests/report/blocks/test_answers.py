"""Blocks of what was answered."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.domain.question import Kind
from onboarding.domain.task import Task
from tests.report.blocks.look import shapes, table, words
from tests.stages.small import asked, question, small
from tests.stages.world import AT

SHEET = asked(
    question("company.name"),
    question("company.starts_on", Kind.DATE),
    question("users.email"),
    question("users.kind", Kind.CHOICE, "office", "shared", "guest"),
    question("users.room"),
    tables={"users": "email"},
)
ANSWERS: dict[str, Any] = {
    "company": {"name": "Bright", "starts_on": "2026-04-01"},
    "users": [
        {"email": "a@x.example", "kind": "office"},
        {"email": "b@x.example", "kind": "shared"},
        {"email": "c@x.example", "kind": "guest"},
    ],
}
TASK = Task("cutover.assign", "Assign", "cutover", "reseller")
DONE = History({TASK.id: TaskRecord(TASK.id, TaskState.DONE, AT)})


def test_answers_stand_beside_their_questions() -> None:
    """Of a section all that are answered; days as days."""
    [facts] = shapes("answers", small(SHEET, ANSWERS), {"fields": ["company"], "caption": "The company"})
    assert facts.caption == "The company"  # type: ignore[union-attr]
    assert [(name, words(cell)) for name, cell in facts.facts] == [  # type: ignore[union-attr]
        ("Name", "Bright"),
        ("Starts on", "2026-04-01"),
    ]
    assert shapes("answers", small(SHEET, {}), {"fields": ["company"]}) == []


def test_rows_are_shown_with_the_columns_that_hold_anything() -> None:
    """All columns when none is named; without tasks the table has no column for how a row is known."""
    [found] = shapes("rows", small(SHEET, ANSWERS), {"rows": "users"})
    assert found.caption == "Users"  # type: ignore[union-attr]
    assert [name for name, _ in found.columns] == ["Email", "Kind"]  # type: ignore[union-attr]
    about = {"rows": "users", "columns": ["users.kind"], "caption": "Kinds"}
    [named] = shapes("rows", small(SHEET, ANSWERS), about)
    assert named.caption == "Kinds"  # type: ignore[union-attr]
    assert table([named]) == [["Office"], ["Shared"], ["Guest"]]
    assert shapes("rows", small(SHEET, {}), about) == []


@pytest.mark.parametrize(
    ("where", "shown"), [({"kind": "shared"}, ["b"]), ({"kind": ["office", "guest"]}, ["a", "c"]), ({"kind": "x"}, [])]
)
def test_only_rows_that_are_meant_are_shown(where: dict[str, Any], shown: list[str]) -> None:
    """One of several values is enough; where no row is meant there is no table."""
    about = {"rows": "users", "columns": ["users.email"], "where": where}
    found = shapes("rows", small(SHEET, ANSWERS), about)
    assert [cells[0][0] for cells in table(found)] == shown if shown else found == []


def test_rows_say_how_they_are_known() -> None:
    """By the tasks that bring them about."""
    about = {"rows": "users", "columns": ["users.email"], "tasks": [TASK.id], "where": {"kind": "office"}}
    assert table(shapes("rows", small(SHEET, ANSWERS, TASK, record=DONE), about)) == [["a@x.example", "reported"]]
    assert table(shapes("rows", small(SHEET, ANSWERS, TASK), about)) == [["a@x.example", "open"]]
