"""The status of ten thousand customers and the page over all of them, beside the same query by sqlite3 alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import nbformat

from bench.figure import Against, Cost, Figure, Measured
from bench.measure import Act, by_turns, tool
from bench.people import AT, customers
from bench.plan import Plan, workspace

MANY = 10_000

STATUS = Against("status of 10,000 customers", "the same rows by sqlite3 alone", "sqlite3")
STATUS_GOAL = Figure("status of 10,000 customers, processor, best", "s", at_most=1.0, judged="minimum")
COMMAND = Figure("onboard status of 10,000 customers, processor", "s", judged="minimum")
OVERVIEW = Figure("portfolio of 10,000 customers: its figures, processor", "s", judged="minimum")
PAGE = Figure("portfolio of 10,000 customers: its page, processor", "s", judged="minimum")
PORTFOLIO = Figure("portfolio of 10,000 customers, processor", "s", at_most=5.0, judged="minimum")
PAGE_SIZE = Figure("portfolio of 10,000 customers: size of its page", "MB")

QUERY = """
SELECT * FROM progress WHERE state IN ('ready', 'waiting', 'rejected', 'unknown') ORDER BY engagement, position;
SELECT * FROM customers
    JOIN engagements ON engagements.customer = customers.id JOIN due ON due.engagement = engagements.id
"""


def run(plan: Plan) -> Iterator[Measured]:
    """Quickly with fewer customers, and ten thousand by calculation."""
    from onboarding.store.store import Store

    count = plan.of(500, MANY, MANY)
    scale = MANY / count
    with workspace() as folder, Store.open(folder) as store:
        customers(store, count, waiting=True)
        page = folder / "portfolio.html"
        acts = {
            "status": store.status,
            "bare": lambda: _bare(store.layout.database),
            "command": tool("onboard", "status"),
            "figures": _figures(),
            "page": _page(page),
        }
        found = {name: [Cost(*(scale * part for part in cost)) for cost in costs]
                 for name, costs in by_turns(acts, plan.rounds).items()}  # fmt: skip
        size = scale * page.stat().st_size / 1e6
    yield from STATUS.of(found["status"], found["bare"])
    yield STATUS_GOAL.of(cost.processor for cost in found["status"])
    few = "only with all the customers, since it takes its start as well"
    yield COMMAND.of(cost.processor for cost in found["command"]) if count == MANY else COMMAND.missing(few)
    yield OVERVIEW.of(cost.processor for cost in found["figures"])
    yield PAGE.of(cost.processor for cost in found["page"])
    pairs = zip(found["figures"], found["page"], strict=True)
    yield PORTFOLIO.of(figures.processor + made.processor for figures, made in pairs)
    yield PAGE_SIZE.of([size])


def _bare(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for query in QUERY.split(";"):
            connection.execute(query).fetchall()


def _figures() -> Act:
    from onboarding.report.portfolio import open_portfolio

    return lambda: open_portfolio(AT.isoformat())


def _page(target: Path) -> Act:
    """The page of a portfolio that is open: its parts as outputs of a notebook, without a kernel, and rendered."""
    from onboarding.report.portfolio import open_portfolio
    from onboarding.report.render import render

    found = open_portfolio(AT.isoformat())

    def made() -> None:
        parts = [part()._repr_mimebundle_() for part in (found.heading, found.customers, found.parties)]
        outputs = [nbformat.v4.new_output("execute_result", part, execution_count=1) for part in parts]
        cells = [nbformat.v4.new_code_cell("", outputs=[output]) for output in outputs]
        render(nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode(), target)

    return made
