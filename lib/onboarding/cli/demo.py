"""`onboard demo`: one invented customer per provider, side by side, from their answers to the completion report."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from onboarding import settings
from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.cli.simulation import play
from onboarding.domain.history import Customer
from onboarding.domain.question import errors
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.batch import BAD
from onboarding.engine.stage_run import RunParameters, run_stage
from onboarding.errors import OnboardingError
from onboarding.profile.load import edition_of, load_profile
from onboarding.report.make import make_portfolio, make_report
from onboarding.resources import shipped
from onboarding.sandbox.server import Sandbox
from onboarding.stages.owed import owed
from onboarding.store.store import Store

BEGIN = datetime(2026, 3, 2, 14, tzinfo=UTC)


def _invented(name: str, title: str, language: str = "en") -> Customer:
    return Customer(name, title, BEGIN, language=language, is_training=True)


INVENTED = (
    (_invented("bright-smile", "Bright Smile Dental Group"), "chinook", "bright-smile.xlsx"),
    (_invented("harbor-freight-lines", "Harbor Freight Lines"), "mitel-micloud", "harbor-freight-lines.toml"),
    (_invented("cedar-valley-schools", "Cedar Valley Schools"), "univoip-teams", "cedar-valley-schools.toml"),
    (_invented("marlow-law", "Marlow & Finch Law"), "univoip-officeconnect", "marlow-law.toml"),
    (_invented("northwind-clinic", "Northwind Clinic", "es"), "emetrotel", "northwind-clinic.toml"),
)
"""Customer, profile and the file with their answers, one per provider; for training, as their days are."""


@dataclass(frozen=True, slots=True)
class DemoScreen:
    """What the demo leaves behind: a report per customer and the page that links them."""

    reports: tuple[Path, ...]
    portfolio: Path


def run(
    folder: Path | None = None,
    console: Console | None = None,
    invented: Sequence[tuple[Customer, str, str]] = INVENTED,
    jobs: int = 0,
) -> DemoScreen:
    """Play the whole journey of every customer in ``folder`` (the workspace's ``demo``, made anew).

    ``jobs`` customers at a time; 0 is one per processor and one more, since people are waited for meanwhile. Raises
    OnboardingError when a run fails or a customer does not come to completion.
    """
    console = console or Console()
    folder = folder or settings.workspace() / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    with Sandbox(folder / "sandbox") as sandbox, _pointed_at(sandbox, folder), Store.open(folder) as store:
        console.print(f"Sandbox: portals on {sandbox.url}, mail on port {sandbox.smtp_port}")
        cases = [_take_in(store, console, *one) for one in invented]
        for case in cases:
            register_platform(sandbox, case)
        stop = threading.Event()
        columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as bar, ThreadPoolExecutor(jobs or (os.cpu_count() or 1) + 1) as pool:
            journeys = [_Journey(case, sandbox, bar, stop) for case in cases]
            reports = tuple(pool.map(_Journey.play, journeys))
        portfolio = make_portfolio(store, max(case.at for case in cases).isoformat())
        _sum_up(console, cases, sandbox, reports, portfolio)
        return DemoScreen(reports, portfolio)


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


def _take_in(store: Store, console: Console, customer: Customer, profile: str, file: str) -> Case:
    """The customer and the answers they sent back."""
    offer = load_profile(profile)
    store.create_customer(customer, profile, edition=edition_of(profile))
    case = Case.open(store, customer.id, customer.created_at, "demo")
    reading = read_answers(offer.questionnaire, shipped("data", "examples", file))
    case.save_answers(reading.document, file)
    wrong = errors(case.checked().problems)
    users = f"{len(case.context().rows('users'))} users read from {file}"
    console.print(f"{customer.name}: {case.profile.title}, {users}, {len(wrong)} errors", soft_wrap=True)
    if wrong:
        raise OnboardingError("DEMO-ANSWERS", f"{file}: {wrong[0]}")
    return case


def register_platform(sandbox: Sandbox, case: Case) -> None:
    """What the provider registered in the management portal beforehand: platform group and bundles (M-01, M-02)."""
    values = case.checked().values
    platform = values.get("platform")
    if not platform or not platform.get("group"):
        return
    portal = sandbox.mmp
    portal.do("enable-platform-manager")
    portal.do("register-platform-manager", address=platform.get("manager_address", ""), user="demo", password="demo")
    portal.do("register-blueprint", name=platform.get("blueprint_name", ""))
    versions = {name: platform[name] for name in ("micollab_version", "mivb_version")}
    blueprint = platform.get("blueprint_name")
    portal.do("add-platform", name=platform["group"], type="MiVoice Business", blueprint=blueprint, **versions)
    for bundle in values.get("bundles", ()):
        phones, meetings = len(bundle["phones"]), bool(bundle.get("meetings"))
        portal.do("add-bundle-type", name=bundle["name"], phones=phones, meetings=meetings)


class _Journey:
    """One customer's way: runs through papermill, people on their promised days, the report at the end."""

    def __init__(self, case: Case, sandbox: Sandbox, bar: Progress, stop: threading.Event) -> None:
        self.case, self.sandbox, self.bar, self.stop = case, sandbox, bar, stop
        self.line = bar.add_task(f"{case.customer.name[:26]:<26}", total=len(case.progress().tasks))

    def play(self) -> Path:
        """From the answers to the report; whoever fails stops the others."""
        try:
            end = play(self.case, self.sandbox.people(), self.run_stages, self.show_act)
            if not end.is_complete:
                waiting = "; ".join(f"{one.title} ({one.state})" for one in owed(end)) or "nothing moves"
                raise OnboardingError("DEMO-STUCK", f"{self.case.customer.name} did not come to an end: {waiting}.")
            return make_report(self.case.store, self.case.customer.id, self.case.at.isoformat())
        except BaseException:
            self.stop.set()
            raise

    def run_stages(self, at: datetime) -> None:
        """Every stage that can move, in order, until nothing is left that this program can do."""
        polls = True
        while stages := stages_to_run(self.case, self.case.progress(), polls=polls):
            before = self.case.progress()
            for stage in (one.id for one in self.case.profile.stages):
                if stage in stages or stage in stages_to_run(self.case, self.case.progress(), polls=polls):
                    self._run(stage, at)
            self._show()
            polls = False
            if self.case.progress() == before:
                break

    def _run(self, stage: str, at: datetime) -> None:
        if self.stop.is_set():
            raise OnboardingError("DEMO-STOPPED", f"{self.case.customer.name} was stopped.")
        parameters = RunParameters(self.case.customer.id, apply=True, as_of=at.isoformat())
        result = run_stage(self.case.store, stage, parameters, by="demo")
        self._print(at, f"[bold]{stage}[/bold] {result.outcome.value}: {result.message}")
        if result.outcome in BAD:
            raise OnboardingError("DEMO-FAILED", f"{self.case.customer.name}, {stage}: {result.message}")

    def show_act(self, at: datetime, what: str) -> None:
        """One line for what somebody did."""
        self._print(at, f"[dim]{what}[/dim]")
        self._show()

    def _print(self, at: datetime, what: str) -> None:
        self.bar.console.print(f"{at:%d %b}  {self.case.customer.id:<20} {what}", soft_wrap=True)

    def _show(self) -> None:
        closed = sum(view.state.is_closed for view in self.case.progress().tasks)
        self.bar.update(self.line, completed=closed)


def _sum_up(
    console: Console, cases: Sequence[Case], sandbox: Sandbox, reports: Sequence[Path], portfolio: Path
) -> None:
    console.print()
    for case, report in zip(cases, reports, strict=True):
        runs, findings = case.store.runs(case.customer.id), case.store.verify(case.customer.id)
        done = f"{len(runs)} notebooks archived, audit {findings[0] if findings else 'clean'}"
        days = (case.at - case.customer.created_at).days
        console.print(f"{case.customer.name} is complete after {days} simulated days: {done}", soft_wrap=True)
        console.print(f"  {report}", soft_wrap=True)
    console.print(f"{len(sandbox.mails())} mails were sent. All reports: {portfolio}", soft_wrap=True)
