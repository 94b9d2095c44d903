"""A task that was done from the answers is open again once they say something else: one example for each planner."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.history import Customer, History, TaskState
from onboarding.profile.load import load_profile, profile_ids
from onboarding.resources import shipped
from onboarding.stages.context import Context
from onboarding.stages.project_status import assess
from tests.stages.world import closed

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
FILES = {"chinook": "bright-smile", "mitel-micloud": "harbor-freight-lines", "emetrotel": "northwind-clinic"}
Answers = dict[str, Any]


@cache
def _example(profile: str) -> Answers:
    source = shipped("data", "examples", f"{FILES[profile]}.toml")
    return dict(read_answers(load_profile(profile).questionnaire, source).document)


def context(profile: str, answers: Answers, record: History | None = None) -> Context:
    loaded = load_profile(profile)
    checked = check(loaded.questionnaire, answers, AT.date())
    customer = Customer(FILES[profile], FILES[profile], AT)
    return Context(customer, loaded, checked.values, checked.problems, record or History(), AT)


def _set(section: str, place: int | None = None, **values: Any) -> Callable[[Answers], None]:
    """Other values in a record, or in one row of a table."""

    def change(answers: Answers) -> None:
        (answers[section] if place is None else answers[section][place]).update(values)

    return change


def _drop(section: str) -> Callable[[Answers], None]:
    """One row less in a table."""
    return lambda answers: answers[section].pop()


PORT = "telephony.submit-port-orders"
EXAMPLES: dict[str, tuple[str, str, Callable[[Answers], None]]] = {
    "port_orders: a number less": ("chinook", PORT, _drop("port_numbers")),
    "port_orders: another day": ("chinook", PORT, _set("port_orders", 0, wanted_on="2026-04-30")),
    "port_orders: another signer": ("chinook", PORT, _set("port_orders", 0, signer="Eve Low")),
    "new_numbers: more": ("chinook", "telephony.request-new-numbers", _set("new_numbers", 0, quantity=9)),
    "company: another domain": ("chinook", "provision.create-company", _set("company", domain="smile.example")),
    "users: another name": ("chinook", "provision.create-users", _set("users", 1, last_name="Vale")),
    "service: another plan": ("chinook", "enable_services.enable-exchange", _set("users", 0, exchange_plan="Basic")),
    "site: another title": ("chinook", "enable_services.create-sharepoint-site", _set("sharepoint", site_name="Home")),
    "request: another plan": ("chinook", "provision.notify-total-connect", _set("users", 0, lync_plan="Basic")),
    "confirm, as a portal shows it": ("chinook", "enable_services.enable-lync", _set("users", 0, lync_plan="Basic")),
    "present: another greeting": ("emetrotel", "gather.present-plan", _set("menus", 0, greeting="Hello.")),
    "record: another name": ("mitel-micloud", "provision.create-customer", _set("company", name="Harbor Lines")),
    "rows: another name shown": ("mitel-micloud", "provision.add-cpns", _set("cpns", 0, name="Harbor")),
    "rows: one less": ("mitel-micloud", "provision.add-did-ranges", _drop("did_ranges")),
}

BY_WORD = {"manual", "check", "dns_records", "licences", "training_classes", "billing", "contract_report"}
"""Planners of tasks that a person does and reports: their word stays."""


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_changed_answer_opens_its_task_again(name: str) -> None:
    """What has gone out or was set up from the answers is open again; the old answer closes it again."""
    profile, task, change = EXAMPLES[name]
    answers = copy.deepcopy(_example(profile))
    done = closed(context(profile, answers), task).record
    assert assess(context(profile, answers, done)).task(task).state is TaskState.DONE
    change(answers)
    assert not assess(context(profile, answers, done)).task(task).state.is_closed
    assert assess(context(profile, copy.deepcopy(_example(profile)), done)).task(task).state is TaskState.DONE


def test_an_answer_that_a_task_does_not_use_leaves_it_done() -> None:
    """A port order that is out does not care for a department, nor the portal's company for a port."""
    answers = copy.deepcopy(_example("chinook"))
    tasks = ("telephony.submit-port-orders", "provision.create-company")
    done = closed(context("chinook", answers), *tasks).record
    answers["users"][0]["department"] = "Roof"
    progress = assess(context("chinook", answers, done))
    assert [progress.task(task).state for task in tasks] == [TaskState.DONE, TaskState.DONE]
    answers["port_orders"][0]["wanted_on"] = "2026-04-30"
    progress = assess(context("chinook", answers, done))
    assert progress.task("provision.create-company").state is TaskState.DONE


def test_every_planner_has_its_example() -> None:
    """Whatever a shipped profile plans with is tried here, or is one of those that take a person's word."""
    used = {task.action for name in profile_ids() for task in load_profile(name).tasks}
    assert {name.partition(":")[0].partition(",")[0] for name in EXAMPLES} == used - BY_WORD
