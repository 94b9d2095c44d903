"""The completion report: its figures, its parts and its page, beside nbconvert's own theme on the same notebook."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat

from bench.figure import Against, Cost, Figure, Measured
from bench.measure import by_turns
from bench.people import AT, example
from bench.plan import Plan, workspace
from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.history import Customer, History
from onboarding.profile.load import load_profile
from onboarding.report.completion import CompletionReport
from onboarding.report.figures import Figures, completion_figures
from onboarding.report.render import render
from onboarding.resources import shipped
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context

ROUNDS = 20
"""As many as this in each round, of which the mean counts: a page takes hundredths of a second."""


class Page:
    """The figures of one report, all but the first of a process."""

    def __init__(self, which: str, goals: bool = True) -> None:
        name = f"report of {which}"
        self.ratio = Against(f"{name}: page", f"{name}: by nbconvert's own theme", "nbconvert")
        self.page = Figure(f"{name}: page, processor, best", "ms", at_most=20.0 if goals else None, judged="minimum")
        self.made = Figure(f"{name}: figures, processor", "ms", judged="minimum")
        self.parts = Figure(f"{name}: parts, processor", "ms", judged="minimum")
        self.whole = Figure(f"{name}: figures, parts and page, processor", "ms", judged="minimum")
        self.size = Figure(f"{name}: size of the page", "kB", at_most=200.0)
        self.figures = (*self.ratio.figures, self.page, self.made, self.parts, self.whole, self.size)

    def of(self, context: Context, target: Path, rounds: int) -> Iterator[Measured]:
        figures = figures_of(context)
        notebook = executed(figures)
        acts = {
            "page": lambda: render(notebook, target),
            "theme": _theme(notebook),
            "figures": lambda: figures_of(context),
            "parts": lambda: _parts(figures),
        }
        found = {name: [Cost(*(part / ROUNDS for part in one)) for one in costs]
                 for name, costs in by_turns({n: _often(act) for n, act in acts.items()}, rounds).items()}  # fmt: skip
        yield from self.ratio.of(found["page"], found["theme"])
        for figure, name in ((self.page, "page"), (self.made, "figures"), (self.parts, "parts")):
            yield figure.of(1000 * one.processor for one in found[name])
        each = zip(*(found[name] for name in ("figures", "parts", "page")), strict=True)
        yield self.whole.of(1000 * sum(one.processor for one in costs) for costs in each)
        yield self.size.of([target.stat().st_size / 1000])


FIRST = Figure("report: first page of a process, exporter made", "s")
PAGES = (Page("25 users"), Page("25 users with a picture"), Page("2,000 users", goals=False))
FIGURES = tuple(figure for page in PAGES for figure in page.figures)


def run(plan: Plan) -> Iterator[Measured]:
    with workspace() as folder:
        target = folder / "completion.html"
        contexts = (_dental(25), _clinic(25), _dental(2000))
        notebook = executed(figures_of(contexts[0]))
        begun = time.perf_counter()
        render(notebook, target)
        yield FIRST.of([time.perf_counter() - begun])
        for page, context in zip(PAGES, contexts, strict=True):
            yield from page.of(context, target, plan.rounds)


def _dental(users: int) -> Context:
    """The dental group of the examples, its users repeated under other addresses."""
    document = example()
    rows = document["users"]
    many = [{**rows[n % len(rows)], "email": f"user{n}@brightsmile.example"} for n in range(users)]
    return context_of("chinook", {**document, "users": many})


def _clinic(extensions: int) -> Context:
    """The clinic of the examples, which has a call flow, one of its extensions repeated under other numbers."""
    source = shipped("data", "examples", "northwind-clinic.toml")
    document = dict(read_answers(load_profile("emetrotel").questionnaire, source).document)
    rows = document["extensions"]
    more = [{**rows[2], "extension": str(900 + n), "name": f"Extra {n}"} for n in range(extensions - len(rows))]
    return context_of("emetrotel", {**document, "extensions": [*rows, *more]})


def context_of(name: str, document: Mapping[str, Any]) -> Context:
    profile = load_profile(name)
    checked = check(profile.questionnaire, document, AT.date())
    return Context(Customer("bench", "Bench", AT), profile, checked.values, checked.problems, History(), AT)


def figures_of(context: Context) -> Figures:
    return completion_figures(context, assess(context))


CALLS = [
    call[1]
    for cell in nbformat.read(shipped("reports", "completion.ipynb"), as_version=4).cells
    if (call := re.fullmatch(r"report\.(\w+)\(\)", cell.source))
]


def _parts(figures: Figures) -> list[Any]:
    report = CompletionReport(figures)
    return [getattr(report, name)()._repr_mimebundle_() for name in CALLS]


def executed(figures: Figures) -> bytes:
    """The report's notebook with its outputs, without a kernel."""
    shown = dict(zip(CALLS, _parts(figures), strict=True))
    book = nbformat.read(shipped("reports", "completion.ipynb"), as_version=4)
    for cell in book.cells:
        if call := re.fullmatch(r"report\.(\w+)\(\)", cell.source):
            cell.outputs = [nbformat.v4.new_output("execute_result", shown[call[1]], execution_count=1)]
    return nbformat.writes(book).encode()


def _theme(notebook: bytes) -> Callable[[], object]:
    """The same notebook by nbconvert as it comes, its exporter kept alive as well."""
    from nbconvert import HTMLExporter

    exporter: Any = HTMLExporter()
    return lambda: exporter.from_notebook_node(nbformat.reads(notebook.decode(), 4))


def _often(act: Callable[[], object]) -> Callable[[], object]:
    return lambda: [act() for _ in range(ROUNDS)]
