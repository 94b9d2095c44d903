"""Answers beside a task, for somebody to copy or to read: single values, and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from onboarding.domain.answer_text import answer_text
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.params import FieldId, Params, ServiceId
from onboarding.domain.question import Question, Section
from onboarding.stages.context import Context

Rows = Sequence[Mapping[str, Any]]


class Shown(Params):
    """Which answers stand beside a task."""

    fields: tuple[FieldId, ...] = ()
    users_with: tuple[ServiceId, ...] = Field((), description="services: of the users only those who have one of them")


def shown_fields(fields: Sequence[str], context: Context, *, for_customer: bool = False) -> list[tuple[str, str]]:
    """(label, value) of the answered record questions among ``fields`` (question or section ids), and of those of the
    row that a task is about.

    The customer reads them in its language; everybody else copies them as they are into another system.
    """
    language = context.language if for_customer else ENGLISH
    return [
        (language(question.label), answer_text(question, value, language, is_exact=not for_customer))
        for section, question in context.profile.questionnaire.named(fields)
        if not _is_listed(section, context) and (value := _value(section, question, context)) is not None
    ]


def _is_listed(section: Section, context: Context) -> bool:
    return section.is_table and section.id != context.single


def _value(section: Section, question: Question, context: Context) -> Any:
    return context.rows(section.id)[0].get(question.name) if section.is_table else context.answer(question.id)


def shown_tables(p: Shown, context: Context, *, for_customer: bool = False) -> list[dict[str, JSON]]:
    """The tables among the fields: only columns that hold something, of the users only those with such a service."""
    columns: dict[str, tuple[Section, list[Question]]] = {}
    for section, question in context.profile.questionnaire.named(p.fields):
        if _is_listed(section, context):
            columns.setdefault(section.id, (section, []))[1].append(question)
    language = context.language if for_customer else ENGLISH
    return [
        table(section, questions, _rows(section, p, context), language, is_exact=not for_customer)
        for section, questions in columns.values()
    ]


def table(
    section: Section, questions: Sequence[Question], rows: Rows, language: Language = ENGLISH, *, is_exact: bool = False
) -> dict[str, JSON]:
    """A table as data: title, column labels, rows of display strings; columns nobody filled in are left out.

    ``is_exact`` as for `lazy_answer`: its values are copied into another system.
    """
    used = [question for question in questions if any(row.get(question.name) is not None for row in rows)]
    cells = [[answer_text(q, row.get(q.name), language, is_exact=is_exact) for q in used] for row in rows]
    return {"title": language(section.title), "columns": [language(q.label) for q in used], "rows": cells}


def _rows(section: Section, p: Shown, context: Context) -> Rows:
    rows, wanted = context.rows(section.id), set(p.users_with) if section.id == "users" else set()
    return [row for row in rows if not wanted or context.services_of(row) & wanted]
