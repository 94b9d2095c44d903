"""Values and tables beside buttons that copy them: what a person enters into somebody else's portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from onboarding.notebook.assets import asset


class Copyable(anywidget.AnyWidget):
    """A list of (label, value), each with a copy button, and tables whose rows are copied as a spreadsheet takes them.

    A table is ``{"title": ..., "columns": [...], "rows": [[...], ...]}`` of display strings.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    values = traitlets.List(trait=traitlets.List(traitlets.Unicode())).tag(sync=True)
    tables = traitlets.List(trait=traitlets.Dict()).tag(sync=True)

    def __init__(
        self, values: Sequence[tuple[str, str]], tables: Sequence[Mapping[str, Any]] = (), **traits: Any
    ) -> None:
        held = [{**table} for table in tables]
        super().__init__(values=[[label, value] for label, value in values], tables=held, **traits)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return asset("copyable.js")

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return asset("copyable.css")
