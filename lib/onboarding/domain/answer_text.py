"""An answer in words, the same wherever somebody reads it: forms, paper, gates, mails, plans, reports.

A face adds its markup and nothing else: cuts, escapes, sets a dash where there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.number import is_e164, national
from onboarding.domain.question import Kind, Question, Section

YES, NO = _("Yes"), _("No")


def is_unanswered(value: JSON) -> bool:
    """Whether a value is no answer: None, empty text, an empty list."""
    return value is None or value in ("", [], (), {})


def lazy_answer(question: Question | None, value: JSON, *, is_exact: bool = False, country: str = "") -> str:
    """An answer, translated where it is shown; empty when there is none.

    Choices are shown by their labels, telephone numbers in national form, dates as days. What the customer typed is
    repeated as it is and never translated. ``question`` None is for values that nobody was asked for: ``country`` is
    then the one in whose form numbers are shown, without it with their country code.

    With ``is_exact`` numbers stay E.164 and dates ISO 8601: for values that a person copies into another system, or
    that are read back from a file.
    """
    if is_unanswered(value):
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list | tuple):
        parts = [lazy_answer(question, one, is_exact=is_exact, country=country) for one in value]
        return parts[0] if len(parts) == 1 else _("{all}", all=parts)
    if isinstance(value, Mapping):
        return "; ".join(
            f"{str(name).replace('_', ' ')}: {lazy_answer(None, one, is_exact=is_exact, country=country)}"
            for name, one in value.items()
        )
    return _lazy_text(question, value, is_exact, question.country if question else country)


def _lazy_text(question: Question | None, value: Any, is_exact: bool, country: str) -> str:
    text = str(value)
    label = next((option.label for option in question.options if option.value == text), "") if question else ""
    if label:
        return _(label)
    if is_exact:
        return text
    with suppress(ValueError):  # what is no date stays as it is
        if question is not None and question.kind is Kind.DATE:
            return _("{day}", day=date.fromisoformat(text))
    return national(text, country) if is_e164(text) else text


def answer_text(
    question: Question | None,
    value: JSON,
    language: Language = ENGLISH,
    *,
    is_exact: bool = False,
    country: str = "",
) -> str:
    """The same in one language."""
    return language.localize(lazy_answer(question, value, is_exact=is_exact, country=country))


def choices(question: Question, language: Language = ENGLISH) -> list[tuple[str, JSON]]:
    """What may be chosen, as (words, value); empty where the answer is free."""
    values = (True, False) if question.kind is Kind.YES_NO else [option.value for option in question.options]
    return [(answer_text(question, value, language), value) for value in values]


def fields(body: Mapping[str, JSON], above: str = "") -> Iterator[tuple[str, str]]:
    """(label, exact value) of everything in what an outside system is to hold, as a person types it there."""
    for name, value in body.items():
        label = f"{above} {name.replace('_', ' ')}".strip()
        if isinstance(value, Mapping):
            yield from fields(value, label)
        elif text := answer_text(None, value, is_exact=True):
            yield label, text


def full_name(person: Mapping[str, Any]) -> str:
    """First and last name of a row about a person; empty where it has neither."""
    return " ".join(str(person[part]) for part in ("first_name", "last_name") if person.get(part))


def row_name(section: Section, row: Mapping[str, Any]) -> str:
    """What a row is called: a person by name, anything else by its key; empty where it has none."""
    return full_name(row) or key_text(section, row)


def key_text(section: Section, row: Mapping[str, Any]) -> str:
    """What the key column of a row says, in words."""
    return answer_text(section.question(section.key), row.get(section.key))


def texts(value: Any) -> Iterator[str]:
    """A string, or each string of a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (str(item) for item in value)
