"""Every benchmark of the product, beside yardsticks of the same run: `make bench`, `make bench ARGS="report --quick"`.

Each module in `subjects` declares its figures and has `run(plan)`, which yields what it measured. A line has the least,
the median and the most over the rounds, the bound, and the change since the last quiet run on such a machine. A bound
that is broken makes the exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from types import ModuleType

from bench.figure import Against, Figure, Measured
from bench.history import Before, Record, append, earlier, figures_of
from bench.machine import BUSY, commit, load, machine
from bench.plan import ROOT, Extent, Plan

HISTORY = ROOT / "workspace" / "bench.jsonl"
"""Beside what is generated otherwise: figures of one machine are of no use on another, and a run changes no file that
is kept in the repository."""

NAME = 66
HEAD = f"{'':<9} {'figure':<{NAME}} {'least':>10} {'median':>10} {'most':>10} {'unit':<6} {'bound':<14} change"


def subjects() -> list[str]:
    """Names of what can be measured."""
    folder = ROOT / "bench" / "subjects"
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def subject(name: str) -> ModuleType:
    return importlib.import_module(f"bench.subjects.{name}")


def declared(module: ModuleType) -> Iterator[Figure]:
    """The figures a subject can print."""
    for found in vars(module).values():
        for one in found if isinstance(found, tuple) else (found,):
            if isinstance(one, Figure):
                yield one
            elif isinstance(one, Against):
                yield from one.figures


def measured(names: Iterable[str], plan: Plan) -> Iterator[tuple[str, Measured]]:
    """(subject, what was measured). Raises ValueError for a figure that its subject did not declare."""
    for name in names:
        module = subject(name)
        known = set(declared(module))
        for one in module.run(plan):
            if one.figure not in known:
                raise ValueError(f"{name} does not declare {one.figure}")
            yield name, one


def line(name: str, one: Measured, change: str = "") -> str:
    """How a figure is printed."""
    figure = one.figure
    values = (one.minimum, one.median, one.maximum) if one.values else ()
    shown = " ".join(f"{value:>10.4g}" if value < 10_000 else f"{value:>10,.0f}" for value in values) or " " * 32
    told = f"{change}  {one.verdict}".strip() if one.verdict else change
    return f"{name:<9} {figure.name:<{NAME}} {shown} {figure.unit:<6} {figure.bound:<14} {told}".rstrip()


def show(found: Iterable[tuple[str, Measured]], before: Before) -> list[Measured]:
    """Prints one line for each figure as soon as it is there; gives all of them."""
    print(HEAD)
    shown = []
    for name, one in found:
        print(line(name, one, before.change(one)), flush=True)
        shown.append(one)
    return shown


def busy(now: float) -> str:
    """What is said of figures that are measured on a machine with that load; nothing on a quiet one."""
    return f"The load was {now:g} before the start, more than {BUSY:g}: do not believe these figures." * (now > BUSY)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description="Measure speed beside yardsticks.")
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"which to measure: {', '.join(subjects())}")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--quick", dest="extent", action="store_const", const="quick", help="two rounds, small amounts")
    extent.add_argument("--whole", dest="extent", action="store_const", const="whole", help="goals at their full size")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.subjects) - set(subjects()):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(subjects())}")
    return bench(asked.subjects or subjects(), asked.extent or "usual")


def bench(names: list[str], extent: Extent) -> int:
    """Measures, prints and keeps; 1 when a bound is broken."""
    where, before_start = machine(), load()
    words = ", ".join(str(value) for value in where.values() if value)
    print(f"{words}; load {before_start:g}; {extent}")
    print(busy(before_start), end="\n" if busy(before_start) else "")
    shown = show(measured(names, Plan(extent)), Before(earlier(HISTORY), where, extent))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    append(HISTORY, Record(commit(ROOT), now, where, before_start, extent, figures_of(shown)))
    broken, missing = sum(one.is_broken for one in shown), sum(bool(one.why) for one in shown)
    print(f"{len(shown)} figures, {broken} bounds broken, {missing} not measured. {busy(before_start)}".rstrip())
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
