"""Who is due, in which order, and the queue that several threads and processes take from."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.case.case import Case
from onboarding.domain.event import NOTHING
from onboarding.domain.history import Customer
from onboarding.engine import agenda as module
from onboarding.engine.agenda import Agenda, Queue, Waiting
from onboarding.engine.apply import apply_stage
from onboarding.engine.batch import BatchOptions, run_batch
from onboarding.errors import InputError, OnboardingError
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome, RunStart
from tests.engine.notebooks import no_kernel
from tests.world import AT, Answers, few, statements

NUMBER = "+16175550101"
NAMES = ("c1", "c2", "c3", "c4")


@pytest.fixture(scope="session")
def four(tmp_path_factory: pytest.TempPathFactory, blank: Path, example: Answers) -> Path:
    """Four customers, c1 to c4, of whom nobody can move: what is due was handed over to people."""
    folder = Path(shutil.copytree(blank, tmp_path_factory.mktemp("four") / "workspace"))
    with Store.open(folder, "") as store:
        for name in NAMES:
            store.create_customer(Customer(name, f"Customer {name}", AT), "chinook")
            case = Case.open(store, name, AT, "test")
            case.save_answers(few(example), "test")
            for stage in ("gather", "telephony", "provision", "migrate"):
                apply_stage(case, stage)
    return folder


@pytest.fixture
def store(tmp_path: Path, four: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    folder = Path(shutil.copytree(four, tmp_path / "workspace"))
    monkeypatch.setenv(settings.HOME.name, str(folder))
    with Store.open(folder) as opened:
        yield opened


def batch(store: Store, **options: object) -> dict[str, str]:
    """Who is left alone by a batch as of now, and why."""
    given = {"as_of": AT.isoformat(), **options}
    return run_batch(store, BatchOptions(**given), executor=no_kernel).left_alone  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{}, {"retry_failed": True}])
def test_customers_with_nothing_to_do_cost_one_query(
    store: Store, monkeypatch: pytest.MonkeyPatch, options: dict[str, bool]
) -> None:
    """However many they are: none is opened, locked or written to."""
    monkeypatch.setattr(module, "Case", None)
    with statements(store) as sent:
        left = batch(store, **options)
    assert set(left) == set(NAMES)
    assert len(sent) == 1
    assert not list(store.layout.locks.glob("*.run"))


def test_who_is_due_longest_goes_first(store: Store) -> None:
    """By the instant at which something could be moved; of two at once the one whose id comes first."""
    for name, days in (("c4", 3), ("c3", 1), ("c2", 3), ("c1", 2)):
        at = AT + timedelta(days)
        store.save_answers(name, {"company": {"name": name}}, "test", at, "test")
        Case.open(store, name, at, "test").note_progress()
        (line,) = store.agenda("", [name])
        assert line.due
        moves = tuple(replace(move, since=at) for move in line.due.moves)
        store.note_progress(name, [], replace(line.due, moves=moves))
    found: list[str] = []
    options = BatchOptions(jobs=1, as_of=(AT + timedelta(4)).isoformat(), stage="gather")
    run_batch(store, options, lambda result: found.append(result.customer), no_kernel)
    assert found == ["c3", "c1", "c2", "c4"]


def test_what_another_customer_gives_back_makes_due(store: Store) -> None:
    """Who names a number that another has is looked at each time: nobody writes here when it is free again."""
    orders = [{"number": NUMBER, "btn": NUMBER}]
    for name in ("c1", "c2"):
        Case.open(store, name, AT, "test").save_section("telephony", {"kind": "port"})
    Case.open(store, "c1", AT, "test").save_section("port_numbers", orders)
    with pytest.raises(InputError, match="CLAIM-TAKEN"):
        Case.open(store, "c2", AT, "test").save_section("port_numbers", orders)
    found = Agenda(store, AT, "", "look")
    stands = {line.customer: found.stands(line) for line in found.lines()}
    assert stands == {"c1": True, "c2": False, "c3": True, "c4": True}


def test_whoever_was_looked_at_is_passed_over_the_next_time(store: Store) -> None:
    """What is old is noted anew by the batch that found it so, with nothing to do as well."""
    run = store.start_run(RunStart("c1", "gather", {}, "e" * 64, "1", "test", AT))
    store.finish_run(run, RunOutcome.DONE, NOTHING, AT)
    store.save_answers("c2", {"company": {"name": "Another"}}, "test", AT, "test")
    found = Agenda(store, AT, "", "look")
    assert [line.customer for line in found.lines() if not found.stands(line)] == ["c2"]
    batch(store, stage="cutover")
    assert all(found.stands(line) for line in found.lines())


def test_a_profile_that_cannot_be_used_is_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every customer of it fails with the same words; none of the others is held up."""
    asked = []

    def broken(_store: Store, profile: str, _edition: str) -> None:
        asked.append(profile)
        raise InputError("PROFILE-UNKNOWN", "It is gone.")

    monkeypatch.setattr(module, "offer_of", broken)
    found = Agenda(store, AT, "", "look")
    for name in NAMES:
        with pytest.raises(OnboardingError, match="It is gone"):
            found.due(name)
    assert asked == ["chinook"]


def _queue(*names: str) -> Queue:
    return Queue([Waiting(name, 0) for name in names])


def _taken(queue: Queue) -> str:
    one = queue.take()
    return one.customer if one else ""


def test_a_busy_customer_goes_to_the_end_and_is_tried_again() -> None:
    """After every other turn that ends, as long as there is anything else to do; then it is left."""
    queue = _queue("a", "b", "c")
    first = queue.take()
    assert first
    queue.give_back(first, "somebody has it")
    order = [_taken(queue)]
    queue.end()
    order.append(_taken(queue))
    queue.end()
    again = queue.take()
    assert (order, again) == (["b", "c"], first)
    queue.give_back(first, "somebody still has it")
    assert queue.take() is None
    assert [(one.customer, one.busy) for one in queue.rest()] == [("a", "somebody still has it")]


def test_a_thread_waits_for_the_turn_of_another_before_it_gives_up() -> None:
    """The busy customer may be free by the time the turn in hand has ended."""
    queue = _queue("a", "b")
    busy = queue.take()
    assert busy
    queue.give_back(busy, "somebody has it")
    assert _taken(queue) == "b"
    found: list[str] = []
    waiting = threading.Thread(target=lambda: found.append(_taken(queue)))
    waiting.start()
    waiting.join(0.05)
    assert (waiting.is_alive(), found) == (True, [])
    queue.end()
    waiting.join(10)
    assert found == ["a"]


def test_a_queue_that_is_stopped_gives_nobody_out() -> None:
    """Who is still in it had no turn; whoever waits for a turn is let go."""
    queue = _queue("a", "b", "c")
    held = queue.take()
    assert held
    queue.give_back(held, "somebody has it")
    assert [_taken(queue), _taken(queue)] == ["b", "c"]
    waiting = threading.Thread(target=queue.take)
    waiting.start()
    queue.stop()
    waiting.join(10)
    assert not waiting.is_alive()
    assert [one.customer for one in queue.rest()] == ["a"]
