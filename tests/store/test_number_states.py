"""Numbers of several customers against the table of steps, in a real database, whatever happens in whatever order."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onboarding.domain.history import Customer
from onboarding.domain.reservation import AGEING_DAYS, STEPS, InventoryItem, InventoryState, Key
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CUSTOMERS = {"acme": False, "bolt": False, "trial": True}
DAYS = {"port": 10}
"""Claim -> days for which its numbers age; of the others they are the usual ones."""
KEYS: list[Key] = [*(("number", "", f"+1617555010{last}") for last in range(3)), ("account", "", "ana")]
WHOSE = st.sampled_from([*CUSTOMERS])
Model = dict[tuple[str, Key], InventoryItem]


class Numbers(RuleBasedStateMachine):
    """Three customers, one of them for training, and what the table says of each of their items."""

    folder: Path
    places = itertools.count()

    @initialize()
    def begin(self) -> None:
        self.store, self.at = Store.open(self.folder / f"w{next(self.places)}", ""), AT
        for name, is_training in CUSTOMERS.items():
            self.store.create_customer(Customer(name, name.title(), AT, is_training=is_training), "chinook")
        self.before: Model = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    def items(self) -> Model:
        return {(one.customer, one.key): one for one in self.store.inventory()}

    def standing(self, items: Model) -> Model:
        return {place: one.as_of(self.at) for place, one in items.items()}

    def others(self, customer: str, key: Key) -> list[InventoryItem]:
        """What customers of the same world have of it, or had until it began to age."""
        found = self.standing(self.items()).items()
        return [
            one for (name, other), one in found
            if other == key and name != customer and one.is_training is CUSTOMERS[customer]
            and (not one.state.is_gone or one.state is InventoryState.AGEING)
        ]  # fmt: skip

    @rule(days=st.integers(1, 50))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(customer=WHOSE, keys=st.sets(st.sampled_from(KEYS)), what=st.sampled_from(["port", "new"]))
    def answer(self, customer: str, keys: set[Key], what: str) -> None:
        """Who asks for what another has, or what is ageing there, is told so and does not get it."""
        taken = {key for key in keys if self.others(customer, key)}
        own = {key for (name, key), one in self.standing(self.items()).items() if name == customer}
        found = self.store.reserve(customer, dict.fromkeys(keys, what), self.at)
        now = self.items()
        assert {*found} >= taken - own
        assert all((customer, key) in now for key in keys - taken)
        assert all((customer, key) not in now for key in taken - own)

    @rule(customer=WHOSE, keys=st.sets(st.sampled_from(KEYS)), to=st.sampled_from(InventoryState))
    def move(self, customer: str, keys: set[Key], to: InventoryState) -> None:
        self.store.move(customer, lambda one: to if one.key in keys else one.state, self.at, ageing=DAYS)

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        """What stood somewhere stands there still, one step on, or was only the answers' own; nobody has what is
        another's or ageing there; the audit holds.
        """
        if not hasattr(self, "store"):
            return
        now, earlier = self.items(), self.standing(self.before)
        for place, one in now.items():
            was = earlier.get(place)
            assert was is None or one.state in (was.state, *STEPS[was.state]) or was.state is InventoryState.RELEASED
            assert was is not None or one.state is InventoryState.RESERVED
            assert (one.until is None) is (one.state is not InventoryState.AGEING)
            if one.until:
                assert one.until - one.since == timedelta(days=DAYS.get(one.what, AGEING_DAYS))
            if not one.as_of(self.at).state.is_gone:
                assert self.others(*place) == []
        lost = [one for place, one in earlier.items() if place not in now]
        assert {one.state for one in lost} <= {InventoryState.RESERVED, InventoryState.RELEASED}
        assert self.store.verify() == []
        self.before = now


def test_whatever_happens_numbers_go_their_way(tmp_path: Path) -> None:
    """Answers, tasks, removals and people's word as moves, and days that pass."""
    machine = type("Machine", (Numbers,), {"folder": tmp_path})
    slow = [HealthCheck.too_slow]  # every step commits to a real database
    few = settings(max_examples=20, stateful_step_count=20, suppress_health_check=slow)
    run_state_machine_as_test(machine, settings=few)
