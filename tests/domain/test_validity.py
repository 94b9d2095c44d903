"""How long what was decided by the time stays so."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.validity import Validity, later

DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 31))


@given(asked=st.lists(DAYS, max_size=6), now=DAYS, other=DAYS)
def test_while_it_holds_every_answer_is_the_same(asked: list[date], now: date, other: date) -> None:
    """Whatever was asked at one moment has the same answers at every other for which it holds, its own among them."""
    validity = Validity[date]()
    answers = [validity.has_come(moment, now) for moment in asked]
    assert answers == [now >= moment for moment in asked]
    assert validity.holds(now)
    if validity.holds(other):
        assert answers == [other >= moment for moment in asked]


@given(asked=st.lists(DAYS, min_size=1, max_size=6), now=DAYS)
def test_it_ends_no_sooner_than_an_answer_changes(asked: list[date], now: date) -> None:
    """Its bounds are moments that were asked for: what is looked at again has a reason."""
    validity = Validity[date]()
    answers = [validity.has_come(moment, now) for moment in asked]
    for bound in (validity.until, validity.since and later(validity.since, -1)):
        assert bound is None or answers != [bound >= moment for moment in asked]


def test_what_never_ends() -> None:
    """Without a moment that was asked for it holds for good; narrowed to nothing, never."""
    assert Validity[date]().holds(date.min)
    assert not Validity(date.max, date.min).holds(date(2026, 1, 1))


def test_days_beyond_the_calendar_are_its_ends() -> None:
    """A bill of the year 9999 has an age too."""
    assert later(date(9999, 12, 31), 90) == date.max
    assert later(date(1, 1, 3), -90) == date.min
    assert later(date(2026, 2, 28), 1) == date(2026, 3, 1)
