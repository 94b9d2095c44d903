"""Rows of the two guides that were once cited and not kept: what each of them does now, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from onboarding.answers.printable import printable
from onboarding.domain.billing import FirstInvoice
from onboarding.domain.history import GateDecision, History, TaskRecord, TaskState
from onboarding.profile.graph import everything_before, waits
from onboarding.profile.load import load_profile
from onboarding.report.completion import CompletionReport
from onboarding.stages.assessment import assess
from onboarding.stages.commercial_terms import first_invoice_of
from onboarding.stages.desired import desired
from onboarding.stages.gate import decision_digest
from onboarding.stages.project_status import ProjectStatus
from tests.report.cases import figures
from tests.univoip.played import AT, OFFICE, TEAMS, Answers, Change, context, is_open, problems, progress, without_paper

NOTHING: Change = lambda answers: None  # noqa: E731


def with_licence(name: str, row: int = 2, **more: object) -> Change:
    return lambda answers: answers["users"][row].update({"licence": name, "add_ons": [], **more})


@pytest.mark.keeps("U-04")
def test_an_equivalent_licence_counts_and_is_named() -> None:
    """It needs no add-on beside it; that somebody looks into the admin centre is a warning."""
    found = problems(TEAMS, with_licence("equivalent", licence_name="Microsoft 365 E5 Developer"))
    assert [
        (one.question, one.row, one.severity) for one in found if one.row == 2 and one.question.startswith("users.")
    ] == [("users.licence_name", 2, "warning")]
    assert "Microsoft 365 E5 Developer" in next(one.message for one in found if one.question == "users.licence_name")


@pytest.mark.refuses("U-04")
def test_an_equivalent_licence_without_a_name_is_none() -> None:
    """And any other licence needs its add-on as before."""
    unnamed = problems(TEAMS, with_licence("equivalent"))
    assert ("users.licence_name", "error") in {(one.question, one.severity) for one in unnamed}
    lacking = problems(TEAMS, with_licence("a3"))
    assert "users.licence" in {one.question for one in lacking if one.row == 2}


@pytest.mark.refuses("U-07")
def test_a_calling_plan_does_not_go_before_the_number_has_moved() -> None:
    """The task is held until the port is complete; and nothing is complete while a plan is left."""
    before = [task.id for task in load_profile(TEAMS).tasks if task.stage in ("gather", "telephony", "provision")]
    ready = [*before, "enable_services.assign-user-numbers"]
    assert progress(TEAMS, NOTHING, *ready).task("migrate.remove-calling-plans").state is TaskState.BLOCKED
    moved = progress(TEAMS, NOTHING, *ready, "cutover.confirm-port")
    assert moved.task("migrate.remove-calling-plans").state is TaskState.READY
    assert not is_open(TEAMS, "calling-plans-gone")
    assert is_open(TEAMS, "calling-plans-gone", lambda a: [row.update(add_ons=[]) for row in a["users"]])


def rings_at(email: str) -> Change:
    return lambda answers: answers["temporary_numbers"][0].update(user=email)


@pytest.mark.keeps("U-17")
def test_somebody_with_a_licence_tests() -> None:
    """The number may be assigned to a user whose licence fits."""
    fits = context(TEAMS).rows("users")[0]["email"]
    assert is_open(TEAMS, "test-user-licensed", rings_at(fits))


@pytest.mark.refuses("U-17")
def test_nobody_without_a_licence_gets_the_test_number() -> None:
    """The task is held, and says who lacks it; whoever has no telephone service at all has no licence either."""
    lacking = context(TEAMS, with_licence("a3")).rows("users")[2]["email"]
    status = progress(TEAMS, lambda a: (with_licence("a3")(a), rings_at(lacking)(a)), "telephony.add-test-number")
    gate = status.gates["test-user-licensed"]
    assert gate.missing == (f"{lacking} has no licence that fits.",)
    assert status.task("telephony.assign-test-number").state is TaskState.BLOCKED
    mail_only = lambda a: (a["users"][2].update(services=["audio-conferencing"]), rings_at(lacking)(a))  # noqa: E731
    assert not is_open(TEAMS, "test-user-licensed", mail_only)


@pytest.mark.keeps("U-20")
def test_a_test_number_begins_billing() -> None:
    """Added on 20 March: the first invoice comes on 1 April, whenever the other numbers are added."""
    march, april = datetime(2026, 3, 20, 17, tzinfo=UTC), datetime(2026, 4, 14, 17, tzinfo=UTC)
    record = History({
        "telephony.add-test-number": TaskRecord("telephony.add-test-number", TaskState.DONE, march),
        "telephony.add-numbers": TaskRecord("telephony.add-numbers", TaskState.DONE, april),
    })  # fmt: skip
    found = context(TEAMS, at=april)
    known = first_invoice_of(type(found)(found.customer, found.profile, found.values, (), record, april))
    assert known == FirstInvoice(date(2026, 4, 1), date(2026, 3, 20), False)


@pytest.mark.refuses("U-20")
def test_without_any_number_there_is_only_a_forecast() -> None:
    """Step 1, the routes alone, bills nothing."""
    found = first_invoice_of(context(TEAMS, NOTHING, "provision.activate-routes"))
    assert found is not None
    assert found.is_forecast


RELEASE = "cutover.release-test-numbers"


def all_closed_but(*left: str) -> ProjectStatus:
    """Where the customer stands once everything else is done."""
    status = progress(TEAMS)
    views = (view if view.task.id in left else replace(view, state=TaskState.DONE) for view in status.tasks)
    return replace(status, tasks=tuple(views))


@pytest.mark.keeps("U-21")
def test_completion_does_not_wait_for_the_release_of_test_numbers() -> None:
    """All else is done: the project is complete, and the reminder stays open."""
    before = everything_before(waits(load_profile(TEAMS)))
    assert RELEASE not in before["cutover.complete-onboarding"] | before["cutover.send-completion-report"]
    assert all_closed_but(RELEASE).is_complete
    assert not all_closed_but(RELEASE).is_closed


@pytest.mark.refuses("U-21")
def test_what_does_not_outlast_completion_holds_it_up() -> None:
    """One other task that is open, and it is not complete."""
    assert not all_closed_but(RELEASE, "enable_services.demonstrate").is_complete
    assert [task.id for task in load_profile(TEAMS).tasks if task.outlasts] == [RELEASE]


@pytest.mark.keeps("U-36")
@pytest.mark.keeps("U-43")
def test_the_links_of_the_guide_stand_on_the_customers_page_and_in_the_report() -> None:
    """With their address, as data; the runbook shows them by stage."""
    profile = load_profile(TEAMS)
    page = printable(profile.questionnaire, {}, references=[one for one in profile.references if not one.is_internal])
    report = str(CompletionReport(figures(context(TEAMS), ())).contacts().html)
    for name in ("training-home", "training-videos", "training-workshop", "prepare-network", "quality-of-service",
                 "network-assessment-tool"):  # fmt: skip
        [one] = [one for one in profile.references if one.id == name]
        assert one.url in page
        assert f'href="{one.url}"' in report
        assert one.stages


@pytest.mark.refuses("U-36")
@pytest.mark.refuses("U-43")
def test_what_is_for_us_alone_is_not_shown_to_the_customer() -> None:
    """Where a row comes from is told in the runbook only."""
    report = str(CompletionReport(figures(context(TEAMS), ())).contacts().html)
    assert "The guide&#39;s table" not in report
    assert "The guide's table" not in report
    assert any(one.is_internal and one.stages for one in load_profile(TEAMS).references)


def acknowledged(change: Change) -> bool:
    """Whether the worksheet, acknowledged as it is in the example, still counts after a change."""
    found, gate = context(OFFICE), load_profile(OFFICE).gates["worksheet-acknowledged"]
    decision = GateDecision(gate.id, True, "Nora Field", "customer", AT, decision_digest(gate, found))
    now = context(OFFICE, change)
    record = History(now.record.tasks, (decision,), now.record.evidence)
    later = type(now)(now.customer, now.profile, now.values, now.problems, record, AT)
    return assess(later).gates[gate.id].is_open


@pytest.mark.keeps("O-13")
def test_what_is_filled_in_later_does_not_undo_the_worksheet() -> None:
    """Who was trained and where a parcel is do not stand on it."""
    assert acknowledged(NOTHING)
    assert acknowledged(lambda a: [row.update(trained=True) for row in a["users"]])
    assert acknowledged(lambda a: [row.update(tracking="1Z 999 555 0100") for row in a["hardware"]])


@pytest.mark.refuses("O-13")
def test_another_worksheet_is_acknowledged_anew() -> None:
    """A user, a device or a greeting that is another; and only somebody who is listed as a contact decides."""
    assert not acknowledged(lambda a: a["users"][0].update(last_name="Roe"))
    assert not acknowledged(lambda a: a["hardware"][0].update(quantity=99))
    assert load_profile(OFFICE).gates["worksheet-acknowledged"].is_listed


def shipped_with(tracking: str | None) -> Change:
    def change(answers: Answers) -> None:
        answers["delivery"] = {**answers.get("delivery", {}), "by": "shipped"}
        for row in answers["hardware"]:
            row.update(supply="buy", tracking=tracking)

    return change


@pytest.mark.keeps("O-33")
def test_tracking_data_is_mailed_to_the_primary_contact() -> None:
    """Device, site and parcel, as soon as every parcel is known."""
    found = context(OFFICE, shipped_with("1Z 999 555 0100"), "provision.ship-equipment")
    task = found.profile.task("provision.send-tracking")
    assert task is not None
    [action] = desired(task, found)
    primary = next(row["email"] for row in found.rows("contacts") if row["role"] == "primary")
    assert (action.connector, action.body["to"]) == ("support", primary)
    [table] = action.body["tables"]
    assert table["columns"][-1] == "Tracking number"
    assert all("1Z 999 555 0100" in row for row in table["rows"])


@pytest.mark.refuses("O-33")
def test_nothing_is_mailed_without_tracking_data_or_without_a_parcel() -> None:
    """A row without a number holds the mail; what the engineer brings is not tracked."""
    ship = "provision.ship-equipment"
    assert progress(OFFICE, shipped_with(None), ship).task("provision.send-tracking").state is TaskState.BLOCKED
    brought = progress(OFFICE, lambda a: a["delivery"].update(by="engineer"), ship)
    assert brought.task("provision.send-tracking").state is TaskState.NOT_NEEDED


@pytest.mark.keeps("O-34")
def test_the_customer_gives_the_requirement_and_univoip_the_certificate() -> None:
    """Two papers of two parties, in that order, and the gate looks at the second."""
    profile = load_profile(OFFICE)
    ask, give = (profile.task(f"provision.{name}") for name in ("give-insurance-requirement", "provide-insurance"))
    assert ask is not None
    assert give is not None
    assert (ask.party, give.party) == ("customer", "univoip")
    assert ask.id in give.after


@pytest.mark.refuses("O-34")
def test_the_requirement_is_no_certificate() -> None:
    """With the customer's paper alone no technician is let in."""

    def visited(answers: Answers) -> None:
        answers["installation"] = {"access_on": "2026-06-24", "voice_on": "2026-06-29"}
        answers["building"]["coi_expires_on"] = "2026-12-31"

    both = ("provision.give-insurance-requirement", "provision.provide-insurance")
    assert not is_open(OFFICE, "insurance-valid", visited, both[0])
    assert is_open(OFFICE, "insurance-valid", visited, *both)
    assert not assess(without_paper(context(OFFICE, visited, *both), both[1])).gates["insurance-valid"].is_open


@pytest.mark.parametrize("profile", [TEAMS, OFFICE])
def test_nobody_goes_live_without_the_acknowledgement_of_the_limits_of_911(profile: str) -> None:
    """47 CFR 9.11: on file, or the cutover waits; the law lets nobody waive it."""
    found = load_profile(profile)
    task = found.task("telephony.acknowledge-911")
    assert task is not None
    assert task.is_binding
    assert task.waive is None
    assert "limits-of-911-acknowledged" in found.stage("cutover").gates
    assert not is_open(profile, "limits-of-911-acknowledged")
    assert is_open(profile, "limits-of-911-acknowledged", NOTHING, task.id)
    assert (
        not assess(without_paper(context(profile, NOTHING, task.id), task.id))
        .gates["limits-of-911-acknowledged"]
        .is_open
    )
