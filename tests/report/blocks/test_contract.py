"""Blocks of what was contracted."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.domain.task import Task
from onboarding.profile.offer_tables import DataTable
from onboarding.stages.context import Context
from tests.report.blocks.look import shapes, table, words
from tests.stages.small import asked, small
from tests.stages.world import AT

ASSIGN = Task("cutover.assign", "Assign the numbers", "cutover", "reseller")
DONE = History({ASSIGN.id: TaskRecord(ASSIGN.id, TaskState.DONE, AT)})
DELIVERY = [{"item": "seat", "title": "Voice user", "rows": "users", "task": ASSIGN.id}]


def _context(quantity: int = 2, note: str = "", record: History | None = DONE, start: str = "completion") -> Context:
    answers: dict[str, Any] = {
        "users": [{}, {}],
        "contract_lines": [{"item": "seat", "quantity": quantity, "note": note}],
    }
    data = {"delivery": DELIVERY, "billing": {"start": start, "after": [ASSIGN.id]}}
    return small(asked(), answers, ASSIGN, record=record, data=DataTable.model_validate(data))


@pytest.mark.parametrize(
    ("quantity", "note", "said"),
    [
        (2, "", "as contracted"),
        (1, "", "1 more than contracted"),
        (3, "", "1 fewer than contracted"),
        (3, "In May.", "1 fewer than contracted | explained"),
    ],
)
def test_every_line_is_held_against_what_is_delivered(quantity: int, note: str, said: str) -> None:
    """A difference is a fault until it is explained."""
    [row] = table(shapes("contract", _context(quantity, note)))
    assert row == [f"Voice user | {note}" if note else "Voice user", str(quantity), "2", said]
    [shape] = shapes("contract", _context(quantity, note))
    tones = {"as contracted": "good", "1 fewer than contracted | explained": "note"}
    assert shape.rows[0][-1].tone == tones.get(said, "stop")  # type: ignore[union-attr]


def test_without_a_contract_nothing_is_held_against_it() -> None:
    """A provider who counts nothing has no such table, and no invoice."""
    assert shapes("contract", small(asked(), {})) == []
    assert shapes("invoice", small(asked(), {})) == []


@pytest.mark.parametrize(
    ("start", "record", "first", "counted"),
    [
        ("completion", DONE, "2026-03-02", "2026-03-02 | Assign the numbers | from that day on"),
        ("first-of-next-month", DONE, "2026-04-01",
         "2026-03-02 | Assign the numbers | on the first of the month that follows"),
        ("completion", None, "2026-03-02 | forecast", "2026-03-02 | Assign the numbers | from that day on"),
    ],
)  # fmt: skip
def test_the_first_invoice_names_the_day_it_counts_from(
    start: str, record: History | None, first: str, counted: str
) -> None:
    """A forecast as long as the task it counts from is open."""
    [facts] = shapes("invoice", _context(record=record, start=start))
    assert [words(cell) for _, cell in facts.facts] == [first, counted]  # type: ignore[union-attr]
