"""How long a person waits for the command line."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure

CUSTOMERS = 500
ROUNDS = 5


def _seconds(*arguments: str) -> float:
    command = [str(Path(sys.executable).with_name("onboard")), *arguments]
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def run() -> list[Figure]:
    """`onboard --help`, and `onboard status` over five hundred customers with answers."""
    from onboarding.answers.files import read_answers
    from onboarding.domain.record import Customer
    from onboarding.engine.case import Case
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
        return [
            Figure("onboard --help", _seconds("--help"), "s", most=0.2),
            Figure(f"onboard status, {CUSTOMERS} customers", _seconds("status"), "s", most=1.0),
        ]
