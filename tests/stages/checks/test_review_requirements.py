"""A check that nothing a customer asked for is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stages.checks.look import missing
from tests.stages.small import asked, small

ABOUT = {"requirement": "requirements.what", "setting": "requirements.setting"}
ANSWERS: dict[str, Any] = {"voicemail": {"pin_length": 6}, "menus": [{"name": "Day"}], "fax": []}


@pytest.mark.parametrize("setting", ["voicemail.pin_length", "voicemail", "menus", "menus.name"])
def test_a_requirement_is_met_by_what_is_answered(setting: str) -> None:
    """A question or a whole section, of a record or of a table."""
    rows = [{"what": "Six digits", "setting": setting}]
    assert missing("requirements-mapped", small(asked(), ANSWERS | {"requirements": rows}), ABOUT) == []


@pytest.mark.parametrize("setting", ["voicemail.greeting", "fax", "fax.number", "recording"])
def test_a_setting_that_is_not_answered_meets_nothing(setting: str) -> None:
    """It is named with what it was to meet."""
    rows = [{"what": "Six digits", "setting": setting}]
    assert missing("requirements-mapped", small(asked(), ANSWERS | {"requirements": rows}), ABOUT) == [
        f"“Six digits” is to be met by {setting}, which is not answered."
    ]


def test_a_requirement_without_a_setting_is_lost() -> None:
    """So is everything, as long as nothing was written down."""
    rows = [{"what": "Six digits"}]
    assert missing("requirements-mapped", small(asked(), ANSWERS | {"requirements": rows}), ABOUT) == [
        "“Six digits” has no setting that meets it."
    ]
    assert missing("requirements-mapped", small(asked(), ANSWERS), ABOUT) == [
        "No requirement of the customer has been written down."
    ]
