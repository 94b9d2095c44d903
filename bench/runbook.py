"""A runbook run by us against plain papermill on the same notebook, alternating, so that both see the same machine."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path

from bench.figure import Figure

ROUNDS = 5


def _workspace() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="onboarding-bench-")


def _plain(source: Path, target: Path, customer: str) -> None:
    from papermill import execute_notebook

    execute_notebook(str(source), str(target), parameters={"customer": customer}, progress_bar=False)


def run() -> list[Figure]:
    """Medians of both, and their ratio; ours includes checking parameters, judging and archiving."""
    from onboarding.case.clock import parse_moment
    from onboarding.case.sample import SAMPLE, open_sample
    from onboarding.engine.stage_run import RunParameters, run_stage, runbook

    with _workspace() as folder:
        os.environ["ONBOARDING_HOME"] = folder
        case = open_sample(parse_moment(""))
        source = runbook("provision")
        ours, plain = [], []
        for turn in range(ROUNDS + 1):
            begun = time.perf_counter()
            run_stage(case.store, "provision", RunParameters(SAMPLE))
            between = time.perf_counter()
            _plain(source, Path(folder) / f"plain-{turn}.ipynb", SAMPLE)
            if turn:  # the first turn warms both
                ours.append(between - begun)
                plain.append(time.perf_counter() - between)
        case.store.close()
    a, b = statistics.median(ours), statistics.median(plain)
    return [
        Figure("30_provision run by us, median", a, "s"),
        Figure("30_provision by plain papermill, median", b, "s"),
        Figure("ours : plain papermill", a / b, "x", most=1.0),
    ]
