"""What leaves the answers is removed outside: by itself where nothing is lost, else by a procedure of two people."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.cli import show_owed
from onboarding.domain.action import Operation
from onboarding.domain.history import TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.engine import procedure
from onboarding.engine.approval import approve, standing
from onboarding.engine.stage_run import where_it_stands
from onboarding.errors import GateClosed, InputError
from onboarding.notebook.run import Runbook
from onboarding.stages.owed import owed
from onboarding.store.values import RunOutcome
from tests.world import DOMAIN, World, enable_lync

READY, DONE = TaskState.READY, TaskState.DONE
BY_TWO = "the procedure “Remove what is not wanted any more”: one person asks for it, a second one approves."
USERS, EXCHANGE = "provision.create-users", "enable_services.enable-exchange"
LYNC = "enable_services.enable-lync"


@pytest.fixture
def running(small: World) -> World:
    """Three people with Exchange, as they were ordered."""
    for stage in ("provision", "enable_services"):
        small.apply(stage)
    assert {small.state(USERS), small.state(EXCHANGE)} == {DONE}
    small.sandbox.forget_requests()
    return small


def leave(world: World, place: int) -> str:
    """Somebody leaves the sheet; their address."""
    users = copy.deepcopy(world.case.document["users"])
    gone = users.pop(place)
    world.case.save_section("users", users, "test")
    return str(gone["email"])


def second(world: World) -> Case:
    return world.case.acting("Ana Diaz")


def decided(world: World) -> None:
    """Asked for by one person, approved by another, carried out by the first."""
    with pytest.raises(GateClosed, match="PROCEDURE-APPROVAL"):
        procedure.run(world.case, "remove", DOMAIN)
    digest = standing(second(world), "remove").impact.digest
    for spelled in ("R. Diaz <r@x.example>", "Diaz, R.", "R.Dìaz"):
        with pytest.raises(GateClosed, match="PROCEDURE-SAME-PERSON"):
            approve(world.case.acting(spelled), "remove", digest)
    approve(second(world), "remove", digest)
    procedure.run(world.case, "remove", DOMAIN, wait=lambda seconds: None)


def test_a_user_who_left_the_sheet_is_removed_by_two_people(running: World) -> None:
    """Nothing is removed by a run; the plan says what waits; the service goes before its user, and it is read back."""
    email = leave(running, 2)
    for stage, task in (("provision", USERS), ("enable_services", EXCHANGE)):
        assert running.state(task) is READY
        assert BY_TWO in running.task(task).reasons[-1]
        running.apply(stage)
        reasons = [str(deferred.reason) for deferred in planning.plan(running.case, stage).deferred]
        assert any(BY_TWO in reason for reason in reasons)
        for is_apply in (False, True):  # a dry run promises no more than the plan, and what is parked says why
            result, said = where_it_stands(running.case.progress(), running.case, stage, is_apply)
            assert (result, BY_TWO in str(said)) == (RunOutcome.PARKED, True)
    assert running.writes() == {}
    assert [one.key for one in standing(running.case, "remove").impact.touched] == [f"{email}/exchange", email]
    decided(running)
    assert [name.partition("/")[0] + name.partition("/")[2].partition("/")[0] for name in running.writes()] == [
        "DELETE services", "DELETE users",
    ]  # fmt: skip
    assert email not in running.emails()
    assert {running.state(USERS), running.state(EXCHANGE)} == {DONE}
    assert [str(line.what) for line in running.evidence(USERS)][-1].startswith("removed: Remove: User ")
    with pytest.raises(InputError, match="PROCEDURE-NOTHING"):
        procedure.run(running.case, "remove", DOMAIN)


def test_what_two_decide_on_has_its_command_and_its_card(running: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The status says what to type, the runbook of the stage has the card to press, as long as something waits."""
    command = "`onboard procedure show bright-smile remove`"

    def faces() -> tuple[str, list[str]]:
        progress = running.case.progress()
        show_owed.next_steps(running.case, owed(progress))
        cards = Runbook(running.case, "provision", apply=True, follows_clock=False).task_cards().cards
        return capsys.readouterr().out, [str(card.head.value) for card in cards]

    assert command not in faces()[0]
    leave(running, 2)
    said, cards = faces()
    assert said.count(command) == 1
    assert [head for head in cards if "Remove what is not wanted any more" in head]
    decided(running)
    said, cards = faces()
    assert command not in said
    assert not [head for head in cards if "Remove what is not wanted any more" in head]


def test_a_user_who_comes_back_before_is_not_removed(running: World) -> None:
    """What was approved is not what would go by then, and the tasks stand as they were done."""
    users = copy.deepcopy(running.case.document["users"])
    leave(running, 2)
    running.case.save_section("users", users, "test")
    assert {running.state(USERS), running.state(EXCHANGE)} == {DONE}
    assert standing(running.case, "remove").impact.touched == ()


@pytest.mark.refuses("M-47")
@pytest.mark.refuses("M-54")
def test_what_others_made_is_left_alone(running: World) -> None:
    """A user whom nobody here has set up is none of ours to remove."""
    rows = [{"email": f"guest@{DOMAIN}", "first_name": "Gus", "last_name": "Guest", "site": "Boston"}]
    running.sandbox.people().import_users(DOMAIN, rows)
    running.apply("provision")
    assert f"guest@{DOMAIN}" in running.emails()
    assert standing(running.case, "remove").impact.touched == ()


def test_an_answer_that_was_taken_away_is_emptied_outside(running: World) -> None:
    """A field that is not answered any more does not stay as it was in the portal."""

    def department(row: dict[str, Any]) -> Any:
        return next(u.get("department") for u in running.sandbox.truth()["users"] if u["email"] == row["email"])

    users = copy.deepcopy(running.case.document["users"])
    users[0]["department"] = "Roof"
    running.case.save_section("users", users, "test")
    running.apply("provision")
    assert department(users[0]) == "Roof"
    del users[0]["department"]
    running.case.save_section("users", users, "test")
    [change] = [one for one in planning.plan(running.case, "provision").changes if one.task == USERS]
    assert (change.operation, change.changes) == (Operation.CHANGE, (("department", "Roof", None),))
    running.apply("provision")
    assert not department(users[0])
    assert running.state(USERS) is DONE
    assert not planning.plan(running.case, "provision").changes


def test_what_another_party_set_up_is_waited_for_until_it_is_gone(mixed: World) -> None:
    """Lync of somebody who left is Chinook's to take back: they are told once and waited for, and nothing of that
    person is removed before; then two people decide, and the number is parked.
    """
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("provision")
    mixed.apply("enable_services")
    enable_lync(mixed)
    mixed.apply("enable_services")
    assert mixed.state(LYNC) is DONE
    place = next(n for n, user in enumerate(mixed.answers["users"]) if user.get("number_source") == "new")
    email, number, before = leave(mixed, place), mixed.answers["users"][place]["number"], len(mixed.subjects())
    for _again in range(2):
        mixed.apply("provision")
        mixed.apply("enable_services")
        assert mixed.state(LYNC) is TaskState.WAITING
    assert mixed.subjects()[before:] == ["Change: Enable Lync: Bright Smile Dental Group"]
    assert standing(mixed.case, "remove").impact.touched == ()
    with pytest.raises(GateClosed, match=r"PROCEDURE-IN-USE: .* No longer: Chinook enables Lync: Quentin Baker"):
        procedure.run(mixed.case, "remove", DOMAIN)
    mixed.sandbox.people().disable(DOMAIN, email, "lync")
    mixed.apply("enable_services")
    assert mixed.state(LYNC) is DONE
    decided(mixed)
    assert email not in mixed.emails()
    assert {item.state for item in mixed.store.inventory(mixed.name) if item.value == number} == {InventoryState.PARKED}
    assert {mixed.state(task) for task in (USERS, EXCHANGE, LYNC)} == {DONE}


def test_a_service_that_nobody_has_any_more_is_waited_for_until_it_is_gone(mixed: World) -> None:
    """Also where the task is not needed any more: it stays with Chinook until the portal shows none."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("provision")
    mixed.apply("enable_services")
    enable_lync(mixed)
    mixed.apply("enable_services")
    users = copy.deepcopy(mixed.case.document["users"])
    emails = [user["email"] for user in users if user.get("lync_plan")]
    for user in users:
        user["services"] = ["exchange"]
        for name in ("lync_plan", "number", "number_source", "area_code"):
            user.pop(name, None)
    mixed.case.save_section("users", users, "test")
    for _again in range(2):
        mixed.apply("enable_services")
        assert mixed.state(LYNC) is TaskState.WAITING
    for email in emails:
        mixed.sandbox.people().disable(DOMAIN, email, "lync")
    mixed.apply("enable_services")
    assert mixed.state(LYNC) is TaskState.NOT_NEEDED
