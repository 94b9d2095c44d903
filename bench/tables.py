"""Puts the figures of the last run into the tables of docs/performance.md: `python -m bench.tables`.

A row is known by the name of its figure. What that run did not measure stays as it is.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Mapping, Sequence

from bench.figure import Figure
from bench.history import Record, earlier
from bench.plan import ROOT
from bench.run import HISTORY, declared, subject, subjects

PAGE = ROOT / "docs" / "performance.md"
SOURCE = re.compile(r"^Last filled in .*?(?=\n\n)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\|.*\|$", re.MULTILINE)


def figures() -> dict[str, Figure]:
    """Every figure there is, by its name."""
    return {figure.name: figure for name in subjects() for figure in declared(subject(name))}


def row(figure: Figure, values: Sequence[str]) -> str:
    """A row of a table: name, least, median, most, unit, bound."""
    return f"| {figure.name} | {' | '.join(values)} | {figure.unit} | {figure.bound} |"


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def filled(page: str, known: Mapping[str, Figure], record: Record) -> str:
    """The page with the figures of that run; unit and bound of every row are those that hold now."""

    def anew(found: re.Match[str]) -> str:
        name, *cells = (cell.strip() for cell in found[0][1:-1].split("|"))
        if name not in known:
            return found[0]
        values = record.figures.get(name)
        return row(known[name], [shown(value) for value in values] if values else cells[:3])

    return SOURCE.sub(lambda _: source(record), ROW.sub(anew, page))


def source(record: Record) -> str:
    """Where figures come from, and whether they are to be believed."""
    known: dict[str, object] = {"processor": "", "processors": "", "python": "", **record.machine}
    where = "{processor}, {processors} processors, Python {python}".format(**known)
    doubt = (
        "" if record.is_quiet else ": others worked on it, so that only ratios and best processor times say something"
    )
    words = f"commit {record.commit}, {record.at[:10]}, {where}, load before the start {record.load:g}{doubt}"
    return textwrap.fill(f"Last filled in from {words}.", 119)


def main() -> int:
    for record in earlier(HISTORY):  # a later run replaces what it measured too
        if record.extent != "quick":
            PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), figures(), record), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
