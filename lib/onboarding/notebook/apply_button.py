"""The one button that changes something outside, and how far a run of changes has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import ipywidgets as widgets
from IPython.display import HTML, display

from onboarding.errors import OnboardingError
from onboarding.html.parts import Markup
from onboarding.notebook.controls import FormScript, button, column
from onboarding.notebook.panel import notice, progress_html

EVERY = 0.1  # seconds between drawings; a thousand quick steps need not all be seen
Result = TypeVar("Result")


class ApplyButton:
    """Makes the changes that were shown above it, once: ``carry_out()`` does it, ``show(result)`` shows how it went.

    ``words`` say what pressing it does. What both display appears below the button; an OnboardingError becomes one
    calm notice, and the button can be pressed again.
    """

    def __init__(self, words: str, carry_out: Callable[[], Result], show: Callable[[Result], None]) -> None:
        self._carry_out: Callable[[], Any] = carry_out
        self._show: Callable[[Any], None] = show
        self.button = button(words, self._pressed, "primary", align_self="flex-start")
        self.output = widgets.Output()
        self.box = column([FormScript(), self.button, self.output], "form")

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()

    def _pressed(self) -> None:
        if self.button.disabled:  # a second click, under way while the first was at work
            return
        self.button.disabled = True
        self.output.clear_output()
        with self.output:
            try:
                self._show(self._carry_out())
            except OnboardingError as error:
                notice("error", error.message, error.remedy)
                self.button.disabled = False
                return
        self.button.description = "Done"


class StepBar:
    """How far it has come, updated in place, so that an archive keeps the last state.

    ``step`` is called before each step; the bar appears with the first one.
    """

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
