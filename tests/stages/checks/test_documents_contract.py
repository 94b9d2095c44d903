"""A check over the contract."""

from __future__ import annotations

from typing import Any

from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.profile.offer_tables import DataTable
from onboarding.stages.context import Context
from tests.stages.checks.look import missing
from tests.stages.small import asked, small
from tests.stages.world import AT

DELIVERY = [
    {"item": "seat", "title": "Voice user", "rows": "users", "where": {"services": "voice"}, "task": "cutover.assign"},
    {"item": "line", "title": "Line", "rows": "lines", "sum": "channels", "where": {"kind": ["sip", "pri"]},
     "task": "cutover.assign"},
]  # fmt: skip
USERS: list[Any] = [{"services": ["voice", "fax"]}, {"services": ["voice"]}, {"services": ["fax"]}, {}]
LINES: list[Any] = [{"kind": "sip", "channels": 4}, {"kind": "pri", "channels": 23}, {"kind": "copper", "channels": 2}]


def _contract(seats: int, channels: int, note: str = "", state: TaskState = TaskState.DONE) -> Context:
    lines = [{"item": "seat", "quantity": seats, "note": note}, {"item": "line", "quantity": channels}]
    record = History({"cutover.assign": TaskRecord("cutover.assign", state, AT)})
    values = {"contract_lines": lines, "users": USERS, "lines": LINES}
    return small(asked(), values, record=record, data=DataTable.model_validate({"delivery": DELIVERY}))


def test_what_was_ordered_is_delivered() -> None:
    """Rows are counted by a value they have among several, or by one of several values; or a column is added up."""
    assert missing("contract-delivered", _contract(2, 27)) == []


def test_a_difference_is_named_until_it_is_explained() -> None:
    """More counts as a difference like less; a note settles it."""
    assert missing("contract-delivered", _contract(3, 27)) == [
        "Voice user: 3 contracted, 2 delivered. Say why under the contract line."
    ]
    assert len(missing("contract-delivered", _contract(1, 4))) == 2
    assert missing("contract-delivered", _contract(3, 27, "One starts in May.")) == []


def test_nothing_is_delivered_before_its_task_is_done() -> None:
    """What is only ordered is not delivered yet."""
    assert len(missing("contract-delivered", _contract(2, 27, state=TaskState.WAITING))) == 2
