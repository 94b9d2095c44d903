"""A line of HTML within a form."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
import traitlets

from onboarding.html.parts import Markup, escaped


class Line(widgets.HTML):  # type: ignore[misc]
    """What is put into it is escaped unless it is `Markup`; ``kinds`` are classes of the form's style sheet."""

    def __init__(self, value: object = "", *kinds: str) -> None:
        super().__init__(escaped(value))
        for kind in kinds:
            self.add_class(f"onb-{kind}")

    @traitlets.validate("value")
    def _made_safe(self, proposal: Any) -> Markup:
        return escaped(proposal["value"])
