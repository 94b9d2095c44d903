"""The one button that changes something outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import ipywidgets as widgets

from onboarding.errors import OnboardingError
from onboarding.notebook.guard import Guard
from onboarding.notebook.panel import notice

Result = TypeVar("Result")


class ApplyButton:
    """Makes the changes that were shown above it, once: ``carry_out()`` does it, ``show(result)`` tells.

    ``words`` say what pressing it does.

    What both display appears below the button; an OnboardingError becomes one calm notice, and the button can be
    pressed again.
    """

    def __init__(self, words: str, carry_out: Callable[[], Result], show: Callable[[Result], None]) -> None:
        self._carry_out: Callable[[], Any] = carry_out
        self._show: Callable[[Any], None] = show
        self.button = widgets.Button(
            description=words,
            button_style="primary",
            layout={"width": "auto", "align_self": "flex-start"},
        )
        self.button.on_click(self._pressed)
        self.output = widgets.Output()
        self.box = widgets.VBox([Guard(), self.button, self.output])
        self.box.add_class("onb-form")

    def _repr_mimebundle_(self, **_: Any) -> Any:
        return self.box._repr_mimebundle_()

    def _pressed(self, _: Any) -> None:
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
