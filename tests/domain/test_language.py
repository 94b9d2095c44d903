"""Days as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.language import DAY, ENGLISH, SHORT, WEEKDAY, Language, _

SPANISH = Language("es", "Español", {"on {day}": "el {day}"}, "es")


@pytest.mark.parametrize(
    ("pattern", "english", "spanish"),
    [
        (DAY, "4 Jan 2026", "4 ene 2026"),
        (WEEKDAY, "Sun 4 Jan 2026", "dom 4 ene 2026"),
        (SHORT, "4 Jan", "4 ene"),
    ],
)
def test_a_day_is_written_in_three_ways(pattern: str, english: str, spanish: str) -> None:
    """With its year, with its weekday as well, or short."""
    day = date(2026, 1, 4)
    assert (ENGLISH.day(day, pattern), SPANISH.day(day, pattern)) == (english, spanish)
    assert ENGLISH.day(None, pattern) == SPANISH.day(None, pattern) == ""


@given(st.dates(), st.sampled_from([DAY, WEEKDAY, SHORT]))
def test_english_is_written_as_the_standard_has_it(day: date, pattern: str) -> None:
    """English days are written without the tables of all languages, and the same."""
    assert ENGLISH.day(day, pattern) == format_date(day, pattern, locale="en_US")


def test_an_instant_is_shown_by_its_day_where_the_reader_is() -> None:
    """Late in the evening in one zone is the next day in another; without a zone it is the day the instant has."""
    at = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    east = timezone(timedelta(hours=2))
    assert (ENGLISH.day(at), ENGLISH.day(at, zone=east)) == ("4 Mar 2026", "5 Mar 2026")
    assert SPANISH.day(at, zone=east) == "5 mar 2026"


def test_a_day_within_a_sentence_is_in_its_language() -> None:
    """The sentence keeps the day as a day until it is shown."""
    sentence = _("on {day}", day=date(2026, 1, 4))
    assert (str(sentence), SPANISH(sentence)) == ("on 4 Jan 2026", "el 4 ene 2026")
    assert SPANISH.localize(sentence) == "el 4 ene 2026"
    assert SPANISH.localize("on {day}") == "on {day}"
