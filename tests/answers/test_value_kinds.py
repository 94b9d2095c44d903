"""One answer by itself: every kind in its normal form, and in plain words what is wrong with the others."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from onboarding.answers.check import check_one
from onboarding.answers.messages import ENGLISH, LONGEST_ECHO, shown
from onboarding.answers.value_kinds import normaliser
from onboarding.domain.language import filled
from onboarding.domain.question import Kind, Option, Question
from tests import strategies
from tests.answers.dental import QUESTIONNAIRE

OPTIONS = (Option("port", "Keep ours"), Option("new", "New, please"), Option("total-connect", "Total Connect"))


def ask(kind: Kind, **more: Any) -> Question:
    options = OPTIONS if kind in (Kind.CHOICE, Kind.CHOICES) else ()
    return Question("part.thing", kind, "Thing", options=options, country="US", **more)


GOOD = [
    (Kind.TEXT, "  Ana \n Ortiz ", "Ana Ortiz"),
    (Kind.TEXT, 100, "100"),
    (Kind.TEXT, 2.0, "2"),
    (Kind.TEXT, "Jose\u0301", "José"),
    (Kind.TEXT, "=1+1", "=1+1"),
    (Kind.LONG_TEXT, " a\r\nb\rc ", "a\nb\nc"),
    (Kind.INTEGER, " 12 ", 12),
    (Kind.INTEGER, 12.0, 12),
    (Kind.INTEGER, "12.0", 12),
    *((Kind.YES_NO, yes, True) for yes in (True, "Yes", "y", "TRUE", "Sí", "si", "x", 1, "1")),
    *((Kind.YES_NO, no, False) for no in (False, "No", "n", "false", 0)),
    (Kind.CHOICE, "keep OURS", "port"),
    (Kind.CHOICE, "total connect", "total-connect"),
    (Kind.CHOICES, "New, please", ["new"]),
    (Kind.CHOICES, "new, PORT, port", ["port", "new"]),
    (Kind.CHOICES, "Total Connect; New, please", ["new", "total-connect"]),
    (Kind.CHOICES, ["total_connect", None, "port"], ["port", "total-connect"]),
    (Kind.DATE, "2026-03-14", "2026-03-14"),
    (Kind.DATE, "3/14/2026", "2026-03-14"),
    (Kind.DATE, dt.datetime(2026, 3, 14, tzinfo=dt.UTC), "2026-03-14"),
    (Kind.DATE, dt.date(2026, 3, 14), "2026-03-14"),
    (Kind.DATE, "2026-03-14 00:00:00", "2026-03-14"),
    (Kind.TIME, "9:05", "09:05"),
    (Kind.TIME, "2.30 pm", "14:30"),
    (Kind.TIME, "12 AM", "00:00"),
    (Kind.TIME, dt.time(22, 30), "22:30"),
    (Kind.NUMBER, "(617) 555-0101", "+16175550101"),
    (Kind.NUMBER, 16175550101.0, "+16175550101"),
    (Kind.AREA_CODE, " (617)", "617"),
    (Kind.AREA_CODE, 617.0, "617"),
    (Kind.EXTENSION, "0100", "0100"),
    (Kind.EXTENSION, 214, "214"),
    (Kind.EMAIL, "mailto:Ana.Ortiz@BrightSmile.EXAMPLE", "Ana.Ortiz@brightsmile.example"),
    (Kind.DOMAIN, "BrightSmile.Example.", "brightsmile.example"),
    (Kind.DOMAIN, "bücher.example", "xn--bcher-kva.example"),
    (Kind.SUBDIVISION, "massachusetts", "MA"),
    (Kind.POSTCODE, 2139, "02139"),
    (Kind.REFERENCE, " Boston ", "Boston"),
]

BAD = [
    (Kind.TEXT, True, "not-text"),
    (Kind.TEXT, {"a": 1}, "not-text"),
    (Kind.TEXT, math.nan, "not-text"),
    (Kind.TEXT, 10**5000, "not-text"),
    (Kind.TEXT, "a\x00b", "control-characters"),
    (Kind.TEXT, "a\x1bb", "control-characters"),
    (Kind.TEXT, "\ud800", "control-characters"),
    (Kind.TEXT, "a" * 251, "too-long"),
    (Kind.TEXT, "a" * 100_000, "too-long"),
    (Kind.LONG_TEXT, "a" * 10_001, "too-long"),
    (Kind.INTEGER, "twelve", "integer-invalid"),
    (Kind.INTEGER, "9" * 5000, "integer-invalid"),
    (Kind.INTEGER, 1.5, "integer-invalid"),
    (Kind.INTEGER, math.inf, "integer-invalid"),
    (Kind.YES_NO, "perhaps", "yes-no-invalid"),
    (Kind.YES_NO, 2, "yes-no-invalid"),
    (Kind.CHOICE, "neither", "choice-invalid"),
    (Kind.CHOICE, ["port"], "choice-invalid"),
    (Kind.CHOICES, "port, neither", "choices-invalid"),
    (Kind.CHOICES, ["port"] * 1000, "choices-invalid"),
    (Kind.CHOICES, [["port"]], "choices-invalid"),
    (Kind.DATE, "14.3.2026", "date-invalid"),
    (Kind.DATE, "2026-02-30", "date-invalid"),
    (Kind.DATE, 46000, "date-invalid"),
    (Kind.DATE, "1026-03-14", "date-far"),
    (Kind.TIME, "25:00", "time-invalid"),
    (Kind.TIME, "13 pm", "time-invalid"),
    (Kind.TIME, "9", "time-invalid"),
    (Kind.NUMBER, "617-555-0101 x12", "number-extension"),
    (Kind.NUMBER, "1.61756E+10", "number-scientific"),
    (Kind.AREA_CODE, "61", "area-code-invalid"),
    (Kind.AREA_CODE, "Boston", "area-code-invalid"),
    (Kind.EXTENSION, "12a", "extension-invalid"),
    (Kind.EXTENSION, "1", "extension-digits"),
    (Kind.EMAIL, "ana@", "email-invalid"),
    (Kind.EMAIL, "ana@brightsmile", "email-invalid"),
    (Kind.EMAIL, "a" * 100_000 + "@b.example", "email-invalid"),
    (Kind.DOMAIN, "https://brightsmile.example/", "domain-invalid"),
    (Kind.DOMAIN, "ana@brightsmile.example", "domain-invalid"),
    (Kind.SUBDIVISION, "Bavaria", "subdivision-invalid"),
    (Kind.POSTCODE, "0213", "postcode-invalid"),
]


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD, ids=[f"{kind}-{n}" for n, (kind, *_) in enumerate(GOOD)])
def test_what_people_write_comes_to_its_normal_form(kind: Kind, raw: Any, value: Any) -> None:
    """Usual spellings are understood, and the normal form itself stays."""
    assert check_one(ask(kind), raw) == (value, None)
    assert check_one(ask(kind), value) == (value, None)


@pytest.mark.parametrize(("kind", "raw", "code"), BAD, ids=[f"{code}-{n}" for n, (*_, code) in enumerate(BAD)])
def test_what_cannot_be_meant_is_said_in_plain_words(kind: Kind, raw: Any, code: str) -> None:
    """A whole sentence that names no machinery, echoes little, and carries a stable code."""
    value, problem = check_one(ask(kind), raw)
    assert value is None
    assert problem is not None
    assert (problem.code, problem.question) == (code, "part.thing")
    assert problem.message.endswith(".")
    assert len(problem.message) < 240
    assert not any(
        word in problem.message for word in ("{", "\\", "pydantic", "regex", "string", "Input", "aaaaa" * 13)
    )


def test_the_sentence_says_what_is_wanted_and_what_was_given() -> None:
    """The wording of the example everybody knows."""
    _, problem = check_one(ask(Kind.EXTENSION, at_least=3, at_most=6), "12")
    assert problem is not None
    assert problem.message == "The extension has 3 to 6 digits; “12” has 2."


@pytest.mark.parametrize(
    ("question", "raw", "code"),
    [
        (ask(Kind.INTEGER, at_least=1), 0, "integer-small"),
        (ask(Kind.INTEGER, at_most=9), 10, "integer-large"),
        (ask(Kind.TEXT, at_most=5), "abcdef", "too-long"),
        (ask(Kind.TEXT, at_least=2), "a", "too-short"),
        (ask(Kind.CHOICES, at_least=2), "port", "choices-few"),
        (ask(Kind.CHOICES, at_most=1), "port; new", "choices-many"),
        (ask(Kind.EXTENSION, at_most=4), "12345", "extension-digits"),
    ],
)
def test_bounds_of_a_question(question: Question, raw: Any, code: str) -> None:
    """At least and at most bound values, lengths, digits and numbers of choices."""
    _, problem = check_one(question, raw)
    assert problem is not None
    assert problem.code == code


@pytest.mark.parametrize("raw", [None, "", " \n\t", [], ()])
def test_a_blank_is_a_problem_only_where_it_must_be_filled(raw: Any) -> None:
    """Blank answers have no value; a required question says so."""
    assert check_one(ask(Kind.TEXT), raw) == (None, None)
    _, problem = check_one(ask(Kind.TEXT, required=True), raw)
    assert problem is not None
    assert problem.message == "Please fill in “Thing”."


@given(question=st.sampled_from(list(QUESTIONNAIRE.questions())), data=st.data())
@settings(max_examples=150, deadline=None)
def test_normal_forms_are_final(question: Question, data: st.DataObject) -> None:
    """Whatever is in normal form is its own normal form."""
    value = data.draw(strategies.values(question))
    again, problem = check_one(question, value)
    assert problem is None or question.kind is Kind.EXTENSION or question.kind is Kind.NUMBER
    assert again == value or problem is not None


@given(kind=st.sampled_from(list(Kind)), raw=strategies.hostile)
@settings(max_examples=300, deadline=None)
def test_nothing_that_is_sent_breaks_the_check(kind: Kind, raw: Any) -> None:
    """A value in normal form or a problem, whatever is sent; the value is stable."""
    value, problem = check_one(ask(kind), raw)
    assert problem is None or value is None
    if value is not None:
        assert check_one(ask(kind), value) == (value, None)


@given(strategies.hostile)
@example("\xa0")
@settings(max_examples=100, deadline=None)
def test_little_of_what_was_typed_is_repeated(raw: Any) -> None:
    """At most 60 characters, all printable."""
    text = shown(raw)
    assert len(text) <= LONGEST_ECHO
    assert all(character.isprintable() or character == "\xad" for character in text if ord(character) < 0x3000)


def test_a_yes_that_was_not_asked_for_is_called_yes() -> None:
    """What is repeated of a box that was ticked is a word and not a sign of a program."""
    _, problem = check_one(ask(Kind.NUMBER), True)
    assert problem is not None
    assert "“Yes”" in problem.message


def test_templates_stay_apart_from_parameters() -> None:
    """Filling never reaches into a parameter, and braces that name none stay."""
    assert filled("{a} {b} {a.b} {", {"a": "{b}", "b": 1}) == "{b} 1 {a.b} {"
    assert all(text.endswith(".") for text in ENGLISH.values())


def test_a_text_that_came_before_is_not_read_again() -> None:
    """Columns repeat themselves; what one row does with its list of choices is nothing to another row."""
    normalised = normaliser(ask(Kind.CHOICES))
    first, second = normalised("Keep ours; New, please"), normalised("Keep ours; New, please")
    assert first == second == ["port", "new"]
    assert first is not second
    with pytest.raises(PydanticCustomError):
        normalised("neither")
    with pytest.raises(PydanticCustomError):
        normalised("neither")
