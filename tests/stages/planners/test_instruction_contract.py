"""What was contracted and delivered, and the first invoice."""

from __future__ import annotations

from typing import Any

from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.profile.offer_tables import DataTable
from onboarding.stages.context import Context
from tests.stages.planners.work import planned, values
from tests.stages.small import asked, small
from tests.stages.world import AT

DATA: dict[str, Any] = {
    "billing": {"start": "first-of-next-month", "after": ["cutover.assign"]},
    "delivery": [{"item": "seat", "title": "Voice user", "rows": "users", "task": "cutover.assign"}],
}
DONE = History({"cutover.assign": TaskRecord("cutover.assign", TaskState.DONE, AT)})
LINES = [{"item": "seat", "quantity": 2, "note": "One starts in May."}]


def _context(record: History | None = None, data: dict[str, Any] = DATA) -> Context:
    return small(asked(), {"contract_lines": LINES, "users": [{}]}, record=record, data=DataTable.model_validate(data))


def test_the_first_invoice_is_a_forecast_until_it_is_known() -> None:
    """Counted from today as long as the task it counts from is open."""
    assert values(planned("billing", _context())) == [["First invoice (forecast)", "2026-04-01"]]
    assert values(planned("billing", _context(DONE))) == [["First invoice", "2026-04-01"]]
    assert values(planned("billing", _context(data={}))) == []


def test_the_report_has_contract_delivery_and_invoice() -> None:
    """What explains a difference stands below the lines."""
    assert values(planned("contract_report", _context(DONE))) == [
        ["Voice user", "2 contracted, 1 delivered"],
        ["Voice user", "One starts in May."],
        ["First invoice", "2026-04-01"],
    ]
    assert values(planned("contract_report", _context(data={"delivery": DATA["delivery"]})))[0] == [
        "Voice user",
        "2 contracted, 0 delivered",
    ]
