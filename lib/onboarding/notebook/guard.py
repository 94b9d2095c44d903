"""The invisible part of every form: keeps JupyterLab's single keys away from it and tells screen readers more.

With a drop-down, tick box or button in focus JupyterLab takes B, X or D D for a command and edits the notebook. It lets
go only when the focused element itself carries `data-lm-suppress-shortcuts`, so the guard sets that on whatever
gets the focus inside its form. It also carries the form's style sheet, links each field to its help and its message,
moves the focus, and hands files to the browser.
"""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from onboarding.notebook.assets import asset


class Guard(anywidget.AnyWidget):
    """To be the first child of a box with the class ``onb-form``; shows nothing. ``lang`` is the language of it all."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    lang = traitlets.Unicode("").tag(sync=True)

    @traitlets.default("_esm")
    def _default_esm(self) -> str:
        return asset("guard.js")

    @traitlets.default("_css")
    def _default_css(self) -> str:
        return asset("form.css")

    def focus_on(self, selector: str) -> None:
        """Moves the focus to the first control inside the element that ``selector`` finds in the form."""
        self.send({"do": "focus", "selector": selector})

    def download(self, name: str, media_type: str, data: bytes) -> None:
        """Hands ``data`` to the browser as a file to keep."""
        self.send({"do": "download", "name": name, "type": media_type}, buffers=[data])

    def send(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        super().send(content, buffers)
