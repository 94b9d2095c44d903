"""Every benchmark of the product, side by side in one run: `make bench`, or `python -m bench.run workbook store`.

Each module in this folder has `run() -> list[Figure]`; a bound that is not kept is marked and makes the exit code 1.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.figure import Figure


def measured(names: list[str]) -> Iterator[tuple[str, Figure]]:
    """(module, figure) of the modules named, all without a name."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in ("run", "figure") and (not names or path.stem in names):
            for figure in importlib.import_module(f"bench.{path.stem}").run():
                yield path.stem, figure


def show(figures: Iterable[tuple[str, Figure]]) -> int:
    """Print one line per figure; 1 when a bound is not kept."""
    broken = False
    for module, figure in figures:
        name, value, unit, *_ = figure
        line = f"{module:<10} {name:<58} {value:>10.3f} {unit:<6} {figure.bound:<12} {figure.fault}"
        print(line.rstrip(), flush=True)
        broken |= bool(figure.fault)
    return int(broken)


if __name__ == "__main__":
    sys.exit(show(measured(sys.argv[1:])))
