"""Dates and counts of the guide, for every day and number."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onboarding.domain.billing import BillingStart, Reconciled, first_invoice, reconcile
from onboarding.domain.licence import Terms, advise, following
from onboarding.domain.training import classes_needed, timetable
from onboarding.stages.checks.documents import DocumentsAhead, documents_ahead
from tests.univoip.played import AT, TEAMS, Answers, context

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
TERMS = Terms(frozenset({"a5", "e5"}), "phone", frozenset({"plan", "zone-plan"}))
PAPERS = ("telephony.supply-csr", "telephony.supply-bill")


@given(days)
@example(date(2026, 12, 31))
@example(date(2026, 1, 1))
def test_teams_is_billed_from_the_first_of_the_next_month(day: date) -> None:
    """Always the 1st, always later than the day, never more than 31 days away (U-20)."""
    invoice = first_invoice(BillingStart.NEXT_MONTH, day)
    assert invoice.day == 1
    assert day < invoice <= day + timedelta(days=31)
    assert (invoice - timedelta(days=1)).month == day.month


@given(days)
def test_officeconnect_is_billed_from_its_completion(day: date) -> None:
    """The day of the signature itself (O-44)."""
    assert first_invoice(BillingStart.COMPLETION, day) == day


@given(st.integers(0, 500))
@example(0)
@example(6)
@example(7)
def test_everybody_is_in_one_class_of_at_most_six(users: int) -> None:
    """ceil(users / 6) classes of 15 minutes, one after the other, nobody left out or twice (O-41)."""
    people = [f"user {place}" for place in range(users)]
    begins = datetime(2026, 6, 29, 16, tzinfo=UTC)
    classes = timetable(people, 6, 15, begins)
    assert len(classes) == classes_needed(users, 6) == (users + 5) // 6
    assert [name for one in classes for name in one.people] == people
    assert all(1 <= len(one.people) <= 6 for one in classes)
    assert [one.starts_at for one in classes] == [
        begins + place * timedelta(minutes=15) for place in range(len(classes))
    ]
    assert all(one.ends_at - one.starts_at == timedelta(minutes=15) for one in classes)


def test_a_class_of_nobody_is_a_mistake() -> None:
    """A size below one is refused rather than looped over."""
    with pytest.raises(ValueError, match="classes of 0"):
        classes_needed(3, 0)


@given(st.integers(0, 60))
@example(20)
@example(21)
def test_documents_are_wanted_three_weeks_ahead(ahead: int) -> None:
    """21 days before the wanted date is in time, 20 is not, and then the earliest date is named (U-22, U-23)."""
    came = AT.date()

    def wanted(answers: Answers) -> None:
        answers["port_orders"][0]["wanted_on"] = (came + timedelta(days=ahead)).isoformat()

    p = DocumentsAhead(tasks=PAPERS, question="port_orders.wanted_on", days=21)
    found = context(TEAMS, wanted, *PAPERS)
    missing = documents_ahead.function(found, p, lambda task: found.record.tasks[task].state)
    assert bool(missing) is (ahead < 21)
    if missing:
        assert str(came + timedelta(days=21)) in missing[-1]


@given(
    st.sampled_from(["a5", "e5", "a3", "e1", "f3"]), st.sets(st.sampled_from(["phone", "plan", "zone-plan", "other"]))
)
def test_following_the_advice_makes_a_licence_fit(licence: str, add_ons: set[str]) -> None:
    """Whatever somebody has: once the advice is followed there is nothing left to do, and nothing else was touched."""
    advice = advise(licence, sorted(add_ons), TERMS)
    after = following(sorted(add_ons), advice)
    assert advise(licence, after, TERMS).is_ready
    assert not TERMS.remove & set(after)
    assert licence in TERMS.enough or "phone" in after
    assert set(after) - {"phone"} == add_ons - TERMS.remove - {"phone"}


def test_full_licences_need_nothing_more() -> None:
    """A5 and E5 are enough; what was bought beside them is spare, a Calling Plan still has to go (U-04, U-06, U-07)."""
    assert advise("a5", [], TERMS).is_ready
    assert advise("e5", ["phone"], TERMS).spare == ("phone",)
    assert advise("a5", ["plan"], TERMS).remove == ("plan",)
    assert advise("a5", ["plan"], TERMS).add == ()


def test_contract_lines_are_held_against_what_is_delivered() -> None:
    """Lines of one item add up; a difference is settled by a reason only; what nobody ordered is left out (U-47)."""
    lines = [("user", 10, ""), ("user", 3, "three came later"), ("phone", 5, "")]
    users, phones = reconcile({"user": "User", "phone": "Phone", "fax": "Fax"}, lines, {"user": 12, "phone": 5})
    assert users == Reconciled("user", "User", 13, 12, "three came later")
    assert (users.difference, users.is_settled) == (-1, True)
    assert phones.is_settled
    assert not Reconciled("user", "User", 13, 12).is_settled
