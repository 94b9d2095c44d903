"""The completion report: its notebook executed like a runbook, archived, and rendered to one HTML file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from onboarding.case import clock
from onboarding.case.case import engineer
from onboarding.case.resellers import sold_by
from onboarding.case.sample import case_of
from onboarding.domain.event import Event
from onboarding.engine import kernels
from onboarding.engine.execute import Execution, Job, with_papermill
from onboarding.engine.stage_run import CELL_TIMEOUT, begin, kernel_environment
from onboarding.errors import OnboardingError
from onboarding.report.completion import figures_of
from onboarding.report.data_file import write_json
from onboarding.report.portfolio import page_name
from onboarding.report.render import render
from onboarding.resources import shipped
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome

REPORT = "report"
"""What the run list calls the making of a report."""


def make_report(store: Store, customer: str, as_of: str = "", folder: Path | None = None, service: str = "") -> Path:
    """Execute `reports/completion.ipynb` for one customer and render it, with its figures as JSON beside it.

    Where the customer has several services, the report is of one, whose name the file has. Returns the page. Raises
    InputError for an unknown customer, OnboardingError when the notebook fails.
    """
    kernels.check()  # refused before anything is noted
    by = engineer()
    case = clock.as_of(case_of(store, customer, datetime.now(UTC), by, service), as_of)
    at = case.at
    store, given = case.store, {"customer": customer, "as_of": as_of, "service": case.service}
    source = shipped("reports", "completion.ipynb")
    run_id = begin(case, REPORT, given, source)
    with store.folder_of(run_id) as scratch:
        executed, execution = _execute(source, scratch, given, kernel_environment(store, run_id, by))
        is_whole = execution.end == "completed"
        outcome = RunOutcome.DONE if is_whole else RunOutcome.FAILED
        message = Event("report.made") if is_whole else Event("run.failed", REPORT, {"error": execution.error})
        notebook = executed.read_bytes() if executed.is_file() else None
        store.finish_run(run_id, outcome, message, at, notebook, last_cell=execution.last_cell)
        if not is_whole:
            raise OnboardingError("REPORT-FAILED", f"The report of {customer} could not be made: {execution.error}")
        page = render(executed, (folder or store.layout.reports) / customer / page_name(case.service)).path
    write_json(figures_of(case), page.with_suffix(".json"))
    return page


def make_portfolio(store: Store, as_of: str = "", folder: Path | None = None, reseller: str = "") -> Path:
    """Execute `reports/portfolio.ipynb` over all customers and render it beside their reports; returns the page.

    With ``reseller`` over its customers only, in a page of its own.

    The page reads and proves nothing, so it is not archived. Raises OnboardingError when the notebook fails.
    """
    clock.check_all(store, as_of, sold_by(store, reseller))
    source, environment = shipped("reports", "portfolio.ipynb"), kernel_environment(store, REPORT, engineer())
    with tempfile.TemporaryDirectory(prefix="onboarding-report-") as scratch:
        executed, execution = _execute(source, Path(scratch), {"as_of": as_of, "reseller": reseller}, environment)
        if execution.end != "completed":
            raise OnboardingError("REPORT-FAILED", f"The portfolio could not be made: {execution.error}")
        name = f"index-{reseller}.html" if reseller else "index.html"
        return render(executed, (folder or store.layout.reports) / name).path


def _execute(
    source: Path, folder: Path, given: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[Path, Execution]:
    executed = folder / source.name
    return executed, with_papermill(Job(source, executed, given, environment, CELL_TIMEOUT), lambda done, total: None)
