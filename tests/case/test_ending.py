"""A customer that is called off before go-live, and taken up again."""

from __future__ import annotations

import pytest

from onboarding.case.case import Case, engineer
from onboarding.case.ending import cancel, resume
from onboarding.case.lifecycle import begin_phase
from onboarding.domain.history import Customer, Ending, TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.engine.apply import apply_stage
from onboarding.errors import InputError
from onboarding.store.store import Store
from tests.world import AT, World, leave_out

WHY = "went to another provider"
OTHER = Customer("acme", "Acme", AT)


def states(store: Store) -> set[InventoryState]:
    return {item.state for item in store.inventory("bright-smile")}


def test_a_customer_is_called_off(mixed: World) -> None:
    """It has ended with reason, day and person; nothing is done any more, and what is with somebody is named."""
    mixed.apply("provision")
    asked = {view.task.id for view in mixed.case.progress().waiting if view.state is TaskState.WAITING}
    left = cancel(mixed.case, f" {WHY} ")
    assert {view.task.id for view in left} == asked
    end = mixed.case.record.end
    assert end is not None
    assert (end.kind, end.at, end.by, end.why) == (Ending.CANCELLED, AT, "R. Diaz", WHY)
    assert mixed.case.ended == f"Cancelled on 2 Mar 2026 by R. Diaz: {WHY}."
    with pytest.raises(InputError, match="onboard end bright-smile --undo"):
        mixed.apply("provision")
    assert mixed.case.progress().waiting == ()
    assert mixed.store.verify("bright-smile") == []


def test_what_it_had_is_free_for_others(mixed: World) -> None:
    """Numbers and names are released, so that another customer can have them at once."""
    cancel(mixed.case, WHY)
    assert states(mixed.store) == {InventoryState.RELEASED}
    mixed.store.create_customer(OTHER, "chinook")
    keys = {item.key: item.what for item in mixed.store.inventory("bright-smile")}
    assert mixed.store.reserve("acme", keys, AT) == {}


def test_what_was_called_off_by_mistake_goes_on(mixed: World) -> None:
    """Tasks stand where they stood, numbers are the customer's again where finished tasks had brought them, and the
    record keeps both.
    """
    mixed.apply("provision")
    mixed.finish_telephony()
    before = {item.key: item.state for item in mixed.store.inventory("bright-smile")}
    stood = [(view.task.id, view.state) for view in mixed.case.progress().tasks]
    cancel(mixed.case, WHY)
    assert resume(mixed.case, "the wrong customer") == {}
    assert [(view.task.id, view.state) for view in mixed.case.progress().tasks] == stood
    assert {item.key: item.state for item in mixed.store.inventory("bright-smile")} == before
    assert [str(line.what) for line in mixed.case.record.evidence if line.task == "engagement"] == [
        f"cancelled before go-live: {WHY}", "taken up again: the wrong customer",
    ]  # fmt: skip
    assert {line.entered_by for line in mixed.case.record.evidence if line.task == "engagement"} == {engineer()}
    assert mixed.store.verify("bright-smile") == []


def test_what_others_took_meanwhile_stays_theirs(mixed: World) -> None:
    """A number that another customer reserved since is named, and an error of the answers."""
    cancel(mixed.case, WHY)
    item = next(one for one in mixed.store.inventory("bright-smile") if one.kind == "number")
    mixed.store.create_customer(OTHER, "chinook")
    mixed.store.reserve("acme", {item.key: item.what}, AT)
    assert resume(mixed.case, "the wrong customer") == {item.key: "acme"}
    assert "taken" in {problem.code for problem in mixed.case.checked().problems}


@pytest.mark.parametrize("act", [cancel, resume])
def test_a_reason_is_wanted(small: World, act: object) -> None:
    """Without one nothing happens."""
    if act is resume:
        cancel(small.case, WHY)
    before = small.case.record.end
    with pytest.raises(InputError, match="END-REASON"):
        act(small.case, " ")  # type: ignore[operator]
    assert small.case.record.end == before


def test_what_has_not_ended_is_not_taken_up(small: World) -> None:
    """There is nothing to take back."""
    with pytest.raises(InputError, match="END-NONE"):
        resume(small.case, WHY)


def test_a_customer_ends_once(small: World) -> None:
    """Called off twice: the second time says that it has ended."""
    cancel(small.case, WHY)
    with pytest.raises(InputError, match="CUSTOMER-ENDED"):
        cancel(small.case, WHY)


def test_a_live_customer_is_not_called_off(small: World) -> None:
    """Once everything is closed, or a later phase has begun, there is nothing to call off."""
    for task in small.case.profile.tasks:
        if not small.case.progress().task(task.id).state.is_closed:
            leave_out(small.case, task.id, "tested elsewhere")
    with pytest.raises(InputError, match="END-LIVE"):
        cancel(small.case, WHY)
    begin_phase(small.case, "Second building")
    with pytest.raises(InputError, match="END-LIVE"):
        cancel(small.case, WHY)


def test_an_open_kernel_sees_that_it_has_ended(small: World) -> None:
    """A case that was opened before refuses, too: the end is read with the record."""
    early = Case.open(small.store, "bright-smile", AT, "Ana Diaz")
    early.progress()
    cancel(small.case, WHY)
    with pytest.raises(InputError, match="CUSTOMER-ENDED"):
        apply_stage(early, "provision")
