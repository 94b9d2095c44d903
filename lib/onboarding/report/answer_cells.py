"""Answers as a report shows them: days as days, choices in words, numbers as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from onboarding.domain.answer_text import full_name, is_unanswered, lazy_answer
from onboarding.domain.language import _
from onboarding.domain.number import is_e164
from onboarding.domain.question import Kind, Question, Section
from onboarding.report.report_model import Cell
from onboarding.stages.context import Context

SHOWN_KEYS = 8
"""Rows of a table that are named where it is shown as one answer."""


def columns_of(context: Context, rows: str, columns: Sequence[str]) -> list[Question]:
    """The named columns of a table in their order; all of them when none is named."""
    section = context.profile.questionnaire.section(rows)
    if section is None:
        return []
    named = [section.question(name.partition(".")[2]) for name in columns]
    return [question for question in named if question is not None] if columns else list(section.questions)


def answer_cell(context: Context, question: Question, value: Any) -> Cell:
    """One answer: a day with its weekday, a person referred to by name, a link as one, a number on one line."""
    if question.kind is Kind.DATE and not is_unanswered(value):
        return Cell(at=date.fromisoformat(str(value)))
    if question.kind is Kind.REFERENCE and (person := _person(context, question, value)):
        return Cell(person)
    written = str(value or "")
    url = written if written.startswith("https://") else ""
    return Cell(lazy_answer(question, value), url=url, is_whole=is_e164(written))


def _person(context: Context, question: Question, value: Any) -> str:
    """The name of the person a reference points at by address; empty when it points at something else."""
    table, _, column = question.to.partition(".")
    for row in context.rows(table) if column == "email" else ():
        if row.get(column) == value:
            return " ".join(str(row[p]) for p in ("first_name", "last_name", "name") if row.get(p))
    return ""


def facts_of(context: Context, fields: Sequence[str]) -> Iterator[tuple[str, Cell]]:
    """(question, answer) of everything answered among the named questions and record sections; tables have none."""
    for name in fields:
        section = context.profile.questionnaire.section(name.partition(".")[0])
        if section is None or section.is_table:
            continue
        if name == section.id and (person := full_name(context.values.get(name) or {})):
            content = context.values[name]
            yield _(section.title), Cell(person, (str(content["email"]),) if content.get("email") else ())
            continue
        for question in section.questions:
            value = context.answer(question.id)
            if name in (question.id, section.id) and not is_unanswered(value):
                yield _(question.label), answer_cell(context, question, value)


def setting_cell(context: Context, name: str) -> Cell:
    """What is answered under a question or section id: a value, or the keys of a table's rows."""
    section = context.profile.questionnaire.section(name.partition(".")[0])
    question = context.profile.questionnaire.question(name)
    if section is None:
        return Cell()
    if section.is_table:
        return _keys(context, section, question)
    if question is not None:
        return answer_cell(context, question, context.answer(name))
    content: Mapping[str, Any] = context.values.get(section.id) or {}
    answered = [one for one in section.questions if not is_unanswered(content.get(one.name))]
    return Cell(items=tuple(Cell(_(q.label), (cell_text(answer_cell(context, q, content[q.name])),)) for q in answered))


def cell_text(cell: Cell) -> str:
    """A cell in words only."""
    return cell.text or (_("{day}", day=cell.at) if cell.at else "")


def _keys(context: Context, section: Section, question: Question | None) -> Cell:
    chosen = question or section.question(section.key) or (section.questions[0] if section.questions else None)
    if chosen is None:
        return Cell()
    cells = [answer_cell(context, chosen, row.get(chosen.name)) for row in context.rows(section.id)]
    found = list(dict.fromkeys(cell.text for cell in cells if cell.text))
    more = (_("and {count} more", count=len(found) - SHOWN_KEYS),) if len(found) > SHOWN_KEYS else ()
    if any("," in one for one in found):
        return Cell(more=more, items=tuple(Cell(one) for one in found[:SHOWN_KEYS]))
    return Cell(_("{all}", all=found[:SHOWN_KEYS]), more)
