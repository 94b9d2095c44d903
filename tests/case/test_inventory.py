"""What customers have: reserved by answers, brought by finished tasks, and lost by no edit."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onboarding.case.case import Case
from onboarding.case.lifecycle import confirm_party
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.domain.reservation import InventoryItem, InventoryState, Key
from onboarding.errors import InputError
from onboarding.settings import PROFILES
from onboarding.stages.reservations import removal
from onboarding.store.store import Store
from tests.engine.forks import Forks
from tests.profile.sound import write
from tests.world import AT, DOMAIN, World

RESERVED, ASSIGNED, IN_SERVICE, PARKED, AGEING, RELEASED, PORTED_OUT = InventoryState
PORTED = "+16175550101"
OTHER = Customer("acme", "Acme", AT)


def state(store: Store, number: str, customer: str = "bright-smile") -> InventoryState | None:
    return next((item.state for item in store.inventory(customer) if item.value == number), None)


def problems(case: Case, code: str) -> list[tuple[str, int | None, str]]:
    return [(one.question, one.row, one.severity) for one in case.checked().problems if one.code == code]


def without(world: World, number: str) -> None:
    """The answers as after a slip: the number's last digits are others, and nobody has it."""
    world.save(
        port_numbers=[row | {"number": "+16175550190"} if row["number"] == number else row
                      for row in world.answers["port_numbers"]],
        users=[{name: value for name, value in user.items() if value != number} for user in world.answers["users"]],
    )  # fmt: skip


@pytest.fixture
def moved(mixed: World) -> World:
    """Four people whose numbers have come; a second customer, acme, is there."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.store.create_customer(OTHER, "chinook")
    Case.open(mixed.store, OTHER.id, AT, "R. Diaz").save_section("telephony", {"kind": "port"})
    return mixed


def test_finished_tasks_bring_numbers(moved: World) -> None:
    """The port puts ported numbers into service; a new number is assigned when everybody has one."""
    items = moved.store.inventory("bright-smile")
    assert {(item.what, item.state) for item in items} == {("port", IN_SERVICE), ("new", ASSIGNED)}
    assert {item.by for item in items} == {"R. Diaz"}
    assert moved.store.verify() == []


def test_a_task_that_is_taken_up_again_or_passed_on_takes_nothing_back(moved: World) -> None:
    """The ported number stays in service when its task is to be done again, and when another party answers for it."""
    case, task = moved.case, "telephony.complete-port"
    case.set_task(replace(case.record.tasks[task], state=TaskState.READY))
    assert state(moved.store, PORTED) is IN_SERVICE
    case.set_task(replace(case.record.tasks[task], state=TaskState.WAITING))
    confirm_party(case, task, "customer")
    assert case.record.tasks[task].party == "customer"
    assert state(moved.store, PORTED) is IN_SERVICE


def test_answers_alone_bring_nothing(moved: World) -> None:
    """What is answered after the task was done is reserved, and free once the answers drop it."""
    moved.save(port_numbers=[*moved.answers["port_numbers"], {"number": "+16175550191", "btn": "+16175550100"}])
    moved.case.note_progress()
    moved.apply("enable_services")
    assert state(moved.store, "+16175550191") is RESERVED
    moved.save(port_numbers=moved.answers["port_numbers"][:-1])
    assert state(moved.store, "+16175550191") is None


def test_what_is_read_back_is_in_service_before_the_task_is_done(moved: World) -> None:
    """The new number is at its person in the portal, though others of the task are still waited for."""
    [user] = [user for user in moved.answers["users"] if user.get("number_source") == "new"]
    moved.apply("enable_services")
    assert state(moved.store, user["number"]) is ASSIGNED
    moved.sandbox.people().enable(DOMAIN, user["email"], "lync", plan=user["lync_plan"], number=user["number"])
    moved.apply("enable_services")
    assert moved.state("enable_services.enable-lync") is TaskState.WAITING
    assert state(moved.store, user["number"]) is IN_SERVICE


def test_a_number_in_service_is_neither_lost_by_an_edit_nor_taken(moved: World) -> None:
    """The slip is shown beside the answers, the number stays; who else answers it reads that it is in use."""
    moved.at += timedelta(days=1)
    without(moved, PORTED)
    assert state(moved.store, PORTED) is IN_SERVICE
    assert problems(moved.case, "kept-for-good") == [("port_numbers.number", None, "warning")]
    [problem] = [one for one in moved.case.checked().problems if one.code == "kept-for-good"]
    assert problem.message == f"“{PORTED}” is in service; removing it here does not release it."
    other = Case.open(moved.store, OTHER.id, moved.at, "R. Diaz")
    with pytest.raises(InputError, match=r"CLAIM-TAKEN: .*\+16175550101 is bright-smile's"):
        other.save_section("port_numbers", [{"number": PORTED, "btn": PORTED}])
    assert problems(other, "taken") == [("port_numbers.number", 0, "error")]
    assert moved.store.inventory(OTHER.id) == []
    assert moved.store.verify() == []


def test_a_training_customer_stands_in_nobody_s_way(moved: World) -> None:
    """It answers a number in service elsewhere and reads nothing of it; a real customer takes what it has answered."""
    moved.store.create_customer(replace(OTHER, id="trial", is_training=True), "chinook")
    trial, other = (Case.open(moved.store, name, moved.at, "R. Diaz") for name in ("trial", OTHER.id))
    trial.save_section("telephony", {"kind": "port"})
    trial.save_section("port_numbers", [{"number": one, "btn": PORTED} for one in (PORTED, "+16175550190")])
    assert (problems(trial, "taken"), state(moved.store, PORTED)) == ([], IN_SERVICE)
    other.save_section("port_numbers", [{"number": "+16175550190", "btn": "+16175550190"}])
    assert problems(other, "taken") == []
    assert state(moved.store, "+16175550190", OTHER.id) is RESERVED
    assert moved.store.verify() == []


def test_neither_when_two_processes_are_at_it_at_once(moved: World, forks: Forks) -> None:
    """One edits the number out and in again, another answers it for the other customer, as fast as they can."""
    assert state(moved.store, PORTED) is IN_SERVICE
    began = [forks.begin("edit_out", name="bright-smile", number=PORTED, times=8),
             forks.begin("answer", name=OTHER.id, number=PORTED, times=24)]  # fmt: skip
    assert [forks.wait(child) for child in began] == [0, 24]
    assert state(moved.store, PORTED) is IN_SERVICE
    assert moved.store.inventory(OTHER.id) == []
    assert moved.store.verify() == []


CLAIMS = """\
[claim.line]
title = "Line"
form = "number"
question = "people.number"
assigned_by = ["telephony.deliver-numbers"]
in_service_by = ["cutover.switch"]
released_by = ["migrate.move-voicemail"]

[claim.account]
title = "Account"
question = "people.email"
scope = "people.plan"
in_service_by = ["cutover.switch"]

[reference.guide]
"""

CUSTOMERS = st.sampled_from(["acme", "bolt", "core"])
TASKS = st.sampled_from(["telephony.deliver-numbers", "cutover.switch", "migrate.move-voicemail"])
PEOPLE = st.lists(st.fixed_dictionaries({}, optional={
    "number": st.sampled_from([f"+1617555010{last}" for last in range(4)]),
    "plan": st.sampled_from(["basic", "full"]),
    "email": st.sampled_from(["ana@x.example", "ben@x.example"]),
}), max_size=4)  # fmt: skip
QUESTIONS = {"number": "people.number", "account": "people.email"}


def keys(people: list[dict[str, str]]) -> set[Key]:
    accounts = {("account", one["plan"], one["email"]) for one in people if {"plan", "email"} <= one.keys()}
    return accounts | {("number", "", one["number"]) for one in people if "number" in one}


def given_up(key: Key, state: InventoryState) -> InventoryState:
    """A number that was in service ages, and is not released before its day; everything else is released at once."""
    return AGEING if key[0] == "number" and state in (IN_SERVICE, AGEING) else RELEASED


class Inventory(RuleBasedStateMachine):
    """Three customers and their inventory against a plain dictionary."""

    folder: Path
    blank: Path
    places = itertools.count()

    @initialize()
    def begin(self) -> None:
        self.store = Store.open(Path(shutil.copytree(self.blank, self.folder / f"w{next(self.places)}")))
        self.model: dict[str, dict[Key, InventoryState]] = {name: {} for name in ("acme", "bolt", "core")}
        for name in self.model:
            self.store.create_customer(Customer(name, name.title(), AT), "small-voice")
            self.case(name).save_section("telephony", {"kind": "port"})

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    def case(self, customer: str) -> Case:
        return Case.open(self.store, customer, AT, "R. Diaz")

    def owner(self, key: Key) -> str | None:
        return next((name for name, items in self.model.items() if items.get(key, RELEASED) is not RELEASED), None)

    @rule(customer=CUSTOMERS, people=PEOPLE)
    def answer(self, customer: str, people: list[dict[str, str]]) -> None:
        """First answers and edits: reservations come and go, all else stays."""
        wanted, items = keys(people), self.model[customer]
        taken = {key for key in wanted if self.owner(key) not in (None, customer)}
        for key in [key for key, state in items.items() if state in (RESERVED, RELEASED) and key not in wanted]:
            del items[key]
        items |= dict.fromkeys(wanted - items.keys() - taken, RESERVED)
        case = self.case(customer)
        case.save_section("people", people, is_shown=True)
        told = {(one.code, one.question) for one in case.checked().problems}
        kept = {QUESTIONS[key[0]] for key, state in items.items() if state.is_kept and key not in wanted}
        assert {place for code, place in told if code in ("taken", "taken-ageing")} == {
            QUESTIONS[key[0]] for key in taken
        }
        assert {place for code, place in told if code in ("kept", "kept-for-good")} == kept

    @rule(customer=CUSTOMERS, task=TASKS)
    def finish(self, customer: str, task: str) -> None:
        """A finished task moves what its claims have, forward only."""
        items = self.model[customer]
        for key, state in items.items():
            if task == "cutover.switch" and state in (RESERVED, ASSIGNED):
                items[key] = IN_SERVICE
            elif key[0] == "number" and task == "telephony.deliver-numbers" and state is RESERVED:
                items[key] = ASSIGNED
            elif key[0] == "number" and task == "migrate.move-voicemail" and state.is_kept:
                items[key] = given_up(key, state)
        self.case(customer).set_task(TaskRecord(task, TaskState.DONE, AT, by="R. Diaz"))

    @rule(customer=CUSTOMERS, task=TASKS, to=st.sampled_from(TaskState))
    def leave(self, customer: str, task: str, to: TaskState) -> None:
        """A task that is not done moves nothing."""
        if to is not TaskState.DONE:
            self.case(customer).set_task(TaskRecord(task, to, AT, by="R. Diaz"))

    @rule(customer=CUSTOMERS, number=st.integers(0, 3), whole=st.booleans())
    def remove(self, customer: str, number: int, whole: bool) -> None:
        """A range is given up, or the customer as a whole."""
        target = "" if whole else f"+16175550100-+1617555010{number}"
        items = self.model[customer]
        for key in items:
            if whole or (key[0] == "number" and key[2] <= f"+1617555010{number}"):
                items[key] = given_up(key, items[key])
        self.store.move(customer, removal(target), AT, "R. Diaz")

    @invariant()
    def nothing_is_lost_and_nothing_is_there_twice(self) -> None:
        """The store is as the dictionary, what is not released has one owner, and the chain of the audit holds."""
        if not hasattr(self, "store"):
            return
        items: list[InventoryItem] = self.store.inventory()
        assert {(one.customer, one.key): one.state for one in items} == {
            (name, key): state for name, current in self.model.items() for key, state in current.items()
        }
        owned = [one.key for one in items if one.state is not RELEASED]
        assert len(owned) == len(set(owned))
        assert self.store.verify() == []


def test_whatever_happens_nobody_loses_or_takes(tmp_path: Path, blank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers, edits, finished tasks, other customers and removals in any order: the inventory is as it should be."""
    write(tmp_path, ("[reference.guide]\n", CLAIMS))
    monkeypatch.setenv(PROFILES.name, str(tmp_path))
    machine = type("Machine", (Inventory,), {"folder": tmp_path, "blank": blank})
    slow = [HealthCheck.too_slow]  # every step opens a case and commits to a real database
    few = settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=slow)
    run_state_machine_as_test(machine, settings=few)
