"""Many customers: those that can move are run, one customer's trouble is nobody else's, and it can be stopped."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from onboarding import settings
from onboarding.case.case import Case
from onboarding.cli.batch_lines import result_json
from onboarding.domain.history import Customer
from onboarding.engine.apply import apply_stage
from onboarding.engine.batch import BatchOptions, BatchSummary, run_batch
from onboarding.engine.execute import CellDone, Execution, Job
from onboarding.engine.stage_run import RunResult
from onboarding.errors import InputError, OnboardingError
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome, RunStart
from tests.engine.forks import Forks
from tests.engine.notebooks import no_kernel, notebook
from tests.world import AT, Answers, few, leave_out

AS_OF = AT.isoformat()
BOOM = Execution("failed", "boom", "ValueError", 2)


class Kernels:
    """An executor without kernels: ends well or as the test wants, and remembers who ran when.

    Nobody ends before as many are there ``together``; each takes ``seconds``.
    """

    def __init__(self, ends: dict[str, Any] | None = None, together: int = 1, seconds: float = 0.0) -> None:
        self.ends = ends or {}
        self.seconds = seconds
        self.gather = threading.Barrier(together, timeout=60)
        self.ran: list[tuple[str, str]] = []
        self.at_once: Counter[str] = Counter()
        self.most = 0
        self._lock = threading.Lock()

    def __call__(self, job: Job, cell_done: CellDone) -> Execution:
        customer = job.parameters["customer"]
        with self._lock:
            self.ran.append((customer, job.source.stem.partition("_")[2]))
            self.at_once[customer] += 1
            self.most = max(self.most, self.at_once.total())
            assert self.at_once[customer] == 1, "one customer was run twice at once"
        self.gather.wait()
        time.sleep(self.seconds)
        with self._lock:
            self.at_once[customer] -= 1
        nbformat.write(notebook(), job.target)
        end = self.ends.get(customer, Execution("completed"))
        if isinstance(end, BaseException):
            raise end
        return end

    @property
    def customers(self) -> list[str]:
        return list(dict.fromkeys(customer for customer, _ in self.ran))


@pytest.fixture(scope="session")
def eight(tmp_path_factory: pytest.TempPathFactory, blank: Path, example: Answers) -> Path:
    """A workspace with the customers c1 to c8, each with complete answers, to copy."""
    folder = Path(shutil.copytree(blank, tmp_path_factory.mktemp("eight") / "workspace"))
    with Store.open(folder, "") as store:
        for name in _first(8):
            store.create_customer(Customer(name, f"Customer {name}", AT), "chinook")
            Case.open(store, name, AT, "test").save_answers(few(example), "test")
    return folder


@pytest.fixture
def store(tmp_path: Path, eight: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Eight customers; no portal is set, so everything that can move is by hand."""
    folder = Path(shutil.copytree(eight, tmp_path / "workspace"))
    monkeypatch.setenv(settings.HOME.name, str(folder))
    with Store.open(folder) as opened:
        yield opened


def _first(count: int) -> tuple[str, ...]:
    return tuple(f"c{place}" for place in range(1, count + 1))


def _batch(
    store: Store, executor: Any = no_kernel, of: int = 8, results: list[RunResult] | None = None, **options: Any
) -> BatchSummary:
    """A batch of the first customers."""
    told = results if results is not None else []
    return run_batch(store, BatchOptions(as_of=AS_OF, customers=_first(of), **options), told.append, executor)


def test_only_customers_that_can_move_are_run(store: Store) -> None:
    """Complete customers and those who wait for somebody are left alone, each with the reason."""
    waiting, complete = (Case.open(store, name, AT, "R. Diaz") for name in ("c2", "c3"))
    _skip_all(complete)
    _skip_all(waiting, but="migrate.record-zone")
    for case, stage in ((complete, "gather"), (waiting, "gather"), (waiting, "telephony"), (waiting, "migrate")):
        apply_stage(case, stage)
    kernels = Kernels()
    summary = _batch(store, kernels, of=3)
    assert kernels.customers == ["c1"]
    assert summary.left_alone == {"c2": "waiting on Reseller", "c3": "complete"}


def _skip_all(case: Case, but: str = "") -> None:
    for task in case.profile.tasks:
        if task.id != but and not case.progress().task(task.id).state.is_closed:
            leave_out(case, task.id, "not in this test")


def test_stages_are_run_in_order_and_only_those_that_can_move(store: Store) -> None:
    """One turn takes every stage with something to do, in runbook order; a blocked stage costs no kernel."""
    kernels = Kernels()
    _batch(store, kernels, of=1)
    assert kernels.ran == [("c1", "gather"), ("c1", "telephony"), ("c1", "provision"), ("c1", "migrate")]


def test_one_stage_may_be_named(store: Store) -> None:
    """With a stage only that one is run."""
    kernels = Kernels()
    _batch(store, kernels, of=2, stage="provision")
    assert sorted(kernels.ran) == [("c1", "provision"), ("c2", "provision")]


@pytest.mark.parametrize("jobs", [1, 3])
def test_as_many_at_once_as_asked_for(store: Store, jobs: int) -> None:
    """No more than ``jobs`` customers run at the same time, and never one customer twice."""
    kernels = Kernels(together=jobs)
    summary = _batch(store, kernels, of=6, jobs=jobs, stage="gather")
    assert kernels.most == jobs
    assert (len(kernels.ran), summary.count(RunOutcome.DONE)) == (6, 6)


def test_a_failure_ends_only_that_customers_turn(store: Store) -> None:
    """A failed stage is that customer's last in this batch; the others go through all of theirs."""
    kernels = Kernels({"c2": BOOM})
    told: list[RunResult] = []
    turns: list[tuple[int, int]] = []

    def turn(done: int, total: int) -> None:
        turns.append((done, total))

    summary = run_batch(store, BatchOptions(as_of=AS_OF, customers=_first(3)), told.append, kernels, turn)
    assert Counter(customer for customer, _ in kernels.ran) == {"c1": 4, "c2": 1, "c3": 4}
    assert summary.worst == {"c1": RunOutcome.DONE, "c2": RunOutcome.FAILED, "c3": RunOutcome.DONE}
    assert (summary.exit_code, summary.stopped) == (1, "")
    assert len(told) == summary.runs == 9
    assert turns == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (OSError("disk full"), "OSError: disk full"),
        (RuntimeError("a bug"), "RuntimeError: a bug"),
        (MemoryError(), "MEMORY: There is no memory left."),
        (OSError(24, "Too many open files"), "OPEN-FILES: This process may have "),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_what_nobody_thought_of_stops_nobody_else(store: Store, trouble: Exception, words: str) -> None:
    """An executor that breaks in its own way fails that customer, with the words it had, and no other."""
    results: list[RunResult] = []
    summary = _batch(store, Kernels({"c1": trouble}), of=3, results=results, stage="gather")
    assert [summary.worst[name] for name in ("c1", "c2", "c3")] == [
        RunOutcome.FAILED, RunOutcome.DONE, RunOutcome.DONE,
    ]  # fmt: skip
    (message,) = [str(result.message) for result in results if result.customer == "c1"]
    assert message.startswith(words)
    assert [run.outcome for run in store.runs("c1")] == [RunOutcome.DIED]


def test_a_broken_profile_stops_nobody_else(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer of a profile that is gone or wrong is reported as bad input; so is the exit code."""
    own = tmp_path / "profiles"
    own.mkdir()
    (own / "broken.toml").write_text('title = "Broken"\n')
    monkeypatch.setenv(settings.PROFILES.name, str(own))
    for name, profile in (("d1", "broken"), ("d2", "gone")):
        store.create_customer(Customer(name, name, AT), profile)
    options = BatchOptions(as_of=AS_OF, customers=("d1", "c1", "d2"), stage="gather")
    results: list[RunResult] = []
    summary = run_batch(store, options, results.append, Kernels())
    assert summary.worst == {"d1": RunOutcome.BAD_INPUT, "d2": RunOutcome.BAD_INPUT, "c1": RunOutcome.DONE}
    said = {result.customer: str(result.message) for result in results}
    assert "PROFILE-BROKEN" in said["d1"]
    assert "There is no profile 'gone'" in said["d2"]
    assert summary.exit_code == 1


def test_bad_answers_stop_nobody_else(store: Store) -> None:
    """Answers that hold nonsense are counted as incomplete for their customer only."""
    store.save_answers("c2", {"users": {"not": "a table"}, "nobody": [1]}, "test", AT, "test")
    kernels = Kernels()
    summary = _batch(store, kernels, of=2, stage="gather")
    assert sorted(kernels.customers) == ["c1", "c2"]
    assert summary.worst["c1"] is RunOutcome.DONE


def test_a_customer_somebody_works_on_is_left_alone(store: Store) -> None:
    """Held by another batch, it is named and not counted as a failure."""
    with store.lock("c1", purpose="run"):
        summary = _batch(store, Kernels(), of=2, stage="gather")
    assert list(summary.left_alone) == ["c1"]
    assert "CUSTOMER-BUSY" in summary.left_alone["c1"]
    assert summary.exit_code == 0


def test_a_wrong_setting_is_refused_once_and_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for each customer, and also where there is none to run."""
    monkeypatch.setenv(settings.KERNELS.name, "nonsense")
    for of in (0, 3):
        kernels = Kernels()
        with pytest.raises(InputError, match="KERNELS"):
            _batch(store, kernels, of=of)
        assert kernels.ran == []
        assert store.runs("c1") == []


def test_more_jobs_than_files_may_be_open_are_refused_first(store: Store) -> None:
    """With how many may be; nothing has begun."""
    kernels = Kernels()
    with pytest.raises(OnboardingError, match="OPEN-FILES"):
        run_batch(store, BatchOptions(jobs=10**8), executor=kernels)
    assert kernels.ran == []


def test_too_many_failures_stop_the_batch(store: Store) -> None:
    """Once five have been tried and more than the given share failed, nobody new begins, and the summary says so."""
    summary = _batch(store, Kernels(dict.fromkeys(_first(3), BOOM)), jobs=1, stop_after=50, stage="gather")
    assert summary.stopped == "3 of 5 customers failed, more than 50 %."
    assert len(summary.worst) == 5
    assert set(summary.left_alone.values()) == {"the batch was stopped before its turn"}
    assert len(summary.left_alone) == 3
    assert summary.exit_code == 1


def test_a_share_that_is_not_exceeded_stops_nothing(store: Store) -> None:
    """Exactly the given share is still borne; at 100 % nothing ever stops."""
    kernels = Kernels(dict.fromkeys(_first(8)[::2], BOOM))
    assert _batch(store, kernels, jobs=1, stop_after=60, stage="gather").stopped == ""
    kernels = Kernels(dict.fromkeys(_first(8), BOOM))
    assert len(_batch(store, kernels, stop_after=100, stage="provision").worst) == 8


def test_only_the_failed_are_retried(store: Store) -> None:
    """``retry_failed`` takes those whose newest run failed, and leaves the others alone."""
    _batch(store, Kernels({"c2": BOOM}), of=3, stage="gather")
    store.start_run(RunStart("c3", "gather", {}, "e" * 64, "1", "test", AT))  # still going
    kernels = Kernels()
    summary = _batch(store, kernels, of=3, retry_failed=True, stage="gather")
    assert kernels.customers == ["c2"]
    assert summary.left_alone["c1"] == "its newest run did not fail"
    assert _batch(store, Kernels(), retry_failed=True, stage="gather").worst == {}


def test_the_last_run_is_the_one_begun_last(store: Store) -> None:
    """A run as of a day far ahead that failed is made good by the next one, whatever day that is as of."""
    store.create_customer(Customer("trial", "Trial", AT, is_training=True), "chinook")
    for as_of, end in (("9999-01-01", BOOM), (AS_OF, Execution("completed"))):
        options = BatchOptions(as_of=as_of, customers=("trial",), stage="gather")
        run_batch(store, options, executor=Kernels({"trial": end}))
    assert [run.outcome for run in store.runs()] == [RunOutcome.FAILED, RunOutcome.PARKED]
    again = BatchOptions(as_of=AS_OF, customers=("trial",), retry_failed=True)
    assert run_batch(store, again, executor=Kernels()).left_alone == {"trial": "its newest run did not fail"}


@pytest.mark.parametrize(
    ("ends", "code"),
    [
        ((), 0), ((RunOutcome.DONE,), 0), ((RunOutcome.DONE, RunOutcome.PARKED), 3),
        ((RunOutcome.BAD_INPUT, RunOutcome.BAD_INPUT), 2), ((RunOutcome.BAD_INPUT, RunOutcome.DONE), 1),
        ((RunOutcome.FAILED, RunOutcome.PARKED), 1),
    ],
)  # fmt: skip
def test_a_batch_ends_as_its_customers_did(ends: tuple[RunOutcome, ...], code: int) -> None:
    """With 2 where nobody could be run with what was given, such as a day before anything was recorded."""
    worst = {f"c{place}": outcome for place, outcome in enumerate(ends)}
    assert BatchSummary(len(ends), worst).exit_code == code


def test_the_summary_is_json(store: Store) -> None:
    """Everything a script may want, as plain values."""
    results: list[RunResult] = []
    summary = _batch(store, Kernels({"c2": BOOM}), of=2, results=results, stage="gather")
    read = json.loads(json.dumps(summary.as_json()))
    assert (read["customers"], read["outcomes"]) == (2, {"done": 1, "failed": 1})
    runs = json.loads(json.dumps([result_json(result) for result in results]))
    assert {(run["customer"], run["outcome"], run["message"]) for run in runs} == {
        ("c1", "done", "Gather customer information is complete."), ("c2", "failed", "boom"),
    }  # fmt: skip
    assert all((store.layout.archive / run["archived"]).is_file() for run in runs)


@pytest.mark.parametrize(
    "options", [{"jobs": 0}, {"stop_after": -1}, {"stop_after": 101}, {"as_of": "soon"}, {"customers": ("nobody",)}]
)
def test_options_that_make_no_sense_start_nothing(store: Store, options: dict[str, Any]) -> None:
    """They are refused before anything is run."""
    kernels = Kernels()
    with pytest.raises(InputError):
        run_batch(store, BatchOptions(**{"as_of": AS_OF, **options}), executor=kernels)
    assert kernels.ran == []


def test_an_interrupt_lets_what_runs_end_and_begins_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C: the customers in hand come to the end of their stage and are archived, nobody else begins."""
    kernels = Kernels(seconds=0.1)

    def interrupted(*about: Any, **options: Any) -> Any:
        while len(kernels.ran) < 2:
            time.sleep(0.001)
        raise KeyboardInterrupt

    monkeypatch.setattr("onboarding.engine.batch.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _batch(store, kernels, jobs=2)
    assert sorted(kernels.ran) == [("c1", "gather"), ("c2", "gather")]
    assert [run.outcome for run in store.runs()] == [RunOutcome.DONE, RunOutcome.DONE]
    assert all(run.notebook for run in store.runs())
    with store.lock("c1", purpose="run"):
        pass


def test_nobody_else_begins_when_the_results_can_no_longer_be_shown(store: Store) -> None:
    """A closed pipe ends the batch at once, not after every customer was run unseen."""

    def closed(*result: Any) -> None:
        raise BrokenPipeError

    kernels = Kernels()
    options = BatchOptions(as_of=AS_OF, customers=_first(8), jobs=1)
    with pytest.raises(BrokenPipeError):
        run_batch(store, options, closed, kernels)
    assert kernels.customers == ["c1"]


STAGES = ("gather", "telephony", "provision", "migrate")  # of which something can be run


def _log(path: Path) -> list[tuple[str, ...]]:
    """(process, customer, stage) of every run that was begun."""
    return [tuple(line.split()) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came to it"
        time.sleep(0.005)


def test_two_batches_share_the_customers(store: Store, forks: Forks, tmp_path: Path) -> None:
    """Each customer has its turn with one of them, each stage once; nobody is lost, and both have had some."""
    log = tmp_path / "log"
    both = [forks.begin("share", at=AS_OF, log=str(log), together=2) for _ in range(2)]
    assert [forks.wait(child) for child in both] == [0, 0]
    ran = _log(log)
    assert sorted(run[1:] for run in ran) == sorted(itertools.product(_first(8), STAGES))
    assert {len({run[0] for run in ran if run[1] == name}) for name in _first(8)} == {1}
    assert {run[0] for run in ran} == set(map(str, both))
    assert len(store.runs()) == 32


def test_customers_of_a_batch_that_was_killed_are_taken_over(store: Store, forks: Forks, tmp_path: Path) -> None:
    """kill -9 in the middle of a turn: the other batch gives that customer its turn too, and nothing is run twice."""
    log = tmp_path / "log"
    dead, other = (forks.begin("share", at=AS_OF, log=str(log), together=2, hangs=hangs) for hangs in (True, False))
    _until(lambda: any(run[0] == str(dead) for run in _log(log)))
    assert forks.kill(dead)
    assert forks.wait(other) == 0
    assert sorted(run[1:] for run in _log(log) if run[0] == str(other)) == sorted(itertools.product(_first(8), STAGES))
    outcomes = Counter(run.outcome for run in store.runs())
    assert outcomes == {RunOutcome.DONE: 32, RunOutcome.DIED: 1}
    assert all(found == [] for found in map(store.verify, _first(8)))


def test_who_is_left_to_another_batch_is_run_by_a_third(store: Store, forks: Forks, tmp_path: Path) -> None:
    """A batch with nothing else to do says who has the customer; once that process is dead, the next takes it over."""
    log = tmp_path / "log"
    held = forks.begin("share", at=AS_OF, log=str(log), together=1, hangs=True)
    _until(lambda: bool(_log(log)))
    (busy,) = {run[1] for run in _log(log)}
    summary = _batch(store, Kernels())
    assert list(summary.left_alone) == [busy]
    assert f"process {held}" in summary.left_alone[busy]
    assert forks.kill(held)
    kernels = Kernels()
    assert _batch(store, kernels).left_alone == {}
    assert [stage for name, stage in kernels.ran if name == busy] == list(STAGES)


def test_three_customers_through_kernels(store: Store, forks: Forks) -> None:
    """The real thing, two at a time: every customer's stage is carried out and archived, the chain holds."""
    about = {"at": AS_OF, "stage": "gather", "jobs": 2, "customers": _first(3)}
    assert forks.wait(forks.begin("batch", **about)) == 0
    for name in _first(3):
        (run,) = store.runs(name)
        assert (run.outcome, run.stage, run.parameters["apply"]) == (RunOutcome.DONE, "gather", True)
        assert (store.layout.archive / run.notebook).is_file()
        assert store.verify(name) == []
        assert Case.open(store, name, AT, "test").progress().is_stage_complete("gather")
    assert len({run.pid for run in store.runs()}) == 1
