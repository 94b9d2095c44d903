"""The numbers of customers on the command line: where each stands, and what somebody says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from onboarding.case.case import Case
from onboarding.domain.reservation import InventoryState
from onboarding.report.completion import figures_of
from onboarding.report.ordered import numbers as numbers_block
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
ONE, TWO = "+16175550101", "+16175550102"

Onboard = Callable[..., Any]


@pytest.fixture
def numbers(onboard: Onboard) -> Onboard:
    """`onboard numbers`, with two numbers of bright-smile in service."""
    assert onboard("new", "bright-smile", "--profile", "corner", "--as-of", "2026-03-02", "--training").code == 0
    with Store.open() as store:
        users = [{"email": f"u{place}@x.example", "number": one} for place, one in enumerate((ONE, TWO))]
        Case.open(store, "bright-smile", AT, "Ana").save_answers({"users": users}, "test")
        store.move("bright-smile", lambda item: InventoryState.IN_SERVICE, AT, "Ana")

    def call(*words: str) -> Any:
        return onboard("numbers", *words)

    return call


def stated(numbers: Onboard, to: str, *given: str, day: str = "2026-03-03", note: str = "Asked by mail") -> Any:
    return numbers("bright-smile", *(given or (ONE,)), "--to", to, "--by", "Rosa", "--note", note, "--as-of", day)


def standing(numbers: Onboard, day: str = "2026-03-03") -> dict[str, tuple[str, str]]:
    found = json.loads(numbers("--json", "--as-of", day).out)
    return {one["number"]: (one["state"], (one["until"] or "")[:10]) for one in found}


def test_numbers_are_listed_with_where_they_stand(numbers: Onboard) -> None:
    """Of all, of one, and of nobody; a training customer is marked."""
    lines = numbers().out.splitlines()
    assert lines[0].split() == ["Customer", "Number", "What", "State", "Since", "Until"]
    assert [line.split()[:2] for line in lines[1:]] == [["bright-smile", "(training)"]] * 2
    assert "in service" in lines[1]
    assert numbers("bright-smile").out == numbers().out
    assert numbers("--reseller", "nobody").code == 2


def test_what_somebody_says_of_a_number_is_kept_with_the_reason(numbers: Onboard) -> None:
    """Parked and in service again, given up and ageing for 45 days, then free; each with who said it."""
    for to, shown in (("parked", "parked"), ("in-service", "in service"), ("released", "ageing")):
        assert shown in stated(numbers, to).out
    assert standing(numbers) == {ONE: ("ageing", "2026-04-17"), TWO: ("in service", "")}
    assert standing(numbers, "2026-04-17")[ONE] == ("ageing", "2026-04-17")
    assert standing(numbers, "2026-04-18")[ONE] == ("released", "")
    with Store.open() as store:
        lines = [str(line.what) for line in store.record("bright-smile").evidence]
        assert lines == [f"{ONE}: {word}. Asked by mail." for word in ("parked", "in service", "released")]
        assert store.verify() == []


def test_a_number_that_ages_is_free_early_only_by_somebody_s_word(numbers: Onboard) -> None:
    """With a reason, which is kept; or its customer takes it back."""
    assert stated(numbers, "released", ONE, TWO).code == 0
    assert stated(numbers, "released", ONE, day="2026-03-04").code == 0
    assert stated(numbers, "reserved", TWO, day="2026-03-04").code == 0
    assert {one: state for one, (state, _until) in standing(numbers, "2026-03-04").items()} == {
        ONE: "released", TWO: "reserved",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("bright-smile", ONE, "--to", "lost", "--by", "Rosa", "--note", "x"), "'lost' is no state of a number"),
        (("bright-smile", ONE, "--to", "reserved", "--by", "Rosa", "--note", "x"), "is in service: from there it is"),
        (("bright-smile", "+16175550199", "--to", "parked", "--by", "Rosa", "--note", "x"), "Not among the customer"),
        (("bright-smile", ONE, "--to", "parked", "--by", "Rosa"), "not said why"),
        (("bright-smile", ONE, "--to", "parked", "--note", "x"), "not said who"),
        (("bright-smile", ONE), "Numbers are listed of all"),
        (("--to", "parked"), "Numbers are listed of all"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_kept(
    numbers: Onboard, words: tuple[str, ...], said: str
) -> None:
    """With what is legal from there."""
    found = numbers(*words)
    assert (found.code, said in found.err) == (2, True), found.err
    assert {state for state, _until in standing(numbers).values()} == {"in service"}


def test_the_report_names_numbers_that_left_service(numbers: Onboard) -> None:
    """Where each stands since when, and before which day nobody is given it."""
    stated(numbers, "released")
    stated(numbers, "ported-out", TWO)
    with Store.open() as store:
        figures = figures_of(Case.open(store, "bright-smile", AT.replace(day=4), "Ana"))
    assert [(one.number, str(one.state)) for one in figures.left_numbers] == [(ONE, "ageing"), (TWO, "ported out")]
    html = str(numbers_block(figures).html)
    for words in ("Numbers that nobody uses any more", "ageing", "ported out", "17\N{NO-BREAK SPACE}Apr"):
        assert words in html
