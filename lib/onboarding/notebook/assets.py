"""Scripts and styles of the widgets: read when the first widget is made, never at import."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def asset(name: str) -> str:
    """Text of one of the files beside this module; those in `tabulator` are Tabulator's, with its licence."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
