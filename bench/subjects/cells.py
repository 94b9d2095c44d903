"""What a person waits for in a runbook of a customer with 500 users: each cell, the set-up cell, the form.

The cells of all runbooks run in an interactive shell of a process that was made ready as kernels are; what a cell ends
in is shown as JupyterLab would be given it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figure import Figure, Measured
from bench.measure import quiet
from bench.people import AT, PROFILE, with_users
from bench.plan import ROOT, Plan, workspace

USERS = 500
CUSTOMER = "five-hundred"
STAGES = ("gather", "telephony", "provision", "enable_services", "migrate", "cutover")

SETUP = Figure("500 users: slowest set-up cell, processor", "s", at_most=0.5, judged="minimum")
FORM = Figure("500 users: slowest form, processor", "s", at_most=1.0, judged="minimum")
CELLS = tuple(
    Figure(f"500 users: slowest other cell of {s}, processor", "s", at_most=0.2, judged="minimum") for s in STAGES
)
BARE = Figure("500 users: a bare frame of them as HTML, processor", "s", judged="minimum")


def run(plan: Plan) -> Iterator[Measured]:
    from onboarding.case.case import Case
    from onboarding.domain.history import Customer
    from onboarding.store.store import Store

    with workspace() as folder, quiet():
        with Store.open(folder) as store:
            store.create_customer(Customer(CUSTOMER, "Dental Group", AT), PROFILE)
            Case.open(store, CUSTOMER, AT, "bench").save_answers(with_users(USERS), "bench")
        rounds = [_child() for _ in range(plan.rounds)]
    yield SETUP.of(max(cells["setup"] for cells in one.values()) for one in rounds)
    yield FORM.of(max(cells["form"] for cells in one.values() if "form" in cells) for one in rounds)
    for figure, stage in zip(CELLS, STAGES, strict=True):
        yield figure.of(one[stage]["other"] for one in rounds)
    yield BARE.of(_bare() for _ in range(plan.rounds))


def _child() -> dict[str, dict[str, float]]:
    command = [sys.executable, "-m", "bench.subjects.cells"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _bare() -> float:
    import pandas as pd

    frame = pd.DataFrame(with_users(USERS)["users"])
    begun = time.process_time()
    frame.to_html()
    return time.process_time() - begun


def _times(stage: str) -> dict[str, float]:
    """Kind of cell -> processor seconds of the slowest of its kind; raises what a cell raises."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from onboarding.engine.stage_run import runbook

    shell = InteractiveShell()
    slowest: dict[str, float] = {}
    for cell in nbformat.read(runbook(stage), as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tags = cell.metadata.get("tags", ())
        given = f"\ncustomer, as_of = {CUSTOMER!r}, {AT.isoformat()!r}" if "parameters" in tags else ""
        begun = time.process_time()
        with capture_output() as shown:
            done = shell.run_cell(cell.source + given)
        done.raise_error()
        if "parameters" not in tags and "setup" not in tags and done.result is not None and not shown.stdout:
            raise AssertionError(f"{cell.source} of {stage} shows nothing")
        kind = next((name for name in ("setup", "form") if name in tags), "other")
        slowest[kind] = max(slowest.get(kind, 0.0), time.process_time() - begun)
    return slowest


def _ready() -> None:
    from onboarding.notebook.warm import prepare

    prepare((PROFILE,))


if __name__ == "__main__":
    _ready()
    print(json.dumps({stage: _times(stage) for stage in STAGES}))
