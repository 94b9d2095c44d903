"""Blocks of what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from onboarding.domain.condition import Where
from onboarding.domain.language import say
from onboarding.domain.params import ColumnOf, ColumnsOf, FieldId, QuestionId, TableId, TaskId
from onboarding.report.answers import facts_of
from onboarding.report.blocks import Captioned, block
from onboarding.report.counted import row_table
from onboarding.report.guide import Guide
from onboarding.report.shapes import FactsFigure, Shape


class Rows(Captioned):
    """Which rows of which table, with which columns."""

    rows: TableId
    columns: tuple[Annotated[QuestionId, ColumnOf("rows")], ...] = Field((), description="questions; without any: all")
    where: Annotated[Where, ColumnsOf("rows")] = Where()
    tasks: tuple[TaskId, ...] = Field((), description="tasks that bring the rows about")


@block("rows", Rows)
def rows(guide: Guide, p: Rows) -> Iterator[Shape]:
    """The rows of a table, with ``columns`` (all when none is named) and the state of the ``tasks`` that bring them."""
    found = guide.proofs.of(p.rows, p.where, p.tasks)
    if found:
        section = guide.context.profile.questionnaire.section(p.rows)
        caption = say(p.caption or (section.title if section else p.rows))
        yield row_table(guide.context, caption, p.rows, p.columns, found, bool(p.tasks))


class Answers(Captioned):
    """Which answers."""

    fields: tuple[FieldId, ...]


@block("answers", Answers)
def answers(guide: Guide, p: Answers) -> Iterator[Shape]:
    """Answers, each beside its question."""
    if facts := tuple(facts_of(guide.context, p.fields)):
        yield FactsFigure(say(p.caption), facts)
