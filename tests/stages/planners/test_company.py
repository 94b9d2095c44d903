"""The company with its administrator, and its users."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.domain.action import Operation
from onboarding.stages.planners.company import administrator_of
from tests.stages.planners.work import ID, planned
from tests.stages.small import asked, small

USERS = [
    {"email": "ana@bright.example", "first_name": "Ana", "last_name": "Ortiz", "site": "Boston", "extension": "101",
     "services": ["voice"], "number": "+16175550101"},
    {"email": "ben@bright.example", "first_name": "Ben", "last_name": "Nguyen", "department": None},
]  # fmt: skip
DEDICATED = {"kind": "dedicated", "email": "it@x.example", "first_name": "Iris", "last_name": "Tan"}
ANSWERS: dict[str, Any] = {
    "company": {"name": "Bright", "domain": "bright.example"},
    "administrator": DEDICATED,
    "users": USERS,
}


def test_the_company_is_made_with_its_administrator() -> None:
    """Found again by its domain."""
    [action] = planned("company", small(asked(), ANSWERS))
    assert (action.id, action.key, action.operation) == (f"{ID}/bright.example", "bright.example", Operation.CREATE)
    assert (action.connector, action.resource) == ("portal", "company")
    assert action.body == {
        "name": "Bright",
        "domain": "bright.example",
        "administrator": {"email": "it@x.example", "first_name": "Iris", "last_name": "Tan", "is_dedicated": True},
    }
    assert action.summary == "Company Bright (bright.example) with administrator it@x.example"


@pytest.mark.parametrize(
    ("administrator", "who", "is_dedicated"),
    [
        (DEDICATED, "it@x.example", True),
        ({"kind": "user", "user": "ben@bright.example"}, "ben@bright.example", False),
        ({**DEDICATED, "last_name": None}, None, None),
        ({"kind": "user", "user": "nobody@bright.example"}, None, None),
        ({}, None, None),
    ],
)
def test_who_the_administrator_is(administrator: dict[str, str], who: str | None, is_dedicated: bool | None) -> None:
    """A dedicated one with all three of its names, or one of the users (C-31, C-32)."""
    found = administrator_of(small(asked(), ANSWERS | {"administrator": administrator}))
    assert (found.get("email"), found.get("is_dedicated")) == (who, is_dedicated)


def test_nothing_is_made_before_its_administrator_is_named() -> None:
    """Nor before its domain is."""
    assert planned("company", small(asked(), ANSWERS | {"administrator": {}})) == []
    assert planned("company", small(asked(), ANSWERS | {"company": {"name": "Bright"}})) == []


def test_users_are_made_in_the_order_of_the_sheet() -> None:
    """With what the portal asks for and was answered; services and numbers come later."""
    first, second = planned("users", small(asked(), ANSWERS))
    assert (first.id, first.key) == (f"{ID}/ana@bright.example", "ana@bright.example")
    assert (first.summary, first.resource) == ("User Ana Ortiz (ana@bright.example)", "user")
    assert first.body == {
        "company": "bright.example", "email": "ana@bright.example", "first_name": "Ana", "last_name": "Ortiz",
        "site": "Boston", "extension": "101",
    }  # fmt: skip
    assert second.body == {
        "company": "bright.example", "email": "ben@bright.example", "first_name": "Ben", "last_name": "Nguyen",
    }  # fmt: skip
