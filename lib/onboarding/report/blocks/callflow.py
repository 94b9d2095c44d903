"""A block of the call flow."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.language import say
from onboarding.report.blocks import Captioned, block
from onboarding.report.guide import Guide
from onboarding.report.shapes import Cell, PictureFigure, Shape, TableFigure
from onboarding.stages.planned import picture_of


@block("call-flow", Captioned)
def call_flow(guide: Guide, p: Captioned) -> Iterator[Shape]:
    """The call flow as a picture, and in words."""
    picture = picture_of(guide.context, guide.context.language)
    if picture:
        yield PictureFigure(picture.title, picture.svg)
        columns = tuple(zip(picture.columns, (38, 24, 38), strict=True))
        rows = tuple(tuple(Cell(text) for text in row) for row in picture.rows)
        yield TableFigure(say("The call flow in words"), columns, rows, is_folded=True)
