"""One world per test: a workspace, the sandbox behind HTTP and SMTP, and a customer of Chinook with its answers."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from onboarding import settings
from onboarding.answers.answer_files import read_answers
from onboarding.case import leaving_out, work
from onboarding.case.case import Case
from onboarding.case.dates import enter_day
from onboarding.case.people import people_of
from onboarding.case.reports import Report
from onboarding.connectors.portal import PortalConnector
from onboarding.domain.action import Attachment, Outcome, Verdict
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.apply import Applied, apply_stage
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.sandbox.server import Sandbox
from onboarding.stages.task_status import TaskStatus
from onboarding.stages.waiving import may_be_waived, why_not_skipped
from onboarding.store.store import Store
from tests.engine.forks import Forks

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
"""A Monday, nine in the morning in New York."""
DOMAIN = "brightsmile.example"
PAPER = Attachment("letter.txt", "text/plain", b"Signed by Ben O'Neil.\n")

Answers = dict[str, Any]


@dataclass
class World:
    """Everything around one customer, ``bright-smile``."""

    sandbox: Sandbox
    store: Store
    answers: Answers
    at: datetime = AT
    name: str = "bright-smile"
    step: Callable[[int, int, str], None] = field(default=lambda place, total, what: None)

    @property
    def case(self) -> Case:
        """The case at this moment, with a portal that is given up early."""
        case = Case.open(self.store, self.name, self.at, "R. Diaz")
        if settings.PORTAL_URL.is_set:
            case.connectors["portal"] = self.portal
        return case

    @cached_property
    def portal(self) -> PortalConnector:
        return PortalConnector(timeout=10, patience=0.5)

    def save(self, **sections: Any) -> None:
        """Whole sections replaced; all answers when none is named."""
        self.answers |= sections
        self.case.save_answers(self.answers, "test")

    def apply(self, stage: str, **more: Any) -> Applied:
        return apply_stage(self.case, stage, step=self.step, **more)

    def task(self, task_id: str) -> TaskStatus:
        return self.case.progress().task(task_id)

    def state(self, task_id: str) -> TaskState:
        return self.task(task_id).state

    def states(self) -> dict[str, TaskState]:
        return {view.task.id: view.state for view in self.case.progress().tasks}

    def done(self, *task_ids: str) -> None:
        for task_id in task_ids:
            reports = [Report(task, document=PAPER) for task in open_of(self.case, task_id)]
            work.all_done(acting(self.case, task_id), reports, is_same_file=True)

    def deliver_numbers(self) -> None:
        """Everybody who waits for a new number gets one."""
        users = copy.deepcopy(self.answers["users"])
        for place, user in enumerate(users):
            if user.get("number_source") == "new":
                user["number"] = f"+1{user['area_code']}55501{place:02d}"
        self.save(users=users)

    def finish_telephony(self) -> None:
        """The people's side of telephony, with the runs between."""
        self.apply("telephony")
        self.done("telephony.sign-loa", "telephony.deliver-new-numbers", "telephony.confirm-e911")
        self.apply("telephony")
        self.done("telephony.forward-port-orders")
        enter_day(acting(self.case, "telephony.agree-port-date"), "telephony.agree-port-date", self.case.today)
        days = [row["foc_on"] for row in self.case.document["port_orders"]]
        orders = [{**row, "foc_on": day} for row, day in zip(self.answers["port_orders"], days, strict=True)]
        self.answers |= {"port_orders": orders}  # what is saved later still has the day
        self.done("telephony.agree-port-date", "telephony.complete-port")
        self.deliver_numbers()
        self.apply("telephony")

    def writes(self) -> dict[str, int]:
        """Requests to the portal that are no reads."""
        return {name: count for name, count in self.sandbox.requests.items() if not name.startswith("GET")}

    def emails(self) -> set[str]:
        """Users in the portal's truth."""
        return {user["email"] for user in self.sandbox.truth()["users"]}

    def subjects(self) -> list[str]:
        """Subjects of the mails that arrived, oldest first."""
        return self.headers("Subject")

    def headers(self, name: str) -> list[str]:
        """One header of every mail that arrived, oldest first."""
        mails = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in self.sandbox.mails()]
        return [str(mail[name]).strip() for mail in mails]

    def evidence(self, task_id: str) -> list[Any]:
        return [line for line in self.case.record.evidence if line.task == task_id]


def acting(case: Case, task_id: str) -> Case:
    """The case in the hands of somebody who is listed for the task, or as it is."""
    listed = people_of(case, case.context()).may(case.task(task_id).party)
    return case.acting(str(listed[0])) if listed else case


def leave_out(case: Case, task_id: str, why: str) -> None:
    """Left out, or waived where a gate rests on it; where nobody may do that somebody's old record may say so."""
    for name in open_of(case, task_id):
        waive = case.task(name).waive
        if waive and not waive.needs_file and may_be_waived(case.task(name), case.context()):
            leaving_out.waive(case, name, waive.by[0], why)
        elif why_not_skipped(case.task(name), case.context()):
            case.set_task(TaskRecord(name, TaskState.SKIPPED, case.at, by=case.by, note=noted(why)))
        else:
            leaving_out.skip(acting(case, name), name, why)


def open_of(case: Case, task_id: str) -> list[str]:
    """The task itself, of one for every row those of its rows that are open."""
    rows = [view.task.id for view in case.progress().of_rows(task_id) if not view.state.is_closed]
    return rows or [task_id]


HOPPER = {"first_name": "Zoe", "last_name": "Hopper", "email": f"zoe.hopper@{DOMAIN}", "site": "Lowell"}
"""Somebody who comes later."""


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without where transactions begin."""
    sent: list[str] = []

    def note(*details: object) -> None:
        if not str(details[2]).startswith("BEGIN"):
            sent.append(str(details[2]))

    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def rows(world: World, **change: object) -> list[dict[str, object]]:
    """The users, the first of them changed."""
    return [{**user, **change} if place == 0 else user for place, user in enumerate(world.answers["users"])]


def enable_lync(world: World, *, swap: bool = False) -> None:
    """The support engineers enable Lync; by mistake with two people's numbers exchanged."""
    rows = [user for user in world.answers["users"] if user.get("lync_plan")]
    numbers = [str(user["number"]) for user in rows]
    if swap:
        numbers[:2] = reversed(numbers[:2])
    for user, number in zip(rows, numbers, strict=True):
        world.sandbox.people().enable(DOMAIN, user["email"], "lync", plan=user["lync_plan"], number=number)


def told(verdict: Verdict) -> Outcome:
    """What a person found out."""
    return Outcome(verdict, message=noted("Chinook says so"))


@pytest.fixture(scope="session")
def example() -> Answers:
    """Answers of the dental group, read once."""
    source = shipped("data", "examples", "bright-smile.toml")
    return dict(read_answers(load_profile("chinook").questionnaire, source).document)


def few(example: Answers, count: int = 3) -> Answers:
    """The same group with ``count`` people who only take Exchange."""
    kept = ("email", "first_name", "last_name", "site", "extension")
    people = [
        {name: user[name] for name in kept} | {"services": ["exchange"], "exchange_plan": "Basic"}
        for user in example["users"][:count]
    ]
    answers = {
        name: current for name, current in example.items() if name not in ("port_orders", "port_numbers", "new_numbers")
    }
    return answers | {
        "users": people,
        "telephony": {"kind": "none"},
        "sharepoint": {"existing": False},
        "migration": {"by": "reseller", "lync_contacts": False},
    }


CREW = ("ana.ortiz", "grace.lindqvist", "quentin.baker", "ximena.castro")
"""Total Connect with SharePoint; Lync and CRM; a new number; Exchange alone."""


def crew(example: Answers) -> Answers:
    """Four people of the group with every kind of service, one port order and one new number."""
    users = [user for user in example["users"] if user["email"].partition("@")[0] in CREW]
    numbers = ["+16175550100", *(user["number"] for user in users if "number" in user)]
    return example | {
        "users": users,
        "port_orders": example["port_orders"][:1],
        "port_numbers": [{"number": number, "btn": "+16175550100"} for number in numbers],
        "new_numbers": [example["new_numbers"][0]],
    }


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its tables and nothing else, to copy."""
    folder = tmp_path_factory.mktemp("blank") / "workspace"
    Store.open(folder, "").close()
    return folder


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A running sandbox that settles quickly; the settings point at it."""
    with Sandbox(tmp_path / "sandbox") as running:
        for name, value in (running.environment() | {settings.PORTAL_SETTLE.name: "0.05"}).items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def make_world(
    sandbox: Sandbox, tmp_path: Path, blank: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., World]]:
    """Makes a workspace with one customer, or copies the one in ``ready``; the settings point at the one made last."""
    opened: list[Store] = []

    def make(answers: Answers, name: str = "bright-smile", ready: Path | None = None) -> World:
        folder = Path(shutil.copytree(ready or blank, tmp_path / f"workspace{len(opened) or ''}"))
        monkeypatch.setenv(settings.HOME.name, str(folder))
        store = Store.open(folder)
        opened.append(store)
        world = World(sandbox, store, copy.deepcopy(answers), name=name)
        if ready is None:
            store.create_customer(Customer(name, "Bright Smile Dental Group", AT), "chinook")
            world.save()
        return world

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def world(make_world: Callable[..., World], example: Answers) -> World:
    """The whole dental group: 25 users, everything answered."""
    return make_world(example)


@pytest.fixture
def mixed(make_world: Callable[..., World], example: Answers) -> World:
    """Four of them, with every kind of service and number."""
    return make_world(crew(example))


@pytest.fixture
def lenient(
    make_world: Callable[..., World], example: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    """The same, of a provider who leaves open whether all is tried and Lync is connected at once."""
    text = shipped("data", "providers", "chinook.toml").read_text(encoding="utf-8")
    for task in ("verify-services", "connect-lync-clients"):
        text = text.replace(f"[task.cutover.{task}]\n", f"[task.cutover.{task}]\noptional = true\n")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "chinook.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path / "profiles"))
    return make_world(crew(example))


@pytest.fixture
def small(make_world: Callable[..., World], example: Answers) -> World:
    """Three people with Exchange, no telephony."""
    return make_world(few(example))


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Starts processes that can be killed."""
    with Forks() as server:
        yield server


def run_all(case: Case) -> None:
    """Every stage that can move, until none does; portals are asked once."""
    polls = True
    while stages := stages_to_run(case, case.progress(), polls=polls):
        before, polls = case.progress(), False
        for stage in stages:
            apply_stage(case, stage)
        if case.progress() == before:
            break
