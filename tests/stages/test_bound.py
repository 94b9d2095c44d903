"""A task that was done from the answers is open again once they say something else: one example for each planner."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.history import Customer, History, TaskState
from onboarding.domain.row import ROW_ID
from onboarding.profile.load import load_profile, profile_ids
from onboarding.resources import shipped
from onboarding.stages.assessment import assess
from onboarding.stages.basis import results_used
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus
from tests.calendars import NEW_YORK
from tests.stages.world import closed, saved

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
FILES = {"chinook": "bright-smile", "mitel-micloud": "harbor-freight-lines", "emetrotel": "northwind-clinic",
         "univoip-teams": "cedar-valley-schools"}  # fmt: skip
Answers = dict[str, Any]


@cache
def _example(profile: str) -> Answers:
    source = shipped("data", "examples", f"{FILES[profile]}.toml")
    return dict(read_answers(load_profile(profile).questionnaire, source).document)


def context(profile: str, answers: Answers, record: History | None = None) -> Context:
    loaded = load_profile(profile)
    checked = check(loaded.questionnaire, answers, AT.date())
    customer = Customer(FILES[profile], FILES[profile], AT)
    return Context(
        customer,
        loaded,
        checked.values,
        checked.problems,
        record or History(),
        AT,
        NEW_YORK,
        version=1,
        ids=checked.ids,
    )


def after(done: Context, profile: str, answers: Answers) -> ProjectStatus:
    """Where it stands once these answers are saved."""
    found = context(profile, answers)
    return assess(saved(done, found.values, found.ids))


def _set(section: str, place: int | None = None, **values: Any) -> Callable[[Answers], None]:
    """Other values in a record, or in one row of a table."""

    def change(answers: Answers) -> None:
        (answers[section] if place is None else answers[section][place]).update(values)

    return change


def _add(section: str, **values: Any) -> Callable[[Answers], None]:
    """One row more in a table: the first one with other values."""
    return lambda answers: answers[section].append({**answers[section][0], **values})


def _drop(section: str) -> Callable[[Answers], None]:
    """One row less in a table."""
    return lambda answers: answers[section].pop()


PORT, LETTER = "telephony.submit-port-orders", "telephony.sign-loa"
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
    "manual, a letter: a number more": ("chinook", LETTER, _add("port_numbers", number="+16175550177")),
    "manual, a letter: another number": ("chinook", LETTER, _set("port_numbers", 0, number="+16175550177")),
    "manual, a letter: another signer": ("chinook", LETTER, _set("port_orders", 0, signer="Ana Ortiz")),
    "manual, a letter: the legal name": ("chinook", LETTER, _set("company", name="Brighter Smile Dental Group")),
    "manual, a letter: the service address": ("chinook", LETTER, _set("sites", 0, street="14 Elm Street")),
    "manual, a message: the confirmed date": (
        "univoip-teams",
        "telephony.tell-foc",
        _set("port_numbers", 0, foc_on="2026-05-21"),
    ),
    "dns_records: another domain": ("chinook", "cutover.redirect-mail", _set("company", domain="smile.example")),
}
IMMATERIAL: dict[str, tuple[str, str, Callable[[Answers], None]]] = {
    "a letter: a number less": ("chinook", LETTER, _drop("port_numbers")),
    "a letter: another day": ("chinook", LETTER, _set("port_orders", 0, wanted_on="2026-04-30")),
    "a letter: who gets which number": ("chinook", LETTER, _set("users", 0, number="+16175550103")),
    "a letter: the confirmed date": ("univoip-teams", LETTER, _set("port_numbers", 0, foc_on="2026-05-21")),
    "a letter: one site more": ("chinook", LETTER, _add("sites", name="Salem", street="1 Main Street")),
    "a test of everything: another contact": ("chinook", "cutover.verify-services", _set("contacts", 0, phone="")),
    "a meeting: who can come": ("emetrotel", "gather.first-review", _set("contacts", 0, phone="")),
}

BY_WORD = {"check", "licences", "training_classes", "billing", "contract_report", "schedule"}
"""Planners that no profile of these examples has, or whose task closes by itself."""


@pytest.mark.parametrize("name", IMMATERIAL)
def test_what_is_not_material_leaves_it_done(name: str) -> None:
    """A letter covers the numbers that are left, whatever day they move and whoever gets them."""
    profile, task, change = IMMATERIAL[name]
    answers = copy.deepcopy(_example(profile))
    done = closed(context(profile, answers), task)
    change(answers)
    assert after(done, profile, answers).task(task).state is TaskState.DONE


def test_a_number_that_comes_back_needs_no_new_letter() -> None:
    """What is compared is what the letter was signed for and what is asked for now, not what lay between."""
    answers = copy.deepcopy(_example("chinook"))
    done = closed(context("chinook", answers), LETTER)
    gone = copy.deepcopy(answers)
    gone["port_numbers"].pop()
    between = saved(done, context("chinook", gone).values)
    assert assess(between).task(LETTER).state is TaskState.DONE
    assert assess(saved(between, context("chinook", answers).values)).task(LETTER).state is TaskState.DONE


def test_rows_in_another_order_undo_nothing() -> None:
    """Whoever sorts a sheet has changed nothing."""
    answers = copy.deepcopy(_example("chinook"))
    for section, rows in answers.items():
        if isinstance(rows, list):
            ids = (f"bcdfgh{one}{other}" for one in "23456789" for other in "23456789")
            answers[section] = [{**row, ROW_ID: next(ids)} for row in rows]
    tasks = [task.id for task in load_profile("chinook").tasks if not task.is_check]
    done = closed(context("chinook", answers), *tasks)
    sorted_anew = {name: rows[::-1] if isinstance(rows, list) else rows for name, rows in answers.items()}
    before, now = assess(done), after(done, "chinook", sorted_anew)
    assert [view.task.id for view in now.tasks if view.state is not before.task(view.task.id).state] == []


def test_what_follows_from_a_letter_is_done_anew_with_it() -> None:
    """While the letter is open its order is; signed anew with other numbers, the order is to be sent anew as well."""
    answers = copy.deepcopy(_example("chinook"))
    chain = [LETTER, PORT, "telephony.forward-port-orders", "telephony.agree-port-date"]
    done = closed(context("chinook", answers), *chain)
    answers["port_orders"][0]["signer"] = "Ana Ortiz"
    moved = saved(done, context("chinook", answers).values)
    assert [assess(moved).task(task).state.is_closed for task in chain] == [False] * 4
    signed = closed(replace(moved, at=AT + timedelta(days=1)), LETTER)
    assert [assess(signed).task(task).state.is_closed for task in chain] == [True, False, False, False]
    sent = closed(replace(signed, at=AT + timedelta(days=2)), PORT)
    assert [assess(sent).task(task).state.is_closed for task in chain] == [True, True, False, False]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_changed_answer_opens_its_task_again(name: str) -> None:
    """What has gone out or was set up from the answers is open again; the old answer closes it again."""
    profile, task, change = EXAMPLES[name]
    answers = copy.deepcopy(_example(profile))
    about = load_profile(profile).task(task)
    assert about is not None
    done = closed(context(profile, answers), *results_used(about), task)
    assert assess(done).task(task).state is TaskState.DONE
    change(answers)
    assert not after(done, profile, answers).task(task).state.is_closed
    assert after(done, profile, copy.deepcopy(_example(profile))).task(task).state is TaskState.DONE


def test_an_answer_that_a_task_does_not_use_leaves_it_done() -> None:
    """A port order that is out does not care for a department, nor the portal's company for a port."""
    answers = copy.deepcopy(_example("chinook"))
    tasks = ("telephony.submit-port-orders", "provision.create-company")
    done = closed(context("chinook", answers), "telephony.sign-loa", *tasks)
    answers["users"][0]["department"] = "Roof"
    progress = after(done, "chinook", answers)
    assert [progress.task(task).state for task in tasks] == [TaskState.DONE, TaskState.DONE]
    answers["port_orders"][0]["wanted_on"] = "2026-04-30"
    progress = after(done, "chinook", answers)
    assert progress.task("provision.create-company").state is TaskState.DONE


def test_every_planner_has_its_example() -> None:
    """Whatever a shipped profile plans with is tried here, or is one of those that take a person's word."""
    used = {task.action for name in profile_ids() for task in load_profile(name).tasks}
    assert {name.partition(":")[0].partition(",")[0] for name in EXAMPLES} == used - BY_WORD
