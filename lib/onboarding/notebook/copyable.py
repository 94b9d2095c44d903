"""Values beside buttons that copy them: what a person enters into somebody else's portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from onboarding.notebook.assets import asset


class Copyable(anywidget.AnyWidget):
    """A list of (label, value), each with a copy button."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    values = traitlets.List(trait=traitlets.List(traitlets.Unicode())).tag(sync=True)

    def __init__(self, values: Sequence[tuple[str, str]], **traits: Any) -> None:
        super().__init__(values=[[label, value] for label, value in values], **traits)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return asset("copyable.js")

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return asset("copyable.css")
