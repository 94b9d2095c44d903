"""When the first invoice comes, and what of a contract is owed, delivered, or delivered beyond it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.billing import BillingStart, Reconciled, first_invoice, reconcile

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("added_on", "invoice_on"),
    [
        (date(2026, 3, 20), date(2026, 4, 1)),  # the guide's own example (U-20)
        (date(2026, 4, 1), date(2026, 5, 1)),
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 3, 1)),
    ],
)
def test_billing_begins_on_the_first_of_the_next_month(added_on: date, invoice_on: date) -> None:
    """Numbers added on 20 March are first invoiced on 1 April, those of December in the next year."""
    assert first_invoice(BillingStart.NEXT_MONTH, added_on) == invoice_on
    assert first_invoice(BillingStart("first-of-next-month"), added_on) == invoice_on


@given(days)
def test_the_next_first_is_the_first_one_after_the_day(event_on: date) -> None:
    """It is a first of a month, later than the day, and no other first lies between."""
    found = first_invoice(BillingStart.NEXT_MONTH, event_on)
    assert found.day == 1
    assert event_on < found <= event_on + timedelta(days=31)
    assert (found - timedelta(days=1)).month == event_on.month


@given(days)
def test_billing_from_completion_begins_that_day(signed_on: date) -> None:
    """Where the contract counts from the signed completion, so does the invoice (O-44)."""
    assert first_invoice(BillingStart("completion"), signed_on) == signed_on


TITLES = {"voice-user": "Cloud Voice user", "fax": "Fax line", "queue": "Call queue"}


def test_a_contract_is_compared_item_by_item() -> None:
    """Lines of one item add up with their notes, in the order of the offer; what nobody ordered nor got is left out."""
    lines = [("fax", 1, "from May"), ("voice-user", 10, ""), ("fax", 2, ""), ("fax", 1, "one is analog")]
    assert reconcile(TITLES, lines, {"voice-user": 12, "fax": 4, "queue": 0}) == [
        Reconciled("voice-user", "Cloud Voice user", 10, 12),
        Reconciled("fax", "Fax line", 4, 4, "from May one is analog"),
    ]


def test_what_is_delivered_without_a_contract_is_shown_too() -> None:
    """And a contract line that the offer does not know keeps its own name."""
    assert reconcile(TITLES, [("door", 1, "")], {"queue": 2}) == [
        Reconciled("queue", "Call queue", 0, 2),
        Reconciled("door", "door", 1, 0),
    ]


@pytest.mark.parametrize(
    ("contracted", "delivered", "note", "difference", "is_settled"),
    [
        (10, 10, "", 0, True),
        (10, 9, "", -1, False),  # owed
        (10, 12, "", 2, False),  # beyond the contract
        (10, 9, "one user leaves in May", -1, True),
    ],
)
def test_a_difference_is_settled_by_an_explanation(
    contracted: int, delivered: int, note: str, difference: int, is_settled: bool
) -> None:
    """Delivered as ordered, or somebody has written why not."""
    line = Reconciled("voice-user", "Cloud Voice user", contracted, delivered, note)
    assert (line.difference, line.is_settled) == (difference, is_settled)


items = st.sampled_from(["voice-user", "fax", "queue", "door"])


@given(
    st.lists(st.tuples(items, st.integers(0, 9), st.sampled_from(["", "later"])), max_size=8),
    st.dictionaries(st.sampled_from(list(TITLES)), st.integers(0, 9)),
)
@settings(max_examples=100, deadline=None)
def test_nothing_ordered_or_delivered_is_lost(lines: list[tuple[str, int, str]], delivered: dict[str, int]) -> None:
    """The sums of the comparison are those of contract and delivery, and no item stands there twice."""
    found = reconcile(TITLES, lines, delivered)
    assert sum(line.contracted for line in found) == sum(quantity for _, quantity, _ in lines)
    assert sum(line.delivered for line in found) == sum(delivered.values())
    assert len({line.item for line in found}) == len(found)
    offered = [line.item for line in found if line.item in TITLES]
    assert offered == sorted(offered, key=list(TITLES).index)
