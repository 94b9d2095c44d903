"""Conditions over answers: each form, over a record, a table, and a row of it; and what no condition is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.condition import Condition, Where, parse_condition

ANSWERS: dict[str, Any] = {
    "telephony": {"kind": "port", "fax": False, "note": "", "groups": ["north", "south"], "lines": 0},
    "users": [{"services": ["voice", "fax"], "site": "Boston"}, {"services": [], "site": "Salem"}],
    "platform": {"mivb_version": "9.4"},
    "empty": [],
}


def holds(**form: Any) -> bool:
    return parse_condition(form).holds(ANSWERS)


@pytest.mark.parametrize(
    ("form", "is_true"),
    [
        ({"question": "telephony.kind", "is": "port"}, True),
        ({"question": "telephony.kind", "is": ["new", "port"]}, True),
        ({"question": "telephony.kind", "is": "new"}, False),
        ({"question": "telephony.kind", "not": "port"}, False),
        ({"question": "telephony.kind", "not": ["new", "none"]}, True),
        ({"question": "telephony.unasked", "is": "port"}, False),
        ({"question": "telephony.unasked", "not": "port"}, True),
        ({"question": "nowhere.kind", "not": "port"}, True),
        # a no is an answer, nothing and no row are none; zero is
        ({"question": "telephony.fax", "is": False}, True),
        ({"question": "telephony.fax", "answered": True}, True),
        ({"question": "telephony.note", "answered": True}, False),
        ({"question": "telephony.note", "answered": False}, True),
        ({"question": "telephony.lines", "answered": True}, True),
        ({"question": "empty.name", "answered": True}, False),
        # false is not zero, true is not one
        ({"question": "telephony.fax", "is": 0}, False),
        ({"question": "telephony.lines", "is": 0}, True),
        ({"question": "telephony.fax", "is": [0, False]}, True),
        # one of several choices, one of several rows
        ({"question": "telephony.groups", "is": "south"}, True),
        ({"question": "telephony.groups", "is": ["east", "west"]}, False),
        ({"question": "users.site", "is": "Salem"}, True),
        ({"question": "users.site", "not": "Salem"}, False),
        ({"question": "users.services", "is": "fax"}, True),
        ({"question": "users.services", "is": "chat"}, False),
        ({"question": "platform.mivb_version", "below": "10"}, True),
        ({"question": "platform.mivb_version", "at_least": "9.4.0"}, True),
    ],
)
def test_one_test_over_the_answers(form: dict[str, Any], is_true: bool) -> None:
    """A table fulfils it with any of its rows, a choice of several with any of its values."""
    assert holds(**form) is is_true
    assert holds(all=[form]) is holds(any=[form]) is is_true


PORT, NEW = {"question": "telephony.kind", "is": "port"}, {"question": "telephony.kind", "is": "new"}


@pytest.mark.parametrize(
    ("form", "is_true"),
    [
        ({"all": [PORT, NEW]}, False),
        ({"all": [PORT, PORT]}, True),
        ({"any": [NEW, PORT]}, True),
        ({"any": [NEW, NEW]}, False),
        ({"all": [PORT, {"any": [NEW, {"question": "users.site", "is": "Salem"}]}]}, True),
    ],
)
def test_tests_are_combined(form: dict[str, Any], is_true: bool) -> None:
    """All of them, any of them, and one within the other."""
    assert holds(**form) is is_true


@pytest.mark.parametrize(("place", "has_fax", "is_in_salem"), [(0, True, False), (1, False, True)])
def test_within_a_row_its_own_value_counts(place: int, has_fax: bool, is_in_salem: bool) -> None:
    """A question about a user looks at that user, one about the customer at the customer, also within a combination."""
    row = ANSWERS["users"][place]
    fax = {"question": "users.services", "is": "fax"}
    assert parse_condition(fax).holds(ANSWERS, row, "users") is has_fax
    assert parse_condition({"all": [fax, PORT]}).holds(ANSWERS, row, "users") is has_fax
    salem = {"any": [NEW, {"question": "users.site", "is": "Salem"}]}
    assert parse_condition(salem).holds(ANSWERS, row, "users") is is_in_salem
    assert parse_condition(fax).holds(ANSWERS, row, "sites")


def test_the_questions_a_condition_looks_at() -> None:
    """In the order in which they stand, however deep."""
    condition = parse_condition({"all": [PORT, {"any": [{"question": "users.site", "answered": True}, NEW]}]})
    assert list(condition.questions()) == ["telephony.kind", "users.site", "telephony.kind"]


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("port", "a condition is a table"),
        (None, "a condition is a table"),
        ({}, "found: nothing"),
        ({"question": "telephony.kind"}, "found: question"),
        ({"is": "port"}, "found: is"),
        ({"question": "a.b", "is": 1, "not": 2}, "found: is, not, question"),
        ({"question": 3, "is": "port"}, "a condition has 'question'"),
        ({"question": "a.b", "equals": "c"}, "found: equals, question"),
        ({"all": []}, "a condition has 'question'"),
        ({"any": {"question": "a.b", "is": 1}}, "a condition has 'question'"),
        ({"all": ["port"]}, "a condition is a table"),
        ({"question": "a.b", "answered": "yes"}, "'answered' is true or false"),
        ({"question": "a.b", "below": 9.0}, "'below' takes a version as text"),
        ({"question": "a.b", "at_least": "nine"}, "'at_least' takes a version as text"),
    ],
)
def test_what_is_no_condition_says_why(form: Any, reason: str) -> None:
    """The author of a profile reads what was found and what is wanted."""
    with pytest.raises(ValueError, match=reason):
        parse_condition(form)


@pytest.mark.parametrize(
    ("version", "below", "least"),
    [
        ("8.9", True, False), ("9.0", False, True), ("9", False, True), ("10.1", False, True),
        ("soon", False, False), (None, False, False),
    ],
)  # fmt: skip
def test_a_condition_compares_versions(version: str | None, below: bool, least: bool) -> None:
    """Below and at least share no version; what is no version, or not answered, is neither."""
    answers = {"platform": {"mivb_version": version}}
    for op, wanted in (("below", below), ("at_least", least)):
        assert parse_condition({"question": "platform.mivb_version", op: "9.0"}).holds(answers) is wanted


@pytest.mark.parametrize(
    ("columns", "fits"),
    [
        ({}, True),
        ({"site": "Boston"}, True),
        ({"site": "Salem"}, False),
        ({"site": ["Salem", "Boston"]}, True),
        ({"site": ["Salem"]}, False),
        ({"services": "fax"}, True),
        ({"services": ["chat", "fax"]}, True),
        ({"services": "chat"}, False),
        ({"site": "Boston", "services": "chat"}, False),
        ({"active": True}, True),
        ({"active": 1}, False),
        ({"floor": 0}, True),
        ({"floor": False}, False),
        ({"nowhere": "x"}, False),
    ],
)
def test_which_rows_are_meant(columns: dict[str, Any], fits: bool) -> None:
    """Every column named has its value, or one of several; a choice of several has each that was chosen."""
    row = {"site": "Boston", "services": ["voice", "fax"], "active": True, "floor": 0}
    assert Where(columns).fits(row) is fits
    assert bool(Where(columns)) is bool(columns)
    for name, condition in Where(columns).conditions("users"):
        assert condition.question == f"users.{name}"
    assert all(one.holds({"users": [row]}) for _, one in Where(columns).conditions("users")) is fits


values = st.sampled_from(["port", "new", 0, 1, True, False, None, "", ["north"], []])


@given(st.lists(values, max_size=3), st.lists(st.sampled_from(["port", 1, True, "north"]), min_size=1, max_size=3))
def test_not_is_the_opposite_of_is(kept: list[Any], wanted: list[Any]) -> None:
    """Over any table of answers exactly one of the two holds."""
    answers = {"users": [{"site": value} for value in kept]}
    one, other = (Condition(op, "users.site", tuple(wanted)) for op in ("is", "not"))
    assert one.holds(answers) is not other.holds(answers)
