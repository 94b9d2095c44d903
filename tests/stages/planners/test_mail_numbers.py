"""Port orders, and requests for new numbers."""

from __future__ import annotations

from typing import Any

from onboarding.domain.question import Kind
from onboarding.stages.planners.mail import e911_address
from tests.stages.planners.work import ID, MAIL, planned
from tests.stages.small import ADDRESS, asked, filed, question, small

SHEET = asked(
    question("new_numbers.area_code"),
    question("new_numbers.quantity", Kind.INTEGER),
    question("new_numbers.e911", Kind.YES_NO),
    *ADDRESS,
    tables={"new_numbers": "area_code", "sites": "name"},
)
BOSTON = {
    "name": "Boston", "street": "12 Elm Street", "suite": "Suite 4", "city": "Boston", "state": "MA", "zip": "02110",
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "sites": [BOSTON],
    "port_orders": [
        {"btn": "+16175550100", "losing_carrier": "Bell", "account_number": "7", "scope": "full", "signer": "Ana Ortiz",
         "site": "Boston", "wanted_on": "2026-05-04"},
        {"btn": "+15085550100", "scope": "partial", "new_btn": "+15085550109"},
    ],
    "port_numbers": [
        {"btn": "+16175550100", "number": "+16175550100"},
        {"btn": "+15085550100", "number": "+15085550101"},
        {"btn": "+16175550100", "number": "+16175550101"},
    ],
    "new_numbers": [
        {"area_code": "617", "quantity": 3, "e911": True, "e911_site": "Boston"},
        {"area_code": "508", "quantity": 2, "e911": False},
    ],
}  # fmt: skip


def test_there_is_one_order_for_each_billing_number() -> None:
    """With the numbers that name it, and what the losing carrier's record has to match (C-23)."""
    full, partial = planned("port_orders", small(SHEET, ANSWERS), MAIL)
    assert (full.id, full.key) == (f"{ID}/+16175550100", f"{ID}/+16175550100")
    assert full.body["subject"] == "Order: Bright Smile Dental Group, 2 numbers of Bell"
    assert full.body["tables"] == [
        {"title": "Numbers to port", "columns": ["Number"], "rows": [["+16175550100"], ["+16175550101"]]}
    ]
    assert full.body["fields"][1:] == [
        ["Billing telephone number", "+16175550100"],
        ["Losing carrier", "Bell"],
        ["Account number", "7"],
        ["Port", "all numbers of the account"],
        ["Authorised signer", "Ana Ortiz"],
        ["Service address", "12 Elm Street, Suite 4, Boston, MA 02110"],
        ["Wanted date", "2026-05-04"],
    ]
    assert partial.body["subject"] == "Order: Bright Smile Dental Group, 1 numbers of the losing carrier"
    assert partial.body["fields"][1:] == [
        ["Billing telephone number", "+15085550100"],
        ["Port", "only the numbers listed"],
        ["New billing telephone number", "+15085550109"],
    ]


def test_the_signed_letter_goes_with_each_order() -> None:
    """As the profile names it."""
    context = small(SHEET, ANSWERS, record=filed("telephony.sign-loa"))
    for action in planned("port_orders", context, {**MAIL, "attach": ["evidence:telephony.sign-loa"]}):
        assert action.body["attach"] == ["evidence:telephony.sign-loa"]
        assert action.body["files"] == {"evidence:telephony.sign-loa": ["0" * 64]}


def test_new_numbers_are_asked_for_at_once() -> None:
    """All of them in one mail, with the address each is registered under for emergency calls."""
    [action] = planned("new_numbers", small(SHEET, ANSWERS), MAIL)
    assert action.body["subject"] == "Order: Bright Smile Dental Group, 5 numbers"
    assert action.body["tables"] == [
        {
            "title": "New_Numbers",
            "columns": ["Area code", "Quantity", "E911", "Address to register for E911"],
            "rows": [["617", "3", "Yes", "12 Elm Street, Suite 4, Boston, MA 02110"], ["508", "2", "No", ""]],
        }
    ]


def test_without_new_numbers_nothing_is_asked_for() -> None:
    """An empty list is no request; so is a provider who does not sell any."""
    assert planned("new_numbers", small(SHEET, {**ANSWERS, "new_numbers": []}), MAIL) == []
    assert planned("new_numbers", small(asked(), ANSWERS), MAIL) == []


def test_only_where_e911_is_wanted_there_is_an_address() -> None:
    """The site that is named counts, not the only one there is (C-29)."""
    context = small(SHEET, ANSWERS)
    assert e911_address({"e911": True, "e911_site": "Boston"}, context).startswith("12 Elm Street")
    assert e911_address({"e911": False, "e911_site": "Boston"}, context) == ""
    assert e911_address({"e911": True, "e911_site": "Salem"}, context) == ""
