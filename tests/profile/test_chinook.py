"""Chinook's guide as the profile keeps it: tasks, gates and order; each test names the rows it stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onboarding.domain.history import TaskState
from onboarding.domain.task import STAGES, Channel, LeadTime, Unit
from onboarding.profile.model import Profile
from onboarding.stages.desired import desired
from tests.profile.bright import ANSWERS, Answers, answers_with, context, everything_before, progress_of

# --- The guide's own words --------------------------------------------------------------------------------------------


def test_every_task_says_who_how_and_what_proves_it(chinook: Profile) -> None:
    """Each task has a channel, a proof and a guide worth reading; work of our own has an effort (C-02, C-39)."""
    for task in chinook.tasks:
        assert task.evidence, task.id
        assert len(task.guide) > 150, task.id
        assert "**Why.**" in task.guide, task.id
        assert "**How.**" in task.guide, task.id
        assert task.requirements, task.id
        assert task.source, task.id
        if task.party in chinook.runs:
            assert task.effort_minutes, task.id
        if task.when is not None:
            assert task.skip_reason, task.id
        if task.party == "support-engineer":
            assert task.channel is Channel.ENGINEER, task.id
        if task.connector == "portal" and task.action != "confirm":
            assert task.channel is Channel.PORTAL, task.id


def test_summary_and_detail_stay_together(chinook: Profile) -> None:
    """Six stages with a purpose, each with its tasks (C-15)."""
    assert [stage.id for stage in chinook.stages] == list(STAGES)
    assert all(stage.purpose and chinook.tasks_of(stage.id) for stage in chinook.stages)


def test_the_real_support_mailbox_is_never_written_to(chinook: Profile) -> None:
    """Requests go to an address under .example until somebody sets a real one (C-24)."""
    address = chinook.data.support_address
    assert address.endswith(".example")
    assert chinook.parties["support-engineer"].contact == address
    requests = [task for task in chinook.tasks if task.connector == "support"]
    assert requests
    assert {task.params.to for task in requests} == {address}


def test_an_import_takes_one_business_day(chinook: Profile) -> None:
    """The only lead time the guide prints; all others say where they come from (C-37)."""
    task = chinook.task("provision.confirm-user-import")
    assert task is not None
    assert task.lead == LeadTime(1, Unit.BUSINESS_DAYS, source="chinook:60")
    assert all(task.lead.source for task in chinook.tasks if task.lead)


def test_the_records_are_marked_as_derived(chinook: Profile) -> None:
    """Hosted Lync has four names and both SRV records; every record says that it is ours to edit (C-65)."""
    records = chinook.data.dns
    assert all(record.derived and record.source for record in records)
    lync = [record for record in records if record.purpose == "lync"]
    assert [record.name.split(".")[0] for record in lync if record.type == "CNAME"] == [
        "lyncdiscover", "sip", "meet", "dialin",
    ]  # fmt: skip
    assert [record.name for record in lync if record.type == "SRV"] == [
        "_sip._tls.{domain}",
        "_sipfederationtls._tcp.{domain}",
    ]


# --- Gates and order --------------------------------------------------------------------------------------------------


def test_nothing_is_provisioned_before_the_sheet_is_complete(chinook: Profile) -> None:
    """One missing answer anywhere holds the whole stage (C-18)."""
    whole = progress_of(chinook, ANSWERS)
    assert whole.task("provision.create-company").state is TaskState.READY
    torn = progress_of(chinook, answers_with(lambda a: a["dns"].pop("host")))
    assert torn.task("provision.create-company").state is TaskState.BLOCKED


def test_the_company_is_created_with_its_administrator(chinook: Profile) -> None:
    """A dedicated administrator is named and has no services; without one the gate is shut (C-30, C-31, C-32)."""
    task = chinook.task("provision.create-company")
    assert task is not None
    [action] = desired(task, context(chinook, ANSWERS))
    assert action.body["administrator"]["is_dedicated"] is True
    assert action.body["administrator"]["email"] not in {user["email"] for user in ANSWERS["users"]}
    nobody = progress_of(chinook, answers_with(lambda a: a.pop("administrator")))
    assert not nobody.gates["administrator-named"].is_open


def test_without_telephony_its_tasks_are_left_out_with_a_reason(chinook: Profile) -> None:
    """The stage is conditional, and says why nothing happens in it (C-19)."""

    def quiet(answers: Answers) -> None:
        answers["telephony"]["kind"] = "none"
        answers["migration"]["lync_contacts"] = False
        answers["users"] = answers["users"][2:]
        answers["mail"] = {"existing": False}

    views = progress_of(chinook, answers_with(quiet)).of_stage("telephony")
    assert views[0].state is TaskState.DONE
    assert {view.state for view in views[1:]} == {TaskState.NOT_NEEDED}
    assert all(view.reasons for view in views[1:])


def test_no_port_order_without_the_signed_letter(chinook: Profile) -> None:
    """Saying that it is signed is not enough: the document must be on file, then it goes along (C-22, C-23)."""
    task = "telephony.submit-port-orders"
    said = progress_of(chinook, ANSWERS, "telephony.sign-loa", letter=False).task(task)
    assert said.state is TaskState.BLOCKED
    assert said.waits_for == "authorised-signer"
    assert progress_of(chinook, ANSWERS, "telephony.sign-loa").task(task).state is TaskState.READY
    orders = chinook.task(task)
    assert orders is not None
    [action] = desired(orders, context(chinook, ANSWERS))
    assert action.body["attach"] == ["evidence:telephony.sign-loa"]
    assert action.connector == "support"


def test_lync_waits_for_the_numbers(chinook: Profile) -> None:
    """Ported, delivered, registered and assigned: one missing number holds the request back (C-45)."""
    before = everything_before(chinook, "enable_services")
    request = "enable_services.request-lync"
    assert progress_of(chinook, ANSWERS, *before).task(request).state is TaskState.BLOCKED
    numbered = answers_with(lambda a: a["users"][1].update(number="+19785550102"))
    assert progress_of(chinook, numbered, *before).task(request).state is TaskState.READY
    before.remove("telephony.complete-port")
    assert progress_of(chinook, numbered, *before).task(request).state is TaskState.BLOCKED


def test_the_request_for_lync_holds_account_number_and_plan(chinook: Profile) -> None:
    """Whoever has Lync or Total Connect stands in it with three things, nobody else does (C-42, C-43, C-44)."""
    task = chinook.task("enable_services.request-lync")
    assert task is not None
    numbered = answers_with(lambda a: a["users"][1].update(number="+19785550102"))
    [action] = desired(task, context(chinook, numbered))
    [table] = action.body["tables"]
    shown = {tuple(row[-2:]) for row in table["rows"]}
    assert shown == {("+16175550101", "Basic"), ("+19785550102", "Enterprise")}
    assert {"ana@brightsmile.example", "ben@brightsmile.example"} == {row[0] for row in table["rows"]} - {"", None}


def test_users_are_created_by_one_mechanism_only(chinook: Profile) -> None:
    """Portal or import; services wait for whichever it is (C-33, C-35, C-36)."""
    by_portal = progress_of(chinook, ANSWERS, "provision.create-company")
    assert by_portal.task("provision.create-users").state is TaskState.READY
    assert by_portal.task("provision.request-user-import").state is TaskState.NOT_NEEDED
    answers = answers_with(lambda a: a["provisioning"].update(mechanism="import"))
    by_import = progress_of(chinook, answers, "provision.create-company")
    assert by_import.task("provision.create-users").state is TaskState.NOT_NEEDED
    assert by_import.task("provision.request-user-import").state is TaskState.READY
    assert by_import.task("enable_services.enable-exchange").state is TaskState.BLOCKED


def test_unified_messaging_comes_after_both_services(chinook: Profile) -> None:
    """And the notice of Total Connect comes before the engineers begin (C-48, C-49)."""
    request = chinook.task("enable_services.request-unified-messaging")
    lync = chinook.task("enable_services.request-lync")
    assert request is not None
    assert lync is not None
    assert set(request.after) == {"enable_services.enable-exchange", "enable_services.enable-lync"}
    assert "provision.notify-total-connect" in lync.after
    exchange = chinook.task("enable_services.enable-exchange")
    assert exchange is not None
    keys = [action.key for action in desired(exchange, context(chinook, ANSWERS))]
    assert keys == ["ana@brightsmile.example/exchange", "ben@brightsmile.example/exchange"]


def test_the_migration_changes_hands_by_agreement_only(chinook: Profile) -> None:
    """It is the reseller's; otherwise the gate wants a document and the engineers are asked (C-51)."""
    gate = chinook.gates["migration-agreement"]
    assert gate.needs_evidence
    ours = progress_of(chinook, ANSWERS)
    assert ours.gates[gate.id].is_open
    assert ours.task("migrate.export-mail").state is TaskState.READY
    theirs = progress_of(chinook, answers_with(lambda a: a["migration"].update(by="provider")))
    assert not theirs.gates[gate.id].is_open
    assert theirs.task("migrate.export-mail").state is TaskState.NOT_NEEDED
    assert theirs.task("migrate.request-migration").state is TaskState.BLOCKED


def test_mail_is_imported_into_the_new_profile(chinook: Profile) -> None:
    """Export, then the new Outlook profile on the new mailbox, then the import (C-53)."""
    profile, load = chinook.task("migrate.create-outlook-profiles"), chinook.task("migrate.import-mail")
    assert profile is not None
    assert load is not None
    assert set(profile.after) == {"migrate.export-mail", "enable_services.enable-exchange"}
    assert load.after == ("migrate.create-outlook-profiles",)


@pytest.mark.parametrize(
    ("change", "needed", "not_needed"),
    [
        (lambda a: a["migration"].update(lync_contacts=False), set(), {"migrate.rebuild-contact-lists"}),
        (
            lambda a: a["mail"].update(method="tool", tool="migrationwiz"),
            {"migrate.run-mail-tool"},
            {"migrate.export-mail", "migrate.import-mail"},
        ),
        (
            lambda a: a["sharepoint"].update(method="custom"),
            {"migrate.request-sharepoint-quote", "migrate.move-sharepoint-by-chinook"},
            {"migrate.move-sharepoint"},
        ),
        (
            lambda a: a["crm"].update(existing=True, method="manual"),
            {"migrate.export-crm", "migrate.import-crm"},
            {"migrate.request-crm-quote"},
        ),
        (
            lambda a: a["crm"].update(existing=True, method="custom"),
            {"migrate.request-crm-quote"},
            {"migrate.export-crm"},
        ),
        (
            lambda a: a["dns"].update(editor="reseller"),
            {"cutover.redirect-mail-for-customer", "migrate.lower-ttl-for-customer"},
            {"cutover.redirect-mail", "cutover.redirect-browsers", "cutover.publish-lync-records", "migrate.lower-ttl"},
        ),
    ],
)
def test_tasks_follow_theanswers_with(
    change: Callable[[Answers], Any], needed: set[str], not_needed: set[str], chinook: Profile
) -> None:
    """Contacts only if any exist, one way for each content, one accountable party for the records (C-50 to C-61)."""
    progress = progress_of(chinook, answers_with(change))
    states = {view.task.declared: progress.task(view.task.declared).state for view in progress.tasks}
    assert all(states[task] is not TaskState.NOT_NEEDED for task in needed)
    assert all(states[task] is TaskState.NOT_NEEDED for task in not_needed)


def test_cutover_only_when_all_is_provisioned_and_migrated(chinook: Profile) -> None:
    """One open task before it holds the stage, whichever it is (C-60)."""

    def agreed(answers: dict[str, Any]) -> None:
        answers["users"][1].update(number="+19785550102")
        for order in answers["port_orders"]:
            order["foc_on"] = "2026-03-02"

    answers = answers_with(agreed)
    before = everything_before(chinook, "cutover")
    gate = "all-provisioned-and-migrated"
    assert progress_of(chinook, answers, *before).gates[gate].is_open
    needed = [v.task for v in progress_of(chinook, answers).tasks if v.state is not TaskState.NOT_NEEDED]
    for task in needed:
        if task.declared in before and task.action != "check":
            left = [other for other in before if other != task.declared]
            assert not progress_of(chinook, answers, *left).gates[gate].is_open, task.id


def test_onboarding_is_complete_when_every_step_is(chinook: Profile) -> None:
    """The last task closes by itself, and only when nothing is open (C-03)."""
    answers = answers_with(lambda a: a["users"][1].update(number="+19785550102"))
    every = [task.id for task in chinook.tasks]
    assert progress_of(chinook, answers, *every).tasks[-1].task.id == "cutover.complete-onboarding"
    for left in ("cutover.verify-services", "migrate.rebuild-contact-lists"):
        some = [task for task in every if task != left]
        assert not progress_of(chinook, answers, *some).is_complete
