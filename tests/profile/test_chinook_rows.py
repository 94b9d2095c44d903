"""Rows of the guide that were once cited and not kept: what each of them does now, and what it does not."""

from __future__ import annotations

from datetime import date

import pytest

from onboarding.answers.check import check
from onboarding.profile.model import Profile
from onboarding.stages.desired import desired
from onboarding.stages.planners.instruction import records_for
from tests.stages.world import example, group

WEB = ("cutover.redirect-browsers", "cutover.redirect-browsers-for-customer")


def names(purpose: str, **sections: object) -> list[str]:
    return [record["name"] for record in records_for(purpose, group(example(**sections)))]


def with_services(*services: str) -> list[dict[str, object]]:
    """Everybody of the example with these services."""
    return [{**user, "services": list(services)} for user in example()["users"]]


@pytest.mark.keeps("C-63")
def test_the_names_the_customer_answers_are_the_records_that_are_offered() -> None:
    """Where nothing is answered, the provider's own word stands before the domain."""
    chosen = {
        **example()["dns"],
        "portal_host": "intranet.brightsmile.example",
        "crm_host": "kunden.brightsmile.example",
    }
    users = with_services("sharepoint", "crm")
    assert names("web", users=users, dns=chosen) == ["intranet.brightsmile.example", "kunden.brightsmile.example"]
    plain = {name: value for name, value in chosen.items() if not name.endswith("_host")}
    assert names("web", users=users, dns=plain) == ["portal.brightsmile.example", "crm.brightsmile.example"]


@pytest.mark.refuses("C-63")
def test_no_record_is_offered_of_a_service_that_nobody_has() -> None:
    """Neither in the tasks nor in what runbook and report list; a composite service has what it includes."""
    assert names("web", users=with_services("crm")) == ["crm.brightsmile.example"]
    assert names("", users=with_services("sharepoint")) == ["portal.brightsmile.example"]
    assert names("lync", users=with_services("exchange")) == []
    assert names("mail", users=with_services("total-connect"))
    assert names("lync", users=with_services("total-connect"))


@pytest.mark.parametrize("task_id", WEB)
def test_both_ways_to_change_the_records_show_the_same(chinook: Profile, task_id: str) -> None:
    """Whoever changes them."""
    task, context = chinook.task(task_id), group(example())
    assert task is not None
    [action] = desired(task, context)
    assert [label for label, _ in action.body["values"]] == [
        f"{record['type']} {record['name']}" for record in records_for("web", context)
    ]


@pytest.mark.parametrize("name", ["brightsmile.example", "www.othercompany.example", "xbrightsmile.example"])
@pytest.mark.parametrize("question", ["portal_host", "crm_host"])
def test_a_name_that_cannot_be_an_alias_is_refused(chinook: Profile, question: str, name: str) -> None:
    """The domain itself has other records, and what is outside it is not the customer's to change."""
    answers = example(users=with_services("sharepoint", "crm"), dns={**example()["dns"], question: name})
    found = check(chinook.questionnaire, answers, date(2026, 3, 2)).problems
    wrong = [one.question for one in found if one.severity == "error" and one.question.startswith("dns.")]
    assert wrong == [f"dns.{question}"]


@pytest.mark.refuses("C-63")
def test_another_service_asks_for_the_go_anew(chinook: Profile) -> None:
    """The records that are decided on are made of services, too."""
    assert "users.services" in chinook.gates["go-no-go"].on
