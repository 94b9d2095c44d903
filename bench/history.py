"""Earlier runs, one JSON line each, and how much a figure has changed since the last that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.figure import Measured
from bench.machine import BUSY

NOTHING = 0.03
"""A change by less is none."""


@dataclass(frozen=True)
class Record:
    """One run: which code, when, on which class of machine, how busy that was before, and what was measured.

    ``figures`` are the least, the median and the most by the name of each. ``extent`` is quick, usual or whole: what
    was measured with other amounts is not compared.
    """

    commit: str
    at: str
    machine: Mapping[str, Any]
    load: float
    extent: str
    figures: Mapping[str, tuple[float, float, float]]

    @property
    def is_quiet(self) -> bool:
        return self.load <= BUSY


def figures_of(measured: Iterable[Measured]) -> dict[str, tuple[float, float, float]]:
    """What is kept of a run; what was not measured is left out."""
    return {
        one.figure.name: (round(one.minimum, 6), round(one.median, 6), round(one.maximum, 6))
        for one in measured
        if one.values
    }


def append(path: Path, record: Record) -> None:
    """Writes a run behind the others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(record), ensure_ascii=False, sort_keys=True) + "\n")


def earlier(path: Path) -> list[Record]:
    """All runs there are, oldest first; a line that is none of ours is passed over."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(Record(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


class Before:
    """The last value of each figure on this class of machine, of runs that were quiet and of the same extent."""

    def __init__(self, records: Iterable[Record], machine: Mapping[str, Any], extent: str) -> None:
        self.medians: dict[str, float] = {}
        for one in records:
            if one.is_quiet and one.extent == extent and dict(one.machine) == dict(machine):
                self.medians |= {name: values[1] for name, values in one.figures.items()}

    def change(self, one: Measured) -> str:
        """``+12 %`` since then; ``same`` for next to nothing, empty when there is nothing to compare with."""
        before = self.medians.get(one.figure.name)
        if not before or not one.values:
            return ""
        change = one.median / before - 1
        return "same" if abs(change) < NOTHING else f"{change:+.0%}".replace("%", " %")
