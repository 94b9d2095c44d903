"""The completion report: its notebook executed like a runbook, archived, and rendered to one HTML file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from onboarding.case.case import engineer
from onboarding.case.clock import parse_moment
from onboarding.case.sample import case_of
from onboarding.domain.event import Event
from onboarding.engine.execute import Executor, with_papermill
from onboarding.engine.run import CELL_TIMEOUT, begin, kernel_environment
from onboarding.errors import OnboardingError
from onboarding.report.completion import figures_of
from onboarding.report.pdf import to_pdf
from onboarding.report.render import render
from onboarding.report.summary import write_json
from onboarding.resources import shipped
from onboarding.store.model import RunOutcome
from onboarding.store.store import Store

REPORT = "report"
"""What the run list calls the making of a report."""


@dataclass(frozen=True, slots=True)
class Report:
    """Where the report lies; ``pdf`` is None unless it was asked for."""

    html: Path
    pdf: Path | None
    size: int
    sha256: str


def make_report(
    store: Store,
    customer: str,
    as_of: str = "",
    folder: Path | None = None,
    with_pdf: bool = False,
    executor: Executor = with_papermill,
) -> Report:
    """Execute `reports/completion.ipynb` for one customer and render it, with its figures as JSON beside it.

    Raises InputError for an unknown customer, OnboardingError when the notebook fails or no browser is there for a PDF.
    """
    at = parse_moment(as_of)
    by = engineer()
    case = case_of(store, customer, at, by)
    store = case.store
    source = _source("completion")
    given = {"customer": customer, "as_of": as_of}
    run_id = begin(case, REPORT, given, source)
    with tempfile.TemporaryDirectory(prefix="onboarding-report-") as scratch:
        executed = Path(scratch) / source.name
        environment = kernel_environment(store, run_id, by)
        execution = executor(source, executed, given, environment, CELL_TIMEOUT, lambda done, total: None)
        is_whole = execution.end == "completed"
        store.finish_run(
            run_id,
            RunOutcome.DONE if is_whole else RunOutcome.FAILED,
            Event("report.made") if is_whole else Event("run.failed", REPORT, {"error": execution.error}),
            at,
            executed.read_bytes() if executed.is_file() else None,
            last_cell=execution.last_cell,
        )
        if not is_whole:
            raise OnboardingError("REPORT-FAILED", f"The report of {customer} could not be made: {execution.error}")
        target = (folder or store.layout.reports) / customer / "completion.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        rendered = render(executed, target)
        write_json(figures_of(case), target.with_suffix(".json"))
    pdf = to_pdf(rendered.path, target.with_suffix(".pdf")) if with_pdf else None
    return Report(rendered.path, pdf, rendered.size, rendered.sha256)


def make_portfolio(
    store: Store, as_of: str = "", folder: Path | None = None, executor: Executor = with_papermill
) -> Path:
    """Execute `reports/portfolio.ipynb` over all customers and render it beside their reports.

    The page reads and proves nothing, so it is not archived. Raises OnboardingError when the notebook fails.
    """
    source = _source("portfolio")
    parse_moment(as_of)
    target = (folder or store.layout.reports) / "index.html"
    with tempfile.TemporaryDirectory(prefix="onboarding-report-") as scratch:
        executed = Path(scratch) / source.name
        environment = kernel_environment(store, REPORT, engineer())
        execution = executor(source, executed, {"as_of": as_of}, environment, CELL_TIMEOUT, lambda done, total: None)
        if execution.end != "completed":
            raise OnboardingError("REPORT-FAILED", f"The portfolio could not be made: {execution.error}")
        return render(executed, target).path


def _source(name: str) -> Path:
    return shipped("reports", f"{name}.ipynb")
