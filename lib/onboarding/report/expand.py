"""Cells as a page shows them: a cell for each section of an output; what has nothing to say loses its heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import nbformat

from onboarding.report.words import SECTIONS
from onboarding.text import visible

HEADING = "## "


def expanded(cells: Sequence[Any]) -> Iterator[Any]:
    """The cells to be shown. A heading goes when the cell below it has nothing to say, or brings its own headings."""
    for place, cell in enumerate(cells):
        below = cells[place + 1] if place + 1 < len(cells) else None
        is_heading = cell.cell_type == "markdown" and cell.source.startswith(HEADING)
        if is_heading and below is not None and (is_empty(below) or _sections(below)):
            continue
        if is_empty(cell):
            continue
        sections = _sections(cell)
        if sections:
            for section in sections:
                yield from _cells(section)
        else:
            yield cell


def is_empty(cell: Any) -> bool:
    """Whether a cell ends in a fragment without a letter, and nothing else."""
    outputs = cell.get("outputs") or ()
    return bool(outputs) and all(output.get("data", {}).get("text/html") == "" for output in outputs)


def _sections(cell: Any) -> list[dict[str, str]]:
    for output in cell.get("outputs") or ():
        found = output.get("data", {}).get(SECTIONS)
        if isinstance(found, list):
            return [{str(name): visible(part) for name, part in dict(one).items()} for one in found]
    return []


def _cells(section: dict[str, str]) -> Iterator[Any]:
    """A heading with its sentence, and what stands under it."""
    parts = (f"{HEADING}{' '.join(section.get('title', '').split())}", section.get("text", ""))
    yield nbformat.v4.new_markdown_cell("\n\n".join(filter(None, parts)))  # type: ignore[no-untyped-call]
    shown = nbformat.v4.new_output(  # type: ignore[no-untyped-call]
        "display_data", {"text/html": section.get("html", "")}
    )
    yield nbformat.v4.new_code_cell("", outputs=[shown])  # type: ignore[no-untyped-call]
