"""Working copies: a runbook with its parameters for JupyterLab, which becomes the record once a person has run it."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat

from onboarding.case.case import engineer
from onboarding.case.clock import as_of
from onboarding.case.sample import case_of
from onboarding.engine.execute import Execution, prepared
from onboarding.engine.stage_run import RunParameters, RunResult, begin, file_name, given_to, heading, judge, runbook
from onboarding.errors import InputError, OnboardingError
from onboarding.files import write_atomically
from onboarding.profile.stages import known_stage
from onboarding.store.store import Store


def open_working_copy(store: Store, stage: str, parameters: RunParameters) -> Path:
    """A copy of the runbook with its parameters, for JupyterLab; the copy, once run and saved, is the record.

    An earlier copy with results is taken into the archive first, one without is replaced.
    """
    opened = case_of(store, parameters.customer, datetime.now(UTC), engineer(), parameters.service)
    case = as_of(opened, parameters.as_of)
    known_stage(case.profile, stage)
    source = runbook(stage)
    given = given_to(source, stage, parameters)
    case.refuse_ended()
    store = case.store
    target = store.layout.working / parameters.customer / case.service / file_name(case.profile, stage)
    if target.is_file():
        archive_working_copy(store, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    notebook = prepared(source, given, heading(case.profile, stage))
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):  # the injected cell below it is the one that counts
            cell.metadata["jupyter"] = {"source_hidden": True}
    notebook.metadata["onboarding"] = {
        "customer": parameters.customer, "service": case.engagement.service, "stage": stage, "parameters": given,
    }  # fmt: skip
    write_atomically(target, nbformat.writes(notebook).encode())  # type: ignore[no-untyped-call]
    return target


def archive_working_copies(store: Store, customer: str = "") -> list[RunResult]:
    """Take every saved working copy with results into the archive that is not there already."""
    copies = sorted((store.layout.working / customer).rglob("*.ipynb")) if store.layout.working.is_dir() else []
    results = [archive_working_copy(store, path) for path in copies if ".ipynb_checkpoints" not in path.parts]
    return [result for result in results if result is not None]


def archive_working_copy(store: Store, path: Path) -> RunResult | None:
    """Archive one working copy as the run by hand it is; None when it holds no results or is archived as it stands.

    Raises InputError when the file is not a working copy.
    """
    data = path.read_bytes()
    notebook = nbformat.reads(data.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    about = notebook.metadata.get("onboarding")
    if not about:
        raise InputError("COPY-FOREIGN", f"{path.name} is not a working copy.", "`onboard open` makes one.")
    ran = [index for index, cell in enumerate(notebook.cells) if cell.get("execution_count")]
    digest = sha256(data).hexdigest()
    if not ran or any(run.digest == digest for run in store.runs(about["customer"])):
        return None
    case = case_of(store, about["customer"], datetime.now(UTC), engineer(), about["service"])
    error = _first_error(notebook)
    execution = Execution("failed", error[1], error[0], ran[-1]) if error else Execution("completed", last_cell=ran[-1])
    outcome, message = judge(case, about["stage"], execution, bool(about["parameters"].get("apply")))
    run_id = begin(case, about["stage"], about["parameters"], runbook(about["stage"]), is_headless=False)
    return RunResult.of(store.finish_run(run_id, outcome, message, case.at, data, last_cell=ran[-1]))


def archive_after_save(path: Path) -> str:
    """For the notebook server: archive a working copy that was just saved, once its last cell has been run.

    Returns what to log, empty when there was nothing to do. Never raises: saving comes first.
    """
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        about = notebook.metadata.get("onboarding")
        last = next((cell for cell in reversed(notebook.cells) if cell.cell_type == "code"), None)
        if not about or last is None or not last.execution_count:
            return ""
        with Store.open() as store:
            case = case_of(store, about["customer"], datetime.now(UTC), engineer(), about["service"])
            result = archive_working_copy(case.store, path)
        return f"{path.name} was archived as {result.archived}" if result else ""
    except (OnboardingError, OSError, ValueError, KeyError) as problem:
        return f"{path.name} was saved but not archived: {problem}"


def _first_error(notebook: Any) -> tuple[str, str] | None:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return output.ename, output.evalue
    return None
