"""Shows one block by its kind, as a profile would name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.json import Answers
from onboarding.domain.registry import installed
from onboarding.report.blocks import Guide
from onboarding.report.delivery import Delivery
from onboarding.report.report_model import Cell, Shape
from onboarding.report.tallies import RowProofs
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context


def shapes(kind: str, context: Context, about: Mapping[str, Any] | None = None, **earlier: Answers) -> list[Shape]:
    """What the block shows of the customer; ``earlier`` are the answers at the end of a task, dots as underscores."""
    progress = assess(context)
    before = {name.replace("_", "."): kept for name, kept in earlier.items()}
    guide = Guide(context, progress, RowProofs(context, Delivery(context, progress)), before)
    found = installed().get("block", kind)
    return list(found.function(guide, found.params.model_validate(about or {})))


def words(cell: Cell) -> str:
    """Everything a cell says, in the order in which it is read."""
    parts = [str(cell.at.isoformat())[:10] if cell.at else "", cell.text, *cell.more]
    parts += [cell.state.value if cell.state else "", cell.proof.name.lower() if cell.proof else "", cell.code[:4]]
    return " | ".join(part for part in (*parts, *map(words, cell.items)) if part)


def table(found: list[Shape]) -> list[list[str]]:
    """The rows of the one table that is shown, in words."""
    [shape] = found
    return [[words(cell) for cell in row] for row in shape.rows]  # type: ignore[union-attr]
