"""A drawn flow in a runbook. Where an untrusted notebook loses the drawing, the same stands beside it in words."""

from __future__ import annotations

from onboarding.domain.callflow_picture import Picture
from onboarding.notebook.markup import LINE, table, text


def picture_html(picture: Picture) -> str:
    """The drawing, which scrolls in its own frame, and its words folded below it."""
    words = table(picture.columns, [[text(cell) for cell in row] for row in picture.rows], picture.title)
    return (
        f'<div style="overflow-x:auto;margin:6px 0;padding:6px 0;border-bottom:{LINE}">{picture.svg}</div>'
        f"<details><summary>{text(picture.title)}: {len(picture.rows)} ways in words</summary>{words}</details>"
    )
