"""The example customers of UniVoIP, where they stand, and people who play their part."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.case.case import Case
from onboarding.cli.simulation import play
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence, History, TaskRecord, TaskState
from onboarding.domain.question import Problem
from onboarding.domain.task import declared_id
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.apply import apply_stage
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus
from onboarding.store.store import Store
from tests.calendars import NEW_YORK

AT = datetime(2026, 3, 2, 17, tzinfo=UTC)
TODAY = date(2026, 3, 2)
TEAMS, OFFICE = "univoip-teams", "univoip-officeconnect"
CUSTOMERS = {TEAMS: "cedar-valley-schools", OFFICE: "marlow-law"}

Answers = dict[str, Any]
Change = Callable[[Answers], Any]


def example(profile: str) -> Answers:
    """The example customer's answers, to be changed at will."""
    path = shipped("data", "examples", f"{CUSTOMERS[profile]}.toml")
    return copy.deepcopy(dict(read_answers(load_profile(profile).questionnaire, path).document))


def changed(profile: str, change: Change = lambda answers: None) -> Answers:
    answers = example(profile)
    change(answers)
    return answers


def problems(profile: str, change: Change = lambda answers: None, today: date = TODAY) -> tuple[Problem, ...]:
    return check(load_profile(profile).questionnaire, changed(profile, change), today).problems


def context(profile: str, change: Change = lambda answers: None, *done: str, at: datetime = AT) -> Context:
    """The customer at an instant, with these tasks, each in all of its rows, done (a paper filed) an hour before."""
    found = load_profile(profile)
    checked = check(found.questionnaire, changed(profile, change), at.date())
    before, customer = at - timedelta(hours=1), Customer(CUSTOMERS[profile], "A customer", AT)
    made = Context(customer, found, checked.values, checked.problems, History(), at, NEW_YORK)
    ids = [one.id for task in done for one in made.made_of(task)]
    tasks = {task: TaskRecord(task, TaskState.DONE, before) for task in ids}
    papers = [Evidence(task, before, "somebody", noted("filed"), document="0" * 64) for task in ids]
    return Context(customer, found, checked.values, checked.problems, History(tasks, (), papers), at, NEW_YORK)


def progress(profile: str, change: Change = lambda answers: None, *done: str, at: datetime = AT) -> ProjectStatus:
    return assess(context(profile, change, *done, at=at))


def is_open(profile: str, gate: str, change: Change = lambda answers: None, *done: str, **more: Any) -> bool:
    """Whether the gate is open for the example customer with that change."""
    return progress(profile, change, *done, **more).gates[gate].is_open


def without_paper(found: Context, task: str) -> Context:
    """The task is reported as done, but nothing was filed with it."""
    papers = tuple(line for line in found.record.evidence if declared_id(line.task) != task)
    return replace(found, record=replace(found.record, evidence=papers))


def _says(what: str, words: str) -> bool:
    return what.endswith(words) or f"{words}: " in what


class Told(list[tuple[datetime, str]]):
    """What people did, in order."""

    def place(self, words: str) -> int:
        """Where a line that ends with these words, or with them and a row, stands first."""
        return next(place for place, (_, what) in enumerate(self) if _says(what, words))

    def count(self, words: Any) -> int:
        return sum(_says(what, words) for _, what in self)


def opened(folder: Path, profile: str) -> Iterator[Case]:
    """The example customer in a new workspace."""
    with Store.open(folder, "") as store:
        store.create_customer(Customer(CUSTOMERS[profile], "A customer", AT), profile, "test")
        case = Case.open(store, CUSTOMERS[profile], AT, "engineer")
        case.save_answers(example(profile), "example")
        yield case


def both() -> Answers:
    """One customer with both services: the schools on Teams, their law office on OfficeConnect."""
    teams, office = example(TEAMS), example(OFFICE)
    found = {**office, **teams, "telephony": teams["telephony"] | office["telephony"] | {"kind": "mixed"}}
    for name in ("sites", "users", "hardware", "port_orders", "port_numbers", "temporary_numbers"):
        found[name] = [*teams[name], *office[name]]
    found["contract_lines"] += [line for line in office["contract_lines"] if line["item"] == "user"]
    next(line for line in found["contract_lines"] if line["item"] == "rented-phone")["quantity"] = 19
    found["contacts"] += [contact for contact in office["contacts"] if contact["role"] == "administrator"]
    for order in found["port_orders"]:
        order["signer"] = "Harold Finney"
    return found


def opened_both(folder: Path, answers: Answers) -> Iterator[dict[str, Case]]:
    """That customer in a new workspace, by service; Teams began first."""
    with Store.open(folder, "") as store:
        name = CUSTOMERS[TEAMS]
        store.create_customer(Customer(name, "A customer", AT), TEAMS, "test")
        store.engage(name, OFFICE, OFFICE, "test", AT)
        cases = {service: Case.open(store, name, AT, "engineer", service) for service in (TEAMS, OFFICE)}
        cases[TEAMS].save_answers(answers, "example", is_joint=True)
        yield cases


def play_on(case: Case) -> Told:
    """Runs and people alternate until nothing moves."""
    told = Told()

    def run(at: datetime) -> None:
        for _ in range(20):
            stages = stages_to_run(case, case.progress(), polls=False)
            for stage in stages:
                apply_stage(case, stage)
            if not stages:
                break

    play(case, Nobody(), run, lambda at, what: told.append((at, what)))
    return told


class Nobody:
    """These providers have no portal in which engineers could do something."""

    def enable(self, company: str, user: str, service: str, *, plan: str = "", number: str = "") -> None:
        raise AssertionError(company)

    def create_site(self, company: str, service: str, title: str, plan: str = "") -> None:
        raise AssertionError(company)

    def import_users(self, company: str, rows: Any) -> int:
        raise AssertionError(company)
