"""Licences before a number is assigned: what must go, what must come, and what was bought for nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.licence import Advice, Terms, advise, following

PHONE, CALLING, AUDIO = "teams-phone-standard", "calling-plan", "audio-conferencing"
TEAMS = Terms(frozenset({"A5", "E5"}), PHONE, frozenset({CALLING}))
"""The rule of univoip:20-22: A5 and E5 need nothing more, others Teams Phone Standard, a Calling Plan has to go."""


@pytest.mark.parametrize(
    ("licence", "add_ons", "advice", "after"),
    [
        ("E5", [], Advice(), []),
        ("A5", [AUDIO], Advice(), [AUDIO]),
        ("E3", [], Advice(add=(PHONE,)), [PHONE]),
        ("E3", [PHONE], Advice(), [PHONE]),
        ("E3", [CALLING], Advice(remove=(CALLING,), add=(PHONE,)), [PHONE]),
        ("E3", [AUDIO, CALLING, PHONE], Advice(remove=(CALLING,)), [AUDIO, PHONE]),
        ("E5", [CALLING], Advice(remove=(CALLING,)), []),
        ("E5", [PHONE], Advice(spare=(PHONE,)), [PHONE]),
        ("E5", [PHONE, CALLING], Advice(remove=(CALLING,), spare=(PHONE,)), [PHONE]),
    ],
)
def test_what_a_user_needs_for_a_number(licence: str, add_ons: list[str], advice: Advice, after: list[str]) -> None:
    """The plan decides whether the add-on is needed; a Calling Plan goes whatever the plan is."""
    assert advise(licence, add_ons, TEAMS) == advice
    assert following(add_ons, advice) == after


@pytest.mark.parametrize(
    ("advice", "is_ready"),
    [
        (Advice(), True),
        (Advice(spare=(PHONE,)), True),  # it costs, but it does no harm
        (Advice(add=(PHONE,)), False),
        (Advice(remove=(CALLING,)), False),
        (Advice(remove=(CALLING,), add=(PHONE,)), False),
    ],
)
def test_a_number_is_assigned_when_nothing_is_left_to_do(advice: Advice, is_ready: bool) -> None:
    """What is spare holds nothing up."""
    assert advice.is_ready is is_ready


def test_terms_may_remove_nothing() -> None:
    """A provider without a plan that stands in the way."""
    assert advise("E3", [CALLING], Terms(frozenset({"E5"}), PHONE)) == Advice(add=(PHONE,))


@given(st.sampled_from(["A5", "E5", "E3", "F1"]), st.lists(st.sampled_from([PHONE, CALLING, AUDIO]), unique=True))
def test_advice_followed_once_is_enough(licence: str, add_ons: list[str]) -> None:
    """Afterwards the user is ready, keeps every other add-on, and nothing more is asked."""
    after = following(add_ons, advise(licence, add_ons, TEAMS))
    again = advise(licence, after, TEAMS)
    assert again.is_ready
    assert following(after, again) == after
    assert [add_on for add_on in after if add_on not in (PHONE, CALLING)] == [a for a in add_ons if a == AUDIO]
