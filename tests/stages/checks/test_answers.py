"""Checks over what was answered: complete, ticked, named."""

from __future__ import annotations

from typing import Any

import pytest

from onboarding.domain.condition import Condition
from onboarding.domain.question import Kind
from tests.stages.checks.look import SHOWN, missing
from tests.stages.small import asked, question, small
from tests.stages.world import example, group

ADMINISTRATOR = {
    "kind": "dedicated",
    "first_name": "Portal",
    "last_name": "Admin",
    "email": "admin@brightsmile.example",
}
SHEET = asked(
    question("network.cabling", Kind.YES_NO),
    question("network.speed"),
    question("network.wifi", Kind.YES_NO, when=Condition("is", "network.speed", ("slow",))),
    question("users.email"),
    question("users.first_name"),
    question("users.trained", Kind.YES_NO),
    question("dids.number", Kind.NUMBER),
    question("dids.tested", Kind.YES_NO),
    tables={"users": "email", "dids": "number"},
)


def test_an_empty_sheet_is_not_complete() -> None:
    """Before the first answer everything is missing, reported by name, or at once where nothing must be answered."""
    assert missing("answers-complete", group({}))
    assert missing("answers-complete", small(SHEET, {})) == ["The questionnaire has not been filled in."]


@pytest.mark.parametrize("check", ["all-yes", "all-answered"])
def test_a_list_nobody_has_looked_at_is_not_empty(check: str) -> None:
    """Before the first answer nothing is ticked or listed; once something is answered, an empty list is an answer."""
    about = {"fields": ["dids.tested"]}
    preset = asked(question("network.speed", default="fast"), *SHEET.sections[2].questions, tables={"dids": "number"})
    assert missing(check, small(SHEET, {}), about) == ["The questionnaire has not been filled in."]
    assert missing(check, small(preset, {"network": {"speed": "fast"}}), about) == [
        "The questionnaire has not been filled in."
    ]
    assert missing(check, small(SHEET, {"network": {"speed": "slow"}}), about) == []


def test_a_complete_sheet_is() -> None:
    """The example has no error, and warnings hold nobody."""
    assert group(example()).problems
    assert missing("answers-complete", group(example())) == []


def test_only_the_named_sections_count() -> None:
    """A fault elsewhere does not hold a task that is about other sections; warnings hold nobody."""
    context = group(example(dns={"cutover_on": "soon"}))
    assert missing("answers-complete", context, {"sections": ["dns"]})
    assert missing("answers-complete", context, {"sections": ["company", "users"]}) == []
    assert missing("answers-complete", context)


def test_many_faults_are_counted() -> None:
    """The first few are listed, as people call what is asked, the others counted."""
    users = [{**user, "last_name": ""} for user in example()["users"]]
    found = missing("answers-complete", group(example(users=users)))
    assert len(found) == SHOWN + 1
    assert found[0].startswith("Users: Last name, row 1: ")
    assert found[-1] == f"And {25 - SHOWN} more."


@pytest.mark.parametrize(
    ("administrator", "said"),
    [
        (ADMINISTRATOR, ""),
        ({"kind": "user", "user": "ana.ortiz@brightsmile.example"}, ""),
        ({"kind": "user", "user": "nobody@brightsmile.example"}, "no such user"),
        ({"kind": "user"}, "no such user"),
        ({**ADMINISTRATOR, "email": None}, "email"),
        ({"kind": "dedicated"}, "first name, last name and email"),
        ({}, "No company administrator"),
    ],
)
def test_the_administrator_is_named(administrator: dict[str, str | None], said: str) -> None:
    """A dedicated one has name and address, an ordinary one is among the users (C-31)."""
    given = {name: value for name, value in administrator.items() if value}
    found = missing("administrator-named", group(example(administrator=given)))
    assert bool(found) is bool(said)
    assert all(said in sentence for sentence in found)


TICKED: dict[str, Any] = {
    "network": {"cabling": True, "speed": "fast"},
    "users": [{"email": "ana@x.example", "first_name": "Ana", "trained": True}],
    "dids": [{"number": "+16175550101", "tested": True}],
}
FIELDS = {"fields": ["network", "users.trained", "dids"]}


def test_everything_is_ticked() -> None:
    """Yes to every question that is asked, in a record and in every row; other kinds of questions do not count."""
    assert missing("all-yes", small(SHEET, TICKED), FIELDS) == []
    assert missing("all-yes", small(SHEET, {**TICKED, "network": {"cabling": True}}), {"fields": ["network"]}) == []


@pytest.mark.parametrize(
    ("section", "value", "said"),
    [
        ("network", {"cabling": False}, "Not yet: Cabling."),
        ("network", {}, "Not yet: Cabling."),
        ("network", {"cabling": True, "speed": "slow"}, "Not yet: Wifi."),
        ("users", [{"email": "ana@x.example", "first_name": "Ana"}], "Trained: not yet for Ana."),
        ("users", [{"email": "ana@x.example", "trained": False}], "Trained: not yet for ana@x.example."),
        ("dids", [{"number": "+16175550101"}], "Tested: not yet for (617) 555-0101."),
    ],
)
def test_what_is_not_ticked_is_named(section: str, value: Any, said: str) -> None:
    """A no is as little a yes as no answer; a row is called by its person or by its key."""
    assert missing("all-yes", small(SHEET, TICKED | {section: value}), FIELDS) == [said]


def test_everything_is_answered() -> None:
    """A no is an answer; what is not asked needs none."""
    said_no = {**TICKED, "network": {"cabling": False, "speed": "fast"}}
    assert missing("all-answered", small(SHEET, said_no), FIELDS) == []


@pytest.mark.parametrize(
    ("section", "value", "said"),
    [
        ("network", {"cabling": True}, "Speed is missing."),
        ("network", {"cabling": True, "speed": "slow"}, "Wifi is missing."),
        ("users", [{"email": "ana@x.example", "first_name": "Ana"}], "Trained is missing for Ana."),
        ("dids", [{"tested": True}], "Number is missing for a row."),
    ],
)
def test_what_is_not_answered_is_named(section: str, value: Any, said: str) -> None:
    """Of a record by its label, of a row with whose it is."""
    assert missing("all-answered", small(SHEET, TICKED | {section: value}), FIELDS) == [said]
