"""A drawn flow in a runbook. Where an untrusted notebook loses the drawing, the same stands beside it in words."""

from __future__ import annotations

from onboarding.domain.callflow_picture import Picture
from onboarding.html.inline import LINE, table
from onboarding.html.parts import Markup, details, element


def picture_html(picture: Picture) -> Markup:
    """The drawing, which scrolls in its own frame, and its words folded below it."""
    words = table(picture.columns, picture.rows, picture.title)
    frame = {"style": f"overflow-x:auto;margin:6px 0;padding:6px 0;border-bottom:{LINE}"}
    drawing = element("div", picture.svg, frame)
    return drawing + details(f"{picture.title}: {len(picture.rows)} ways in words", words)
