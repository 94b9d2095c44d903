"""The page about speed shows figures that are measured, under their names, with their units and bounds."""

from __future__ import annotations

import re

import pytest

from bench import tables
from bench.figure import Figure
from bench.history import Record
from bench.run import declared, subject, subjects
from tests.docs.pages import DOCS, text_of

PAGE = DOCS / "performance.md"
HEAD = ["figure", "least", "median", "most", "unit", "bound"]
FIGURES = tables.figures()


def rows() -> list[list[str]]:
    """The rows of all tables of figures."""
    found: list[list[str]] = []
    for part in re.findall(r"(?:^\|.*\n)+", text_of(PAGE), re.MULTILINE):
        head, _, *lines = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in part.splitlines()]
        found += lines if head == HEAD else []
    return found


def test_every_figure_that_is_shown_is_one_that_is_measured() -> None:
    """With its unit and its bound."""
    for name, *_, unit, bound in rows():
        assert name in FIGURES, name
        assert (unit, bound) == (FIGURES[name].unit, FIGURES[name].bound), name


@pytest.mark.parametrize("name", subjects())
def test_every_subject_is_shown(name: str) -> None:
    """All of its figures."""
    shown = {row[0] for row in rows()}
    assert {figure.name for figure in declared(subject(name))} <= shown


def test_tables_are_filled_in_from_a_run() -> None:
    """The row of a figure that was measured; of another one its bound, and all else on the page stays as it is."""
    known = {"status": Figure("status", "ms", at_most=50), "size": Figure("size", "kB", at_most=4)}
    record = Record("abc1234", "2026-03-02", {}, 0.1, "usual", {"status": (1234.5, 1300.0, 30_000.0)})
    page = "| figure | least |\n|---|--:|\n| status | | | | ms | |\n| size | 3 | 3 | 3 | kB | |\n| other | x |\n"
    assert tables.filled(page, known, record).splitlines() == [
        "| figure | least |",
        "|---|--:|",
        "| status | 1,234 | 1,300 | 30,000 | ms | at most 50 |",
        "| size | 3 | 3 | 3 | kB | at most 4 |",
        "| other | x |",
    ]
