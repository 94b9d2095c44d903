"""A customer as the profile's tasks leave it in the management portal, and people who work with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.connectors.mmp import MmpConnector
from onboarding.domain.action import Action
from onboarding.domain.history import Customer
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.sandbox.server import Sandbox
from onboarding.stages.desired import desired
from onboarding.store.store import Store

BEGIN = datetime(2026, 3, 2, 14, tzinfo=UTC)
HARBOR = Customer("harbor-freight-lines", "Harbor Freight Lines", BEGIN)
WEBID = "harborfreight"
ANA, BEN = "Ana Diaz <ana@provider.example>", "Ben Roe"
Opened = Callable[..., Case]


def actions_of(case: Case) -> list[Action]:
    """Everything the profile's tasks want in the management portal for this customer."""
    context = case.context()
    tasks = [task for task in case.profile.tasks if task.connector == "mmp" and context.is_needed(task)]
    return [action for task in tasks for action in desired(task, context)]


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the customer's answers."""
    folder = tmp_path_factory.mktemp("ready")
    with Store.open(folder) as store:
        store.create_customer(HARBOR, "mitel-micloud")
        case = Case.open(store, HARBOR.id, BEGIN, ANA)
        example = shipped("data", "examples", f"{HARBOR.id}.toml")
        case.save_answers(read_answers(load_profile("mitel-micloud").questionnaire, example).document, "example")
    return folder


@pytest.fixture
def home(ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that workspace; the settings point at it."""
    folder = tmp_path / "workspace"
    shutil.copytree(ready, folder)
    monkeypatch.setenv("ONBOARDING_HOME", str(folder))
    return folder


@pytest.fixture
def opened(home: Path) -> Iterator[Opened]:
    """Opens the customer as somebody, some hours later."""
    with Store.open(home) as store:

        def open_as(by: str, hours: float = 0) -> Case:
            return Case.open(store, HARBOR.id, BEGIN + timedelta(hours=hours), by)

        yield open_as


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(served: Sandbox, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The portal with everything of the customer in it, and another customer on the same platform group."""
    served.clear_faults()
    served._open._link.executescript("DELETE FROM item; DELETE FROM effect; DELETE FROM late; DELETE FROM setting;")
    for name, value in served.environment().items():
        monkeypatch.setenv(name, value)
    do, actions = served.mmp.do, actions_of(opened(ANA))
    platforms = {action.body["platform"] for action in actions if "platform" in action.body}
    with served._open.transaction():
        do("set-task-seconds", seconds=0)
        for bundle in {action.body["bundle"] for action in actions if action.resource == "mmp-bundle"}:
            do("add-bundle-type", name=bundle)
        for platform in platforms:
            do("add-platform", name=platform)
        for action in actions:
            kind = MmpConnector.resources[action.resource].path.removeprefix("/")
            body = {name: value for name, value in action.body.items() if value not in (None, "")}
            served.mmp.create(kind, {"reference": "setup", **body}, "sp-admin")
        other = {"reference": "setup", "webid": "other", "name": "Other", "platform": min(platforms)}
        served.mmp.create("customers", other, "sp-admin")
    served.forget_requests()
    return served


def writes(sandbox: Sandbox) -> dict[str, int]:
    """Requests since the setup that could have changed something."""
    return {name: count for name, count in sandbox.requests.items() if not name.startswith(("GET ", "HEAD "))}
