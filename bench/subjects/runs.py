"""One runbook, run through our library and by our command, beside papermill's own on the same notebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figure import Against, Measured
from bench.measure import Act, by_turns, quiet, tool
from bench.plan import Plan, workspace

STAGE = "provision"

LIBRARY = Against(
    "one run through the library",
    "one run by papermill's execute_notebook",
    "execute_notebook",
    at_least=8.0,
    of_processor=True,
)
COMMAND = Against("one run by onboard run", "one run by the papermill command", "papermill", at_least=2.0)


def run(plan: Plan) -> Iterator[Measured]:
    """Each run of ours has its parameters checked, is judged and is archived; the other only executes and saves."""
    with workspace() as folder, quiet():
        source, library = _library()
        library()  # what processes are forked from is made ready for a profile with its second run, not counted either
        found = by_turns({"ours": library, "theirs": _papermill(source, folder)}, plan.rounds)
        yield from LIBRARY.of(found["ours"], found["theirs"])
        command = tool("papermill", *COLD, str(source), str(folder / "cold.ipynb"), "-p", "customer", "sample")
        found = by_turns({"ours": tool("onboard", "run", "sample", STAGE, ends=(0, 3)), "theirs": command}, plan.rounds)
        yield from COMMAND.of(found["ours"], found["theirs"])


COLD = ("--no-progress-bar",)


def _library() -> tuple[Path, Act]:
    """The runbook, and what runs it once for the training customer."""
    from onboarding.case.clock import parse_moment
    from onboarding.case.sample import SAMPLE, open_sample
    from onboarding.engine.stage_run import RunParameters, run_stage, runbook

    store = open_sample(parse_moment("")).store
    return runbook(STAGE), lambda: run_stage(store, STAGE, RunParameters(SAMPLE))


def _papermill(source: Path, folder: Path) -> Act:
    from papermill import execute_notebook

    given = {"customer": "sample"}
    target = str(folder / "plain.ipynb")
    return lambda: execute_notebook(str(source), target, parameters=given, progress_bar=False)
