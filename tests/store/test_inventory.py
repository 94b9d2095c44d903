"""What only one customer may have: numbers, SIP user names by gateway, devices, names in a portal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from onboarding.domain.history import Customer, End, Ending, TaskRecord, TaskState
from onboarding.domain.reservation import STEPS, InventoryItem, InventoryState, Key, Move
from onboarding.errors import InputError
from onboarding.store import tables
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
CUSTOMER = "bright-smile"
ONE, TWO, THREE = (("number", "", number) for number in ("+15085550103", "+16175550101", "+16175550102"))
ANA = ("sip-user", "mbg-1", "ana")
ELSEWHERE = ("sip-user", "mbg-2", "ana")
PHONE = ("mac", "", "08000f123456")
RESERVED, ASSIGNED, IN_SERVICE, PARKED, AGEING, RELEASED, PORTED_OUT = InventoryState
WAYS = {
    RESERVED: (), ASSIGNED: (ASSIGNED,), IN_SERVICE: (IN_SERVICE,), PARKED: (IN_SERVICE, PARKED),
    AGEING: (IN_SERVICE, RELEASED), RELEASED: (RELEASED,), PORTED_OUT: (IN_SERVICE, PORTED_OUT),
}  # fmt: skip
"""How a reserved number comes to stand there."""


@pytest.fixture
def two(store: Store) -> Store:
    """A store with a second customer, acme."""
    store.create_customer(Customer("acme", "Acme", AT), "chinook")
    return store


def to(state: InventoryState, *keys: Key) -> Move:
    """Moves these items to a state and leaves the others."""
    return lambda item: state if item.key in keys else item.state


def item(key: Key, what: str, state: InventoryState, at: datetime, by: str = "anna") -> InventoryItem:
    return InventoryItem(*key, CUSTOMER, what, state, by, at)


def states(store: Store, customer: str = CUSTOMER) -> dict[Key, InventoryState]:
    return {one.key: one.state for one in store.inventory(customer)}


def test_reservations_are_replaced_as_a_whole(store: Store) -> None:
    """What is not reserved any more is free; what stays keeps its instant, what changes its meaning is written anew."""
    store.reserve(CUSTOMER, {TWO: "port", THREE: "port", ANA: "sip-user"}, AT, "anna")
    store.reserve(CUSTOMER, {THREE: "port", ANA: "name", ONE: "new"}, LATER, "ben")
    assert store.inventory() == [
        item(ONE, "new", RESERVED, LATER, "ben"), item(THREE, "port", RESERVED, AT),
        item(ANA, "name", RESERVED, LATER, "ben"),
    ]  # fmt: skip
    assert store.verify() == []


def test_what_another_has_is_named_and_not_reserved(two: Store) -> None:
    """Number or name: whoever has it keeps it; all else is reserved. Two gateways may have the same name."""
    assert two.reserve("acme", {ONE: "port", ANA: "sip-user"}, AT) == {}
    taken = two.reserve(CUSTOMER, {ONE: "new", TWO: "new", ANA: "sip-user", ELSEWHERE: "sip-user"}, LATER)
    assert taken == {ONE: "acme", ANA: "acme"}
    assert list(states(two)) == [TWO, ELSEWHERE]
    assert list(states(two, "acme")) == [ONE, ANA]
    assert two.verify() == []


def test_training_and_service_are_worlds_apart(store: Store) -> None:
    """Whoever trains with a number keeps it from nobody who is served, is kept from none, and reads of nobody; among
    those for training it is one customer's too.
    """
    for name, is_training in (("acme", False), ("trial", True), ("other", True)):
        store.create_customer(Customer(name, name.title(), AT, is_training=is_training), "chinook")
    assert store.reserve("trial", {ONE: "port", ANA: "sip-user", PHONE: "device"}, AT) == {}
    assert store.reserve(CUSTOMER, {ONE: "port", ANA: "sip-user", PHONE: "device"}, AT) == {}
    store.move(CUSTOMER, to(IN_SERVICE, ONE), AT)
    assert store.reserve("trial", {ONE: "port", TWO: "port"}, LATER) == {}
    assert store.standing("trial", [ONE, PHONE], LATER)[1] == {}
    assert store.standing("other", [ONE, ANA], LATER)[1] == {ONE: "trial"}
    assert store.reserve("other", {TWO: "new"}, LATER) == {TWO: "trial"}
    assert store.reserve("acme", {ONE: "new", TWO: "new"}, LATER) == {ONE: CUSTOMER}
    assert {(one.customer, one.is_training) for one in store.inventory()} == {
        (CUSTOMER, False), ("acme", False), ("trial", True),
    }  # fmt: skip
    assert store.verify() == []


def test_who_was_deleted_is_said_within_one_world(store: Store) -> None:
    """A training customer does not learn that somebody of its name was deleted, nor the other way round."""
    for name, is_training in (("trial", True), ("other", True), ("acme", False)):
        store.create_customer(Customer(name, name.title(), AT, is_training=is_training), "chinook")
    for name in (CUSTOMER, "trial"):
        store.reserve(name, {ANA: "sip-user"}, AT)
        store.move(name, to(RELEASED, ANA), LATER)
        store.end(name, End(Ending.DELETED, LATER if name == "trial" else AT, "Ana Diaz", "wound up"))
    assert store.deleted_before("acme", [ANA]) == {ANA: AT}
    assert store.deleted_before("other", [ANA]) == {ANA: LATER}


def test_it_is_said_before_anything_is_reserved(two: Store) -> None:
    """Whoever asks first reads what another has; what is theirs is free to them."""
    two.reserve("acme", {ONE: "port"}, AT)
    two.reserve(CUSTOMER, {TWO: "port"}, AT)
    items, taken = two.standing(CUSTOMER, [ONE, TWO, THREE], LATER)
    assert (list(items), taken) == ([TWO], {ONE: "acme"})


def test_what_is_in_service_outlives_the_answers(two: Store) -> None:
    """What is assigned or in service stays as it was, is nobody else's, and keeps what it was brought as."""
    two.reserve(CUSTOMER, {ONE: "port", TWO: "port", THREE: "port"}, AT, "anna")
    two.move(CUSTOMER, to(ASSIGNED, ONE, TWO), LATER, "ben")
    two.move(CUSTOMER, to(IN_SERVICE, TWO), LATER, "ben")
    two.reserve(CUSTOMER, {TWO: "new"}, LATER, "carla")
    assert two.inventory() == [item(ONE, "port", ASSIGNED, LATER, "ben"), item(TWO, "port", IN_SERVICE, LATER, "ben")]
    assert two.reserve("acme", {ONE: "new", TWO: "new", THREE: "new"}, LATER) == {ONE: CUSTOMER, TWO: CUSTOMER}
    assert two.verify() == []


@pytest.mark.parametrize("state", InventoryState)
def test_it_goes_no_way_but_its_own(store: Store, state: InventoryState) -> None:
    """Whatever somebody wants of it, and what is moved nowhere keeps its instant."""
    store.reserve(CUSTOMER, {ONE: "port"}, AT)
    for one in WAYS[state]:
        store.move(CUSTOMER, to(one, ONE), AT)
    assert [(one.state, one.since) for one in store.inventory()] == [(state, AT)]
    for other in set(InventoryState) - {*STEPS[state], RELEASED}:
        store.move(CUSTOMER, to(other, ONE), LATER)
    if state is AGEING:
        store.move(CUSTOMER, to(RELEASED, ONE), LATER)
    assert [(one.state, one.since) for one in store.inventory()] == [(state, AT)]
    assert store.verify() == []


def test_an_ageing_number_is_nobody_s_before_its_day(two: Store) -> None:
    """Neither another's nor its own again; for both it is free on the day, and the audit holds."""
    two.reserve(CUSTOMER, {ONE: "port"}, AT)
    two.move(CUSTOMER, to(IN_SERVICE, ONE), AT)
    two.move(CUSTOMER, to(RELEASED, ONE), AT, ageing={"port": 60})
    over = AT + timedelta(days=60)
    assert [(one.state, one.until) for one in two.inventory()] == [(AGEING, over)]
    for at in (AT, over - timedelta.resolution):
        two.reserve(CUSTOMER, {}, at)
        assert two.reserve(CUSTOMER, {ONE: "port"}, at) == {}
        assert states(two) == {ONE: AGEING}
        assert two.reserve("acme", {ONE: "new"}, at) == {ONE: CUSTOMER}
        assert two.standing("acme", [ONE, TWO], at)[1] == {ONE: CUSTOMER}
        assert two.ageing("acme", [ONE, TWO]) == {ONE: over}
    assert two.standing("acme", [ONE], over)[1] == {}
    assert two.reserve("acme", {ONE: "new"}, over) == {}
    assert two.reserve(CUSTOMER, {ONE: "port"}, over) == {ONE: "acme"}
    assert (states(two), states(two, "acme")) == ({ONE: RELEASED}, {ONE: RESERVED})
    assert two.verify() == []


def test_what_was_ported_out_comes_back_unless_somebody_has_it(two: Store) -> None:
    """Another customer may bring it from its new carrier; then the first cannot have it back."""
    two.reserve(CUSTOMER, {ONE: "port", TWO: "port"}, AT)
    for state in (IN_SERVICE, PORTED_OUT):
        two.move(CUSTOMER, to(state, ONE, TWO), AT)
    two.reserve(CUSTOMER, {}, LATER)
    assert states(two) == {ONE: PORTED_OUT, TWO: PORTED_OUT}
    assert two.reserve("acme", {ONE: "port"}, LATER) == {}
    two.move(CUSTOMER, to(RESERVED, ONE, TWO), LATER)
    assert (states(two), states(two, "acme")) == ({ONE: PORTED_OUT, TWO: RESERVED}, {ONE: RESERVED})
    assert two.verify() == []


def test_what_is_released_is_free(two: Store) -> None:
    """Another customer may have it. The first does not take it back by naming it again and again, but by naming it
    anew.
    """
    two.reserve(CUSTOMER, {ONE: "port", TWO: "port"}, AT)
    two.move(CUSTOMER, to(RELEASED, ONE), LATER)
    two.reserve(CUSTOMER, {ONE: "port", TWO: "port"}, LATER)
    assert states(two) == {ONE: RELEASED, TWO: RESERVED}
    assert two.reserve("acme", {ONE: "new"}, LATER) == {}
    assert two.reserve(CUSTOMER, {ONE: "port", TWO: "port"}, LATER) == {ONE: "acme"}
    assert sorted((one.customer, one.state) for one in two.inventory() if one.key == ONE) == [
        ("acme", RESERVED), (CUSTOMER, RELEASED),
    ]  # fmt: skip
    two.reserve("acme", {}, LATER)
    two.reserve(CUSTOMER, {}, LATER)
    assert two.inventory() == []
    assert two.reserve(CUSTOMER, {ONE: "port"}, LATER) == {}
    assert states(two) == {ONE: RESERVED}
    assert two.verify() == []


def test_a_task_and_what_it_brings_are_kept_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both or neither: what fails in between leaves the task as it was."""
    store.reserve(CUSTOMER, {ONE: "port"}, AT)
    done = TaskRecord("telephony.complete-port", TaskState.DONE, LATER, by="ben")

    def fail(item: InventoryItem) -> InventoryState:
        raise RuntimeError(item.value)

    with pytest.raises(RuntimeError, match=r"\+15085550103"):
        store.set_task(CUSTOMER, done, fail)
    assert (store.record(CUSTOMER).tasks, states(store)) == ({}, {ONE: RESERVED})
    store.set_task(CUSTOMER, done, to(IN_SERVICE, ONE))
    assert store.inventory() == [item(ONE, "port", IN_SERVICE, LATER, "ben")]
    assert store.verify() == []


def test_only_e164_gets_in(store: Store) -> None:
    """The inventory has one spelling of a number."""
    for number in ("617-555-0101", "6175550101", "+0175550101", "+1617555010x", "+15085550103\n", ""):
        with pytest.raises(InputError, match="NUMBER-FORM"):
            store.reserve(CUSTOMER, {("number", "", number): "port"}, AT)


def test_two_customers_at_once_get_one_number_once(two: Store, start: Callable[..., object]) -> None:
    """Of two processes that reserve one number, one has it and the other reads so."""
    workers = [start("reserve", customer, ONE[2]) for customer in ("acme", CUSTOMER)]
    said = sorted(worker.line() for worker in workers)
    [owner] = [one.customer for one in two.inventory()]
    assert said == ["", owner]
    assert two.verify() == []


def test_the_database_itself_refuses_a_second_owner(two: Store) -> None:
    """Who writes past the store cannot give one number to two customers either."""
    two.reserve("acme", {ONE: "port"}, AT)
    columns = "kind, scope, value, what, state, by, since, is_training, until"
    copied = f"INSERT INTO inventory SELECT 'bright-smile', {columns} FROM inventory"
    with pytest.raises(Exception, match=r"(?i)unique"), two._database.writing() as connection:
        connection.execute(text(copied))


@pytest.mark.parametrize("change", ["value = '+16175550199'", "state = 'in service'", "by = 'eve'"])
def test_a_forged_row_is_found(store: Store, change: str) -> None:
    """Who writes past the store is found by the audit, also after honest changes to other items."""
    store.reserve(CUSTOMER, {ONE: "port", ANA: "sip-user"}, AT)
    with store._database.writing() as connection:
        connection.execute(text(f"UPDATE inventory SET {change} WHERE kind = 'number'"))
    for wanted in ({ONE: "port", ANA: "sip-user", TWO: "new"}, {ONE: "port", ANA: "sip-user"}):
        found = [(finding.kind, finding.subject) for finding in store.verify()]
        assert found == [("changed", "inventory")]
        if "value" not in change:
            store.reserve(CUSTOMER, wanted, AT)


def test_the_chain_goes_on_with_a_later_list_of_columns(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written by the earlier list holds; the next record covers all items by the later one."""
    store.reserve(CUSTOMER, {ONE: "port", TWO: "port"}, AT)
    lists = tables.inventory.info["digested"]
    monkeypatch.setitem(lists, 2, [*lists[1], "customer"])
    assert store.verify() == []
    store.reserve(CUSTOMER, {ONE: "port", THREE: "port"}, AT)
    assert store.verify() == []
    with store._database.reading() as connection:
        records = connection.execute(select(tables.audit).filter_by(subject="inventory")).all()
    assert [record.schema for record in records] == [1, 2]
    store.reserve(CUSTOMER, {}, AT)
    assert store.verify() == []


def test_a_large_customer_fits(store: Store) -> None:
    """Thousands of items are reserved, looked at, put into service and given back in one go."""
    many = {("number", "", f"+1617{number:07d}"): "port" for number in range(2_000_000, 2_003_000)}
    store.reserve(CUSTOMER, many, AT)
    items, taken = store.standing(CUSTOMER, many, LATER)
    assert (len(items), taken) == (3000, {})
    store.move(CUSTOMER, lambda item: IN_SERVICE, LATER)
    assert set(states(store).values()) == {IN_SERVICE}
    store.move(CUSTOMER, lambda item: RELEASED, LATER)
    assert set(states(store).values()) == {AGEING}
    store.reserve(CUSTOMER, {}, LATER + timedelta(days=45))
    assert store.inventory() == []
    assert store.verify() == []
