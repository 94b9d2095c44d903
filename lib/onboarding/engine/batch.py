"""Many customers: run what can move, one kernel per customer at a time, stop when too much goes wrong."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime

from onboarding.case import planning
from onboarding.case.case import Case, engineer
from onboarding.case.clock import parse_moment
from onboarding.domain.event import Event, error_event
from onboarding.domain.history import TaskState
from onboarding.domain.task import STAGES
from onboarding.engine.execute import Executor, with_papermill
from onboarding.engine.stage_run import RunParameters, RunResult, run_stage
from onboarding.errors import Busy, InputError, OnboardingError
from onboarding.stages.project_status import ProjectStatus, TaskStatus
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome

BAD = (RunOutcome.FAILED, RunOutcome.DIED, RunOutcome.TIMED_OUT, RunOutcome.BAD_INPUT)

LEAST = 5
"""Customers that must have been tried before a share of failures can stop a batch."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """``jobs`` kernels at once; ``stop_after`` is the percentage of failed customers that ends the batch (100: never).

    ``retry_failed`` takes only customers whose newest run failed. ``stage`` empty: every stage that can move.
    """

    jobs: int = 2
    stop_after: float = 100.0
    retry_failed: bool = False
    apply: bool = False
    as_of: str = ""
    stage: str = ""
    customers: tuple[str, ...] = ()


@dataclass(slots=True)
class BatchSummary:
    """What a batch did: results in the order they ended, customers left alone with the reason, why it stopped."""

    results: list[RunResult] = field(default_factory=list)
    left_alone: dict[str, str] = field(default_factory=dict)
    stopped: str = ""

    def count(self, *outcomes: RunOutcome) -> int:
        """Customers whose worst run ended so."""
        return sum(outcome in outcomes for outcome in self.worst().values())

    def worst(self) -> dict[str, RunOutcome]:
        """Customer -> the worst of its outcomes: failed before parked before done."""
        rank = {RunOutcome.DONE: 0, RunOutcome.PARKED: 1}
        found: dict[str, RunOutcome] = {}
        for result in self.results:
            both = found.get(result.customer, result.outcome), result.outcome
            found[result.customer] = max(both, key=lambda outcome: rank.get(outcome, 2))
        return found

    @property
    def exit_code(self) -> int:
        if self.stopped or self.count(*BAD):
            return 1
        return 3 if self.count(RunOutcome.PARKED) else 0

    def as_json(self) -> dict[str, object]:
        """The summary as JSON values."""
        runs = [
            {
                "customer": one.customer, "stage": one.stage, "outcome": one.outcome.value, "message": str(one.message),
                "run": one.run_id, "archived": one.archived, "own_files": one.own_files,
            }
            for one in self.results
        ]  # fmt: skip
        outcomes = dict(Counter(outcome.value for outcome in self.worst().values()))
        return {
            "customers": len(self.worst()), "outcomes": outcomes, "runs": runs, "left_alone": self.left_alone,
            "stopped": self.stopped,
        }  # fmt: skip


OnResult = Callable[[RunResult, int, int], None]
"""Called after every run with its result, customers ended and customers in all."""


def run_batch(
    store: Store,
    options: BatchOptions,
    on_result: OnResult = lambda result, done, total: None,
    executor: Executor = with_papermill,
) -> BatchSummary:
    """Run every customer that can move. One customer's trouble never ends another's run.

    Raises InputError for options that make no sense, before anything is started.
    """
    at = parse_moment(options.as_of)
    if options.jobs < 1 or not 0 <= options.stop_after <= 100:
        raise InputError("BATCH-OPTIONS", "--jobs is at least 1 and --stop-after lies between 0 and 100.")
    if not options.as_of:
        options = replace(options, as_of=at.isoformat())
    batch = _Batch(store, options, on_result, executor)
    batch.run(at)
    return batch.summary


class _Batch:
    """One batch: the threads only wait for kernels, the work is in the kernels' own processes."""

    def __init__(self, store: Store, options: BatchOptions, on_result: OnResult, executor: Executor) -> None:
        self.store, self.options, self.on_result, self.executor = store, options, on_result, executor
        self.summary = BatchSummary()
        self.stop = threading.Event()
        self.ending = threading.Lock()
        self.done = self.total = 0

    def run(self, at: datetime) -> None:
        waiting = list(self._candidates(at))
        self.total = len(waiting) + len(self.summary.results)
        with ThreadPoolExecutor(self.options.jobs, thread_name_prefix="onboarding-batch") as pool:
            turns = {customer: pool.submit(self._turn, customer) for customer in waiting}
            try:
                wait(turns.values())
            except BaseException:
                self.stop.set()
                raise
        left = (customer for customer, turn in turns.items() if not turn.result())
        self.summary.left_alone |= dict.fromkeys(left, "the batch was stopped before its turn")

    def _turn(self, customer: str) -> bool:
        """Whether the customer had its turn before the batch was stopped."""
        if self.stop.is_set():
            return False
        try:
            self._customer(customer)
        except BaseException:  # nobody can be shown results any more: nobody else begins
            self.stop.set()
            raise
        with self.ending:
            self.done += 1
            self._stop_when_too_bad()
        return True

    def _candidates(self, at: datetime) -> Iterable[str]:
        known = {customer.id: customer for customer in self.store.customers()}
        for name in self.options.customers:
            self.store.customer(name)
        for customer_id in self.options.customers or known:
            try:
                case = Case(self.store, known[customer_id], at, engineer())
                reason = self._reason_to_leave(case)
            except OnboardingError as problem:
                self.summary.results.append(_failed(customer_id, problem))
                continue
            if reason:
                self.summary.left_alone[customer_id] = reason
            else:
                yield customer_id

    def _reason_to_leave(self, case: Case) -> str:
        if self.options.retry_failed:
            runs = self.store.runs(case.customer.id)
            if not runs or runs[-1].outcome not in BAD:
                return "its newest run did not fail"
        progress = case.progress()
        if progress.is_complete:
            return "complete"
        if stages_to_run(case, progress, self.options.stage):
            return ""
        still = [view for view in progress.tasks if not view.state.is_closed]
        still = [view for view in still if view.task.stage == self.options.stage] or still
        first = next((view for view in still if view.state is TaskState.WAITING), still[0])
        return f"waiting on {case.profile.party_title(first.waits_for or first.task.party)}"

    def _customer(self, customer: str) -> None:
        """Every stage that can move, in order; a failure ends this customer's turn."""
        try:
            with self.store.lock(customer, purpose="run"):
                for stage in STAGES:
                    if self.stop.is_set() or not self._runs(customer, stage):
                        continue
                    parameters = RunParameters(customer, self.options.apply, self.options.as_of)
                    result = run_stage(self.store, stage, parameters, executor=self.executor)
                    self._note(result)
                    if result.outcome in BAD:
                        return
        except Busy as problem:
            self.summary.left_alone[customer] = str(problem)
        except Exception as problem:  # noqa: BLE001  whatever it is, the others still have their turn
            self._note(_failed(customer, problem))

    def _runs(self, customer: str, stage: str) -> bool:
        case = Case.open(self.store, customer, parse_moment(self.options.as_of), engineer())
        return stage in stages_to_run(case, case.progress(), self.options.stage)

    def _note(self, result: RunResult) -> None:
        self.summary.results.append(result)
        self.on_result(result, self.done, self.total)

    def _stop_when_too_bad(self) -> None:
        bad = self.summary.count(*BAD)
        tried = len(self.summary.worst())
        if not self.stop.is_set() and tried >= LEAST and 100 * bad / tried > self.options.stop_after:
            self.summary.stopped = f"{bad} of {tried} customers failed, more than {self.options.stop_after:g} %."
            self.stop.set()


def _failed(customer: str, problem: Exception) -> RunResult:
    """A customer whose turn ended before there was a run."""
    is_input = isinstance(problem, OnboardingError) and problem.exit_code == 2
    if isinstance(problem, OnboardingError):
        message = error_event(problem)
    else:
        message = Event("run.failed", values={"error": f"{type(problem).__name__}: {problem}"})
    return RunResult(customer, "", RunOutcome.BAD_INPUT if is_input else RunOutcome.FAILED, message, "", "")


def stages_to_run(case: Case, progress: ProjectStatus, only: str = "", polls: bool = True) -> list[str]:
    """Stages with something this program can do now, in runbook order.

    ``polls`` counts what others may have brought about meanwhile and a portal can show.
    """
    moving = {view.task.stage for view in progress.tasks if can_move(case, view, polls)}
    return [stage for stage in STAGES if stage in moving and only in ("", stage)]


def can_move(case: Case, view: TaskStatus, polls: bool = True) -> bool:
    """Whether a run could bring this task forward: it is ready, or it waits for what a portal can show."""
    task = view.task
    if view.state is TaskState.READY:
        return not (task.is_check and view.record is not None)
    if view.state is TaskState.UNKNOWN:
        return False
    if task.is_check:
        return view.state is TaskState.DONE and (view.record is None or view.record.state is not TaskState.DONE)
    waits_for_portal = polls and view.state is TaskState.WAITING and task.is_confirm and not task.is_manual
    return waits_for_portal and not planning.connector(case, task.connector).is_manual
