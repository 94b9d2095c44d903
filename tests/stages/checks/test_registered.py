"""Checks as a profile finds them: by name, each with parameters of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from onboarding.domain.callflow import ASKED
from onboarding.domain.params import Names
from onboarding.domain.question import Kind
from onboarding.domain.registry import installed
from onboarding.domain.task import LeadTime, Task, Unit
from onboarding.errors import ProfileError
from onboarding.stages.checks import NeedsDocuments, TaskCheck, WaitsFor, missing, shorten
from onboarding.stages.checks.answers import AllYes
from tests.stages.checks import look
from tests.stages.small import asked, filed, question, small
from tests.stages.world import chinook, delivered, example, group

CHECKS = {found.name: found for found in installed().all("check")}


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_says_what_it_is_for(name: str) -> None:
    """In a sentence for the reference page."""
    assert CHECKS[name].summary.endswith(".")


def test_the_example_passes_every_check_of_its_profile() -> None:
    """With the letter filed and the numbers delivered nothing is missing."""
    context = replace(group(delivered(example())), record=filed("telephony.sign-loa"))
    for name in ("answers-complete", "administrator-named", "numbers-complete", "signed-loa-held"):
        assert look.missing(name, context) == [], name
    assert look.missing("tasks-closed", context, {"stages": ["gather", "cutover"]}) == []


def test_which_checks_wait_for_tasks_and_which_for_documents() -> None:
    """What holds a task in a ring is known by the parameters' type; what wants a paper is not content with a word."""
    assert {name for name, found in CHECKS.items() if issubclass(found.params, WaitsFor)} == {
        "tasks-closed", "numbers-complete", "numbers-assigned", "documents-held", "documents-ahead",
    }  # fmt: skip
    assert {name for name, found in CHECKS.items() if issubclass(found.params, NeedsDocuments)} == {
        "signed-loa-held", "documents-held", "documents-ahead", "document-valid",
    }  # fmt: skip


def test_a_task_brings_the_parameters_of_its_check() -> None:
    """They stand beside the check's name and are read as the check wants them."""
    found = TaskCheck.model_validate({"check": "all-yes", "fields": ["network"]})
    assert found.params == AllYes(fields=("network",))
    sheet = asked(question("network.cabling", Kind.YES_NO))
    said = missing(found.check, found.params, small(sheet, {}), pytest.fail)
    assert said == ("Not yet: Cabling.",)


WRONG: dict[str, tuple[dict[str, Any], tuple[str | int, ...], str]] = {
    "a check nobody knows": ({"check": "all-yse"}, ("check",), "there is no check 'all-yse'; did you mean 'all-yes'?"),
    "a check of nothing": ({"check": "all-yes", "fields": []}, ("fields",), "at least 1 item"),
    "a parameter of another": ({"check": "all-yes", "fields": ["company"], "least": 1}, ("least",), "Extra inputs"),
    "a parameter that is missing": ({"check": "all-yes"}, ("fields",), "Field required"),
    "a question nobody asks": (
        {"check": "all-yes", "fields": ["company", "company.nam"]}, ("fields", 1),
        "there is no question or section 'company.nam'; did you mean 'company.name'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_them_is_said_where_it_stands(case: str) -> None:
    """The place is that of the parameter in the profile."""
    about, place, message = WRONG[case]
    sheet = chinook().questionnaire
    names = Names({q.id: q for q in sheet.questions()}, {s.id: s for s in sheet.sections})
    names.find, names.listed = installed().find, installed().names
    with pytest.raises(ValidationError) as refused:
        TaskCheck.model_validate(about, context=names)
    [error] = refused.value.errors()
    assert error["loc"] == place
    assert message in error["msg"]


def test_a_check_that_is_gone_is_named() -> None:
    """With the nearest one, as everything of a profile."""
    with pytest.raises(ProfileError, match="CHECK-UNKNOWN: There is no check 'all-yse'; did you mean 'all-yes'"):
        installed().get("check", "all-yse")


def test_every_check_says_which_answers_it_reads() -> None:
    """So that a profile without these questions is told of it."""
    assert {name: found.reads for name, found in CHECKS.items() if found.reads} == {
        "administrator-named": ("administrator", "users.email"),
        "contract-delivered": ("contract_lines.item", "contract_lines.quantity", "contract_lines.note"),
        "numbers-complete": ("users.number", "users.services"),
        "review-passed": (
            "engineering_review.part", "engineering_review.verdict", "engineering_review.reason", *ASKED,
        ),
    }  # fmt: skip


ALONE: dict[str, dict[str, Any]] = {
    "all-yes": {"fields": ["network"]},
    "all-answered": {"fields": ["network"]},
    "documents-held": {"tasks": ["t.a"]},
    "documents-ahead": {"tasks": ["t.a"], "question": "port.on", "days": 3},
    "document-valid": {"task": "t.a", "expires": "bill.on", "fields": ["port.on"]},
    "numbers-assigned": {"question": "bought.number", "to": ["users.number"]},
    "review-passed": {"sections": ["company"]},
    "tasks-closed": {"tasks": ["t.a"]},
}


@pytest.mark.parametrize("name", ALONE)
def test_one_thing_to_look_at_is_enough_and_none_is_not(name: str) -> None:
    """A check of nothing would hold whatever happens."""
    params = CHECKS[name].params
    params.model_validate(ALONE[name])
    for key, value in ALONE[name].items():
        if isinstance(value, list):
            with pytest.raises(ValidationError):
                params.model_validate(ALONE[name] | {key: []})


def test_a_check_waits_for_tasks_and_for_those_of_stages() -> None:
    """Of a stage only those that do not come back; a check that waits for no task waits for none."""
    tasks = [
        Task("t.a", "A", "telephony", "customer"), Task("t.b", "B", "cutover", "customer"),
        Task("t.c", "C", "cutover", "customer", every=LeadTime(1, Unit.WEEKS)),
    ]  # fmt: skip
    found = TaskCheck.model_validate({"check": "tasks-closed", "tasks": ["t.z"], "stages": ["cutover"]})
    assert list(found.waited_for(tasks)) == ["t.z", "t.b"]
    assert list(TaskCheck.model_validate({"check": "all-yes", "fields": ["network"]}).waited_for(tasks)) == []
    assert list(WaitsFor(tasks=("t.a",)).waited_for(tasks)) == ["t.a"]


@pytest.mark.parametrize(("count", "last"), [(1, "0"), (5, "4"), (6, "And 1 more."), (9, "And 4 more.")])
def test_five_missing_things_are_named_and_the_rest_is_counted(count: int, last: str) -> None:
    """Nothing is added to five."""
    found = shorten([str(place) for place in range(count)])
    assert (len(found), found[-1]) == (min(count, 6), last)
    assert found[:5] == [str(place) for place in range(min(count, 5))]
