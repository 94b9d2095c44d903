"""What a rule looks at and what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onboarding.answers.messages import shown
from onboarding.answers.schema import Cell, Values
from onboarding.domain.json import JSON
from onboarding.domain.number import national
from onboarding.domain.question import Questionnaire

Where = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rule looks at."""

    questionnaire: Questionnaire
    values: Values
    today: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule; ``params`` go into the sentence of ``code``."""

    code: str
    cell: Cell
    params: Mapping[str, Any]
    severity: str = ""


Findings = Iterator[Finding]


def same(value: JSON) -> JSON:
    """Form in which two values are compared: text without regard to case."""
    return value.casefold() if isinstance(value, str) else str(value)


def spoken(value: JSON) -> str:
    """A value fit for a sentence; numbers in national form."""
    return national(value) if isinstance(value, str) and value.startswith("+") else shown(value)


def answered(scene: Scene, question: str, where: Where | None = None) -> Iterator[Cell]:
    """Cells with an answer, of rows in which every column of ``where`` has that value or one of those."""
    for cell in scene.values.cells(question):
        if cell.value is not None and all(_is(cell.beside.get(k), wanted) for k, wanted in (where or {}).items()):
            yield cell


def _is(value: JSON, wanted: JSON) -> bool:
    if isinstance(wanted, list):
        return any(_is(value, one) for one in wanted)
    return bool(wanted in value if isinstance(value, list) else value == wanted)
