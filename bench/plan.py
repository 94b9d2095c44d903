"""How much is measured: how many rounds, and which of the amounts a subject has."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from onboarding import settings

Extent = Literal["quick", "usual", "whole"]
T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Plan:
    """``quick`` shows that everything can be measured, ``whole`` measures goals at their full size, in half an hour."""

    extent: Extent = "usual"

    @property
    def rounds(self) -> int:
        return 2 if self.extent == "quick" else 5

    def of(self, quick: T, usual: T, whole: T) -> T:
        """The amount of this extent."""
        return {"quick": quick, "usual": usual, "whole": whole}[self.extent]


@contextmanager
def workspace() -> Iterator[Path]:
    """An empty workspace that this process and its children use, gone afterwards."""
    before = os.environ.get(settings.HOME.name)
    with tempfile.TemporaryDirectory(prefix="onboarding-bench-") as folder:
        os.environ[settings.HOME.name] = folder
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ[settings.HOME.name]
            else:
                os.environ[settings.HOME.name] = before
