"""Cloud Voice for Teams: what opens a way and what holds it; each test names the rows it stands for."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from onboarding.domain.billing import FirstInvoice
from onboarding.domain.history import TaskState
from onboarding.domain.task import LeadTime, Unit
from onboarding.profile.graph import everything_before
from onboarding.profile.load import load_profile
from onboarding.stages.assessment import assess
from onboarding.stages.commercial_terms import first_invoice_of, reconciled
from onboarding.stages.desired import desired
from onboarding.stages.schedule import schedule_of
from tests.univoip.played import AT, TEAMS, Answers, Change, context, is_open, progress, without_paper

TEAMS_PROFILE = load_profile(TEAMS)


def every_task(profile: str) -> list[str]:
    return [task.id for task in load_profile(profile).tasks]


def licensed(answers: Answers) -> None:
    for row in answers["users"]:
        if row.get("licence") not in (None, "a5", "e5"):
            row["add_ons"] = ["teams-phone-standard"]


def confirmed(answers: Answers) -> None:
    for row in answers["port_numbers"]:
        row["foc_on"] = "2026-04-20"


def test_one_licence_is_enough_to_activate_routes() -> None:
    """Step 1 looks for one that fits; with none in the tenant the way stays closed (U-15)."""

    def nobody(answers: Answers) -> None:
        for row in answers["users"]:
            if "licence" in row:
                row.update(licence="a3", add_ons=[])

    assert is_open(TEAMS, "licence-free")
    assert not is_open(TEAMS, "licence-free", nobody)


def test_users_get_numbers_only_with_their_licence() -> None:
    """A missing add-on or a Calling Plan that is still there holds the assignment, not the test (U-05, U-07)."""
    assert not is_open(TEAMS, "licences-ready")
    assert is_open(TEAMS, "licences-ready", licensed)
    task = TEAMS_PROFILE.task("enable_services.assign-user-numbers")
    assert task is not None
    assert "licences-ready" in task.gates


@pytest.mark.keeps("U-07")
def test_the_add_on_comes_before_the_number_moves_and_the_calling_plan_goes_after_it() -> None:
    """Three tasks in that order; those about licences show for every user what to do."""
    remove, add = TEAMS_PROFILE.task("migrate.remove-calling-plans"), TEAMS_PROFILE.task("provision.add-licences")
    assert remove is not None
    assert add is not None
    assert "cutover.confirm-port" in remove.after
    assert "enable_services.assign-user-numbers" in remove.after
    assert {"provision.add-licences", "cutover.confirm-port"} <= everything_before(
        {task.id: task.after for task in TEAMS_PROFILE.tasks}
    )[remove.id]
    found = context(TEAMS)
    removed = dict(desired(remove, found)[0].body["values"])
    assert removed == {
        "Darnell Brooks": "remove Microsoft Teams Domestic Calling Plan",
        "Birgit Holm": "remove Teams Phone with Calling Plan (country zone 1, US)",
    }
    added = dict(desired(add, found)[0].body["values"])
    assert set(added) == {"Ruben Castillo", "Darnell Brooks", "Amir Haddad", "Birgit Holm"}
    assert set(added.values()) == {"add Teams Phone Standard"}


@pytest.mark.keeps("U-13")
def test_the_global_administrator_decides_nobody_else() -> None:
    """The gate is a decision of that role, and the routes wait for it (U-13)."""
    gate = TEAMS_PROFILE.gates["global-administrator"]
    assert (gate.kind, gate.roles) == ("decision", ("global-administrator",))
    before = ("provision.invite-global-administrator", "gather.check-licences")
    view = progress(TEAMS, lambda answers: None, *before).task("provision.activate-routes")
    assert view.state is TaskState.BLOCKED
    assert view.waits_for == "global-administrator"


@pytest.mark.parametrize("only", ["telephony.make-test-call", "telephony.answer-test-call"])
def test_one_call_alone_proves_half(only: str) -> None:
    """Making one and answering one: both are needed before numbers are added (U-18)."""
    both = ("telephony.make-test-call", "telephony.answer-test-call")
    assert not is_open(TEAMS, "test-call-both-ways", lambda answers: None, only)
    assert is_open(TEAMS, "test-call-both-ways", lambda answers: None, *both)
    before = ("gather.collect-company", "telephony.identify-numbers")
    assert progress(TEAMS, lambda a: None, *before, only).task("telephony.add-numbers").state is TaskState.BLOCKED
    assert progress(TEAMS, lambda a: None, *before, *both).task("telephony.add-numbers").state is TaskState.READY


def test_the_four_steps_follow_each_other() -> None:
    """Licence, route, test number, assignment, calls; all of it once for a customer (U-11, U-15 to U-18)."""
    steps = [
        "provision.activate-routes", "telephony.add-test-number", "telephony.assign-test-number",
        "telephony.make-test-call",
    ]  # fmt: skip
    for before, after in pairwise(steps):
        task = TEAMS_PROFILE.task(after)
        assert task is not None
        assert before in task.after
        assert task.is_once
    once = {task.id for task in TEAMS_PROFILE.tasks if task.is_once}
    assert {"provision.invite-contact", "provision.sign-in", "provision.invite-global-administrator"} <= once
    assert "telephony.add-numbers" not in once


def test_late_documents_move_the_wanted_date() -> None:
    """Documents that came too late hold the order until a date is wanted that is three weeks off (U-22, U-23)."""
    papers = ("telephony.supply-csr", "telephony.supply-bill")
    late = AT + timedelta(days=40)
    assert is_open(TEAMS, "documents-in-time", lambda answers: None, *papers)
    closed = progress(TEAMS, lambda answers: None, *papers, at=late).gates["documents-in-time"]
    assert "Agree on 2026-05-02 or later." in closed.missing[0]
    moved = progress(TEAMS, lambda a: a["port_orders"][0].update(wanted_on="2026-05-04"), *papers, at=late)
    assert moved.gates["documents-in-time"].is_open


@pytest.mark.refuses("U-25")
def test_a_word_is_no_letter() -> None:
    """The order goes out only with the signed letter on file (U-25, U-26)."""
    found = context(TEAMS, lambda answers: None, "telephony.sign-loa")
    assert assess(found).gates["loa-signed"].is_open
    assert not assess(without_paper(found, "telephony.sign-loa")).gates["loa-signed"].is_open


def test_one_number_without_a_date_holds_the_port() -> None:
    """The confirmation is of every number, not of the order (U-27)."""

    def all_but_one(answers: Answers) -> None:
        confirmed(answers)
        del answers["port_numbers"][4]["foc_on"]

    assert is_open(TEAMS, "foc-confirmed", confirmed)
    missing = progress(TEAMS, all_but_one).gates["foc-confirmed"].missing
    assert missing == ("Confirmed port date (FOC) is missing for (714) 555-0104.",)


def test_every_ported_number_is_assigned_before_the_port() -> None:
    """A number nobody has, or an assignment nobody reported, holds the port; the day is named (U-29)."""
    assigned = ("enable_services.assign-user-numbers", "enable_services.assign-resource-numbers")

    def left_over(answers: Answers) -> None:
        confirmed(answers)
        answers["port_numbers"].append({"number": "+17145550140", "btn": "+17145550100"})

    assert is_open(TEAMS, "all-assigned", confirmed, *assigned)
    assert not is_open(TEAMS, "all-assigned", confirmed, *assigned[:1])
    assert progress(TEAMS, left_over, *assigned).gates["all-assigned"].missing == (
        "(714) 555-0140 is assigned to nobody.", "This has to be done before 2026-04-20.",
    )  # fmt: skip
    port = TEAMS_PROFILE.task("cutover.confirm-port")
    assert port is not None
    assert "all-assigned" in port.gates


def test_the_promises_of_the_guide() -> None:
    """24 hours for notes and for numbers to appear, three weeks for documents, weekly calls (U-22, U-44, U-46)."""
    leads = {task.id: task.lead for task in TEAMS_PROFILE.tasks}
    notes, visible = leads["gather.send-kick-off-notes"], leads["telephony.numbers-visible"]
    assert notes == LeadTime(24, Unit.HOURS, "gather.kick-off", source="univoip:112")
    assert visible == LeadTime(24, Unit.HOURS, "telephony.confirm-foc", source="univoip:49")
    assert leads["telephony.supply-bill"] == LeadTime(3, Unit.WEEKS, "port_orders.wanted_on", True, "univoip:42-44")
    weekly = TEAMS_PROFILE.task("gather.weekly-call")
    assert weekly is not None
    assert weekly.every == LeadTime(1, Unit.WEEKS, source="univoip:114")
    found = context(TEAMS, lambda answers: None, "gather.kick-off", at=AT + timedelta(days=5))
    task = TEAMS_PROFILE.task("gather.send-kick-off-notes")
    assert task is not None
    assert found.due_on(task) == date(2026, 3, 8)


def test_no_cutover_on_a_network_nobody_validated() -> None:
    """All five points are ticked before the port is confirmed (U-42)."""
    points = ("devices", "lan", "switches", "wan", "bandwidth")
    ticked: Change = lambda a: a["teams_network"].update(dict.fromkeys(points, True))  # noqa: E731
    assert is_open(TEAMS, "network-validated", ticked)
    for point in points:
        assert not is_open(TEAMS, "network-validated", lambda a, p=point: (ticked(a), a["teams_network"].pop(p)))


def test_the_first_invoice_is_forecast_then_known() -> None:
    """On the 1st after the numbers were added; before that, after the day on which the first is planned (U-20)."""
    planned = schedule_of(context(TEAMS)).tasks["telephony.add-test-number"].planned_on
    assert first_invoice_of(context(TEAMS)) == FirstInvoice(date(2026, 4, 1), planned, True)
    assert planned == date(2026, 3, 17)
    known = first_invoice_of(context(TEAMS, lambda answers: None, "telephony.add-numbers"))
    assert known == FirstInvoice(date(2026, 4, 1), date(2026, 3, 2), False)


def test_the_report_wants_every_difference_explained() -> None:
    """Contract against delivery, line by line; one line less without a reason holds the report (U-47)."""
    found = context(TEAMS, lambda answers: None, *every_task(TEAMS))
    counted = {line.item: (line.contracted, line.delivered) for line in reconciled(found)}
    assert counted == {
        "voice-user": (13, 13), "entry-point": (3, 3), "ported-number": (10, 11), "rented-phone": (5, 5),
        "bought-phone": (1, 1),
    }  # fmt: skip
    assert assess(found).gates["contract-settled"].is_open
    silent = context(TEAMS, lambda a: a["contract_lines"][2].pop("note"), *every_task(TEAMS))
    assert assess(silent).gates["contract-settled"].missing == (
        "Ported number: 10 contracted, 11 delivered. Say why under the contract line.",
    )
    report = TEAMS_PROFILE.task("cutover.send-completion-report")
    assert report is not None
    values = desired(report, found)[0].body["values"]
    assert ["First invoice", "2026-04-01"] in values
    assert ["Cloud Voice user", "13 contracted, 13 delivered"] in values
