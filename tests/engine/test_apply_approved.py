"""What is applied is what was approved, or nothing (F6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onboarding.case import planning
from onboarding.domain.history import TaskState
from onboarding.errors import StalePlan
from tests.world import DOMAIN, HOPPER, World, rows

READY, WAITING, BLOCKED, DONE = TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.DONE


def _company_renamed(world: World) -> None:
    world.sandbox._portal.create(
        "companies",
        {"reference": "x", "domain": DOMAIN, "name": "Bright Smiles", "administrator": {
            "email": f"admin@{DOMAIN}", "first_name": "Portal", "last_name": "Administrator", "is_dedicated": True}},
        "reseller-admin",
    )  # fmt: skip


def _user_exists(world: World) -> None:
    _company_renamed(world)
    world.sandbox.people().import_users(DOMAIN, [HOPPER | {"email": world.answers["users"][0]["email"]}])


MOVES: dict[str, Callable[[World], None]] = {
    "somebody else created the company": _company_renamed,
    "a user is there already": _user_exists,
    "a user was added": lambda world: world.save(users=[*world.answers["users"], {**HOPPER, "extension": "399",
                                                 "services": ["exchange"], "exchange_plan": "Basic"}]),
    "a user left": lambda world: world.save(users=world.answers["users"][:-1]),
    "an extension changed": lambda world: world.save(users=rows(world, extension="150")),
    "the administrator is another": lambda world: world.save(
        administrator={**world.answers["administrator"], "email": f"boss@{DOMAIN}"}),
    "the users are to be imported": lambda world: world.save(provisioning={"mechanism": "import"}),
    "the sheet is no longer complete": lambda world: world.save(users=rows(world, last_name="")),
}  # fmt: skip


@pytest.mark.parametrize("kind", MOVES)
def test_an_approved_plan_is_refused_when_the_world_moved(small: World, kind: str) -> None:
    """After each of eight kinds of change the approved plan is refused, nothing is sent, and a new one can be seen."""
    approved = planning.plan(small.case, "provision").digest
    MOVES[kind](small)
    small.sandbox.forget_requests()
    for digest in (approved, approved[:12]):
        with pytest.raises(StalePlan, match="PLAN-STALE"):
            small.apply("provision", approved=digest)
    assert small.writes() == {}
    assert small.sandbox.mails() == []
    assert small.store.journal(small.name) == []


def test_services_and_numbers_move_a_plan_too(mixed: World) -> None:
    """A plan edited in the portal, and a number that is gone, refuse the plan for the services."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mails = len(mixed.subjects())
    approved = planning.plan(mixed.case, "enable_services").digest
    users = rows(mixed, number="+16175550119")
    mixed.save(users=users)
    with pytest.raises(StalePlan):
        mixed.apply("enable_services", approved=approved)
    approved = planning.plan(mixed.case, "enable_services").digest
    body = {"company": DOMAIN, "user": f"ana.ortiz@{DOMAIN}", "service": "exchange", "plan": "Basic", "reference": "x"}
    mixed.sandbox._portal.create("services", body, "reseller-admin")
    with pytest.raises(StalePlan):
        mixed.apply("enable_services", approved=approved)
    assert "POST /services" not in mixed.writes()
    assert len(mixed.subjects()) == mails


def test_an_attached_sheet_is_part_of_what_was_approved(small: World) -> None:
    """The import was approved with the sheet as it stood: after a correction it is refused until seen again."""
    small.save(provisioning={"mechanism": "import"})
    approved = planning.plan(small.case, "provision").digest
    small.save(users=rows(small, department="Reception"))
    with pytest.raises(StalePlan):
        small.apply("provision", approved=approved)
    assert small.sandbox.mails() == []


@pytest.mark.parametrize("digest", ["1234567", "0" * 64, "zz", "x" * 8])
def test_a_digest_that_is_none_approves_nothing(small: World, digest: str) -> None:
    """A short or foreign digest is refused like a stale one."""
    with pytest.raises(StalePlan):
        small.apply("provision", approved=digest)
    assert small.writes() == {}
