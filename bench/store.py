"""What the store costs: status of many customers, intents, answers, the audit, and the import."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure
from onboarding.domain.action import Action, Operation
from onboarding.domain.history import Customer, TaskState
from onboarding.store.store import Store
from onboarding.store.values import StatusRow

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CUSTOMERS = 500
NUMBERS = 20_000  # of the longest range
ROWS = 60  # tasks of a customer; one in ten is open


def run() -> list[Figure]:
    """Times of the store over many customers, and how many intents a second reach the disk."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "workspace", "") as store:
        _fill(store)
        flush = _flush_rate(Path(folder))
        return [
            Figure(f"status of {CUSTOMERS} customers", _milliseconds(store.status), "ms", most=50.0),
            Figure("open, status, close", _milliseconds(lambda: _open_status(store.layout.folder)), "ms", most=200.0),
            Figure("import of the store", _import_time(), "ms", most=600.0),
            Figure("journal: intents on disk", _rate(store), "1/s", least=50.0),
            Figure("bare write and fsync, to compare", flush, "1/s"),
            Figure("one cell of 2,000 users saved", _milliseconds(_cell(store)), "ms", most=250.0),
            Figure(f"{NUMBERS:,} numbers reserved", _milliseconds(_range(store), 1), "ms", most=6_000.0),
            Figure("one number more beside them", _milliseconds(_one_more(store), 3), "ms", most=1_500.0),
            Figure(f"audit of {CUSTOMERS} customers", _milliseconds(store.verify, 1), "ms", most=20_000.0),
        ]


def _fill(store: Store) -> None:
    states = [TaskState.DONE] * 5 + [TaskState.BLOCKED] * 4 + [TaskState.WAITING]
    rows = [
        StatusRow("telephony", f"telephony.task-{n}", f"Task {n}", states[n % 10], "carrier", AT, AT.date(), "waits")
        for n in range(ROWS)
    ]
    for number in range(CUSTOMERS):
        store.create_customer(Customer(f"customer-{number}", f"Customer {number}", AT), "chinook")
        store.note_progress(f"customer-{number}", rows)


def _open_status(folder: Path) -> None:
    with Store.open(folder, "") as store:
        store.status()


def _import_time() -> float:
    """Milliseconds beyond the bare interpreter, best of three."""

    def start(code: str) -> float:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return (time.perf_counter() - begun) * 1000

    return min(start("import onboarding.store.store") for _ in range(3)) - min(start("") for _ in range(3))


def _rate(store: Store, count: int = 200) -> float:
    begun = time.perf_counter()
    for number in range(count):
        key = str(number)
        action = Action(f"t/{key}", "t", "portal", Operation.CREATE, "user", key, "Create a user", {"email": key})
        store.intend("customer-0", "provision", action, f"customer-0/1/{key}", AT)
    return count / (time.perf_counter() - begun)


def _flush_rate(folder: Path, count: int = 200) -> float:
    with (folder / "flushed").open("wb") as stream:
        begun = time.perf_counter()
        for _ in range(count):
            stream.write(b"x" * 4096)
            stream.flush()
            os.fsync(stream.fileno())
        return count / (time.perf_counter() - begun)


def _cell(store: Store) -> Callable[[], object]:
    users = [
        {"email": f"user{n}@brightsmile.example", "first_name": "Anna", "last_name": f"Name {n}", "extension": "0100",
         "services": ["exchange", "lync"], "number": "+16175550101", "site": "Boston"}
        for n in range(2000)
    ]  # fmt: skip
    names = iter(range(1000))
    store.save_section("customer-1", "users", users, "anna", AT, "form")
    kept = store.answers("customer-1")
    users = kept.document["users"] if kept else users  # as the form has them from now on: with the ids of rows

    def save() -> None:
        users[7]["last_name"] = f"Changed {next(names)}"
        store.save_section("customer-1", "users", users, "anna", AT, "form")

    return save


def _range(store: Store, last: int = NUMBERS) -> Callable[[], object]:
    wanted = {("number", "", f"+1617{number:07d}"): "did" for number in range(2_000_000, 2_000_000 + last)}
    return lambda: store.reserve("customer-2", wanted, AT)


def _one_more(store: Store) -> Callable[[], object]:
    counts = iter(range(NUMBERS + 1, NUMBERS + 100))

    def reserve() -> None:
        _range(store, next(counts))()

    return reserve


def _milliseconds(call: Callable[[], object], times: int = 7) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begun)
    return min(taken) * 1000
