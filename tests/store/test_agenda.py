"""What was noted about each customer, whether the record has gone on since, and whose turn it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from onboarding.domain.due import Due, Move
from onboarding.domain.event import NOTHING
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.domain.validity import Validity
from onboarding.store.store import Store
from onboarding.store.values import AgendaLine, RunOutcome, RunStart

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAME = "bright-smile"
FOUND = Due(
    AT, (Move("gather", AT), Move("migrate", AT, "portal")), {"": "Carrier"}, Validity(AT, AT + timedelta(1)), "e" * 64
)


def line(store: Store, work: str = "") -> AgendaLine:
    """Of the one customer."""
    (found,) = store.agenda(work)
    return found


def noted(store: Store) -> Due:
    found = Due(FOUND.at, FOUND.moves, FOUND.waits_for, FOUND.validity, FOUND.decided_by, store.moment(NAME).head)
    store.note_progress(NAME, [], found)
    return found


def is_noted(store: Store) -> bool:
    found = line(store)
    return found.due is not None and found.due.head == found.head


def begin(store: Store) -> str:
    return store.start_run(RunStart(NAME, "gather", {}, "e" * 64, "1", "test", AT))


def test_what_was_noted_comes_back(store: Store) -> None:
    """As it was found, with the end of the customer's chain as it is now."""
    assert line(store) == AgendaLine(NAME, AT, "chinook", store.moment(NAME).head)
    found = noted(store)
    assert line(store) == AgendaLine(NAME, AT, "chinook", found.head, found)
    store.note_progress(NAME, [])
    assert not is_noted(store)


def test_every_other_write_makes_it_old(store: Store) -> None:
    """Whatever is proof moves the end of the chain on; nobody has to remember to say so."""
    noted(store)
    store.set_task(NAME, TaskRecord("gather.a", TaskState.DONE, AT, by="Kim"))
    assert not is_noted(store)
    noted(store)
    store.save_answers(NAME, {"company": {"name": "Bright Smile"}}, "Kim", AT, "test")
    assert not is_noted(store)


def test_a_run_alone_changes_nothing_about_it(store: Store) -> None:
    """That a run began and ended is in the chain and moves nobody; what was old stays old."""
    run = begin(store)
    assert not is_noted(store)
    noted(store)
    store.finish_run(run, RunOutcome.PARKED, NOTHING, AT)
    assert is_noted(store)
    begin(store)
    assert is_noted(store)
    store.set_task(NAME, TaskRecord("gather.a", TaskState.DONE, AT, by="Kim"))
    begin(store)
    assert not is_noted(store)


def test_the_newest_run_is_the_one_begun_last(store: Store) -> None:
    """Whatever instant a run worked as of, years ahead or back, the one begun after it is newer."""
    for outcome, at in ((RunOutcome.FAILED, AT + timedelta(40_000)), (RunOutcome.DONE, AT)):
        run = store.start_run(RunStart(NAME, "gather", {}, "e" * 64, "1", "test", at))
        store.finish_run(run, outcome, NOTHING, at)
    assert line(store).newest is RunOutcome.DONE
    assert [run.outcome for run in store.runs(NAME)] == [RunOutcome.FAILED, RunOutcome.DONE]
    assert [run.outcome for run in store.runs()] == [RunOutcome.FAILED, RunOutcome.DONE]


def test_some_customers_or_all(store: Store) -> None:
    """By id, in one query."""
    for name in ("acme", "zoe"):
        store.create_customer(Customer(name, name, AT), "chinook")
    assert [found.customer for found in store.agenda()] == ["acme", NAME, "zoe"]
    assert [found.customer for found in store.agenda(customers=["zoe", "acme"])] == ["acme", "zoe"]


def test_a_turn_that_another_has_ended_is_not_taken_again(store: Store) -> None:
    """Who looked before it began is refused, with who had it; who looks afterwards may."""
    assert store.begin_turn(NAME, "apply", 0) == ""
    store.end_turn(NAME, "apply")
    assert "process" in store.begin_turn(NAME, "apply", 0)
    assert store.begin_turn(NAME, "apply", line(store, "apply").turn) == ""
    assert line(store, "apply").turn == 1
    store.end_turn(NAME, "apply")
    assert line(store, "apply").turn == 2


def test_a_turn_that_was_seen_while_it_was_in_hand_counts_once_it_has_ended(store: Store) -> None:
    """Whoever found the customer due while another had it leaves it to that one."""
    assert store.begin_turn(NAME, "apply", 0) == ""
    seen = line(store, "apply").turn
    store.end_turn(NAME, "apply")
    assert "process" in store.begin_turn(NAME, "apply", seen)


def test_a_turn_that_was_not_ended_is_nobodys(store: Store) -> None:
    """Its process died: whoever has the lock takes it over. Another kind of work is another turn."""
    assert store.begin_turn(NAME, "apply", 0) == ""
    assert store.begin_turn(NAME, "apply", 0) == ""
    store.end_turn(NAME, "apply")
    assert store.begin_turn(NAME, "dry", 0) == ""
    assert line(store).turn == 0
