"""Blocks of what was answered, and of what the provider has to say to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from onboarding.domain.condition import Where
from onboarding.domain.language import _
from onboarding.domain.params import (
    ColumnOf,
    ColumnsOf,
    FieldId,
    ProcedureId,
    QuestionId,
    ReferenceId,
    TableId,
    TaskId,
    Text,
)  # fmt: skip
from onboarding.report.answer_cells import facts_of
from onboarding.report.blocks import Captioned, Guide, block
from onboarding.report.report_model import Cell, FactsFigure, NotesFigure, PictureFigure, Shape, TableFigure
from onboarding.report.tallies import row_table


class Rows(Captioned):
    """Which rows of which table, with which columns."""

    rows: TableId
    columns: tuple[Annotated[QuestionId, ColumnOf("rows")], ...] = Field((), description="questions; without any: all")
    where: Annotated[Where, ColumnsOf("rows")] = Where()
    tasks: tuple[TaskId, ...] = Field((), description="tasks that bring the rows about")


@block("rows", Rows)
def rows(guide: Guide, p: Rows) -> Iterator[Shape]:
    """The rows of a table, with ``columns`` (all when none is named) and the state of the ``tasks`` that bring them."""
    if found := guide.proofs.of(p.rows, p.where, p.tasks):
        section = guide.context.profile.questionnaire.section(p.rows)
        caption = _(p.caption or (section.title if section else p.rows))
        yield row_table(guide.context, caption, p.rows, p.columns, found, bool(p.tasks))


class Answers(Captioned):
    """Which answers."""

    fields: tuple[FieldId, ...]


@block("answers", Answers)
def answers(guide: Guide, p: Answers) -> Iterator[Shape]:
    """Answers, each beside its question."""
    if facts := tuple(facts_of(guide.context, p.fields)):
        yield FactsFigure(_(p.caption), facts)


@block("call-flow", Captioned)
def call_flow(guide: Guide, p: Captioned) -> Iterator[Shape]:
    """The call flow as a picture, and in words."""
    if picture := guide.picture:
        yield PictureFigure(picture.title, picture.svg)
        columns = tuple(zip(picture.columns, (38, 24, 38), strict=True))
        rows = tuple(tuple(map(Cell, row)) for row in picture.rows)
        yield TableFigure(_("The call flow in words"), columns, rows, is_folded=True)


class Notes(Captioned):
    """Which sentences."""

    texts: tuple[Text, ...] = ()
    references: tuple[ReferenceId, ...] = ()
    procedures: tuple[ProcedureId, ...] = ()


@block("notes", Notes)
def notes(guide: Guide, p: Notes) -> Iterator[Shape]:
    """Sentences, references and procedures of the profile."""
    profile = guide.context.profile
    named = [one for one in profile.references if one.id in p.references]
    found = [Cell(_(text)) for text in p.texts]
    found += [Cell(_(one.title), (_(one.text),) if one.text else (), url=one.url) for one in named]
    procedures = [profile.procedures[name] for name in p.procedures]
    found += [Cell(_(one.title), (_(one.guide.strip()),)) for one in procedures]
    if found:
        yield NotesFigure(_(p.caption), tuple(found))
