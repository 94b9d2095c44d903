"""The widgets that a cell has made go when the cell is run again.

Nobody sees them any more by then, but the kernel would keep them, and a page that is opened would ask for all of them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import Widget

_WATCHED: WeakKeyDictionary[InteractiveShell, _CellWidgets] = WeakKeyDictionary()


def close_with_their_cells(shell: InteractiveShell | None) -> None:
    """From the next cell of this shell on; outside of one, and for a client that names no cells, nothing is closed."""
    if shell is not None and shell not in _WATCHED:
        _WATCHED[shell] = _CellWidgets()
        _WATCHED[shell].watch(shell)


class _CellWidgets:
    """The open widgets of each cell, by the cell's id."""

    def __init__(self) -> None:
        self._of: defaultdict[str, WeakSet[Widget]] = defaultdict(WeakSet)
        self._cell: str | None = None

    def watch(self, shell: InteractiveShell) -> None:
        shell.events.register("pre_run_cell", self._begin)
        shell.events.register("post_run_cell", self._end)
        Widget.on_widget_constructed(self._note)

    def _begin(self, about: Any) -> None:
        self._cell = about.cell_id
        if self._cell:
            for widget in [*self._of.pop(self._cell, ())]:
                widget.close()

    def _end(self, _result: Any) -> None:
        self._cell = None

    def _note(self, widget: Widget) -> None:
        if self._cell:
            self._of[self._cell].add(widget)
