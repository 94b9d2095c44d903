"""An answer in words: labels, days and national numbers for readers, exact values for what is copied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.answer_text import (
    answer_text,
    choices,
    fields,
    full_name,
    is_unanswered,
    key_text,
    lazy_answer,
    row_name,
)
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.number import parse
from onboarding.domain.question import Kind, Option, Question, Section
from tests import strategies

SPANISH = Language("es", "Español", {"Yes": "Sí", "No": "No", "Port": "Portar", "New": "Nuevo", "Mail": "Correo"}, "es")
OPTIONS = (Option("port", "Port"), Option("new", "New"), Option("none", "No number, no mailbox"))

CHOOSING = (Kind.CHOICE, Kind.CHOICES)
KINDS = [
    Question(f"about.{kind.value}", kind, "Label", options=OPTIONS if kind in CHOOSING else (), country="US")
    for kind in Kind
]


def ask(kind: Kind) -> Question:
    return next(question for question in KINDS if question.kind is kind)


@pytest.mark.parametrize(
    ("kind", "value", "read", "exact"),
    [
        (Kind.TEXT, "Front desk", "Front desk", "Front desk"),
        (Kind.TEXT, "port", "port", "port"),
        (Kind.TEXT, "+16175550101", "(617) 555-0101", "+16175550101"),
        (Kind.LONG_TEXT, "one\ntwo", "one\ntwo", "one\ntwo"),
        (Kind.INTEGER, 0, "0", "0"),
        (Kind.INTEGER, 12, "12", "12"),
        (Kind.YES_NO, True, "Yes", "Yes"),
        (Kind.YES_NO, False, "No", "No"),
        (Kind.CHOICE, "port", "Port", "Port"),
        (Kind.CHOICE, "gone", "gone", "gone"),
        (Kind.CHOICES, ["new", "port"], "New, Port", "New, Port"),
        (Kind.CHOICES, ["new"], "New", "New"),
        (Kind.DATE, "2026-03-04", "4 Mar 2026", "2026-03-04"),
        (Kind.DATE, "soon", "soon", "soon"),
        (Kind.TIME, "18:30", "18:30", "18:30"),
        (Kind.NUMBER, "+16175550101", "(617) 555-0101", "+16175550101"),
        (Kind.NUMBER, "+442071838750", "+44 20 7183 8750", "+442071838750"),
        (Kind.NUMBER, "+9991234567", "+9991234567", "+9991234567"),
        (Kind.REFERENCE, "+16175550101", "(617) 555-0101", "+16175550101"),
        (Kind.EXTENSION, "0100", "0100", "0100"),
        (Kind.POSTCODE, "02139", "02139", "02139"),
        (Kind.EMAIL, "ana@x.example", "ana@x.example", "ana@x.example"),
    ],
)
def test_each_kind_in_words(kind: Kind, value: Any, read: str, exact: str) -> None:
    """What a person reads, and what a person copies: numbers and days differ, labels and yes do not."""
    assert answer_text(ask(kind), value) == read
    assert answer_text(ask(kind), value, is_exact=True) == exact


@pytest.mark.parametrize("value", [None, "", [], (), {}])
def test_no_answer_is_no_text(value: Any) -> None:
    """A dash or a gap is the business of whoever shows it; no and nought are answers."""
    assert is_unanswered(value)
    assert {answer_text(question, value) for question in (None, *KINDS)} == {""}
    assert not is_unanswered(False)
    assert not is_unanswered(0)


def test_words_of_ours_are_said_in_the_readers_language() -> None:
    """Labels, yes and no and days are translated, at once or where they are shown; a customer's words never are."""
    assert answer_text(ask(Kind.YES_NO), True, SPANISH) == "Sí"
    assert answer_text(ask(Kind.CHOICES), ["port", "new"], SPANISH) == "Portar, Nuevo"
    assert answer_text(ask(Kind.DATE), "2026-01-04", SPANISH) == "4 ene 2026"
    assert answer_text(ask(Kind.TEXT), "Mail", SPANISH) == "Mail"
    later = lazy_answer(ask(Kind.CHOICES), ["port", "Mail"])
    assert (str(later), SPANISH.localize(later)) == ("Port, Mail", "Portar, Mail")


def test_values_nobody_was_asked_for() -> None:
    """What is sent to an outside system has no question: nested values are named, nothing is mistaken for a choice."""
    body = {"is_dedicated": True, "services": ["exchange", "lync"], "site": {"zip_code": "02139", "suite": ""}}
    assert answer_text(None, body) == "is dedicated: Yes; services: exchange, lync; site: zip code: 02139; suite: "
    assert answer_text(None, {"number": "+16175550101"}, is_exact=True) == "number: +16175550101"


def test_what_is_typed_into_a_portal_is_exact_and_named() -> None:
    """Each field by itself, nested ones with the name of what they are in; nothing for those that stay empty."""
    body = {"number": "+16175550101", "site": {"zip_code": "02139", "suite": ""}, "is_dedicated": False, "days": []}
    assert list(fields(body)) == [("number", "+16175550101"), ("site zip code", "02139"), ("is dedicated", "No")]


def test_what_may_be_chosen_has_the_same_words() -> None:
    """Controls, drop-downs and boxes to tick offer the words that are read afterwards."""
    assert choices(ask(Kind.YES_NO), SPANISH) == [("Sí", True), ("No", False)]
    assert choices(ask(Kind.CHOICE)) == [("Port", "port"), ("New", "new"), ("No number, no mailbox", "none")]
    assert choices(ask(Kind.TEXT)) == []


def test_a_row_is_called_by_its_name() -> None:
    """A person by first and last name, as far as they are known; anything else by what its key says, in words."""
    phone, site = Question("dids.number", Kind.NUMBER, "Number", country="US"), Question("dids.site", Kind.TEXT, "Site")
    dids = Section("dids", "Numbers", (phone, site), is_table=True, key="number")
    assert row_name(dids, {"number": "+16175550101", "site": "Boston"}) == "(617) 555-0101"
    assert row_name(dids, {"number": "+16175550101", "last_name": "Ortiz"}) == "Ortiz"
    assert key_text(dids, {"number": "+16175550101", "last_name": "Ortiz"}) == "(617) 555-0101"
    assert row_name(replace(dids, key=""), {"site": "Boston"}) == row_name(dids, {"site": "Boston"}) == ""
    assert full_name({"first_name": "Ana", "last_name": "Ortiz"}) == "Ana Ortiz"


@given(number=strategies.numbers)
@settings(max_examples=50, deadline=None)
def test_a_number_in_words_is_still_that_number(number: str) -> None:
    """Whoever types what was read means the same number."""
    assert parse(answer_text(ask(Kind.NUMBER), number), "US") == number == answer_text(None, number, is_exact=True)


@given(question=st.sampled_from(KINDS), data=st.data(), language=st.sampled_from([ENGLISH, SPANISH]))
@settings(max_examples=200, deadline=None)
def test_every_answer_has_words(question: Question, data: st.DataObject, language: Language) -> None:
    """Whatever was answered, there is text; made at once or later it is the same; exact text of a text is that text."""
    value = data.draw(strategies.values(question))
    found = answer_text(question, value, language)
    assert found
    assert found == language.localize(lazy_answer(question, value))
    if isinstance(value, str) and not question.options:
        assert answer_text(question, value, language, is_exact=True) == value


@given(question=st.sampled_from([None, *KINDS]), value=strategies.hostile)
@settings(max_examples=200, deadline=None)
def test_nothing_that_was_typed_breaks_it(question: Question | None, value: Any) -> None:
    """Also what is no answer to the question can be repeated."""
    assert isinstance(answer_text(question, value, SPANISH), str)
