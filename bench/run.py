"""Every benchmark of the product, side by side in one run: `make bench`, or `python bench/run.py workbook store`.

Each module in this folder has `run() -> list[(name, value, unit, limit)]`; a limit that does not hold is marked and
makes the exit code 1. Times are seconds unless the unit says otherwise.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parent


def _modules(names: list[str]) -> list[Path]:
    found = [path for path in sorted(FOLDER.glob("*.py")) if path.stem != "run"]
    return [path for path in found if not names or path.stem in names]


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(names: list[str]) -> int:
    """Print one line per figure; 1 when a limit does not hold."""
    broken = 0
    for path in _modules(names):
        for name, value, unit, limit in _load(path).run():
            holds = limit is None or value <= limit
            broken += not holds
            shown = f"limit {limit:g}" if limit is not None else ""
            print(f"{path.stem:<10} {name:<58} {value:>10.3f} {unit:<6} {shown:<12} {'' if holds else 'TOO MUCH'}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
