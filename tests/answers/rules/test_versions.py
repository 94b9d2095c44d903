"""Rules over versions of platforms: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.rules.versions import version_at_least, version_beyond, version_form
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import Case, Sheet, options, record, several, table, tried

SHEET = Sheet(
    record("platform", collab=Kind.TEXT, voice=Kind.TEXT),
    table("bundles", phones=several("6930w", "6920", "mobile"), meetings=Kind.YES_NO, kind=options("small", "large")),
)
FORM = {"question": "platform.collab"}
AT_LEAST = {"question": "bundles.phones", "version": "platform.collab", "least": "9.6"}
NEW_PHONES = {**AT_LEAST, "where": {"phones": ["6930w", "mobile"]}}
MEETINGS = {**AT_LEAST, "question": "bundles.meetings"}
BEYOND = {"question": "bundles.phones", "versions": ["platform.collab", "platform.voice"], "most": "8.0"}
SMALL = {**BEYOND, "where": {"kind": "small"}}


def platform(collab: str = "", voice: str = "", *phones: str, **bundle: Any) -> dict[str, Any]:
    rows = [{"phones": list(phones), **bundle}]
    return {"platform": {"collab": collab, "voice": voice}, "bundles": rows}


CASES: dict[str, Case] = {
    "a version": (version_form, FORM, platform("9.4.0.9"), []),
    "no version": (version_form, FORM, platform("9.4 SP1"), [
        "platform.collab: “9.4 SP1” is not a version; write numbers with dots between, such as 9.4.0.9."]),
    "new enough": (version_at_least, NEW_PHONES, platform("9.6", "", "6930w"), []),
    "much newer": (version_at_least, NEW_PHONES, platform("9.10", "", "6930w"), []),
    "too old": (version_at_least, NEW_PHONES, platform("9.5.9", "", "6930w"), [
        "bundles.phones row 1: This needs version 9.6 or later; the platform has 9.5.9."]),
    "too old for all": (version_at_least, AT_LEAST, platform("9.5", "", "6920"), [
        "bundles.phones row 1: This needs version 9.6 or later; the platform has 9.5."]),
    "too old for another of several": (version_at_least, NEW_PHONES, platform("9.5", "", "6920", "mobile"), [
        "bundles.phones row 1: This needs version 9.6 or later; the platform has 9.5."]),
    "too old for something else": (version_at_least, NEW_PHONES, platform("9.5", "", "6920"), []),
    "not known how old": (version_at_least, NEW_PHONES, platform("", "9.5", "6930w"), []),
    "no version to compare": (version_at_least, NEW_PHONES, platform("nine", "", "6930w"), []),
    "chosen": (version_at_least, MEETINGS, platform("9.5", meetings=True), [
        "bundles.meetings row 1: This needs version 9.6 or later; the platform has 9.5."]),
    "not chosen": (version_at_least, MEETINGS, platform("9.5", meetings=False), []),
    "both too old": (version_beyond, BEYOND, platform("8.0", "7.9", "6920"), [
        "bundles.phones row 1: This needs a version later than 8.0 on one of the platforms."]),
    "the first is later": (version_beyond, BEYOND, platform("8.0.1", "7.9", "6920"), []),
    "the second is later": (version_beyond, BEYOND, platform("7.9", "8.1", "6920"), []),
    "one is not known": (version_beyond, BEYOND, platform("7.9", "", "6920"), []),
    "one is none": (version_beyond, BEYOND, platform("7.9", "eight", "6920"), []),
    "both too old, chosen": (version_beyond, {**BEYOND, "question": "bundles.meetings"}, platform(
        "7.9", "7.9", meetings=True), [
        "bundles.meetings row 1: This needs a version later than 8.0 on one of the platforms."]),
    "both too old, not chosen": (version_beyond, {**BEYOND, "question": "bundles.meetings"}, platform(
        "7.9", "7.9", meetings=False), []),
    "both too old for its row": (version_beyond, SMALL, platform("7.9", "7.9", "6920", kind="small"), [
        "bundles.phones row 1: This needs a version later than 8.0 on one of the platforms."]),
    "both too old for others": (version_beyond, SMALL, platform("7.9", "7.9", "6920", kind="large"), []),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what is needed and what is there; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


def test_rows_are_meant_by_any_of_several_values() -> None:
    """A list under ``where`` means each of its values, for both rules."""
    answers = platform("7.9", "7.9", "6920", kind="large")
    for rule, about in ((version_at_least, AT_LEAST), (version_beyond, BEYOND)):
        assert SHEET.rows(rule, {**about, "where": {"kind": ["small", "large"]}}, answers) == [0]
        assert SHEET.rows(rule, {**about, "where": {"kind": ["small"]}}, answers) == []


def test_a_profile_may_repeat_what_was_chosen() -> None:
    """Its sentence has the thing in the words of the questionnaire."""
    found = SHEET.messages(
        version_at_least, AT_LEAST, platform("9.5", "", "6930w", "mobile"), message="Not yet: {value}."
    )
    assert found == ["bundles.phones row 1: Not yet: 6930w, Mobile."]
    found = SHEET.messages(version_beyond, BEYOND, platform("7.9", "7.9", "6920"), message="Not yet: {value}.")
    assert found == ["bundles.phones row 1: Not yet: 6920."]


parts = st.lists(st.integers(0, 11), min_size=1, max_size=4)


def padded(version: list[int]) -> list[int]:
    return version + [0] * (4 - len(version))


@given(parts, parts)
@tried
def test_versions_are_compared_part_by_part(has: list[int], needs: list[int]) -> None:
    """As numbers, not as text; zeros at the end do not count."""
    has_text, needs_text = (".".join(map(str, one)) for one in (has, needs))
    answers = platform(has_text, has_text, "6920")
    found = SHEET.rows(version_at_least, {**AT_LEAST, "least": needs_text}, answers)
    assert found == ([] if padded(has) >= padded(needs) else [0])
    found = SHEET.rows(version_beyond, {**BEYOND, "most": needs_text}, answers)
    assert found == ([] if padded(has) > padded(needs) else [0])
