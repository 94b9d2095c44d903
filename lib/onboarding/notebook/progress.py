"""How far a run of changes has come, drawn once and updated in place, so that an archive keeps the last state."""

from __future__ import annotations

import time
from typing import Any

from IPython.display import HTML, display

from onboarding.html.parts import Markup
from onboarding.notebook.panel import progress_html

EVERY = 0.1  # seconds between drawings; a thousand quick steps need not all be seen


class StepBar:
    """``step`` is called before each step; the bar appears with the first one."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._total = 0
        self._drawn_at = 0.0

    def step(self, place: int, total: int, what: str) -> None:
        """Step ``place`` (from 1) of ``total`` begins: ``what`` in plain words."""
        self._total = total
        now = time.monotonic()
        if self._handle is None or now - self._drawn_at >= EVERY:
            self._draw(progress_html(what, place - 1, total))
            self._drawn_at = now

    def close(self) -> None:
        """All steps are through."""
        if self._handle is not None:
            self._draw(progress_html("All steps taken", self._total, self._total))

    def _draw(self, html: Markup) -> None:
        shown = HTML(str(html))  # type: ignore[no-untyped-call]
        if self._handle is None:
            self._handle = display(shown, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(shown)
