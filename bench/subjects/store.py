"""What the store costs: intents beside the same rows by sqlite3 alone, answers, reservations, the audit."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

from bench.figure import Against, Figure, Measured
from bench.measure import by_turns, cost
from bench.people import AT, PATTERN, customers
from bench.plan import Plan, workspace
from onboarding.domain.action import Action, Operation
from onboarding.store.store import Store

INTENTS = 100
NUMBERS = 20_000
"""Numbers of the longest range."""

JOURNAL = Against(
    "journal: 100 intents, each on disk",
    "journal: the same rows by sqlite3 alone, each on disk",
    "sqlite3",
    at_least=0.2,
)
RATE = Figure("journal: intents on disk", "1/s", at_least=50.0)
FLUSH = Figure("journal: bare write and fsync", "1/s")
CELL = Figure("answers: one cell of 2,000 users saved, processor", "ms", at_most=250.0, judged="minimum")
RANGE = Figure("inventory: 20,000 numbers reserved, processor", "s", at_most=6.0, judged="minimum")
MORE = Figure("inventory: one number more beside them, processor", "s", at_most=1.5, judged="minimum")
AUDIT = Figure("audit: 200 customers verified, processor", "s", at_most=8.0, judged="minimum")


def run(plan: Plan) -> Iterator[Measured]:
    with workspace() as folder, Store.open(folder) as store:
        customers(store, 1)
        bare = folder / "bare.db"
        _empty_copy(store.layout.database, bare)
        acts = {"intents": _intents(store), "bare": _rows(store.layout.database, bare)}
        acts["intents"]()
        found = by_turns(acts, plan.rounds)
        yield from JOURNAL.of(found["intents"], found["bare"])
        yield RATE.of(INTENTS / one.wall for one in found["intents"])
        yield FLUSH.of(INTENTS / _wall(lambda: _flush(folder)) for _ in range(plan.rounds))
        yield CELL.of(1000 * one.processor for one in by_turns({"cell": _cell(store)}, plan.rounds)["cell"])
        reserve = _reserving(store)
        yield RANGE.of([cost(reserve(NUMBERS)).processor])
        more = [cost(reserve(NUMBERS + extra)).processor for extra in range(1, plan.rounds + 1)]
        yield MORE.of(more)
    with workspace() as folder, Store.open(folder) as store:
        _many(store)
        yield AUDIT.of(one.processor for one in by_turns({"audit": store.verify}, min(plan.rounds, 3))["audit"])


def _wall(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _intents(store: Store) -> Callable[[], None]:
    numbers = count()

    def intend() -> None:
        for _ in range(INTENTS):
            key = str(next(numbers))
            action = Action(f"t/{key}", "t", "portal", Operation.CREATE, "user", key, "Create a user", {"email": key})
            store.intend(PATTERN, "provision", action, f"{PATTERN}/1/{key}", AT)

    return intend


def _empty_copy(database: Path, target: Path) -> None:
    """The tables an intent is written to, without rows, in a file that is written in the same way."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as made:
        [(way,)] = source.execute("PRAGMA journal_mode")
        made.execute(f"PRAGMA journal_mode = {way}")
        for (statement,) in source.execute("SELECT sql FROM sqlite_master WHERE name IN ('journal', 'audit')"):
            made.execute(statement)


def _rows(database: Path, target: Path) -> Callable[[], None]:
    """Writes the newest rows of the journal and of the audit chain again, a pair in each transaction."""

    def write() -> None:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as made:
            made.isolation_level = None
            made.execute("PRAGMA synchronous = FULL")
            made.execute("DELETE FROM journal")
            made.execute("DELETE FROM audit")
            last = f"ORDER BY rowid DESC LIMIT {INTENTS}"
            pairs = zip(*(source.execute(f"SELECT * FROM {name} {last}").fetchall() for name in TABLES), strict=True)
            for pair in pairs:
                made.execute("BEGIN IMMEDIATE")
                for name, row in zip(TABLES, pair, strict=True):
                    made.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)
                made.execute("COMMIT")

    return write


TABLES = ("journal", "audit")


def _flush(folder: Path) -> None:
    with (folder / "flushed").open("wb") as stream:
        for _ in range(INTENTS):
            stream.write(b"x" * 4096)
            stream.flush()
            os.fsync(stream.fileno())


def _cell(store: Store) -> Callable[[], object]:
    users = [
        {"email": f"user{n}@brightsmile.example", "first_name": "Anna", "last_name": f"Name {n}", "extension": "0100",
         "services": ["exchange", "lync"], "number": "+16175550101", "site": "Boston"}
        for n in range(2000)
    ]  # fmt: skip
    names = count()
    store.save_section(PATTERN, "users", users, "anna", AT, "form")
    kept = store.answers(PATTERN)
    users = kept.document["users"] if kept else users  # as the form has them from now on: with the ids of rows

    def save() -> None:
        users[7]["last_name"] = f"Changed {next(names)}"
        store.save_section(PATTERN, "users", users, "anna", AT, "form")

    return save


def _reserving(store: Store) -> Callable[[int], Callable[[], object]]:
    """How many numbers -> what reserves so many."""

    def reserve(last: int) -> Callable[[], object]:
        wanted = {("number", "", f"+1617{number:07d}"): "did" for number in range(2_000_000, 2_000_000 + last)}
        return lambda: store.reserve(PATTERN, wanted, AT)

    return reserve


def _many(store: Store) -> None:
    """200 customers, each with a chain that is whole."""
    from onboarding.domain.history import Customer

    for number in range(200):
        store.create_customer(Customer(f"customer-{number}", f"Customer {number}", AT), "chinook")
