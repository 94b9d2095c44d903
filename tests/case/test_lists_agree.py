"""A list over all customers says of each what the customer's own status says, at every hour and wherever it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onboarding import frames
from onboarding.case.case import Case
from onboarding.cli.app import app
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.frames import Health
from onboarding.settings import HOME, PROFILES
from onboarding.stages.owed import owed
from onboarding.store.store import Store

CORNER = Path(__file__).parents[1] / "cli" / "profiles" / "corner.toml"
ZONES = {"honolulu": "Pacific/Honolulu", "london": "Europe/London"}
BEGUN = datetime(2026, 3, 2, 22, tzinfo=UTC)
DUE = date(2026, 3, 5)
ASKED = {"gather.read-sheet": "engineer", "telephony.sign-letter": "customer", "provision.create-company": "engineer"}

OTHERWISE = {
    "[party.customer]": '[party.customer]\ncalendar = { time_zone = "Asia/Tokyo" }',
    'title = "Provision"\ngates = ["sheet-complete"]': 'title = "Provision"',
    'title = "Migrate"': 'title = "Migrate"\ngates = ["sheet-complete"]',
    'title = "Create the company"': 'title = "Create the company"\nlead = { business_days = 3, by = "13:00" }',
}
"""What the invented provider of the command line's tests says otherwise here."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A customer in Honolulu and one in London, of each three are asked until 5 March: one who works there, one in
    Tokyo, and one until one o'clock there.
    """
    home, patch = tmp_path_factory.mktemp("lists"), pytest.MonkeyPatch()
    patch.setenv(HOME.name, str(home))
    patch.setenv(PROFILES.name, str(home))
    for name, zone in ZONES.items():
        text = CORNER.read_text(encoding="utf-8").replace("America/New_York", zone)
        for before, after in OTHERWISE.items():
            assert before in text
            text = text.replace(before, after)
        (home / f"{name}.toml").write_text(text, encoding="utf-8")
    with Store.open(home, "") as store:
        for name in ZONES:
            store.create_customer(Customer(name, name.title(), BEGUN, is_training=True), name)
            case = Case.open(store, name, BEGUN, "Ana")
            case.save_answers({"company": {"name": name, "domain": f"{name}.example"}}, "test")
            for task, party in ASKED.items():
                case.set_task(TaskRecord(task, TaskState.WAITING, BEGUN, party, DUE, "Ana", version=1))
            case.note_progress()
        yield store
    patch.undo()


def onboard(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def late_of(found: dict[str, Any]) -> set[str]:
    return {one["task"] for one in found["waiting"] if one["is_overdue"]}


def by_list(text: str) -> dict[str, set[str]]:
    """What the list of all customers calls overdue."""
    return {one["customer"]: late_of(one) for one in json.loads(onboard("status", "--json", "--as-of", text))}


def by_itself(name: str, text: str) -> set[str]:
    """What a customer's own status calls overdue."""
    return late_of(json.loads(onboard("status", name, "--json", "--as-of", text)))


@pytest.mark.parametrize(
    ("at", "london", "honolulu"),
    [
        ("2026-03-05T12:30+00:00", set(), set()),
        ("2026-03-05T15:30+00:00", {"provision.create-company", "telephony.sign-letter"}, {"telephony.sign-letter"}),
        ("2026-03-05T23:30+00:00", {"provision.create-company", "telephony.sign-letter"},
         {"provision.create-company", "telephony.sign-letter"}),
        ("2026-03-06T00:30+00:00", set(ASKED), {"provision.create-company", "telephony.sign-letter"}),
        ("2026-03-06T10:30+00:00", set(ASKED), set(ASKED)),
    ],
)  # fmt: skip
def test_a_due_day_is_one_where_whoever_owes_it_works(
    world: Store, at: str, london: set[str], honolulu: set[str]
) -> None:
    """Over in Tokyo before it is in London, there before it is in Honolulu; by an hour when that has come there."""
    assert by_list(at) == {"london": london, "honolulu": honolulu}
    assert (by_itself("london", at), by_itself("honolulu", at)) == (london, honolulu)


def test_a_day_alone_is_one_where_the_provider_works(world: Store) -> None:
    """The morning of 6 March: all is late, in London at nine as in Honolulu ten hours later."""
    for day in ("2026-03-05", "2026-03-06"):
        assert by_list(day) == {name: by_itself(name, day) for name in ZONES}
    assert by_list("2026-03-06") == {name: set(ASKED) for name in ZONES}


def test_the_list_for_people_says_the_same(world: Store) -> None:
    """The first task of each, late or not, since the day it was asked for there."""
    before, after = (onboard("status", "--as-of", f"2026-03-0{at}:30+00:00").splitlines() for at in ("5T23", "6T00"))
    assert [["overdue" in line for line in lines[1:]] for lines in (before, after)] == [[False, False], [False, True]]
    assert all("2 Mar 2026" in line and "5 Mar 2026" in line for line in before[1:])


@settings(max_examples=40)
@given(minutes=st.integers(-3 * 24 * 60, 3 * 24 * 60))
def test_list_and_customer_agree_at_every_instant(world: Store, minutes: int) -> None:
    """Task by task, and the portfolio calls late who has something that is."""
    at = datetime(2026, 3, 5, 23, 30, tzinfo=UTC) + timedelta(minutes=minutes)
    own = {name: Case.open(world, name, at, "Ana") for name in ZONES}
    late = {name: {one.id for one in owed(case.progress()) if one.is_overdue(at)} for name, case in own.items()}
    noted = {one.customer.id: {row.task for row in one.rows if row.is_overdue(at)} for one in world.status()}
    assert noted == late
    overview = frames.overview(at.isoformat(), store=world)
    health = dict(zip(overview["customer"], overview["health"], strict=True))
    assert {name: health[name] == Health.OVERDUE for name in ZONES} == {name: bool(late[name]) for name in ZONES}
