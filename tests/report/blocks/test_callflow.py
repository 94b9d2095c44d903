"""A block of the call flow."""

from __future__ import annotations

from typing import Any

from onboarding.report.report_model import PictureFigure, TableFigure
from tests.report.blocks.look import shapes
from tests.stages.small import asked, small

ANSWERS: dict[str, Any] = {
    "dids": [{"number": "+16175550100", "goes_to": "extension", "target": "101"}],
    "extensions": [{"extension": "101", "name": "Front desk", "voicemail": True}],
}


def test_the_call_flow_is_drawn_and_told() -> None:
    """The words are folded below the picture."""
    picture, words = shapes("call-flow", small(asked(), ANSWERS))
    assert isinstance(picture, PictureFigure)
    assert picture.svg.startswith("<svg")
    assert isinstance(words, TableFigure)
    assert words.is_folded
    assert words.rows


def test_without_a_flow_there_is_no_picture() -> None:
    """A provider who asks for none has none."""
    assert shapes("call-flow", small(asked(), {})) == []
