"""A check over licences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.domain.question import Kind
from onboarding.stages.context import Context
from tests.extensions import a_rule
from tests.stages.checks.look import missing
from tests.stages.small import asked, question, small

RULE = a_rule("licences", "licence-covers", "", {
    "licence": "users.licence", "add_ons": "users.add_ons", "enough": ["e5"], "add_on": "phone", "remove": ["plan"],
    "where": {"kind": ["office", "shared"]},
})  # fmt: skip
SHEET = replace(
    asked(
        question("users.first_name"),
        question("users.licence"),
        question("users.kind"),
        question("users.add_ons", Kind.CHOICES, "phone", "plan"),
        tables={"users": "first_name"},
    ),
    rules=(RULE,),
)


def users(*people: tuple[str, str, list[str]], kind: str = "office") -> Context:
    rows: list[dict[str, Any]] = [
        {"first_name": name, "licence": licence, "add_ons": add_ons, "kind": kind} for name, licence, add_ons in people
    ]
    return small(SHEET, {"users": rows})


READY = ("Ana", "e5", []), ("Ben", "e3", ["phone"])
LACKING = ("Cyd", "e3", []), ("Dov", "e5", ["plan"])


def test_everybody_has_what_is_needed() -> None:
    """A plan that is enough, or the add-on beside another."""
    assert missing("licences-in-place", users(*READY)) == []


def test_what_is_lacking_or_must_go_is_named() -> None:
    """Person by person, in the words of the questionnaire."""
    assert missing("licences-in-place", users(*READY, *LACKING)) == ["Cyd has no Phone yet.", "Dov still has Plan."]


@pytest.mark.parametrize("kind", ["office", "shared", "guest"])
def test_whom_the_rule_is_not_about_does_not_count(kind: str) -> None:
    """Any of several values makes a row one the rule is about."""
    assert bool(missing("licences-in-place", users(*LACKING, kind=kind))) is (kind != "guest")


def test_so_many_are_enough() -> None:
    """With a least number it is a count of those who are ready."""
    context = users(*READY, *LACKING)
    assert missing("licences-in-place", context, {"least": 2}) == []
    assert missing("licences-in-place", context, {"least": 3}) == [
        "2 users have a licence that fits, 3 at least are needed."
    ]
