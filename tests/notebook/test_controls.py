"""A line within a form escapes what it is given."""

from __future__ import annotations

from onboarding.html.parts import Markup
from onboarding.notebook.controls import Line


def test_text_that_is_put_into_a_line_is_escaped() -> None:
    """When it is made and whenever it is changed; what is HTML already stays as it is."""
    line = Line("<b>", "help", "live")
    assert line.value == "&lt;b&gt;"
    assert set(line._dom_classes) == {"onb-help", "onb-live"}
    line.value = "a & b"
    assert line.value == "a &amp; b"
    line.value = Markup("<b>x</b>")
    assert line.value == "<b>x</b>"
