"""Both example customers from the first task to the last, played; and a second phase of the Teams project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from onboarding.case import lifecycle
from onboarding.case.case import Case
from onboarding.domain.history import TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.domain.task import row_of
from onboarding.errors import Parked
from onboarding.stages.commercial_terms import first_invoice_of, reconciled
from tests.univoip.played import OFFICE, TEAMS, opened, play_on

IN_SERVICE, AGEING = InventoryState.IN_SERVICE, InventoryState.AGEING


@pytest.fixture
def schools(tmp_path: Path) -> Iterator[Case]:
    yield from opened(tmp_path / "workspace", TEAMS)


@pytest.fixture
def law(tmp_path: Path) -> Iterator[Case]:
    yield from opened(tmp_path / "workspace", OFFICE)


def standing(case: Case) -> dict[str, InventoryState]:
    """Where numbers stand by what they are; all of one kind stand alike."""
    found = {(item.what, item.state) for item in case.store.inventory(case.customer.id)}
    assert len(dict(found)) == len(found)
    return dict(found)


def test_officeconnect_from_the_order_to_the_cancellation(law: Case) -> None:
    """Everything closes; the numbers move after the signature, the old provider goes last (O-42, O-49, O-51)."""
    told = play_on(law)
    assert law.progress().is_complete
    signed, asked = (
        told.place("Sign the Activation Completion"),
        told.place("Ask the project manager to start the port"),
    )
    ported, cancelled = told.place(": Complete the port"), told.place("Cancel the old provider")
    assert signed < asked < ported < cancelled
    assert told.place("Make the new Internet line part of the local network") < told.place("Activate the voice service")
    assert told.count("Attend the project manager's updates") > 5
    assert told.count("Forward the old numbers to the temporary ones") == 1, "giving these back asks for nothing anew"
    assert law.record.tasks["provision.attend-updates"].state is TaskState.WAITING
    assert law.progress().task("provision.attend-updates").state is TaskState.DONE
    loop, active = told[told.place("delivers the loop")][0], told[told.place("The line is activated")][0]
    assert (active.date() - loop.date()).days >= 45
    assert standing(law) == {"port": IN_SERVICE, "temporary": AGEING}
    invoice = first_invoice_of(law.context())
    assert invoice is not None
    assert invoice.on == told[signed][0].date()
    assert all(line.is_settled for line in reconciled(law.context()))
    assert law.store.verify() == []


def test_teams_and_its_second_phase(schools: Case) -> None:
    """Numbers are assigned before they move; phase 2 repeats everything but what is done once (U-11, U-29, U-46), for
    the customer or for a row.
    """
    told = play_on(schools)
    assert schools.progress().is_complete
    assert told.place("Assign the number to the user") < told.place("The port is complete")
    assert told.place("The port is complete") < told.place("Remove the Microsoft Calling Plans")
    assert told.place("Step 4: the test user answers a call") < told.place("Add the numbers in Service Control")
    assert told.count("Hold the weekly status call") > 3
    assert told.count("Step 3: assign the test number") == 1, "giving it back asks for nothing anew"
    assert standing(schools) == {"port": IN_SERVICE, "new": IN_SERVICE, "temporary": AGEING}

    first, sent = schools.record, len(schools.store.journal(schools.customer.id))
    once = {task.id for task in schools.profile.tasks if task.is_once}
    phase = lifecycle.begin_phase(schools, "Elementary school annex")
    assert (phase.number, schools.record.phase) == (2, phase)
    states = {view.task.id: view.state for view in schools.progress().tasks}
    assert {states[task] for task in once} == {TaskState.DONE}
    assert states["gather.kick-off"] in (TaskState.READY, TaskState.BLOCKED)
    with pytest.raises(Parked, match="Phase 2 is not complete"):
        lifecycle.begin_phase(schools, "Too early")

    _order_phase_two(schools)
    again = play_on(schools)
    assert schools.progress().is_complete
    assert not any(schools.task(task).title in what for _, what in again for task in once)
    assert again.count("Hold the kick-off") == 1
    assert again.count("Sign the letter of authorization") == 1
    assert again.count("Assign the number to the user") == 1
    assert again[again.place("The port is complete")][0].date() >= date(2026, 6, 22)
    assert again.count("Hold the weekly status call") > 1

    entries = schools.store.journal(schools.customer.id)
    assert len({entry.ref for entry in entries}) == len(entries)
    assert all(entry.ref.startswith(f"{schools.customer.id}.p2.") for entry in entries[sent:])
    assert not {entry.task for entry in entries[sent:]} & once
    [earlier] = schools.record.earlier
    assert set(earlier.tasks) == {name for name in first.tasks if name not in once and not row_of(name)}
    assert {line.task for line in earlier.evidence}.isdisjoint(once)
    assert [line for line in schools.record.evidence if line.task in once] == [
        line for line in first.evidence if line.task in once
    ]
    assert len(earlier.decisions) == 1
    assert schools.store.verify() == []


def _order_phase_two(case: Case) -> None:
    """One more user, whose number is ported from another account; what was ported before stays in the sheet."""
    document = case.document
    number, btn = "+17145550151", "+17145550150"
    yara = {
        "first_name": "Yara", "last_name": "Osei", "email": "yara.osei@cedarvalley.example",
        "site": "Valley Elementary", "services": ["voice"], "number_source": "port", "number": number, "licence": "a3",
    }  # fmt: skip
    order = {**document["port_orders"][0], "btn": btn, "scope": "partial", "wanted_on": "2026-06-22"}
    case.save_section("users", [*document["users"], yara])
    case.save_section("port_orders", [*document["port_orders"], order])
    case.save_section("port_numbers", [*document["port_numbers"], {"number": number, "btn": btn}])
    lines = [
        {**line, "quantity": line["quantity"] + (line["item"] in ("voice-user", "ported-number"))}
        for line in document["contract_lines"]
    ]
    case.save_section("contract_lines", lines)


def test_the_first_invoice_of_the_schools(schools: Case) -> None:
    """Known from the day the numbers were added: the 1st of the month after (U-20)."""
    forecast = first_invoice_of(schools.context())
    assert forecast is not None
    assert (forecast.on, forecast.is_forecast) == (date(2026, 4, 1), True)
