"""How long a person waits for the command line."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figure import Figure

if TYPE_CHECKING:
    from onboarding.store.store import Store

CUSTOMERS = 500
ROUNDS = 5
PORTFOLIO = "from onboarding.report.portfolio import open_portfolio; open_portfolio().customers()"


def _seconds(*arguments: str) -> float:
    command = [str(Path(sys.executable).with_name("onboard")), *arguments]
    return _median(lambda: subprocess.run(command, check=True, capture_output=True))


def _python(code: str) -> float:
    return _median(lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True))


def _median(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _frames(store: Store) -> Iterator[Figure]:
    """Everything over all customers, pandas imported already."""
    from onboarding import frames

    for make in (frames.customers, frames.tasks, frames.evidence, frames.numbers, frames.runs, frames.durations):
        taken = _median(partial(make, store=store))
        yield Figure(f"frames.{make.__name__}, {CUSTOMERS} customers", taken, "s", most=2.0)


def run() -> list[Figure]:
    """`onboard --help`, `onboard status` over five hundred customers with answers, and the same as frames.

    The commands need no pandas; what its import alone takes stands beside them.
    """
    from onboarding.answers.answer_files import read_answers
    from onboarding.case.case import Case
    from onboarding.domain.history import Customer
    from onboarding.profile.load import load_profile
    from onboarding.resources import shipped
    from onboarding.store.store import Store

    at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    source = shipped("data", "examples", "bright-smile.toml")
    answers = dict(read_answers(load_profile("chinook").questionnaire, source).document)
    without_numbers = {name: value for name, value in answers.items() if name not in ("port_numbers", "users")}
    with tempfile.TemporaryDirectory(prefix="onboarding-bench-") as folder, Store.open(Path(folder)) as store:
        os.environ["ONBOARDING_HOME"] = folder
        for number in range(CUSTOMERS):
            customer = Customer(f"dental-{number:03d}", f"Dental Group {number}", at)
            store.create_customer(customer, "chinook")
            Case(store, customer, at, "bench").save_answers(without_numbers, "bench")
        shown, status = _seconds("--help"), _seconds("status")
        pandas, portfolio = _python("import pandas"), _python(PORTFOLIO)
        return [
            Figure("onboard --help", shown, "s", most=0.2),
            Figure(f"onboard status, {CUSTOMERS} customers", status, "s", most=1.0),
            Figure("import pandas", pandas, "s"),
            Figure("onboard --help : import pandas", shown / pandas, "x", most=1.0),
            Figure(f"portfolio, {CUSTOMERS} customers", portfolio, "s"),
            Figure("portfolio : onboard status", portfolio / status, "x", most=3.0),
            *_frames(store),
        ]
