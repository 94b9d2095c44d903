"""Planners as a profile finds them, and what a changed answer does to a task that is done."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from onboarding.domain.history import TaskState
from onboarding.domain.params import Names
from onboarding.domain.question import Kind
from onboarding.domain.registry import PlannerType, installed
from onboarding.domain.task import Service
from onboarding.errors import ProfileError
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.desired import desired, is_seen
from tests.stages.planners.work import ID, MAIL, work
from tests.stages.small import ADDRESS, asked, question, small
from tests.stages.world import chinook, closed, saved

PLANNERS: dict[str, PlannerType[Any]] = {
    found.name: found for found in installed().all("planner") if isinstance(found, PlannerType)
}


@pytest.mark.parametrize("name", PLANNERS)
def test_every_planner_says_what_it_is_for(name: str) -> None:
    """In a sentence for the reference page, and through which outside systems it works."""
    assert PLANNERS[name].summary.endswith(".")
    assert PLANNERS[name].connectors


def test_a_planner_that_is_gone_is_named() -> None:
    """With the nearest one, as everything of a profile."""
    with pytest.raises(ProfileError, match="PLANNER-UNKNOWN: There is no planner 'usres'; did you mean 'users'"):
        installed().get("planner", "usres")


LINES = {"contract_lines.item", "contract_lines.quantity", "contract_lines.note"}
NEEDS: Mapping[str, set[str]] = {
    "company": {"company.name", "company.domain", "administrator"},
    "users": {"company.domain", "users.email", "users.first_name", "users.last_name"},
    "contract_report": LINES,
    "dns_records": {"company.domain"},
    "port_orders": {
        "port_orders.btn", "port_orders.losing_carrier", "port_orders.scope", "port_orders.signer", "port_orders.site",
        "port_numbers.btn", "port_numbers.number",
    },
    "new_numbers": {"new_numbers", "sites"},
    "service": {"company.domain", "users.email", "users.services"},
    "site": {"company.domain"},
    "training_classes": {"users.first_name", "users.last_name"},
}  # fmt: skip
TAKES: Mapping[str, set[str]] = {
    "users": {"users.site", "users.department", "users.extension"},
    "port_orders": {"port_orders.account_number", "port_orders.new_btn", "port_orders.wanted_on"},
    "service": {"users.number"},
}


def test_a_planner_that_names_questions_itself_wants_them_asked() -> None:
    """Some it cannot do without, others it takes along where they are asked."""
    assert {name: set(found.reads) for name, found in PLANNERS.items() if found.reads} == NEEDS
    assert {name: set(found.may_read) for name, found in PLANNERS.items() if found.may_read} == TAKES


BY_HAND = ("billing", "contract_report", "dns_records", "manual", "licences", "check", "training_classes", "schedule")
WORKS_THROUGH: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(BY_HAND, ("manual",)),
    **dict.fromkeys(("company", "users", "service", "site"), ("portal",)),
    **dict.fromkeys(("request", "port_orders", "new_numbers", "present"), ("support",)),
    **dict.fromkeys(("record", "rows"), ("manual", "portal", "mmp")),
    "confirm": ("manual", "portal"),
}


def test_a_planner_works_through_the_systems_that_can_do_it() -> None:
    """The usual one first: users are made in a portal, orders are mailed, the rest a person does."""
    assert {name: found.connectors for name, found in PLANNERS.items()} == WORKS_THROUGH


# --- What rests on the answers ---------------------------------------------------------------------------------------

SHEET = asked(
    question("company.name"),
    question("company.domain"),
    question("plan.name"),
    question("users.email"),
    question("users.number", Kind.NUMBER),
    question("new_numbers.area_code"),
    question("new_numbers.quantity", Kind.INTEGER),
    *ADDRESS,
    tables={"users": "email", "new_numbers": "area_code", "sites": "name"},
)
ANSWERS: dict[str, Any] = {
    "company": {"name": "Bright Smile", "domain": "bright.example"},
    "administrator": {"kind": "user", "user": "ana@bright.example"},
    "plan": {"name": "Gold"},
    "contacts": [{"role": "primary", "email": "ana@bright.example"}],
    "sites": [{"name": "Boston", "street": "12 Elm Street", "city": "Boston"}],
    "users": [
        {"email": "ana@bright.example", "first_name": "Ana", "last_name": "Ortiz", "services": ["voice"],
         "voice_plan": "Gold", "number": "+16175550101"},
        {"email": "ben@bright.example", "first_name": "Ben", "last_name": "Nguyen", "services": []},
    ],
    "port_orders": [{"btn": "+16175550100", "losing_carrier": "Bell", "scope": "full", "site": "Boston"}],
    "port_numbers": [{"btn": "+16175550100", "number": "+16175550101"}],
    "new_numbers": [{"area_code": "617", "quantity": 2, "e911": True, "e911_site": "Boston"}],
}  # fmt: skip
ABOUT: Mapping[str, Mapping[str, Any]] = {
    "request": {**MAIL, "fields": ["plan", "users"], "users_with": ["voice"]},
    "present": {**MAIL, "to": "contact:primary", "sections": ["plan"]},
    "company": {},
    "users": {},
    "service": {"service": "voice", "plan": "users.voice_plan"},
    "site": {"service": "voice", "title": "plan.name"},
    "port_orders": MAIL,
    "new_numbers": MAIL,
    "record": {"resource": "customer", "key": "company.domain", "fields": {"plan": "plan.name"}},
    "rows": {"resource": "user", "key": "users.email", "rows": "users", "fields": {"plan": "plan.name"}},
    "confirm": {"observe": {"resource": "service", "service": "voice"}},
}
SOUND = "confirm without a portal"


def _customer(answers: Mapping[str, Any], *tasks: Any) -> Context:
    return small(SHEET, answers, *tasks, services={"voice": Service("voice", "Voice", needs_number=True)})


Change = Callable[[dict[str, Any]], Any]


def _changed(change: Change) -> dict[str, Any]:
    answers = copy.deepcopy(ANSWERS)
    change(answers)
    return answers


MOVES: Mapping[tuple[str, str], Change] = {
    ("request", "an answer that is shown"): lambda a: a["plan"].update(name="Silver"),
    ("request", "a row of those that are shown"): lambda a: a["users"][0].update(number="+16175550102"),
    ("request", "a user gets the service"): lambda a: a["users"][1].update(services=["voice"]),
    ("present", "an answer of what was presented"): lambda a: a["plan"].update(name="Silver"),
    ("present", "who reads it"): lambda a: a["contacts"][0].update(email="new@bright.example"),
    ("company", "the name"): lambda a: a["company"].update(name="Brighter Smile"),
    ("company", "the administrator"): lambda a: a["administrator"].update(user="ben@bright.example"),
    ("users", "a name"): lambda a: a["users"][1].update(last_name="Ng"),
    ("users", "one user fewer"): lambda a: a["users"].pop(),
    ("users", "one user more"): lambda a: a["users"].append({"email": "cyd@bright.example"}),
    ("service", "the plan"): lambda a: a["users"][0].update(voice_plan="Silver"),
    ("service", "the number"): lambda a: a["users"][0].update(number="+16175550102"),
    ("service", "a user gets the service"): lambda a: a["users"][1].update(services=["voice"]),
    ("site", "the title"): lambda a: a["plan"].update(name="Silver"),
    ("site", "the domain"): lambda a: a["company"].update(domain="brighter.example"),
    ("port_orders", "a number more"): lambda a: a["port_numbers"].append(
        {**a["port_numbers"][0], "number": "+1617555"}
    ),
    ("port_orders", "the number itself"): lambda a: a["port_numbers"][0].update(number="+16175550103"),
    ("port_orders", "the losing carrier"): lambda a: a["port_orders"][0].update(losing_carrier="Ring"),
    ("port_orders", "the service address"): lambda a: a["sites"][0].update(street="14 Elm Street"),
    ("port_orders", "an account number"): lambda a: a["port_orders"][0].update(account_number="7"),
    ("new_numbers", "the quantity"): lambda a: a["new_numbers"][0].update(quantity=3),
    ("new_numbers", "the E911 address"): lambda a: a["sites"][0].update(city="Salem"),
    ("record", "what it is made of"): lambda a: a["plan"].update(name="Silver"),
    ("record", "its key"): lambda a: a["company"].update(domain="brighter.example"),
    ("rows", "what they are made of"): lambda a: a["plan"].update(name="Silver"),
    ("rows", "one row fewer"): lambda a: a["users"].pop(),
    ("confirm", "the plan that is waited for"): lambda a: a["users"][0].update(voice_plan="Silver"),
    ("confirm", "the number that is waited for"): lambda a: a["users"][0].update(number="+16175550102"),
}


def _state(planner: str, answers: Mapping[str, Any], about: Mapping[str, Any]) -> tuple[TaskState, tuple[str, ...]]:
    """How a task that was done with the first answers stands with these."""
    task = replace(work(planner, about), uses=("plan", "users"))
    done = closed(_customer(ANSWERS, task), ID)
    view = assess(saved(done, answers)).task(ID)
    return view.state, view.reasons


@pytest.mark.parametrize(("planner", "what"), MOVES)
def test_a_changed_answer_opens_what_rests_on_it(planner: str, what: str) -> None:
    """What was done or ordered with other answers is to be done once more, and says why."""
    state, reasons = _state(planner, _changed(MOVES[planner, what]), ABOUT[planner])
    assert (state, reasons[0]) == (TaskState.READY, "The answers have changed since.")


@pytest.mark.parametrize("planner", ABOUT)
def test_other_answers_leave_it_done(planner: str) -> None:
    """What the task does not rest on can change at will; so can the order of an answer's parts."""
    other = _changed(lambda answers: answers.update(dns={"cutover_on": "2026-04-01"}))
    turned = {name: other[name] for name in reversed(other)}
    assert _state(planner, turned, ABOUT[planner])[0] is TaskState.DONE


SHOWN: Mapping[str, Mapping[str, Any]] = {
    "manual": {"fields": ["plan", "users"]},
    "licences": {"fields": ["plan"]},
    "billing": {"fields": ["plan"]},
    "contract_report": {"fields": ["plan"]},
    "confirm": {"fields": ["plan"]},
    "schedule": {"fields": ["plan"], "tasks": ["provision.it"]},
}
NOT_SHOWN: Mapping[str, Mapping[str, Any]] = {
    "check": {"check": "all-answered", "fields": ["plan.name"]},
    "dns_records": {},
    "training_classes": {"size": 6, "minutes": 15},
}
UNBOUND = {**SHOWN, **NOT_SHOWN}


def test_every_planner_is_tried() -> None:
    """None is there whose tasks nobody has seen opened by another answer, or left alone by it."""
    assert {*ABOUT, *UNBOUND} == set(PLANNERS)
    assert set(ABOUT) == {planner for planner, _ in MOVES}


@pytest.mark.parametrize("planner", SHOWN)
def test_a_persons_work_rests_on_what_was_shown_beside_it(planner: str) -> None:
    """What somebody did with an answer before them is to be done again with another."""
    changed = _changed(lambda answers: answers["plan"].update(name="Silver"))
    state, reasons = _state(planner, changed, SHOWN[planner])
    assert (state, reasons) == (TaskState.READY, ("The answers have changed since.", "Plan, Name: Gold → Silver."))


@pytest.mark.parametrize("planner", NOT_SHOWN)
def test_what_did_not_show_it_stays(planner: str) -> None:
    """Work in which an answer had no part is not undone by it."""
    changed = _changed(lambda answers: answers["plan"].update(name="Silver"))
    assert _state(planner, changed, NOT_SHOWN[planner])[0] is TaskState.DONE


def test_what_is_seen() -> None:
    """A confirmation that a portal shows, and only that."""
    assert is_seen(work("confirm", ABOUT["confirm"]))
    assert not is_seen(work("confirm", SHOWN["confirm"]))
    assert not is_seen(work("users"))


@pytest.mark.parametrize("planner", {**ABOUT, **UNBOUND})
def test_a_planner_only_plans(planner: str) -> None:
    """Twice the same answers are twice the same actions, of this task; nothing is changed in the answers."""
    answers = copy.deepcopy(ANSWERS)
    task = work(planner, {**ABOUT, **UNBOUND}[planner])
    context = _customer(answers, task)
    first = desired(task, context)
    assert first == desired(task, context)
    assert {action.task for action in first} <= {ID}
    assert answers == ANSWERS


# --- What is wrong with parameters -----------------------------------------------------------------------------------

WRONG: dict[str, tuple[str, dict[str, Any], tuple[str | int, ...], str]] = {
    "a mail to nobody": ("request", {**MAIL, "to": "suport"}, ("to",), "there is no party 'suport'"),
    "a mail without a word": ("request", {**MAIL, "intro": " "}, ("intro",), "a text is wanted here"),
    "a file of a task that is not there": (
        "port_orders", {**MAIL, "attach": ["evidence:telephony.sign-lao"]}, ("attach", 0),
        "there is no task 'telephony.sign-lao'; did you mean 'telephony.sign-loa'?",
    ),
    "files with what is a file itself": (
        "present", {**MAIL, "sections": ["company"], "attach": ["questionnaire"]}, ("attach",), "Extra inputs"),
    "a service nobody offers": ("service", {"service": "lynk"}, ("service",), "did you mean 'lync'?"),
    "users with a service nobody offers": ("manual", {"users_with": ["lynk"]}, ("users_with", 0), "'lync'"),
    "a purpose of no record": ("dns_records", {"purpose": "mial"}, ("purpose",), "did you mean 'mail'?"),
    "a thing no portal shows": ("confirm", {"observe": {"resource": "moon"}}, ("observe", "resource"),
                                "there is no resource to observe 'moon'"),
    "a service that is looked for but not named": (
        "confirm", {"observe": {"resource": "service"}}, ("observe", "service"), "which service is looked for?"),
    "a service that is looked for but not ordered": (
        "confirm", {"observe": {"resource": "service", "service": "voicemail"}}, ("observe", "service"),
        "there is no service 'voicemail'",
    ),
    "a word 'observe' does not have": (
        "confirm", {"observe": {"resource": "user", "kind": "x"}}, ("observe", "kind"), "Extra inputs"),
    "a thing made of nothing": ("record", {"resource": "x", "key": "company.name", "fields": {}}, ("fields",),
                                "at least 1 item"),
    "a thing made of what is not asked": (
        "record", {"resource": "x", "key": "company.name", "fields": {"name": "company.nam"}}, ("fields", "name"),
        "there is no question or section 'company.nam'",
    ),
    "rows of no table": (
        "rows", {"resource": "x", "key": "company.name", "fields": {"a": "company.name"}, "rows": "company"},
        ("rows",), "there is no table section 'company'",
    ),
    "rows with what no row can have": (
        "rows", {"resource": "x", "key": "users.email", "fields": {"a": "users"}, "rows": "users",
                 "where": {"number_source": ["port", "gift"]}},
        ("where",), "'gift' is no option of users.number_source",
    ),
    "a step that is none": ("licences", {"step": "swap"}, ("step",), "'add' or 'remove'"),
    "classes of nobody": ("training_classes", {"size": 0, "minutes": 15}, ("size",), "greater than or equal to 1"),
    "an hour that is none": ("training_classes", {"size": 6, "minutes": 15, "from": "9 o'clock"}, ("from",),
                             "is no time of day; write it as 09:00"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_parameters_is_said_where_it_stands(case: str) -> None:
    """The place is that of the parameter in the profile, the sentence says what would be right."""
    planner, about, place, message = WRONG[case]
    with pytest.raises(ValidationError) as refused:
        PLANNERS[planner].params.model_validate(about, context=_names())
    [error] = refused.value.errors()
    assert error["loc"] == place
    assert message in error["msg"]


def _names() -> Names:
    profile = chinook()
    sheet = profile.questionnaire
    return Names(
        {q.id: q for q in sheet.questions()},
        {s.id: s for s in sheet.sections},
        {party.id: party.contact for party in profile.parties.values()},
        services=tuple(profile.services),
        tasks=[task.id for task in profile.tasks],
        purposes=("mail", "web"),
        resources=lambda: ("user", "service"),
    )


def test_what_a_planner_looks_at_is_known() -> None:
    """An answer that only such a parameter names is used: nobody has to call it informational."""
    names = _names()
    rows = {"resource": "x", "key": "{company.domain}/{users.email}", "fields": {"a": "sites"}, "rows": "users",
            "where": {"site": "Boston"}}  # fmt: skip
    PLANNERS["rows"].params.model_validate(rows, context=names)
    assert names.used == {"company.domain", "users.email", "sites", "users", "users.site"}
    PLANNERS["site"].params.model_validate({"service": "crm", "title": "sharepoint.site_name"}, context=names)
    assert "sharepoint.site_name" in names.used


def test_a_service_may_be_called_otherwise_by_the_portal() -> None:
    """What nobody orders by itself is looked for at those who ordered another one."""
    about = {"observe": {"resource": "service", "service": "voicemail", "users_with": "lync"}}
    assert PLANNERS["confirm"].params.model_validate(about, context=_names())


def test_users_are_looked_for_without_a_service() -> None:
    """Nor is a service that is ordered by itself anything else than what it is ordered as."""
    for observe in ({"resource": "user"}, {"resource": "service", "service": "lync"}):
        assert PLANNERS["confirm"].params.model_validate({"observe": observe}, context=_names())
