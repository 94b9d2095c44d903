"""Rules over extensions: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.extensions import digits_as, extension_clash, extension_length, uniform_length
from onboarding.domain.question import Kind
from tests.answers.dental import answers as dental
from tests.answers.rules.broken import breaks, changed, kept
from tests.answers.rules.sheet import Case, Sheet, column, record, table, tried

SHEET = Sheet(table("users", extension=Kind.EXTENSION), record("plan", length=Kind.INTEGER))
EXTENSION = {"question": "users.extension"}
THREE_TO_FOUR = {**EXTENSION, "min": 3, "max": 4}
AS_PLANNED = {**EXTENSION, "length": "plan.length"}


def users(*extensions: str | None) -> dict[str, Any]:
    return {"users": column("extension", extensions)}


def planned(length: int, *extensions: str) -> dict[str, Any]:
    return {**users(*extensions), "plan": {"length": length}}


CASES: dict[str, Case] = {
    "as long as may be": (extension_length, THREE_TO_FOUR, users("101", "1010", None), []),
    "too short": (extension_length, THREE_TO_FOUR, users("101", "10"), [
        "users.extension row 2: The extension has 3 to 4 digits; “10” has 2."]),
    "too long": (extension_length, THREE_TO_FOUR, users("10101"), [
        "users.extension row 1: The extension has 3 to 4 digits; “10101” has 5."]),
    "free": (extension_clash, EXTENSION, users("101", "912", "934", "1911", "1933"), []),
    "emergency": (extension_clash, EXTENSION, users("911"), [
        "users.extension row 1: Extension 911 gets in the way of dialling 911; choose another."]),
    "begins like an emergency call": (extension_clash, EXTENSION, users("101", "9112"), [
        "users.extension row 2: Extension 9112 gets in the way of dialling 911; choose another."]),
    "test call": (extension_clash, EXTENSION, users("9330"), [
        "users.extension row 1: Extension 9330 gets in the way of dialling 933; choose another."]),
    "the beginning of an emergency call": (extension_clash, EXTENSION, users("91"), [
        "users.extension row 1: Extension 91 gets in the way of dialling 911; choose another."]),
    "operator": (extension_clash, EXTENSION, users("0100"), [
        "users.extension row 1: Extension 0100 gets in the way of dialling 0; choose another."]),
    "of one length": (uniform_length, EXTENSION, users("101", None, "102"), []),
    "nothing": (uniform_length, EXTENSION, users(None), []),
    "of another length": (uniform_length, EXTENSION, users("1011", "101", "102"), [
        "users.extension row 1: “1011” has 4 digits, the others have 3; all have the same number of digits."]),
    "as planned": (digits_as, AS_PLANNED, planned(3, "101", "102"), []),
    "not as planned": (digits_as, AS_PLANNED, planned(4, "1010", "102"), [
        "users.extension row 2: Extensions have 4 digits here; “102” has 3."]),
    "not planned": (digits_as, AS_PLANNED, users("101", "1020"), []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


DENTAL = {
    "extension-length": (changed("users", 1, extension="10222"), ("extension-length", "users.extension", 1)),
    "extension-clash: emergency": (changed("users", 1, extension="9112"), ("extension-clash", "users.extension", 1)),
    "extension-clash: test call": (changed("users", 1, extension="933"), ("extension-clash", "users.extension", 1)),
    "extension-clash: operator": (changed("users", 1, extension="0100"), ("extension-clash", "users.extension", 1)),
}


@pytest.mark.parametrize("case", DENTAL)
def test_one_change_of_good_answers_breaks_the_rule(case: str) -> None:
    """The change is reported at its place, and nothing against the answers as they were."""
    assert kept(dental())
    assert breaks(*DENTAL[case])


digits = st.text("0139", min_size=2, max_size=5)


@given(digits)
@tried
def test_neither_of_two_may_be_dialled_on_the_way_to_the_other(extension: str) -> None:
    """What is pressed digit by digit never completes one while the other is meant."""
    codes = ("911", "933", "0")
    dialled = {extension[:n] for n in range(1, len(extension) + 1)}
    on_the_way = any(code in dialled or extension in {code[:n] for n in range(1, 4)} for code in codes)
    assert bool(SHEET.rows(extension_clash, EXTENSION, users(extension))) is on_the_way


@given(st.lists(digits, max_size=6))
@tried
def test_those_left_have_the_length_that_most_have(extensions: list[str]) -> None:
    """No length is more frequent than theirs."""
    found = SHEET.rows(uniform_length, EXTENSION, users(*extensions))
    left = {len(one) for row, one in enumerate(extensions) if row not in found}
    lengths = Counter(map(len, extensions))
    assert len(left) == bool(extensions)
    assert all(lengths[length] == max(lengths.values()) for length in left)


@given(st.lists(digits, max_size=4), st.integers(2, 5))
@tried
def test_bounds_belong_to_what_is_allowed(extensions: list[str], length: int) -> None:
    """As a fixed length, and as a length that is answered."""
    wrong = [row for row, one in enumerate(extensions) if len(one) != length]
    assert SHEET.rows(extension_length, {**EXTENSION, "min": length, "max": length}, users(*extensions)) == wrong
    assert SHEET.rows(digits_as, AS_PLANNED, planned(length, *extensions)) == wrong
