"""Days as each language writes them."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.language import (
    DAY,
    ENGLISH,
    SHORT,
    WEEKDAY,
    Language,
    _,
    filled,
    join_and,
    join_or,
    join_sentences,
    places,
)

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


def test_a_moment_has_its_weekday_and_its_time() -> None:
    """In UTC where there is a time; a day has none, and nothing is nothing."""
    assert ENGLISH.moment(datetime(2026, 3, 4, 9, 5, tzinfo=UTC)) == "Wed 4 Mar 2026, 09:05 UTC"
    assert ENGLISH.moment(date(2026, 3, 4)) == "Wed 4 Mar 2026"
    assert ENGLISH.moment(None) == ""


def test_things_are_counted_in_words() -> None:
    """None, one, and many with their thousands apart."""
    counts = [ENGLISH.count(number, "user") for number in (0, 1, 2, 2000)]
    assert counts == ["no users", "1 user", "2 users", "2,000 users"]
    assert ENGLISH.count(2, "person", "people") == "2 people"


def test_a_list_within_a_sentence_is_in_its_language() -> None:
    """Part by part; what a customer wrote stays as it is."""
    sentence = _("{things} of {number}", things=[_("on {day}", day=date(2026, 1, 4)), "on {day}"], number=2)
    assert str(sentence) == "on 4 Jan 2026, on {day} of 2"
    assert SPANISH(sentence) == "el 4 ene 2026, on {day} of 2"


def test_what_is_filled_in_has_a_name() -> None:
    """Other braces stay; a sentence can be filled in step by step, and stays what it is when it is copied."""
    assert filled("{one} {other} {}", {"one": 1}) == "1 {other} {}"
    assert places("{one} {other}") == ["one", "other"]
    first = _("{one} {other}", one="a")
    assert _(first) is first
    assert str(_(first, other="b")) == "a b"
    kept = copy.deepcopy(_("on {day}", day=date(2026, 1, 4)))
    assert SPANISH(kept) == "el 4 ene 2026"


def test_parts_are_chained() -> None:
    """By or, by and, or one sentence after the other; nothing gives nothing."""
    assert [join(["a", "b", "c"]) for join in (join_or, join_and, join_sentences)] == [
        "a, b or c", "a, b and c", "a b c",
    ]  # fmt: skip
    assert join_or([]) == ""


def test_a_language_writes_days_as_english_does_unless_it_says_otherwise() -> None:
    """Its words are its own all the same."""
    assert Language("xx", "X").day(date(2026, 1, 4)) == "4 Jan 2026"
    assert (ENGLISH.code, ENGLISH.name, ENGLISH.words) == ("en", "English", {})
