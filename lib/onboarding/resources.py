"""Where the data, the runbooks and the reports lie that belong to the library.

In a checkout they are the top-level folders `data`, `runbooks` and `reports`; an installed package carries the same
tree inside itself. No other module computes such a path.
"""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Hashable, Iterator
from functools import cache
from pathlib import Path

from onboarding.errors import OnboardingError

_INSIDE = "_shipped"
"""The folder of an installed package that takes the place of the checkout; pyproject.toml fills it."""


def shipped(*parts: str) -> Path:
    """The path of a shipped file or folder: ``shipped("data", "examples")``. It is for reading only.

    Raises OnboardingError SHIPPED-MISSING when the library stands alone.
    """
    return _root().joinpath(*parts)


def is_checkout() -> bool:
    """Whether the library runs from its source tree and not from an installed package."""
    return _root().name != _INSIDE


def library_stamp() -> Hashable:
    """Changes whenever a module of the library is written, or a distribution installed beside it."""
    installed = Path(sysconfig.get_path("purelib")).stat().st_mtime_ns
    return installed, tuple(sorted(_modules(Path(__file__).resolve().parent)))


def _modules(folder: Path) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                yield from _modules(Path(entry.path))
            elif entry.name.endswith(".py"):
                yield entry.path, entry.stat().st_mtime_ns


@cache
def _root() -> Path:
    package = Path(__file__).resolve().parent
    for folder in (package / _INSIDE, package.parent.parent):
        if (folder / "data" / "providers").is_dir() and (folder / "runbooks").is_dir():
            return folder
    raise OnboardingError(
        "SHIPPED-MISSING",
        f"The profiles and runbooks that belong to the library were not found beside {package}.",
        "Install uc-onboarding again: with pip, or in a checkout with `make venv`.",
    )
