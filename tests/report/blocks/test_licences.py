"""A block of licences."""

from __future__ import annotations

from tests.report.blocks.look import shapes, table
from tests.stages.checks.test_numbers_licences import LACKING, READY, users

SINCE = {"since": "gather.look"}


def test_what_is_still_to_be_done_is_said_as_that() -> None:
    """As the answers stand: what each has, what is to be bought, what is to go."""
    assert table(shapes("licences", users(*READY, *LACKING))) == [
        ["Ana", "e5", "", ""],
        ["Ben", "e3 | Phone", "", ""],
        ["Cyd", "e3", "Phone | ready", ""],
        ["Dov", "e5 | Plan", "", "Plan | ready"],
    ]


def test_what_was_found_and_what_was_changed_since() -> None:
    """The answers at the end of a task are what was found; what differs now was bought or removed."""
    before = users(*READY, *LACKING).values
    now = users(*READY, ("Cyd", "e3", ["phone"]), ("Dov", "e5", []))
    assert table(shapes("licences", now, SINCE, gather_look=before))[2:] == [
        ["Cyd", "e3", "Phone", ""],
        ["Dov", "e5 | Plan", "", "Plan"],
    ]
    assert table(shapes("licences", now, SINCE))[3] == ["Dov", "e5", "", ""], "the task is not done yet"


def test_without_such_users_there_is_no_table() -> None:
    """Whom the rule is not about is not shown."""
    assert shapes("licences", users(*LACKING, kind="guest")) == []
