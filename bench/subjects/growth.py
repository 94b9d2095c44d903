"""How cost grows with users, tasks, customers and recorded runs, each at three amounts.

Where the power of a growth is above one, a customer ten times as large costs more than ten times as much.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir

from bench.figure import Measured
from bench.growth import Growth
from bench.measure import Act, cost
from bench.people import AT, PATTERN, PROFILE, customers, with_users
from bench.plan import Plan, workspace
from bench.subjects.report import context_of, executed, figures_of
from onboarding import frames
from onboarding.answers.check import check
from onboarding.answers.workbook import read_workbook, write_workbook
from onboarding.case.case import Case
from onboarding.domain.event import Event
from onboarding.engine.batch import BatchOptions, run_batch
from onboarding.profile.load import load_profile
from onboarding.report.completion import figures_of as figures_of_case
from onboarding.report.portfolio import open_portfolio
from onboarding.report.render import render
from onboarding.stages.assessment import assess
from onboarding.store.store import Store
from onboarding.store.values import RunOutcome, RunStart

USERS, TIMES, CUSTOMERS, RUNS = (50, 500, 5_000), (1, 4, 16), (100, 1_000, 10_000), (100, 1_000, 10_000)

CHECK = Growth("answers checked", USERS, "users")
WORKBOOK = Growth("workbook read", USERS, "users")
FIGURES = Growth("report: figures", USERS, "users")
PAGE = Growth("report: page", USERS, "users")
ASSESS = Growth("where every task stands", [55 * times for times in TIMES], "tasks")
STATUS = Growth("status", CUSTOMERS, "customers")
PORTFOLIO = Growth("portfolio", CUSTOMERS, "customers")
IDLE = Growth("batch with nothing to do", CUSTOMERS, "customers")
LISTED = Growth("frame of all runs", RUNS, "recorded runs")
ONE_LISTED = Growth("report: figures", RUNS, "recorded runs of the customer")
ALL = tuple(
    figure
    for growth in (CHECK, WORKBOOK, FIGURES, PAGE, ASSESS, STATUS, PORTFOLIO, IDLE, LISTED, ONE_LISTED)
    for figure in growth.figures
)


def run(plan: Plan) -> Iterator[Measured]:
    rounds = plan.rounds
    for growth, make in ((CHECK, _check), (WORKBOOK, _workbook), (FIGURES, _figures), (PAGE, _page)):
        yield from growth.of([_seconds(make(count), rounds) for count in growth.amounts])
    yield from ASSESS.of([_seconds(_assess(times), rounds) for times in TIMES])
    yield from _by_customers(plan)
    yield from _by_runs(plan)


def _seconds(act: Act, rounds: int) -> list[float]:
    """Processor seconds, after once unmeasured."""
    act()
    return [cost(act).processor for _ in range(rounds)]


def _check(users: int) -> Act:
    asked, document = load_profile(PROFILE).questionnaire, with_users(users)
    return lambda: check(asked, document, AT.date())


def _workbook(users: int) -> Act:
    asked, path = load_profile(PROFILE).questionnaire, Path(gettempdir()) / f"onboarding-bench-{users}.xlsx"
    write_workbook(asked, with_users(users), path)
    data = path.read_bytes()
    path.unlink()
    return lambda: read_workbook(asked, data)


def _figures(users: int) -> Act:
    context = context_of(PROFILE, with_users(users))
    return lambda: figures_of(context)


def _page(users: int) -> Act:
    notebook = executed(figures_of(context_of(PROFILE, with_users(users))))
    target = Path(gettempdir()) / "onboarding-bench.html"
    return lambda: render(notebook, target)


def _assess(times: int) -> Act:
    """With the tasks of the profile so many times, the further ones under other ids."""
    context = context_of(PROFILE, with_users(25))
    more = [replace(task, id=f"{task.id}-{n}") for n in range(1, times) for task in context.profile.tasks]
    larger = replace(context, profile=replace(context.profile, tasks=(*context.profile.tasks, *more)))
    return lambda: assess(larger)


def _by_customers(plan: Plan) -> Iterator[Measured]:
    found: dict[Growth, list[list[float]]] = {STATUS: [], PORTFOLIO: [], IDLE: []}
    for count in CUSTOMERS:
        with workspace() as folder, Store.open(folder) as store:
            customers(store, count, waiting=True)
            found[STATUS].append(_seconds(store.status, plan.rounds))
            found[PORTFOLIO].append(_seconds(lambda: open_portfolio(AT.isoformat()).customers(), plan.rounds))
            options = BatchOptions(as_of=AT.isoformat(), apply=True)
            found[IDLE].append(_seconds(lambda s=store, o=options: run_batch(s, o), min(plan.rounds, 2)))
    for growth, seconds in found.items():
        yield from growth.of(seconds)


def _by_runs(plan: Plan) -> Iterator[Measured]:
    found: dict[Growth, list[list[float]]] = {LISTED: [], ONE_LISTED: []}
    for count in RUNS:
        with workspace() as folder, Store.open(folder) as store:
            customers(store, 1)
            _record(store, count)
            case = Case.open(store, PATTERN, AT, "bench")
            found[LISTED].append(_seconds(lambda s=store: frames.runs(store=s), plan.rounds))
            found[ONE_LISTED].append(_seconds(lambda c=case: figures_of_case(c), plan.rounds))
    for growth, seconds in found.items():
        yield from growth.of(seconds)


def _record(store: Store, count: int) -> None:
    """So many ended runs: one kept by the store, the others its copies."""
    started = store.start_run(RunStart(PATTERN, "gather", {"apply": True}, "", "bench", "bench", AT))
    store.finish_run(started, RunOutcome.DONE, Event("run.complete", "gather", {"title": "Gather"}), AT, b"{}")
    with closing(sqlite3.connect(store.layout.database)) as connection, connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
        others = ", ".join(name for name in names if name != "number")
        statement = f"INSERT INTO runs (number, {others}) SELECT ?, {others} FROM runs WHERE number = 1"
        connection.executemany(statement, [(number,) for number in range(2, count + 1)])
