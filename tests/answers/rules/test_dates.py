"""Rules over dates: two of one row, two of different sections, and days on which a party works."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from onboarding.answers.check import check
from onboarding.answers.rules.dates import Workday, before, within, workday
from onboarding.answers.rules.ports import bill_age
from onboarding.domain.calendar import Calendar
from onboarding.domain.params import Names
from onboarding.domain.question import Kind
from tests.answers.rules.sheet import TODAY, Case, Sheet, record, table, tried
from tests.calendars import NEW_YORK
from tests.extensions import a_rule

SHEET = Sheet(
    table("ports", wanted_on=Kind.DATE, foc_on=Kind.DATE),
    record("circuit", loop_on=Kind.DATE), record("visit", access_on=Kind.DATE, voice_on=Kind.DATE),
)  # fmt: skip
ROW = {"first": "ports.wanted_on", "second": "ports.foc_on"}
ACROSS = {"first": "circuit.loop_on", "second": "visit.voice_on"}
CALENDARS = {"carrier": NEW_YORK, "london": Calendar("GB", "ENG", "Europe/London")}


def ports(*pairs: tuple[str, str]) -> dict[str, object]:
    return {"ports": [{"wanted_on": first, "foc_on": second} for first, second in pairs]}


def days(loop: str, voice: str) -> dict[str, object]:
    return {"circuit": {"loop_on": loop}, "visit": {"voice_on": voice}}


CASES: dict[str, Case] = {
    "on the day": (before, ROW, ports(("2026-04-20", "2026-04-20")), []),
    "the day before": (before, ROW, ports(("2026-04-20", "2026-04-19")), [
        "ports.foc_on row 1: “Foc on” (19 Apr 2026) lies before “Wanted on” (20 Apr 2026)."]),
    "each row by itself": (before, ROW, ports(("2026-04-20", "2026-04-21"), ("2026-05-20", "2026-04-21")), [
        "ports.foc_on row 2: “Foc on” (21 Apr 2026) lies before “Wanted on” (20 May 2026)."]),
    "nothing to compare with": (before, ROW, ports(("", "2026-04-19"), ("2026-04-20", "")), []),
    "three weeks ahead": (before, ROW | {"days": 21}, ports(("2026-04-01", "2026-04-22")), []),
    "not quite three weeks": (before, ROW | {"days": 21}, ports(("2026-04-01", "2026-04-21")), [
        "ports.foc_on row 1: “Foc on” (21 Apr 2026) must come at least 21 days after “Wanted on” (1 Apr 2026)."]),
    "the loop before the activation": (before, ACROSS, days("2026-04-20", "2026-04-20"), []),
    "the activation before the loop": (before, ACROSS, days("2026-04-20", "2026-04-19"), [
        "visit.voice_on: “Voice on” (19 Apr 2026) lies before “Loop on” (20 Apr 2026)."]),
    "no loop": (before, ACROSS, {"visit": {"voice_on": "2026-04-19"}}, []),
    "the last of many": (before, {"first": "ports.foc_on", "second": "visit.voice_on"},
        ports(("", "2026-04-20"), ("", "2026-05-04")) | {"visit": {"voice_on": "2026-04-21"}}, [
        "visit.voice_on: “Voice on” (21 Apr 2026) lies before “Foc on” (4 May 2026)."]),
    "within thirty days": (within, ROW | {"days": 30}, ports(("2026-04-01", "2026-05-01")), []),
    "beyond thirty days": (within, ROW | {"days": 30}, ports(("2026-04-01", "2026-05-02")), [
        "ports.foc_on row 1: “Foc on” (2 May 2026) must come within 30 days after “Wanted on” (1 Apr 2026)."]),
    "within, but backwards": (within, ROW | {"days": 30}, ports(("2026-04-02", "2026-04-01")), [
        "ports.foc_on row 1: “Foc on” (1 Apr 2026) must come within 30 days after “Wanted on” (2 Apr 2026)."]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_two_dates(name: str) -> None:
    """At its edge a rule is silent, beyond it the sentence names both questions and both days."""
    rule, about, answers, messages = CASES[name]
    assert SHEET.messages(rule, about, answers) == messages


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-60, 60), st.integers(0, 45))
@tried
def test_before_and_within_agree_with_the_difference(first: date, apart: int, most: int) -> None:
    """Whatever the days: so many between them, no fewer, no more."""
    answers = ports((first.isoformat(), (first + timedelta(days=apart)).isoformat()))
    assert bool(SHEET.messages(before, ROW | {"days": most}, answers)) is (apart < most)
    assert bool(SHEET.messages(within, ROW | {"days": most}, answers)) is not (0 <= apart <= most)


@pytest.mark.parametrize(
    ("party", "day", "works"),
    [
        ("carrier", "2026-04-06", True), ("london", "2026-04-06", False),  # Easter Monday
        ("carrier", "2026-07-03", False), ("london", "2026-07-03", True),  # Independence Day is a Saturday
        ("carrier", "2026-04-04", False), ("london", "2026-04-04", False),  # a Saturday
    ],
)  # fmt: skip
def test_a_working_day_is_one_of_the_party(party: str, day: str, works: bool) -> None:
    """O-16: an installation or a port is on a day on which whoever does it works, by their own holidays."""
    dates = {question.id: question for question in SHEET.asked.questions()}
    names = Names(questions=dates, parties=dict.fromkeys(CALENDARS, ""), workdays=CALENDARS)
    params = Workday.model_validate({"question": "visit.voice_on", "party": party}, context=names)
    assert names.used == {"visit.voice_on"}
    one = replace(a_rule("r", "workday", "", {"question": "visit.voice_on", "party": party}), params=params)
    asked = replace(SHEET.asked, rules=(one,), parties={"carrier": "Carrier", "london": "Carrier of London"})
    found = check(asked, {"visit": {"voice_on": day}}, TODAY).problems
    assert (not found) is works
    assert works or "is no working day of Carrier" in found[0].message


def test_a_party_there_is_not() -> None:
    """Is refused with the nearest one; and a question that is no date."""
    names = Names(questions={question.id: question for question in SHEET.asked.questions()}, parties={"carrier": ""})
    for about, words in (
        ({"question": "visit.voice_on", "party": "carier"}, "did you mean 'carrier'"),
        ({"question": "visit.voice", "party": "carrier"}, "there is no date question 'visit.voice'"),
        ({"question": "visit.voice_on", "party": 3}, "a party id is wanted here"),
    ):
        with pytest.raises(ValidationError, match=words):
            Workday.model_validate(about, context=names)
    assert workday.says


BILL = Sheet(table("orders", bill_on=Kind.DATE))
AGED = {"question": "orders.bill_on", "days": 90, "used_by": "telephony.submit"}


@pytest.mark.parametrize(
    ("old", "used", "is_found"),
    [(89, None, False), (91, None, True), (200, 150, False), (250, 150, True), (91, 95, True), (91, 1, False)],
)
def test_a_bill_ages_until_it_is_used(old: int, used: int | None, is_found: bool) -> None:
    """C8: a bill of ninety days is old after ninety days as long as nobody has used it; the day it was used it either
    was in time or not, for good. One that was entered after that is a new one.
    """
    rule = a_rule("r", bill_age.name, "", dict(AGED))
    asked = replace(BILL.asked, rules=(rule,))
    days = {} if used is None else {"telephony.submit": TODAY - timedelta(days=used)}
    answers = {"orders": [{"bill_on": (TODAY - timedelta(days=old)).isoformat()}]}
    found = check(asked, answers, TODAY, days)
    assert bool(found.problems) is is_found
    later = check(asked, answers, TODAY + timedelta(days=400), days)
    assert bool(later.problems) is (is_found or used is None or old < used)
