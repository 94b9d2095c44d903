"""Each check of Chinook's profile: a case where it holds, and the cases that trip it, with what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.domain.record import Evidence, TaskState
from onboarding.stages.checks import CHECKS
from onboarding.stages.context import Context
from tests.stages.world import AT, delivered, example, group

ADMINISTRATOR = {
    "kind": "dedicated",
    "first_name": "Portal",
    "last_name": "Admin",
    "email": "admin@brightsmile.example",
}


TOLD = 5
"""Things that are missing are told one by one up to this many."""


def _missing(check: str, context: Context, about: dict[str, Any] | None = None, *open_tasks: str) -> list[str]:
    def closed(task_id: str) -> TaskState:
        return TaskState.READY if task_id in open_tasks else TaskState.DONE

    return CHECKS[check](context, about or {}, closed)


def _delivered() -> Context:
    """The example with everybody's number there."""
    return group(delivered(example()))


def test_the_example_passes_every_check() -> None:
    """With the letter filed and the numbers delivered nothing is missing."""
    letter = Evidence("telephony.sign-loa", AT, "ben", "signed", document="0" * 64)
    context = _delivered()
    context = replace(context, record=replace(context.record, evidence=[letter]))
    for check in ("answers-complete", "administrator-named", "numbers-complete", "tasks-closed", "signed-loa-held"):
        assert _missing(check, context) == [], check


def test_an_empty_sheet_is_not_complete() -> None:
    """Before the first answer everything is missing, said by name."""
    assert _missing("answers-complete", group({}))


def test_only_the_named_sections_count() -> None:
    """A fault elsewhere does not hold a task that is about other sections; warnings hold nobody."""
    context = group(example(dns={"cutover_on": "soon"}))
    assert _missing("answers-complete", context, {"sections": ["dns"]})
    assert _missing("answers-complete", context, {"sections": ["company", "users"]}) == []
    assert _missing("answers-complete", context)


def test_many_faults_are_counted() -> None:
    """The first few are told, the others counted."""
    users = [{**user, "last_name": ""} for user in example()["users"]]
    missing = _missing("answers-complete", group(example(users=users)))
    assert len(missing) == TOLD + 1
    assert missing[-1] == f"And {25 - TOLD} more."


@pytest.mark.parametrize(
    ("administrator", "said"),
    [
        (ADMINISTRATOR, ""),
        ({"kind": "user", "user": "ana.ortiz@brightsmile.example"}, ""),
        ({"kind": "user", "user": "nobody@brightsmile.example"}, "no such user"),
        ({"kind": "user"}, "no such user"),
        ({**ADMINISTRATOR, "email": None}, "email"),
        ({"kind": "dedicated"}, "first name and last name and email"),
        ({}, "No company administrator"),
    ],
)
def test_the_administrator_is_named(administrator: dict[str, str | None], said: str) -> None:
    """A dedicated one has name and address, an ordinary one is among the users (C-31)."""
    given = {name: value for name, value in administrator.items() if value}
    missing = _missing("administrator-named", group(example(administrator=given)))
    assert bool(missing) is bool(said)
    assert all(said in sentence for sentence in missing)


def test_everybody_who_needs_a_number_has_one() -> None:
    """Six people wait for theirs; Total Connect needs one like Lync, Exchange alone does not (C-45)."""
    missing = _missing("numbers-complete", group(example()))
    assert len(missing) == TOLD + 1
    assert "Quentin Baker" in missing[0]
    assert _missing("numbers-complete", _delivered()) == []
    users = [{name: value for name, value in user.items() if name != "number"} for user in example()["users"]]
    ana = _missing("numbers-complete", group(example(users=users[:1])))
    assert len(ana) == 1
    assert "Ana Ortiz" in ana[0]


def test_numbers_wait_for_the_tasks_that_bring_them() -> None:
    """A number on paper is not yet a number: the port has to be complete."""
    about = {"tasks": ["telephony.complete-port", "telephony.confirm-e911"]}
    assert _missing("numbers-complete", _delivered(), about) == []
    (said,) = _missing("numbers-complete", _delivered(), about, "telephony.complete-port")
    assert "The numbers are ported" in said


def test_stages_and_tasks_are_closed() -> None:
    """Named tasks and all tasks of named stages have to be closed; each open one is called by its title (C-60)."""
    about = {"tasks": ["gather.collect-users"], "stages": ["provision"]}
    assert _missing("tasks-closed", group(example()), about) == []
    said = _missing("tasks-closed", group(example()), about, "gather.collect-users", "provision.create-users")
    assert len(said) == 2
    assert "Collect the users" in said[0]
    assert "Create the users" in said[1]
    assert _missing("tasks-closed", group(example()), about, "migrate.record-zone") == []


@pytest.mark.parametrize(
    ("task", "document", "holds"),
    [
        ("telephony.sign-loa", "0" * 64, True),
        ("telephony.sign-loa", "", False),
        ("gather.collect-users", "0" * 64, False),
    ],
)
def test_the_signed_letter_is_on_file(task: str, document: str, holds: bool) -> None:
    """A word is no letter, and another task's document is not it (C-22)."""
    line = Evidence(task, AT, "ben", "signed", document=document)
    context = group(example())
    context = replace(context, record=replace(context.record, evidence=[line]))
    assert (_missing("signed-loa-held", context, {"task": "telephony.sign-loa"}) == []) is holds
