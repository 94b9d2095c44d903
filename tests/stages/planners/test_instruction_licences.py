"""Licences that users need."""

from __future__ import annotations

from tests.stages.checks.test_numbers_licences import LACKING, READY, users
from tests.stages.planners.work import planned, values

BOTH = ("Eve", "e3", ["plan"])


def test_a_person_changes_licences_user_by_user() -> None:
    """What comes stands before what goes, since a number is lost with its plan; who needs nothing is not named."""
    assert values(planned("licences", users(*READY, *LACKING, BOTH))) == [
        ["Cyd", "add Phone"],
        ["Dov", "remove Plan"],
        ["Eve", "add Phone, then remove Plan"],
    ]


def test_removing_and_adding_may_be_two_tasks() -> None:
    """Each shows its half only."""
    context = users(*READY, *LACKING, BOTH)
    assert values(planned("licences", context, {"step": "remove"})) == [["Dov", "remove Plan"], ["Eve", "remove Plan"]]
    assert values(planned("licences", context, {"step": "add"})) == [["Cyd", "add Phone"], ["Eve", "add Phone"]]


def test_answers_stand_before_them() -> None:
    """As beside any task of a person."""
    assert values(planned("licences", users(*LACKING), {"fields": ["users.first_name"]}))[0] == ["Users 1", "Cyd"]
