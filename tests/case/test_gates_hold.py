"""Chinook's gates: what goes out only when something else is there, and what never costs anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from onboarding.case import planning
from onboarding.case.decisions import Vote, decide
from onboarding.domain.history import TaskState
from onboarding.errors import GateClosed, Parked
from tests.world import DOMAIN, PAPER, Answers, World, enable_lync, few

READY, WAITING, BLOCKED, DONE = TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.DONE


def test_a_closed_gate_sends_nothing(mixed: World) -> None:
    """With the sheet incomplete nothing is created, and the plan names what is missing and who owes it."""
    users = [{name: value for name, value in user.items() if name != "extension"} for user in mixed.answers["users"]]
    users[0].pop("last_name")
    mixed.save(users=users)
    plan = planning.plan(mixed.case, "provision")
    assert plan.changes == ()
    assert {deferred.party for deferred in plan.deferred} == {"reseller"}
    assert any("on-boarding sheet is complete" in deferred.reason for deferred in plan.deferred)
    assert mixed.apply("provision").results == []
    assert mixed.writes() == {}
    assert mixed.state("provision.create-company") is BLOCKED
    with pytest.raises(GateClosed, match="on-boarding sheet"):
        mixed.done("provision.create-company")


def test_without_an_administrator_there_is_no_company(mixed: World) -> None:
    """The company waits until its administrator is named, even where the sheet would pass."""
    mixed.save(administrator={"kind": "user", "user": f"nobody@{DOMAIN}"})
    mixed.apply("provision")
    assert mixed.writes() == {}
    assert any("administrator" in reason for reason in mixed.task("provision.create-company").reasons)


def test_a_dedicated_administrator_costs_nothing(mixed: World) -> None:
    """The dedicated administrator is no user, has no service and no billing line in the portal's truth."""
    for stage in ("provision", "enable_services"):
        mixed.apply(stage)
    truth = mixed.sandbox.truth()
    admin = f"admin@{DOMAIN}"
    assert truth["companies"][0]["administrator"]["is_dedicated"] is True
    assert admin not in mixed.emails()
    assert admin not in {service["user"] for service in truth["services"]}
    assert admin not in {line["subject"] for line in truth["billing_lines"]}
    assert len(truth["billing_lines"]) == 4 + 2 + 1  # Exchange, SharePoint, and its site


def test_an_ordinary_user_may_administer(make_world: Callable[..., World], example: Answers) -> None:
    """The portal makes that user with the company; the rest of the row is filled in, and nobody is there twice."""
    answers = few(example) | {"administrator": {"kind": "user", "user": f"ana.ortiz@{DOMAIN}"}}
    world = make_world(answers)
    world.apply("provision")
    assert world.state("provision.create-users") is DONE
    ana = [user for user in world.sandbox.truth()["users"] if user["email"] == f"ana.ortiz@{DOMAIN}"]
    assert [(user["is_administrator"], user["extension"]) for user in ana] == [(True, "101")]


def test_lync_waits_for_the_numbers(mixed: World) -> None:
    """The request for Lync goes out only when every number is ported or delivered and has its person."""
    mixed.apply("provision")
    mixed.apply("telephony")
    mixed.apply("enable_services")
    assert mixed.state("enable_services.request-lync") is BLOCKED
    assert "Enable Lync: Bright Smile Dental Group" not in mixed.subjects()
    mixed.finish_telephony()
    assert mixed.state("telephony.assign-new-numbers") is DONE
    mixed.apply("enable_services")
    assert mixed.subjects().count("Enable Lync: Bright Smile Dental Group") == 1
    view = mixed.task("enable_services.enable-lync")
    assert (view.state, view.waits_for, view.due_on) == (WAITING, "support-engineer", date(2026, 3, 4))


def test_unified_messaging_comes_after_exchange_and_lync(mixed: World) -> None:
    """Total Connect's Unified Messaging is asked for by itself, by mail, in the run that sees Lync enabled."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    asked = "Enable Unified Messaging: Bright Smile Dental Group"
    assert asked not in mixed.subjects()
    enable_lync(mixed)
    plan = planning.plan(mixed.case, "enable_services")
    assert "enable_services.request-unified-messaging" in {action.task for action in plan.changes}
    mixed.apply("enable_services", approved=plan.digest)
    assert mixed.subjects().count(asked) == 1
    assert mixed.state("enable_services.request-unified-messaging") is DONE
    assert mixed.state("enable_services.enable-unified-messaging") is WAITING
    mixed.sandbox.people().enable(DOMAIN, f"ana.ortiz@{DOMAIN}", "unified-messaging")
    mixed.apply("enable_services")
    assert mixed.state("enable_services.enable-unified-messaging") is DONE


def test_a_wrong_number_is_no_lync(mixed: World) -> None:
    """What the engineers enabled counts only with the number and the plan that were ordered."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    enable_lync(mixed, swap=True)
    mixed.apply("enable_services")
    view = mixed.task("enable_services.enable-lync")
    assert (view.state, view.reasons) == (WAITING, ("1 of 3 seen so far",))
    with pytest.raises(Parked, match="does not show it"):
        mixed.done("enable_services.enable-lync")


def test_total_connect_is_told_while_provisioning(mixed: World) -> None:
    """The notice about Total Connect goes out with the company, not at the end."""
    mixed.apply("provision")
    assert mixed.subjects() == ["Total Connect: Bright Smile Dental Group"]


def test_migration_changes_hands_only_by_written_agreement(mixed: World) -> None:
    """Without the agreement nothing of the migration moves; with it, filed as a document, the request goes out."""
    mixed.save(migration={"by": "provider", "lync_contacts": False})
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    enable_lync(mixed)
    for email in (user["email"] for user in mixed.answers["users"] if "crm" in user["services"]):
        mixed.sandbox.people().enable(DOMAIN, email, "crm")
    mixed.apply("enable_services")
    asked = "Content migration: Bright Smile Dental Group"
    mixed.apply("migrate")
    assert mixed.state("migrate.request-migration") is BLOCKED
    assert asked not in mixed.subjects()
    decide(mixed.case, Vote("migration-agreement", True, "support-engineer", document=PAPER, is_same_file=True))
    mixed.apply("migrate")
    assert mixed.subjects().count(asked) == 1
    mixed.save(mail={**mixed.answers["mail"], "method": "tool", "tool": "migrationwiz"})
    assert (
        mixed.state("migrate.confirm-migration") is BLOCKED
        or not mixed.case.progress().gates["migration-agreement"].is_open
    )


def test_the_cutover_comes_last(mixed: World) -> None:
    """While anything of the earlier stages is open, no record of the cutover is handed to anybody."""
    mixed.apply("provision")
    mixed.apply("cutover")
    views = mixed.case.progress().of_stage("cutover")
    assert {view.state for view in views} <= {BLOCKED, TaskState.NOT_NEEDED}
    assert any("All services are provisioned" in reason for view in views for reason in view.reasons)
    with pytest.raises(GateClosed):
        mixed.done("cutover.redirect-mail")
