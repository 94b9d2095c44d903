"""Rules over port orders: what breaks each, what keeps it, what is reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.answers.check import check
from onboarding.answers.rules.ports import bill_age, full_port_includes_btn, loa_age, partial_port_excludes_btn
from onboarding.domain.question import Kind
from tests.answers.dental import QUESTIONNAIRE
from tests.answers.dental import answers as dental
from tests.answers.rules.broken import breaks, broken, kept, with_btn_moving
from tests.answers.rules.sheet import TODAY, Case, Sheet, column, options, table, tried
from tests.extensions import a_rule

SHEET = Sheet(
    table("port_orders", btn=Kind.NUMBER, scope=options("full", "partial"), new_btn=Kind.NUMBER, signed_on=Kind.DATE),
    table("port_numbers", number=Kind.NUMBER),
)
BTN, OTHER, THIRD = "+16175550100", "+16175550101", "+16175550102"
DATED = {"question": "port_orders.signed_on", "days": 30}


def order(scope: str, *moved: str, new: str | None = None) -> dict[str, Any]:
    return {"port_orders": [{"btn": BTN, "scope": scope, "new_btn": new}], "port_numbers": column("number", moved)}


def signed(days_ago: int) -> dict[str, Any]:
    return {"port_orders": [{"signed_on": str(TODAY - timedelta(days_ago))}]}


CASES: dict[str, Case] = {
    "full": (full_port_includes_btn, {}, order("full", OTHER, BTN), []),
    "full without the billing number": (full_port_includes_btn, {}, order("full", OTHER), [
        ("port_orders.btn row 1: The billing number (617) 555-0100 is moved with all its numbers; "
         "list it among the numbers to move.")]),
    "partial is another matter": (full_port_includes_btn, {}, order("partial", OTHER), []),
    "partial": (partial_port_excludes_btn, {}, order("partial", OTHER), []),
    "partial with the billing number": (partial_port_excludes_btn, {}, order("partial", OTHER, BTN), [
        ("port_orders.btn row 1: The billing number (617) 555-0100 is among the numbers to move, but only a part "
         "of the account moves; name the new billing number or take it off the list.")]),
    "full is another matter": (partial_port_excludes_btn, {}, order("full", BTN), []),
    "a new billing number that stays": (partial_port_excludes_btn, {}, order("partial", OTHER, BTN, new=THIRD), []),
    "the new one is the old one": (partial_port_excludes_btn, {}, order("partial", OTHER, BTN, new=BTN), [
        ("port_orders.new_btn row 1: The new billing number (617) 555-0100 is the old one; "
         "name one that stays behind.")]),
    "the new one moves too": (partial_port_excludes_btn, {}, order("partial", OTHER, new=OTHER), [
        "port_orders.new_btn row 1: The new billing number (617) 555-0101 is moved too; name one that stays behind."]),
    "a bill of today": (bill_age, DATED, signed(0), []),
    "the oldest bill": (bill_age, DATED, signed(30), []),
    "an old bill": (bill_age, DATED, signed(31), [
        ("port_orders.signed_on row 1: The bill is from 30 Jan 2026, 31 days ago; "
         "the carrier takes one of the last 30 days.")]),
    "a bill of tomorrow": (bill_age, DATED, signed(-1), [
        "port_orders.signed_on row 1: The bill is dated 3 Mar 2026, which is still to come; check the date."]),
    "the oldest letter": (loa_age, DATED, signed(30), []),
    "an old letter": (loa_age, DATED, signed(31), [
        ("port_orders.signed_on row 1: The letter was signed on 30 Jan 2026, 31 days ago; "
         "the carrier takes one of the last 30 days. Have it signed again.")]),
    "a letter of tomorrow": (loa_age, DATED, signed(-1), [
        "port_orders.signed_on row 1: The letter is dated 3 Mar 2026, which is still to come; check the date."]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_reported_and_where(case: str) -> None:
    """The place, and a sentence with what was given and what it stands against; nothing when the rule is kept."""
    rule, about, answers, expected = CASES[case]
    assert SHEET.messages(rule, about, answers) == expected


@given(now=st.integers(0, 400), other=st.integers(0, 400))
def test_on_which_days_an_age_is_found_the_same_is_noted(now: int, other: int) -> None:
    """A bill, checked on one day, has the same problems on every day for which they hold, and others on the rest."""
    first, second = (check(QUESTIONNAIRE, dental(), TODAY + timedelta(days - 200)) for days in (now, other))
    codes = [sorted((one.code, one.question, one.row or 0) for one in checked.problems) for checked in (first, second)]
    assert first.validity.holds(TODAY + timedelta(now - 200))
    if first.validity.holds(TODAY + timedelta(other - 200)):
        assert codes[0] == codes[1]
    else:
        assert first.validity != second.validity


def without_btn() -> Any:
    document = dental()
    del document["port_numbers"][0]
    return document


DENTAL = {
    "full-port-includes-btn": (without_btn(), ("full-port-includes-btn", "port_orders.btn", 0)),
    "partial-port-excludes-btn": (
        with_btn_moving("partial"), ("partial-port-excludes-btn", "port_orders.btn", 0)),
    "new BTN is the old one": (
        with_btn_moving("partial", new_btn="+16175550100"), ("new-btn-is-old", "port_orders.new_btn", 0)),
    "new BTN is moved": (
        with_btn_moving("partial", new_btn="+16175550101"), ("new-btn-is-ported", "port_orders.new_btn", 0)),
    "bill-age": (with_btn_moving("full", bill_on="2026-01-30"), ("bill-age", "port_orders.bill_on", 0)),
    "bill of tomorrow": (with_btn_moving("full", bill_on="2026-03-03"), ("bill-ahead", "port_orders.bill_on", 0)),
}  # fmt: skip


@pytest.mark.parametrize("case", DENTAL)
def test_one_change_of_good_answers_breaks_the_rule(case: str) -> None:
    """The change is reported at its place, and nothing against the answers as they were."""
    assert kept(dental())
    assert breaks(*DENTAL[case])


def test_a_partial_port_with_a_new_billing_number_that_stays() -> None:
    """The billing number may move if another one takes its place."""
    assert broken(with_btn_moving("partial", new_btn="+16175550199")) == []


def test_loa_age_counts_like_the_bill() -> None:
    """A letter signed too long ago is refused."""
    document = with_btn_moving("full", bill_on="2026-01-01")
    rule = a_rule("loa", "loa-age", "", {"question": "port_orders.bill_on", "days": 30})
    assert [problem.code for problem in broken(document, rule)] == ["loa-age"]


@given(st.integers(-400, 400), st.integers(0, 90))
@tried
def test_a_paper_is_good_from_its_day_on_for_so_many_days(days_ago: int, days: int) -> None:
    """The first and the last day belong to it; a bill and a letter are counted alike."""
    about = {**DATED, "days": days}
    for rule in (bill_age, loa_age):
        assert (SHEET.messages(rule, about, signed(days_ago)) == []) is (0 <= days_ago <= days)


@given(st.sampled_from(["full", "partial"]), st.sets(st.sampled_from([BTN, OTHER, THIRD])),
       st.sampled_from([None, BTN, OTHER, THIRD]))  # fmt: skip
@tried
def test_an_account_that_is_left_open_keeps_a_number_to_be_billed_under(
    scope: str, moved: set[str], new: str | None
) -> None:
    """A full port moves the billing number; after a partial one it, or another one in its place, has stayed."""
    answers = order(scope, *moved, new=new)
    assert (SHEET.messages(full_port_includes_btn, {}, answers) == []) is (scope == "partial" or BTN in moved)
    stays = (new or BTN) not in moved and new != BTN
    assert (SHEET.messages(partial_port_excludes_btn, {}, answers) == []) is (scope == "full" or stays)
