"""Hypothesis strategies: answers to a questionnaire, and telephone numbers."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from hypothesis import strategies as st

from onboarding.domain.place import country
from onboarding.domain.question import Kind, Question, Questionnaire, Section

_LETTERS = st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffd")
_AREA_CODES = st.sampled_from(["617", "508", "978", "212", "310"])

words = st.text(_LETTERS, min_size=1, max_size=8)
"""A word in any alphabet; it may look like a formula, a number or nothing."""

lines = st.lists(
    st.one_of(
        words,
        st.sampled_from(["=1+1", "+1", "-3", "@home", "'quoted", "Null", "NA", "0100", "1e5", '"', "a,b", "true"]),
    ),
    min_size=1,
    max_size=3,
).map(lambda found: unicodedata.normalize("NFC", " ".join(found)))
"""Text on one line in normal form."""

numbers = st.builds("+1{}555{:04d}".format, _AREA_CODES, st.integers(0, 9999))
"""North American numbers in E.164 that could be given out, the fictitious ones among them."""

emails = st.builds(
    "{}{}@{}.example".format, st.sampled_from(["ana", "b.c", "O'Neil"]), st.integers(0, 999), st.sampled_from("xyz")
)


def values(question: Question) -> st.SearchStrategy[Any]:
    """Normalised values of a question; references are plausible text."""
    simple: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.TEXT: lines,
        Kind.LONG_TEXT: st.lists(lines, min_size=1, max_size=3).map("\n".join),
        Kind.INTEGER: st.integers(question.at_least or 0, question.at_most or 10**6),
        Kind.YES_NO: st.booleans(),
        Kind.DATE: st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(date.isoformat),
        Kind.TIME: st.times().map(lambda time: f"{time:%H:%M}"),
        Kind.NUMBER: numbers,
        Kind.AREA_CODE: _AREA_CODES,
        Kind.EXTENSION: st.integers(0, 9999).map("{:04d}".format),
        Kind.EMAIL: emails,
        Kind.DOMAIN: st.sampled_from(["brightsmile.example", "xn--bcher-kva.example"]),
        Kind.SUBDIVISION: st.sampled_from(sorted(country("US").subdivisions)),
        Kind.POSTCODE: st.integers(501, 99950).map("{:05d}".format) | st.just("02139-4307"),
        Kind.REFERENCE: lines,
    }
    if question.kind in (Kind.CHOICE, Kind.CHOICES):
        offered = [option.value for option in question.options]
        if question.kind is Kind.CHOICE:
            return st.sampled_from(offered)
        chosen = st.sets(st.sampled_from(offered), min_size=max(question.at_least or 0, 1), max_size=question.at_most)
        return chosen.map(lambda found: [value for value in offered if value in found])
    return simple[question.kind]


def rows(section: Section, questionnaire: Questionnaire) -> st.SearchStrategy[dict[str, Any]]:
    """Answers to some questions of a section; a reference has the kind of what it points at."""
    asked = {}
    for question in section.questions:
        target = questionnaire.question(question.to) if question.kind is Kind.REFERENCE else None
        asked[question.name] = values(target or question)
    return st.fixed_dictionaries({}, optional=asked)


def documents(questionnaire: Questionnaire, most_rows: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Documents whose every answer is in normal form: no empty rows or sections. They need not fulfil the rules."""
    sections: dict[str, st.SearchStrategy[Any]] = {}
    for section in questionnaire.sections:
        row = rows(section, questionnaire).filter(bool)
        sections[section.id] = st.lists(row, min_size=1, max_size=most_rows) if section.is_table else row
    return st.fixed_dictionaries({}, optional=sections)


hostile = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.binary(max_size=4), st.dates(),
        st.sampled_from(["\x00", "\ud800", "=cmd()", "a" * 100_000, "9" * 5000, 10**400, float("nan"), b"", "1e400"]),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
"""What nobody should send."""
