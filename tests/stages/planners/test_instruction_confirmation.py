"""What somebody else brings about."""

from __future__ import annotations

from typing import Any

from onboarding.domain.action import Operation
from onboarding.domain.task import Service
from onboarding.stages.context import Context
from tests.stages.planners.work import ID, planned, values
from tests.stages.small import asked, question, small

SHEET = asked(question("company.name"))
ANSWERS: dict[str, Any] = {
    "company": {"name": "Bright"},
    "users": [
        {"email": "ana@bright.example", "first_name": "Ana", "last_name": "Ortiz", "services": ["gold"],
         "voice_plan": "Standard", "number": "+16175550101", "voice_mail_plan": "Big"},
        {"email": "ben@bright.example", "first_name": "Ben", "services": ["voice"]},
        {"email": "cyd@bright.example", "first_name": "Cyd", "number": "+16175550103"},
    ],
}  # fmt: skip
SERVICES = {
    "voice": Service("voice", "Voice", needs_number=True),
    "gold": Service("gold", "Gold", includes=("voice",)),
}


def _context() -> Context:
    return small(SHEET, ANSWERS, services=SERVICES)


def _bodies(**observe: str) -> dict[str, dict[str, Any]]:
    actions = planned("confirm", _context(), {"observe": observe}, connector="portal")
    assert {action.operation for action in actions} <= {Operation.ASK}
    assert {action.connector for action in actions} == {"portal"}
    return {action.key: dict(action.body) for action in actions}


def test_without_a_portal_a_person_says_so() -> None:
    """It is an instruction like any other, with the answers that help."""
    assert values(planned("confirm", _context(), {"fields": ["company"]})) == [["Name", "Bright"]]


def test_every_user_is_looked_for() -> None:
    """By address, which is the user name, in the company of its domain."""
    found = _bodies(resource="user")
    assert list(found) == ["ana@bright.example", "ben@bright.example", "cyd@bright.example"]
    assert found["ana@bright.example"] == {"company": "bright.example", "email": "ana@bright.example"}


def test_a_service_is_looked_for_as_it_was_ordered() -> None:
    """Of whoever ordered it, by itself or as part of another, with plan and number where there are any."""
    assert _bodies(resource="service", service="voice") == {
        "ana@bright.example/voice": {
            "company": "bright.example", "user": "ana@bright.example", "service": "voice", "plan": "Standard",
            "number": "+16175550101",
        },
        "ben@bright.example/voice": {"company": "bright.example", "user": "ben@bright.example", "service": "voice"},
    }  # fmt: skip


def test_what_nobody_orders_is_looked_for_at_those_who_ordered_another() -> None:
    """Under the name the portal has for it; it needs no number of its own."""
    found = _bodies(resource="service", service="voice-mail", users_with="gold")
    assert found == {
        "ana@bright.example/voice-mail": {
            "company": "bright.example", "user": "ana@bright.example", "service": "voice-mail", "plan": "Big",
        },
    }  # fmt: skip


def test_each_is_named_by_the_person() -> None:
    """The plan says who it is about."""
    [first, *_] = planned("confirm", _context(), {"observe": {"resource": "user"}}, connector="portal")
    assert (first.id, first.summary, first.resource) == (f"{ID}/ana@bright.example", "Do it: Ana Ortiz", "user")
    about = {"observe": {"resource": "service", "service": "voice"}}
    assert {action.resource for action in planned("confirm", _context(), about, connector="portal")} == {"service"}
