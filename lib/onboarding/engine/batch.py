"""Many customers: run what can move, one kernel per customer at a time, stop when too much goes wrong."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime

from onboarding.domain.event import Event, error_event
from onboarding.engine import kernels
from onboarding.engine.agenda import Agenda, Queue, Waiting
from onboarding.engine.execute import Executor, with_papermill
from onboarding.engine.stage_run import RunParameters, RunResult, run_stage
from onboarding.errors import Busy, InputError, OnboardingError
from onboarding.limits import shortage
from onboarding.store.scope import named_among
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome

BAD = (RunOutcome.FAILED, RunOutcome.DIED, RunOutcome.TIMED_OUT, RunOutcome.BAD_INPUT)
_RANK = {RunOutcome.DONE: 0, RunOutcome.PARKED: 1}

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
    """What a batch did: how many runs, how each customer's ended at worst, who was left alone with the reason, why it
    stopped. The results themselves are given to `OnResult` as they end, and not kept.
    """

    runs: int = 0
    worst: dict[str, RunOutcome] = field(default_factory=dict)
    left_alone: dict[str, str] = field(default_factory=dict)
    stopped: str = ""

    def note(self, result: RunResult) -> None:
        """One more run: failed counts before parked before done."""
        self.runs += 1
        both = self.worst.get(result.customer, result.outcome), result.outcome
        self.worst[result.customer] = max(both, key=lambda outcome: _RANK.get(outcome, 2))

    def count(self, *outcomes: RunOutcome) -> int:
        """Customers whose worst run ended so."""
        return sum(outcome in outcomes for outcome in self.worst.values())

    @property
    def exit_code(self) -> int:
        if not self.stopped and self.worst and self.count(RunOutcome.BAD_INPUT) == len(self.worst):
            return 2  # nobody could be run with what was given
        if self.stopped or self.count(*BAD):
            return 1
        return 3 if self.count(RunOutcome.PARKED) else 0

    def as_json(self) -> dict[str, object]:
        """The summary as JSON values."""
        outcomes = dict(Counter(outcome.value for outcome in self.worst.values()))
        return {
            "customers": len(self.worst), "outcomes": outcomes, "left_alone": self.left_alone, "stopped": self.stopped,
        }  # fmt: skip


OnResult = Callable[[RunResult], None]
"""Called after every run, by one thread at a time."""

OnTurn = Callable[[int, int], None]
"""Called when a customer's turn has ended, with the number that had theirs and of all that are due; so, too."""


def run_batch(
    store: Store,
    options: BatchOptions,
    on_result: OnResult = lambda result: None,
    executor: Executor = with_papermill,
    on_turn: OnTurn = lambda done, total: None,
) -> BatchSummary:
    """Run every customer that can move, who is due longest first. One customer's trouble never ends another's run.

    Several batches at once share the customers: each has one turn with one of them. Raises InputError for options that
    make no sense, OnboardingError for more jobs than this process may have open files or memory for, before anything is
    started.
    """
    kernels.check(max(1, options.jobs))
    if options.jobs < 1 or not 0 <= options.stop_after <= 100:
        raise InputError("BATCH-OPTIONS", "--jobs is at least 1 and --stop-after lies between 0 and 100.")
    for name in options.customers:
        store.customer(name)
    batch = _Batch(store, options, (on_result, on_turn), executor)
    batch.run()
    return batch.summary


class _Batch:
    """One batch: the threads only wait for kernels, the work is in the kernels' own processes."""

    def __init__(self, store: Store, options: BatchOptions, shown: tuple[OnResult, OnTurn], executor: Executor) -> None:
        self.store, self.options, self.executor = store, options, executor
        self.on_result, self.on_turn = shown
        self.summary = BatchSummary()
        self.work = " ".join(filter(None, ("apply" if options.apply else "look", options.stage)))
        self.agenda = Agenda(store, datetime.now(UTC), options.stage, self.work, options.as_of)
        self.stop = threading.Event()
        self.ending = threading.Lock()
        self.queue = Queue(())
        self.done = self.total = 0

    def run(self) -> None:
        self.queue = Queue(self._due())
        self.total = len(self.queue.rest())
        with ThreadPoolExecutor(self.options.jobs, thread_name_prefix="onboarding-batch") as pool:
            workers = [pool.submit(self._turns) for _ in range(min(self.options.jobs, self.total))]
            try:
                wait(workers)
            finally:
                self._end()
        for worker in workers:
            worker.result()
        for one in self.queue.rest():
            self.summary.left_alone[one.whose] = one.busy or "the batch was stopped before its turn"

    def _due(self) -> list[Waiting]:
        """Who is due, longest first; everybody else is left alone with the reason."""
        found = []
        for line in self.agenda.lines(self.options.customers):
            one = Waiting(line.customer, line.turn, service=line.service)
            if line.ended:
                self.summary.left_alone[one.whose] = f"it has ended: {line.ended.value}"
                continue
            if self.options.retry_failed and line.newest not in BAD:
                self.summary.left_alone[one.whose] = "its newest run did not fail"
                continue
            try:
                since = self.agenda.since(line)
            except OnboardingError:
                since = line.created_at  # why is said in its turn
            if since is None and line.due:
                self.summary.left_alone[one.whose] = self.agenda.left(line.due)
            else:
                found.append((since or line.created_at, line.customer, line.service, one))
        return [one for *_order, one in sorted(found, key=lambda each: each[:3])]

    def _turns(self) -> None:
        while (one := self.queue.take()) is not None:
            try:
                self._turn(one)
            except BaseException:  # nobody can be shown results any more: nobody else begins
                self._end()
                raise

    def _turn(self, one: Waiting) -> None:
        try:
            self._customer(one)
        except Busy as problem:
            self.queue.give_back(one, str(problem))
            return
        except (Exception, SystemExit) as problem:  # noqa: BLE001  whatever it is, the others still have their turn
            self._note(_failed(one, problem))
        self.queue.end()
        with self.ending:
            self.done += 1
            self._stop_when_too_bad()
            self.on_turn(self.done, self.total)

    def _customer(self, one: Waiting) -> None:
        """Every stage that can move, in order; a failure ends this customer's turn.

        Looked at before it is locked: whoever has nothing to do costs no lock.
        """
        found = self.agenda.due(one.customer, one.service)
        if not self.agenda.stages(found, one.customer):
            self.summary.left_alone[one.whose] = self.agenda.left(found)
            return
        engagements = self.store.engagements_of(one.customer)
        store = self.store.within(named_among(one.customer, engagements, one.service))
        with store.lock(one.customer, purpose="run"):
            if by := store.begin_turn(one.customer, self.work, one.turn):
                self.summary.left_alone[one.whose] = f"it had its turn with {by}"
                return
            self._stages(one.customer, one.service)
            if not self.stop.is_set():
                store.end_turn(one.customer, self.work)

    def _stages(self, customer: str, service: str) -> None:
        moving = self.agenda.stages(self.agenda.due(customer, service), customer)
        for stage in self.agenda.order(customer, service):
            if stage in moving and not self.stop.is_set():
                parameters = RunParameters(customer, self.options.apply, self.options.as_of, service=service)
                result = run_stage(self.store, stage, parameters, executor=self.executor)
                self._note(result)
                if result.outcome in BAD:
                    return
                moving = self.agenda.stages(self.agenda.due(customer, service), customer)

    def _note(self, result: RunResult) -> None:
        with self.ending:
            self.summary.note(result)
            self.on_result(result)

    def _stop_when_too_bad(self) -> None:
        bad, tried = self.summary.count(*BAD), len(self.summary.worst)
        if not self.stop.is_set() and tried >= LEAST and 100 * bad / tried > self.options.stop_after:
            self.summary.stopped = f"{bad} of {tried} customers failed, more than {self.options.stop_after:g} %."
            self._end()

    def _end(self) -> None:
        self.stop.set()
        self.queue.stop()


def _failed(one: Waiting, problem: BaseException) -> RunResult:
    """A customer whose turn ended before there was a run."""
    problem = shortage(problem) or problem
    is_input = isinstance(problem, OnboardingError) and problem.exit_code == 2
    if isinstance(problem, OnboardingError):
        message = error_event(problem)
    else:
        message = Event("run.failed", values={"error": f"{type(problem).__name__}: {problem}"})
    outcome = RunOutcome.BAD_INPUT if is_input else RunOutcome.FAILED
    return RunResult(one.customer, "", outcome, message, "", "", service=one.service)
