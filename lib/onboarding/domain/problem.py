"""What is wrong with answers, in plain words and with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or missing.

    ``question`` is ``section.name`` or only ``section``; ``row`` counts from 0 within a table. ``code`` is
    stable (``required``, ``number-invalid``, ``duplicate``). ``message`` is a whole sentence for a person:
    what is wrong and what is wanted. ``where`` is added by a face that knows better (``Users!D7``).
    """

    code: str
    question: str
    message: str
    row: int | None = None
    severity: str = "error"  # or "warning"
    source: str = ""
    where: str = ""

    @property
    def section(self) -> str:
        return self.question.partition(".")[0]

    @property
    def name(self) -> str:
        return self.question.partition(".")[2]

    @property
    def place(self) -> str:
        """``Users!D7`` when a face knows the cell, else ``users.email row 3`` or ``company.name``."""
        if self.where:
            return self.where
        return self.question if self.row is None else f"{self.question} row {self.row + 1}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only those that hold up provisioning; warnings left out."""
    return [problem for problem in problems if problem.severity == "error"]
