"""Delivered is what its task has brought about; the first invoice is a forecast until the day it counts from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from onboarding.domain.billing import FirstInvoice
from onboarding.domain.history import History, TaskRecord, TaskState
from onboarding.domain.question import Kind
from onboarding.stages.commercial_terms import add_on_names, first_invoice_of, reconciled
from onboarding.stages.context import Context
from tests.extensions import a_rule
from tests.stages.small import asked, question, small
from tests.stages.world import example, group
from tests.univoip.played import AT, OFFICE, TEAMS, context

TASKS = (
    "enable_services.assign-user-numbers", "enable_services.create-resource-accounts", "cutover.confirm-port",
    "provision.ship-hardware",
)  # fmt: skip
CONTRACTED = {"voice-user": 13, "entry-point": 3, "ported-number": 10, "rented-phone": 5, "bought-phone": 1}


def schools(state: TaskState | None = None, *tasks: str) -> Context:
    """The example customer with these tasks, in all of their rows, in a state."""
    return in_state(context(TEAMS), state, *tasks)


def in_state(found: Context, state: TaskState | None, *tasks: str) -> Context:
    ids = [one.id for task in tasks for one in found.made_of(task)]
    return replace(found, record=History({task: TaskRecord(task, state, AT) for task in ids if state}))


def delivered(found: Context) -> dict[str, int]:
    return {line.item: line.delivered for line in reconciled(found)}


def test_nothing_is_delivered_before_its_task_is_done() -> None:
    """All of the contract is owed on the first day; what is handed over or left out is not delivered."""
    lines = reconciled(schools())
    assert {line.item: line.contracted for line in lines} == CONTRACTED
    assert set(delivered(schools()).values()) == {0}
    for state in (TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.SKIPPED):
        assert set(delivered(schools(state, *TASKS)).values()) == {0}, state


@pytest.mark.parametrize(
    ("task", "counts"),
    [
        ("enable_services.assign-user-numbers", {"voice-user": 13}),
        ("enable_services.create-resource-accounts", {"entry-point": 3}),
        ("cutover.confirm-port", {"ported-number": 11}),
        ("provision.ship-hardware", {"rented-phone": 5, "bought-phone": 1}),
    ],
)
def test_each_item_is_delivered_by_its_own_task(task: str, counts: dict[str, int]) -> None:
    """Users with the service, telephones by their quantity and how they are supplied, every ported number."""
    assert delivered(schools(TaskState.DONE, task)) == dict.fromkeys(CONTRACTED, 0) | counts


def test_only_rows_of_the_item_count() -> None:
    """A user without voice is no voice user, a telephone that is bought is not rented, a row without quantity none."""

    def change(answers: dict[str, list[dict[str, object]]]) -> None:
        answers["users"][0]["services"] = []
        answers["hardware"] = [{"supply": "rent", "quantity": 7}, {"supply": "rent"}, {"supply": "own", "quantity": 3}]

    found = delivered(in_state(context(TEAMS, change), TaskState.DONE, *TASKS))
    assert (found["voice-user"], found["rented-phone"], found["bought-phone"]) == (12, 7, 0)


def test_a_line_brings_its_note_and_may_be_unfinished() -> None:
    """What explains a difference stands beside it; a line whose quantity is not filled in yet has ordered nothing."""

    def change(answers: dict[str, list[dict[str, object]]]) -> None:
        answers["contract_lines"][0].pop("quantity")

    found = in_state(context(TEAMS, change), TaskState.DONE, *TASKS)
    lines = {line.item: line for line in reconciled(found)}
    assert lines["ported-number"].note.startswith("The old number of the boiler room")
    assert lines["voice-user"].contracted == 0


def test_a_profile_that_counts_nothing_has_no_contract() -> None:
    """Neither lines nor a first invoice are made up."""
    assert reconciled(group(example())) == []
    assert first_invoice_of(group(example())) is None


@pytest.mark.parametrize(
    ("profile", "task", "done_at", "day", "invoice_on"),
    [
        (TEAMS, "telephony.add-numbers", "2026-03-20T15:00Z", date(2026, 3, 20), date(2026, 4, 1)),  # U-20
        (TEAMS, "telephony.add-numbers", "2026-04-01T02:00Z", date(2026, 3, 31), date(2026, 4, 1)),
        (OFFICE, "cutover.sign-completion", "2026-05-08T15:00Z", date(2026, 5, 8), date(2026, 5, 8)),  # O-44
    ],
    ids=["the month after", "still March where the customer is", "from completion"],
)
def test_the_first_invoice_counts_from_the_day_it_was_done(
    profile: str, task: str, done_at: str, day: date, invoice_on: date
) -> None:
    """A fact once the task is done, by the calendar of the customer."""
    record = History({task: TaskRecord(task, TaskState.DONE, datetime.fromisoformat(done_at))})
    assert first_invoice_of(replace(context(profile), record=record)) == FirstInvoice(invoice_on, day, False)


def test_until_then_it_is_a_forecast() -> None:
    """From the day on which the first of its tasks is planned, whatever go-live is wanted; from today once that has
    passed.
    """
    found = schools(TaskState.WAITING, "telephony.add-numbers")
    assert first_invoice_of(found) == FirstInvoice(date(2026, 4, 1), date(2026, 3, 17), True)
    late = replace(found, at=datetime(2026, 6, 10, 15, tzinfo=UTC))
    assert first_invoice_of(late) == FirstInvoice(date(2026, 7, 1), date(2026, 6, 10), True)
    undated = context(TEAMS, lambda answers: answers["company"].pop("go_live_on"))
    assert first_invoice_of(undated) == FirstInvoice(date(2026, 4, 1), date(2026, 3, 17), True)


def test_add_ons_are_called_as_the_questionnaire_calls_them() -> None:
    """By their labels; where nobody is asked for them, or there is no rule about licences, by what they are."""
    about = {"licence": "users.licence", "add_ons": "users.add_ons", "enough": ["e5"], "add_on": "phone"}
    rules = (a_rule("licences", "licence-covers", "", about),)
    options = question("users.add_ons", Kind.CHOICES, "phone", "plan")
    asked_for = replace(asked(options, tables={"users": "email"}), rules=rules)
    assert add_on_names(small(asked_for, {}), ["phone", "plan"]) == "Phone, Plan"
    assert add_on_names(small(asked_for, {}), []) == ""
    unasked = replace(asked(question("users.licence"), tables={"users": "email"}), rules=rules)
    assert add_on_names(small(unasked, {}), ["phone"]) == "phone"
    assert add_on_names(small(asked(options), {}), ["phone"]) == "phone"
