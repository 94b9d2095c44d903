"""One writer per customer."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from onboarding.domain.history import Customer
from onboarding.errors import Busy, InputError, StoreError
from onboarding.store.store import Store


def test_a_held_customer_is_refused_with_its_holder(store: Store, start) -> None:
    """The refusal names process, host and instant; another customer or purpose is not locked."""
    worker = start("hold")
    assert worker.line() == "ready"
    with (
        pytest.raises(Busy, match=rf"CUSTOMER-BUSY: .*process {worker.process.pid} on .* since 20"),
        store.lock("bright-smile"),
    ):
        pass
    store.create_customer(Customer("other", "O", store.customer("bright-smile").created_at), "chinook")
    with store.lock("other"), store.lock("bright-smile", purpose="run"):
        pass


def test_a_killed_holder_holds_nothing(store: Store, start) -> None:
    """After kill -9 the lock is free by itself; no file has to be removed."""
    worker = start("hold")
    assert worker.line() == "ready"
    worker.kill()
    with store.lock("bright-smile", wait=30):
        pass


def test_waiting_gets_the_lock_when_it_is_given_back(store: Store, start) -> None:
    """With `wait` the lock is taken as soon as its holder ends."""
    worker = start("hold")
    assert worker.line() == "ready"
    with pytest.raises(Busy), store.lock("bright-smile", wait=0.2):
        pass
    worker.process.kill()
    with store.lock("bright-smile", wait=30):
        pass


def test_the_lock_is_given_back(store: Store) -> None:
    """It is free after the block, also after an error in it, and is not re-entrant."""
    with store.lock("bright-smile"), pytest.raises(Busy, match="CUSTOMER-BUSY"), store.lock("bright-smile"):
        pass
    with pytest.raises(ZeroDivisionError), store.lock("bright-smile"):
        raise ZeroDivisionError
    with store.lock("bright-smile"):
        pass


def test_only_one_of_eight_is_in_at_a_time(store: Store) -> None:
    """Eight threads take turns; never are two inside."""
    inside, most = [], []

    def enter(number: int) -> None:
        with store.lock("bright-smile", wait=60):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(8)))
    assert most == [1] * 8


def test_a_purpose_is_one_word(store: Store) -> None:
    """It becomes part of a file's name."""
    with pytest.raises(InputError, match="LOCK-PURPOSE"), store.lock("bright-smile", purpose="../x"):
        pass
    with pytest.raises(InputError, match="CUSTOMER-UNKNOWN"), store.lock("nobody"):
        pass


def test_a_lock_that_cannot_be_made_is_said_so(store: Store) -> None:
    """A folder in the place of the lock's file is a fault of the workspace, not somebody at work."""
    if not store._database.is_sqlite:
        pytest.skip("PostgreSQL keeps its locks itself")
    (store.layout.locks / "bright-smile.apply").mkdir()
    with pytest.raises(StoreError, match="STORE-READ-ONLY"), store.lock("bright-smile"):
        pass
