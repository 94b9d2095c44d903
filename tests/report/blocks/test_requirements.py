"""A block of what the customer asked for."""

from __future__ import annotations

from typing import Any

from onboarding.domain.question import Kind
from tests.report.blocks.look import shapes, table
from tests.stages.small import asked, question, small

SHEET = asked(
    question("wishes.what"),
    question("wishes.setting"),
    question("voicemail.pin_length", Kind.INTEGER),
    question("menus.name"),
    tables={"wishes": "what", "menus": "name"},
)
ABOUT = {"requirement": "wishes.what", "setting": "wishes.setting"}
ANSWERS: dict[str, Any] = {
    "voicemail": {"pin_length": 6},
    "menus": [{"name": "Day"}, {"name": "Night"}],
    "wishes": [
        {"what": "Long PINs", "setting": "voicemail.pin_length"},
        {"what": "Menus", "setting": "menus"},
        {"what": "Fax", "setting": "fax.number"},
        {"what": "Music"},
    ],
}


def test_every_requirement_stands_with_what_meets_it() -> None:
    """A question with its value, a table with its keys; what nothing meets is open."""
    assert table(shapes("coverage", small(SHEET, ANSWERS), ABOUT)) == [
        ["Long PINs", "Pin length | Voicemail", "6", "met"],
        ["Menus", "Menus", "Day, Night", "met"],
        ["Fax", "fax.number", "", "open"],
        ["Music", "", "", "open"],
    ]


def test_without_requirements_there_is_no_table() -> None:
    """Nothing was written down, nothing is shown."""
    assert shapes("coverage", small(SHEET, {}), ABOUT) == []
