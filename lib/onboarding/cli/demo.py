"""`onboard demo`: an invented customer from a filled-in workbook to the completion report, in the sandbox."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from onboarding import settings
from onboarding.answers.files import read_answers
from onboarding.cli.rehearsal import play
from onboarding.domain.problem import errors
from onboarding.domain.record import Customer
from onboarding.domain.task import STAGES
from onboarding.engine.batch import BAD, stages_to_run
from onboarding.engine.case import Case
from onboarding.engine.reports import Report, make_report
from onboarding.engine.run import RunParameters, run_stage
from onboarding.errors import OnboardingError
from onboarding.profile.load import load_profile
from onboarding.sandbox.server import Sandbox
from onboarding.store.store import Store

CUSTOMER = Customer("bright-smile", "Bright Smile Dental Group", "chinook", datetime(2026, 3, 2, 14, tzinfo=UTC))
WORKBOOK = "bright-smile.xlsx"


def run(folder: Path | None = None, console: Console | None = None) -> Report:
    """Play the whole journey in ``folder`` (the workspace's ``demo``, made anew) and return the report.

    Raises OnboardingError when a run fails or the customer does not come to completion.
    """
    console = console or Console()
    folder = folder or settings.workspace() / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    with Sandbox(folder / "sandbox") as sandbox, _pointed_at(sandbox, folder), Store.open(folder) as store:
        console.print(f"Sandbox: the portal's twin on {sandbox.url}, mail on port {sandbox.smtp_port}")
        case = _take_in(store, console)
        with _bar(console) as bar:
            journey = _Journey(case, sandbox, bar)
            end = play(case, sandbox.people(), journey.run_stages, journey.tell)
        if not end.is_complete:
            open_tasks = "; ".join(f"{view.task.title} ({view.state})" for view in end.waiting) or "nothing moves"
            raise OnboardingError("DEMO-STUCK", f"The demo did not come to an end: {open_tasks}.")
        report = make_report(store, CUSTOMER.id, case.at.isoformat())
        _sum_up(console, case, sandbox, report)
        return report


@contextmanager
def _pointed_at(sandbox: Sandbox, folder: Path) -> Iterator[None]:
    """The settings of this process and its kernels, pointed at the sandbox for the time of the demo."""
    before = dict(os.environ)
    os.environ.update(sandbox.environment())
    os.environ[settings.HOME.name] = str(folder)
    os.environ[settings.ENGINEER.name] = "demo"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _take_in(store: Store, console: Console) -> Case:
    """The customer and the workbook they sent back."""
    store.create_customer(CUSTOMER)
    case = Case.open(store, CUSTOMER.id, CUSTOMER.created_at, "demo")
    source = settings.project_root() / "data" / "examples" / WORKBOOK
    reading = read_answers(load_profile(CUSTOMER.profile).questionnaire, source)
    case.save_answers(reading.document, WORKBOOK)
    problems = case.checked().problems
    users = len(case.context().rows("users"))
    console.print(
        f"{CUSTOMER.name}: {users} users read from {WORKBOOK}, {len(errors(problems))} errors, "
        f"{len(problems) - len(errors(problems))} warnings"
    )
    return case


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


class _Journey:
    """Runs stages through papermill and shows how far the customer is."""

    def __init__(self, case: Case, sandbox: Sandbox, bar: Progress) -> None:
        self.case, self.sandbox, self.bar = case, sandbox, bar
        self.line = bar.add_task("tasks closed", total=len(case.progress().tasks))

    def run_stages(self, at: datetime) -> None:
        """Every stage that can move, in order, until nothing is left that this program can do."""
        self.sandbox.move_to(at)
        polls = True
        while stages := stages_to_run(self.case, self.case.progress(), polls=polls):
            before = self.case.progress()
            for stage in STAGES:
                if stage in stages or stage in stages_to_run(self.case, self.case.progress(), polls=polls):
                    self._run(stage, at)
            self._show()
            polls = False
            if self.case.progress() == before:
                break

    def _run(self, stage: str, at: datetime) -> None:
        self.bar.update(self.line, description=f"{at:%d %b} {self.case.profile.stage(stage).title}")
        parameters = RunParameters(self.case.customer.id, apply=True, as_of=at.isoformat())
        result = run_stage(self.case.store, stage, parameters, by="demo")
        self.bar.console.print(f"  {at:%a %d %b}  [bold]{stage:<16}[/bold] {result.outcome.value:<7} {result.message}")
        if result.outcome in BAD:
            raise OnboardingError("DEMO-FAILED", f"{stage}: {result.message}")

    def tell(self, at: datetime, what: str) -> None:
        """Somebody did something."""
        self.bar.console.print(f"  {at:%a %d %b}  [dim]{'person':<16} {what}[/dim]")
        self._show()

    def _show(self) -> None:
        closed = sum(view.state.is_closed for view in self.case.progress().tasks)
        self.bar.update(self.line, completed=closed)


def _sum_up(console: Console, case: Case, sandbox: Sandbox, report: Report) -> None:
    runs = case.store.runs(case.customer.id)
    findings = case.store.verify(case.customer.id)
    days = (case.at - CUSTOMER.created_at).days
    console.print(
        f"\n{CUSTOMER.name} is complete after {days} simulated days: {len(runs)} notebooks archived, "
        f"{len(sandbox.mails())} mails sent, audit {'clean' if not findings else findings[0]}"
    )
    console.print(f"Report: {report.html}", soft_wrap=True)
