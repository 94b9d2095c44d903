"""The completion report: its figures, and its page from an executed notebook, for 25 and for 2,000 users."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import nbformat

from bench.figure import Figure
from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.history import Customer, History
from onboarding.profile.load import load_profile
from onboarding.report.completion import CompletionReport
from onboarding.report.figures import Figures, completion_figures
from onboarding.report.render import render
from onboarding.resources import shipped
from onboarding.stages.context import Context
from onboarding.stages.project_status import assess

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
ROUNDS = 20


def run() -> list[Figure]:
    """Times of one round, the best of `ROUNDS`, and sizes."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="onboarding-bench-") as scratch:
        target = Path(scratch) / "completion.html"
        begun = time.perf_counter()
        render(_executed(_figures(_context(25))), target)
        found.append(Figure("first page of a process, exporter made", time.perf_counter() - begun, "s"))
        for users in (25, 2000):
            context = _context(users)
            figures = _figures(context)
            notebook = _executed(figures)
            found.append(Figure(f"figures, {users} users", _best(lambda c=context: _figures(c)), "s"))
            warm = _best(lambda n=notebook: render(n, target))
            found.append(Figure(f"page, {users} users, warm", warm, "s", most=0.1))
            found.append(Figure(f"page, {users} users", target.stat().st_size / 1000, "kB", most=200.0))
    return found


def _context(users: int) -> Context:
    """The dental group of the examples, its users repeated under other addresses."""
    profile = load_profile("chinook")
    document = read_answers(profile.questionnaire, shipped("data", "examples", "bright-smile.toml")).document
    rows = document["users"]
    many = [{**rows[n % len(rows)], "email": f"user{n}@brightsmile.example"} for n in range(users)]
    checked = check(profile.questionnaire, {**document, "users": many}, AT.date())
    return Context(Customer("bench", "Bench", AT), profile, checked.values, checked.problems, History(), AT)


def _figures(context: Context) -> Figures:
    return completion_figures(context, assess(context))


def _executed(figures: Figures) -> bytes:
    """The report's notebook with its outputs, without a kernel."""
    report = CompletionReport(figures)
    book = nbformat.read(shipped("reports", "completion.ipynb"), as_version=4)
    for cell in book.cells:
        if call := re.fullmatch(r"report\.(\w+)\(\)", cell.source):
            shown = getattr(report, call[1])()._repr_mimebundle_()
            cell.outputs = [nbformat.v4.new_output("execute_result", shown, execution_count=1)]
    return nbformat.writes(book).encode()


def _best(act: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return min(times)
