"""What somebody takes away by hand is free in the inventory: a number is parked, anything else may be given again."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.domain.event import Event
from onboarding.domain.history import Customer, Evidence, TaskRecord, TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.engine import procedure
from onboarding.engine.approval import approve, standing
from onboarding.errors import GateClosed
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.store.store import Store

RESERVED, ASSIGNED, IN_SERVICE, PARKED, AGEING, RELEASED, PORTED_OUT = InventoryState
AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
FILES = {
    "emetrotel": "northwind-clinic",
    "mitel-micloud": "harbor-freight-lines",
    "univoip-teams": "cedar-valley-schools",
}


@pytest.fixture
def store(blank: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(Path(shutil.copytree(blank, tmp_path / "workspace")), "") as opened:
        yield opened


def begun(store: Store, profile: str) -> Case:
    """The invented customer of a provider, with its answers."""
    found = read_answers(load_profile(profile).questionnaire, shipped("data", "examples", f"{FILES[profile]}.toml"))
    store.create_customer(Customer("acme", "Acme", AT), profile)
    opened = case(store)
    opened.save_answers(found.document, "test")
    return opened


def case(store: Store, who: str = "R. Diaz") -> Case:
    return Case.open(store, "acme", AT, who)


def reported(store: Store, *names: str) -> None:
    """Somebody says of tasks of one in the profile that they are done."""
    here = case(store)
    version = here.context().version
    records = [
        TaskRecord(name, TaskState.DONE, AT, here.task(name).party, version=version, by=here.by) for name in names
    ]
    lines = [Evidence(name, AT, here.by, Event("task.reported", name), version=version) for name in names]
    here.report(lines, records)


def of_rows(store: Store, task: str) -> list[str]:
    return [one.id for one in case(store).context().made_of(task)]


def saved(store: Store, section: str, gone: int = -1, **change: object) -> dict[str, object]:
    """A table without a row, or with that row changed; the row as it was."""
    here = case(store)
    rows = copy.deepcopy(here.document[section])
    row = copy.deepcopy(rows[gone])
    if change:
        rows[gone] = {name: value for name, value in (rows[gone] | change).items() if value is not None}
    else:
        rows.pop(gone)
    here.save_section(section, rows, "test")
    return dict(row)


def states(store: Store, what: str) -> dict[str, InventoryState]:
    return {item.value: item.state for item in store.inventory("acme") if item.what == what}


def test_a_number_of_a_row_that_left_is_parked_once_its_undo_is_reported(store: Store) -> None:
    """Until then it is as it was; those of the other rows stay, also those whose undo is not reported yet."""
    begun(store, "emetrotel")
    tasks = of_rows(store, "telephony.confirm-numbers")
    reported(store, *tasks)
    assert set(states(store, "direct-numbers").values()) == {ASSIGNED}
    first, second = saved(store, "dids"), saved(store, "dids")
    assert set(states(store, "direct-numbers").values()) == {ASSIGNED}
    made = case(store).context().made_of("telephony.confirm-numbers")
    [one, other] = [task.id for task in made if task.row and task.row.is_gone]
    reported(store, one)
    parked = {value for value, state in states(store, "direct-numbers").items() if state is PARKED}
    assert len(parked) == 1
    assert parked < {first["number"], second["number"]}
    reported(store, other)
    found = states(store, "direct-numbers")
    assert {value for value, state in found.items() if state is PARKED} == {first["number"], second["number"]}
    assert list(found.values()).count(ASSIGNED) == len(tasks) - 2
    assert store.verify() == []


def test_a_number_that_somebody_has_no_more_is_parked_with_the_report(store: Store) -> None:
    """Another number, or none, at a person who stays: the first is free once the task was done anew."""
    begun(store, "univoip-teams")
    task = "enable_services.assign-user-numbers"
    rows = case(store).document["users"]
    place = next(n for n, row in enumerate(rows) if "voice" in row["services"])
    saved(store, "users", place, number="+17145550188", number_source="new")
    name = of_rows(store, task)[0]
    reported(store, name)
    assert states(store, "new")["+17145550188"] is IN_SERVICE
    saved(store, "users", place, number="+17145550189")
    assert states(store, "new")["+17145550188"] is IN_SERVICE
    reported(store, name)
    assert (states(store, "new")["+17145550188"], states(store, "new")["+17145550189"]) == (PARKED, IN_SERVICE)
    saved(store, "users", place, number=None)
    reported(store, name)
    assert states(store, "new")["+17145550189"] is PARKED


def test_names_of_a_user_whom_two_people_removed_by_hand_are_free(store: Store) -> None:
    """Extension and SIP name of whoever was set up by hand and is gone may be given to somebody else."""
    opened = begun(store, "mitel-micloud")
    reported(store, "provision.create-users")
    gone = saved(store, "users")
    name = str(gone["sip_user"]).casefold()
    assert states(store, "sip-user")[name] is IN_SERVICE
    reported(store, "provision.create-users")
    assert states(store, "sip-user")[name] is IN_SERVICE, "one person's word is not enough"
    key = str(opened.document["customer_details"]["web_id"])
    with pytest.raises(GateClosed):
        procedure.run(case(store), "remove", key)
    approve(case(store, "Ana Diaz"), "remove", standing(case(store, "Ana Diaz"), "remove").impact.digest)
    procedure.run(case(store), "remove", key, wait=lambda seconds: None)
    assert states(store, "sip-user")[name] is RELEASED
    assert states(store, "extension")[str(gone["extension"])] is RELEASED
    assert RELEASED not in {state for value, state in states(store, "sip-user").items() if value != name}
    assert store.verify() == []


def test_what_another_row_names_by_now_stays(store: Store) -> None:
    """A number that went from one person to another is in service at the other."""
    begun(store, "univoip-teams")
    task = "enable_services.assign-user-numbers"
    rows = case(store).document["users"]
    one, other = [n for n, row in enumerate(rows) if "voice" in row["services"]][:2]
    saved(store, "users", one, number="+17145550188", number_source="new")
    names = of_rows(store, task)
    reported(store, names[0])
    saved(store, "users", one, number=None)
    saved(store, "users", other, number="+17145550188", number_source="new")
    reported(store, names[0])
    assert states(store, "new")["+17145550188"] is IN_SERVICE


def test_what_is_only_answered_is_reserved_and_free_with_the_answer(store: Store) -> None:
    """Where nothing was done nothing is parked."""
    begun(store, "emetrotel")
    gone = saved(store, "dids")
    assert gone["number"] not in states(store, "direct-numbers")
