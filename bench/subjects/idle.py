"""What a batch costs for customers who wait for somebody: nothing can be done for any of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.figure import Figure, Measured
from bench.measure import by_turns
from bench.people import AT, customers
from bench.plan import Plan, workspace

MANY = 10_000
FEW = 100
"""Customers that are looked at anew, as all are once after the profile or the program has changed."""

ONE = Figure("customer with nothing to do, processor", "ms", at_most=2.0, judged="minimum")
ALL = Figure("10,000 customers with nothing to do, processor", "s", at_most=20.0, judged="minimum")
ANEW = Figure("customer with nothing to do, looked at anew, processor", "ms", judged="minimum")
BARE = Figure("their status rows by sqlite3 alone, a customer, processor", "ms", judged="minimum")


def run(plan: Plan) -> Iterator[Measured]:
    """The first batch of a process and those after it; except for the whole, ten thousand by calculation."""
    from onboarding.engine.batch import BatchOptions, run_batch
    from onboarding.store.store import Store

    count = plan.of(100, 1_000, MANY)
    with workspace() as folder, Store.open(folder) as store:
        names = customers(store, count, waiting=True)
        options = BatchOptions(apply=True, as_of=AT.isoformat())
        few = replace(options, customers=tuple(names[:FEW]))

        def batch(options: BatchOptions = options) -> None:
            if run_batch(store, options).runs:
                raise AssertionError("a customer who waits was run")

        def anew() -> None:
            _forget(store.layout.database, names[:FEW])
            batch(few)

        acts = {"batch": batch, "bare": lambda: _bare(store.layout.database), "anew": anew}
        found = by_turns(acts, plan.rounds, warm=plan.extent != "whole")
    each = [cost.processor / count for cost in found["batch"]]
    yield ONE.of(1000 * seconds for seconds in each)
    yield ALL.of(MANY * seconds for seconds in each)
    yield ANEW.of(1000 * cost.processor / FEW for cost in found["anew"])
    yield BARE.of(1000 * cost.processor / count for cost in found["bare"])


def _forget(database: Path, names: list[str]) -> None:
    """What was noted of these was worked out from another edition of the profile."""
    some = "SELECT id FROM engagements WHERE customer = ?"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            f"UPDATE due SET decided_by = 'another' WHERE engagement IN ({some})", [(n,) for n in names]
        )


def _bare(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("SELECT * FROM progress ORDER BY engagement, position").fetchall()
