"""Scripts and styles of the widgets: read when the first widget is made, never at import."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from onboarding.errors import StoreError


@cache
def asset(name: str) -> str:
    """Text of one of our own files beside this module."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


@cache
def tabulator(name: str) -> str:
    """Text of one of Tabulator's files, as the installed package pytabulator carries them.

    The package is only located, not imported: what it imports itself is not installed.
    Raises StoreError when it is missing.
    """
    spec = find_spec("pytabulator")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        path = Path(folder) / "srcjs" / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise StoreError("GRID-SCRIPT", f"The table script {name} is not installed.", "Run `make venv` again.")
