"""Cloud Voice for Teams, row by row: what is done for each site, device, account or user, with days of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from onboarding.domain.history import TaskState
from onboarding.domain.task import declared_id
from onboarding.profile.load import load_profile
from onboarding.stages.assessment import assess
from onboarding.stages.dated import lacks_day
from tests.univoip.played import TEAMS, Answers, context, is_open, progress, without_paper

OTHER = "+17145550150"
ROWS = {
    "sites": {"gather.file-network-report"},
    "hardware": {
        "gather.check-headsets", "gather.buy-phones", "provision.add-shared-device-licences", "provision.ship-hardware",
        "provision.track-hardware",
    },
    "port_orders": {
        "telephony.supply-csr", "telephony.supply-bill", "telephony.enter-port-order", "telephony.sign-loa",
        "telephony.submit-port", "telephony.confirm-foc", "telephony.tell-foc", "telephony.numbers-visible",
        "cutover.confirm-port",
    },
    "users": {"provision.add-audio-conferencing", "enable_services.assign-user-numbers"},
    "resource_accounts": {"enable_services.create-resource-accounts", "enable_services.assign-resource-numbers"},
    "call_queues": {"enable_services.programme-queues"},
    "auto_attendants": {"enable_services.programme-attendants"},
}  # fmt: skip


def two_orders(answers: Answers) -> None:
    """Another account, at another carrier, with a number of its own."""
    first = answers["port_orders"][0]
    answers["port_orders"].append({**first, "btn": OTHER, "losing_carrier": "Canyon Lines", "wanted_on": "2026-05-04"})
    answers["port_numbers"].append({"number": OTHER, "btn": OTHER})


def confirmed(answers: Answers) -> None:
    """The first carrier has confirmed 20 April, the other 4 May."""
    two_orders(answers)
    for row in answers["port_numbers"]:
        row["foc_on"] = "2026-05-04" if row["btn"] == OTHER else "2026-04-20"


def test_what_is_done_apart_is_a_task_apart() -> None:
    """By table; a second carrier, a third site or a fourteenth user is another piece of work."""
    found: dict[str, set[str]] = {}
    for task in load_profile(TEAMS).tasks:
        if task.each:
            found.setdefault(task.each.rows, set()).add(task.id)
    assert found == ROWS


def test_the_hardware_of_a_site_is_shipped_together() -> None:
    """One parcel for each site that gets something from UniVoIP; what the customer buys is not shipped."""
    labels = [task.row.label for task in context(TEAMS).made_of("provision.ship-hardware") if task.row]
    assert labels == ["Cedar High", "Valley Elementary"]


def test_each_order_waits_for_its_own_carrier() -> None:
    """With the date of one order that one is confirmed, the other is still waited for; each moves on its own day."""

    def one(answers: Answers) -> None:
        confirmed(answers)
        answers["port_numbers"][-1].pop("foc_on")

    found = context(TEAMS, one)
    first, other = found.made_of("telephony.confirm-foc")
    assert (lacks_day(first, found), lacks_day(other, found)) == (False, True)
    both = context(TEAMS, confirmed)
    days = [both.day_of(task) for task in both.made_of("cutover.confirm-port")]
    assert days == [date(2026, 4, 20), date(2026, 5, 4)]


def test_papers_are_due_by_the_wanted_day_of_their_account() -> None:
    """Three weeks before it, order by order (U-22, U-23)."""
    found = context(TEAMS, two_orders)
    due = [found.due_on(task) for task in found.made_of("telephony.supply-bill")]
    assert due == [date(2026, 3, 30), date(2026, 4, 13)]


def test_an_order_is_complete_on_its_own_day() -> None:
    """Both were reported on 20 April: that holds for the first alone (U-30)."""
    found = context(TEAMS, confirmed, "cutover.confirm-port", at=datetime(2026, 4, 20, 20, tzinfo=UTC))
    states = [view.state for view in assess(found).of_rows("cutover.confirm-port")]
    assert states[0] is TaskState.DONE
    assert not states[1].is_closed


@pytest.mark.refuses("U-25")
def test_the_letter_of_one_account_is_not_that_of_the_other() -> None:
    """Nothing is submitted while one of the letters is a mere word."""
    found = context(TEAMS, two_orders, "telephony.sign-loa")
    assert assess(found).gates["loa-signed"].is_open
    letters = {line.task for line in found.record.evidence if declared_id(line.task) == "telephony.sign-loa"}
    assert len(letters) == 2
    for letter in letters:
        left = [line for line in found.record.evidence if line.task != letter]
        less = replace(found, record=replace(found.record, evidence=left))
        assert not assess(less).gates["loa-signed"].is_open
    assert not assess(without_paper(found, "telephony.sign-loa")).gates["loa-signed"].is_open


def test_an_account_without_a_number_is_assigned_none() -> None:
    """Its row says so, and the others are assigned by themselves (U-34)."""
    views = progress(TEAMS).of_rows("enable_services.assign-resource-numbers")
    left = [view.task.row.label for view in views if view.state is TaskState.NOT_NEEDED and view.task.row]
    assert left == ["cq-high@cedarvalley.example"]


def test_without_a_queue_or_a_menu_nothing_is_programmed() -> None:
    """And nobody is waited for (U-33)."""

    def none(answers: Answers) -> None:
        answers.update(auto_attendants=[], call_queues=[], resource_accounts=[])

    states = {view.task.declared: view.state for view in progress(TEAMS, none).tasks}
    for task in ("create-resource-accounts", "programme-queues", "programme-attendants", "assign-resource-numbers"):
        assert states[f"enable_services.{task}"] is TaskState.NOT_NEEDED, task
    assert not is_open(TEAMS, "all-assigned", none)
