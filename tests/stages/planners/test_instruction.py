"""What a person does, with what they need beside it."""

from __future__ import annotations

from typing import Any

from onboarding.domain.action import Operation
from onboarding.domain.question import Kind
from onboarding.domain.task import Service
from tests.stages.planners.work import ID, planned, values
from tests.stages.small import asked, question, small

SHEET = asked(
    question("company.name"),
    question("company.kind", Kind.CHOICE, "branch"),
    question("company.note"),
    question("users.email"),
    question("users.number", Kind.NUMBER),
    question("users.fax"),
    tables={"users": "email"},
)
ANSWERS: dict[str, Any] = {
    "company": {"name": "Bright", "kind": "branch"},
    "users": [
        {"email": "ana@x.example", "number": "+16175550101", "services": ["voice"]},
        {"email": "ben@x.example", "services": ["gold"]},
        {"email": "cyd@x.example"},
    ],
}


def test_a_person_is_asked_to_do_it() -> None:
    """The guide says how, or else the title; the proof that is wanted stands with it."""
    [action] = planned("manual", small(SHEET, ANSWERS))
    assert (action.id, action.key, action.operation, action.summary) == (ID, ID, Operation.ASK, "Do it")
    assert action.body == {"text": "How.", "values": [], "evidence": "A scan"}
    assert planned("manual", small(SHEET, ANSWERS), guide="")[0].body["text"] == "Do it"


def test_answers_stand_beside_it_as_they_are_copied() -> None:
    """Single answers under their question, each row of a table under its title; what nobody answered is left out."""
    fields = ["company", "users.email", "users.number", "users.fax"]
    found = planned("manual", small(SHEET, ANSWERS), {"fields": fields})
    assert values(found) == [
        ["Name", "Bright"],
        ["Kind", "Branch"],
        ["Users 1", "ana@x.example, +16175550101"],
        ["Users 2", "ben@x.example"],
        ["Users 3", "cyd@x.example"],
    ]


def test_of_the_users_only_those_with_a_service() -> None:
    """One of several services is enough, also as a part of another."""
    services = {"voice": Service("voice", "Voice"), "gold": Service("gold", "Gold", includes=("voice",))}
    context = small(SHEET, ANSWERS, services=services)
    about = {"fields": ["users.email"], "users_with": ["fax", "voice"]}
    assert values(planned("manual", context, about)) == [["Users 1", "ana@x.example"], ["Users 2", "ben@x.example"]]


def test_a_task_that_closes_by_itself_does_nothing() -> None:
    """Whatever is answered."""
    assert planned("check", small(SHEET, ANSWERS), {"check": "all-answered", "fields": ["company"]}) == []
