"""One execution of one runbook for one customer: parameters checked before a kernel starts, outcome by our own record,
the executed notebook archived as it ran, failed or not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from onboarding import __version__, settings
from onboarding.case import clock
from onboarding.case.case import Case, engineer
from onboarding.case.sample import SAMPLE, case_of
from onboarding.domain.answer_text import texts
from onboarding.domain.event import Event
from onboarding.domain.history import TaskState, check_customer_id
from onboarding.domain.json import JSON
from onboarding.domain.language import _, join_sentences
from onboarding.domain.task import STAGES
from onboarding.domain.urgency import count_lines
from onboarding.engine import kernels
from onboarding.engine.execute import Execution, Executor, Job, declared, with_papermill
from onboarding.errors import InputError
from onboarding.limits import shortage_told
from onboarding.profile.folders import NO_OWN_FILES, OwnFiles
from onboarding.profile.model import Profile
from onboarding.profile.stages import known_stage, master_number
from onboarding.resources import shipped
from onboarding.stages.owed import closed_again, first_open, others
from onboarding.stages.project_status import ProjectStatus
from onboarding.stages.task_status import is_let_be
from onboarding.store.store import Store
from onboarding.store.values import Run, RunOutcome, RunStart

CELL_TIMEOUT = 3600
"""Seconds one cell may take: creating two thousand users is one cell."""

OWN_FILES = "own_files"
"""Detail of a recorded run: files of one's own that took the place of shipped ones."""

SHIPPED = "shipped_edition"
"""Detail of a recorded run: the edition that the shipped files would have given; empty where no file is one's own."""

ANY_STAGE = "90_stage.ipynb"
"""The runbook of every stage that has none of its own: it takes the stage as a parameter."""

SECRET_NAMES = re.compile(r"token|password|passwd|secret|api_?key|credential|pin$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RunParameters:
    """What every runbook takes: ``as_of`` is an ISO instant or empty for now, ``approved`` a shown plan's digest,
    ``service`` names the engagement where the customer has several.
    """

    customer: str
    apply: bool = False
    as_of: str = ""
    approved: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended, ``message`` in one sentence; ``archived`` is the notebook's path below the archive."""

    customer: str
    stage: str
    outcome: RunOutcome
    message: Event
    run_id: str
    archived: str
    own_files: OwnFiles = NO_OWN_FILES
    edition: str = ""
    service: str = ""

    @classmethod
    def of(cls, run: Run) -> RunResult:
        """The result of a run that has ended."""
        assert run.outcome is not None
        own = own_files_in(run)
        service = str(run.parameters.get("service", ""))
        return cls(run.customer, run.stage, run.outcome, run.message, run.id, run.notebook, own, run.edition, service)

    @property
    def whose(self) -> str:
        """The customer, with its service where that was named."""
        return " ".join(filter(None, (self.customer, self.service)))

    @property
    def exit_code(self) -> int:
        return {RunOutcome.DONE: 0, RunOutcome.PARKED: 3, RunOutcome.BAD_INPUT: 2}.get(self.outcome, 1)


def own_files_in(run: Run) -> OwnFiles:
    """The files of one's own that a recorded run used instead of shipped ones."""
    names, shipped = tuple(texts(run.details.get(OWN_FILES))), str(run.details.get(SHIPPED, ""))
    return OwnFiles(names, run.edition, shipped)


def runbook(stage: str) -> Path:
    """The master of a stage's runbook: its own, or the one for every stage that has none."""
    return shipped("runbooks", f"{master_number(stage)}_{stage}.ipynb" if stage in STAGES else ANY_STAGE)


def file_name(profile: Profile, stage: str) -> str:
    """The name of a stage's runbook once it is a customer's: with the number it has in the profile."""
    return f"{profile.number_of(stage)}_{stage}.ipynb"


def heading(profile: Profile, stage: str) -> str:
    """The heading of a stage's runbook once it is a customer's; empty where that of the master says it."""
    is_master = file_name(profile, stage) == runbook(stage).name
    return "" if is_master else f"# {profile.number_of(stage)} {profile.stage(stage).title}"


def given_to(source: Path, stage: str, parameters: RunParameters) -> dict[str, Any]:
    """The parameters of a stage's runbook ``source``, checked; see `check_parameters`."""
    named = {"stage": stage} if source.name == ANY_STAGE else {}
    return check_parameters(source, {**asdict(parameters), **named})


def check_parameters(source: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a notebook, checked against its parameters cell and the types of `RunParameters`.

    Raises InputError for an unknown name, a wrong type, an impossible customer id or instant, and for anything that
    looks like a secret: parameters are archived in clear.
    """
    known = {item.name: item.type for item in fields(RunParameters)} | {"stage": "str"}
    for name, value in given.items():
        if SECRET_NAMES.search(name):
            words = f"{name!r} looks like a secret; parameters are kept in the archive in clear."
            raise InputError("PARAM-SECRET", words, "Set it in the environment of the connector that needs it.")
        if name not in known or name not in declared(source):
            near = difflib.get_close_matches(name, known, 1)
            raise InputError(
                "PARAM-UNKNOWN",
                f"{source.name} has no parameter {name!r}.",
                f"Did you mean {near[0]!r}?" if near else f"It has: {', '.join(known)}.",
            )
        if type(value).__name__ != known[name]:
            raise InputError(
                "PARAM-TYPE", f"{name} is {known[name]}, not {type(value).__name__}.", "Correct the value."
            )
    check_customer_id(str(given.get("customer", "")))
    clock.parse_moment(str(given.get("as_of", "")))
    return dict(given)


def run_stage(
    store: Store,
    stage: str,
    parameters: RunParameters,
    *,
    executor: Executor = with_papermill,
    cell_done: Callable[[int, int], None] = lambda done, total: None,
    by: str = "",
) -> RunResult:
    """Run one runbook headless and archive it. Raises InputError for a stage or parameters that cannot be used."""
    kernels.check()  # refused before anything is noted
    by = by or engineer()
    opened = case_of(store, parameters.customer, datetime.now(UTC), by, parameters.service)
    case = clock.as_of(opened, parameters.as_of)
    known_stage(case.profile, stage)
    source = runbook(stage)
    given = given_to(source, stage, parameters)
    case.refuse_ended()
    store = case.store
    run_id = begin(case, stage, given, source)
    with store.folder_of(run_id) as folder:
        target = folder / file_name(case.profile, stage)
        try:
            environment, profile = kernel_environment(store, run_id, by), case.engagement.profile
            title = heading(case.profile, stage)
            execution = executor(Job(source, target, given, environment, CELL_TIMEOUT, profile, title), cell_done)
        except BaseException:
            _finish(store, run_id, RunOutcome.DIED, Event("run.interrupted", stage), case.at, target, Execution("died"))
            raise
        outcome, message = judge(case, stage, execution, parameters.apply)
        return RunResult.of(_finish(store, run_id, outcome, message, case.at, target, execution))


def begin(case: Case, stage: str, given: Mapping[str, Any], source: Path, is_headless: bool = True) -> str:
    """Keeps that a run of the notebook ``source`` begins, with the files of one's own it uses; returns its id."""
    own = case.own_files
    details: dict[str, JSON] = {OWN_FILES: list(own.names), **({SHIPPED: own.as_shipped} if own.as_shipped else {})}
    digest = sha256(source.read_bytes()).hexdigest()
    start = RunStart(
        case.customer.id, stage, given, case.edition, __version__, case.by, case.at, is_headless, digest, details
    )
    return case.store.start_run(start)


def kernel_environment(store: Store, run_id: str, by: str) -> dict[str, str]:
    """What a kernel gets on top of our own environment: its run, the workspace, who is at work."""
    home = store.layout.folder.parent if store.layout.folder.name == SAMPLE else store.layout.folder
    return {settings.RUN_ID.name: run_id, settings.HOME.name: str(home), settings.ENGINEER.name: by}


def _finish(
    store: Store, run_id: str, outcome: RunOutcome, message: Event, at: datetime, target: Path, execution: Execution
) -> Run:
    notebook = target.read_bytes() if target.is_file() else None
    return store.finish_run(run_id, outcome, message, at, notebook, last_cell=execution.last_cell)


def judge(case: Case, stage: str, execution: Execution, is_apply: bool) -> tuple[RunOutcome, Event]:
    """Outcome and one sentence: from the execution where it broke, otherwise from where the customer now stands."""
    ended = {"cell": execution.last_cell + 1, "error": execution.error}
    if execution.end == "died":
        return RunOutcome.DIED, Event("run.died", stage, ended)
    if execution.end == "timed-out":
        return RunOutcome.TIMED_OUT, Event("run.timed-out", stage, ended)
    if execution.end == "failed":
        short = shortage_told(execution.error_name, execution.error)
        error = str(short or execution.error.strip() or execution.error_name)
        if execution.error_name in ("Parked", "GateClosed"):
            return RunOutcome.PARKED, Event("run.failed", stage, {"error": error})
        is_input = execution.error_name in ("InputError", "AnswerError", "ProfileError")
        outcome = RunOutcome.BAD_INPUT if is_input else RunOutcome.FAILED
        return outcome, Event("run.failed", stage, {"error": error})
    progress = case.note_progress()
    return where_it_stands(progress, case, stage, is_apply)


def where_it_stands(progress: ProjectStatus, case: Case, stage: str, is_apply: bool) -> tuple[RunOutcome, Event]:
    """Done, or parked on whom and until when; failed where an attempt was refused or its outcome is unknown."""
    views, count = progress.of_stage(stage), progress.count(stage)
    open_views = [view for view in views if not view.state.is_closed]
    if not open_views:
        closed = [_(view.gate.title) for view in closed_again(stage, case.profile, progress)]
        values = {"title": _(case.profile.stage(stage).title), "gates": closed}
        return RunOutcome.DONE, Event("run.complete", stage, values)
    wrong = [view for view in open_views if view.state in (TaskState.UNKNOWN, TaskState.REJECTED)]
    if wrong:
        first = wrong[0]
        values = {"title": _(first.task.title), "why": join_sentences(first.reasons)}
        return RunOutcome.FAILED, Event("run.stopped", first.task.id, values)
    ready = [one for one in open_views if one.state is TaskState.READY and not one.task.is_check]
    ready = [one for one in ready if not is_let_be(one.reasons)]
    if ready and not is_apply:
        can_do = count_lines(view.task.id for view in ready)
        return RunOutcome.DONE, Event("run.dry", stage, {"count": can_do, "total": count.total})
    return RunOutcome.PARKED, _parked(progress, stage, case)


def _parked(progress: ProjectStatus, stage: str, case: Case) -> Event:
    """``Waiting on Customer for 'Sign the LOA' until 3 Dec 2026. Also waiting: 2. Not possible yet: 7.``"""
    first, besides = first_open(progress, stage), others(progress, stage)
    party = case.profile.party_title(first.party)
    is_blocked, says_why = first.state is TaskState.BLOCKED, first.gate or is_let_be(first.reasons)
    why = join_sentences(first.reasons[:1] if is_blocked else first.reasons if says_why else ())
    values = {
        "party": _(party), "what": first.named, "day": first.due_on, "why": why, "more": besides.wait,
        "later": besides.later,
    }  # fmt: skip
    return Event("run.waits", first.id, {name: value for name, value in values.items() if value})
