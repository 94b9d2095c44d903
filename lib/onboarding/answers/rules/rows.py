"""Rows of tables: each thing once, what is pointed at is there, and as many of them as are needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from onboarding.answers.answer_schema import CellRef
from onboarding.answers.rules import Findings, OfQuestion, RuleFinding, RuleInput, row_number, rule, same
from onboarding.domain.condition import Where
from onboarding.domain.json import JSON
from onboarding.domain.params import ColumnsOf, Count, NoParams, Params, QuestionId, TableId
from onboarding.domain.question import Kind, Question


@rule(
    "unique",
    OfQuestion,
    says={"duplicate": "“{value}” is given more than once under “{label}”; row {other} has it already."},
)
def unique(facts: RuleInput, p: OfQuestion) -> Findings:
    """No two rows have the same value."""
    first: dict[JSON, CellRef] = {}
    for cell in facts.answered(p.question):
        before = first.setdefault(same(cell.value), cell)
        if before is not cell:
            yield facts.finding("duplicate", cell, other=row_number(before))


class Columns(Params):
    fields: Annotated[tuple[QuestionId, ...], Field(min_length=1)]


@rule("unique-across", Columns, says="“{value}” is taken: it stands under “{section}” already.", is_exact=True)
def unique_across(facts: RuleInput, p: Columns) -> Findings:
    """No value of one of the columns ``fields`` stands in another of them."""
    taken: dict[JSON, str] = {}
    for question in p.fields:
        for cell in facts.answered(question):
            before = taken.setdefault(same(cell.value), cell.section)
            if before != cell.section:
                yield facts.finding("unique-across", cell, section=facts.title(before))


@rule("unique-together", Columns, says="“{value}” is given more than once; row {other} has it already.", is_exact=True)
def unique_together(facts: RuleInput, p: Columns) -> Findings:
    """No two rows of a table have the same values in all of the columns ``fields``.

    A row with a blank among them is passed over.
    """
    first: dict[tuple[JSON, ...], CellRef] = {}
    for cell in facts.answered(p.fields[-1]):
        row = [*map(cell.other, p.fields)]
        if any(one.value is None for one in row):
            continue
        before = first.setdefault(tuple(same(one.value) for one in row), cell)
        if before is not cell:
            value = ", ".join(map(facts.text, row))
            yield facts.finding("unique-together", cell, value=value, other=row_number(before))


@rule(
    "references",
    NoParams,
    says={"reference": "“{value}” is not listed under “{section}”; add it there or choose one that is."},
)
def references(facts: RuleInput, p: NoParams) -> Findings:
    """Every reference points at a row that is there.

    One that does takes the spelling of what it points at.
    """
    asked = [question for question in facts.questionnaire.questions() if question.kind is Kind.REFERENCE]
    for target in {question.to for question in asked}:
        known = {same(cell.value): cell.value for cell in facts.answered(target)}
        for question in [question for question in asked if question.to == target]:
            yield from _dangling(facts, question, known)


def _dangling(facts: RuleInput, question: Question, known: Mapping[JSON, JSON]) -> Findings:
    for number, row in facts.values.rows(question.section):
        value = row.get(question.name)
        if same(value) in known:
            row[question.name] = known[same(value)]
        elif value is not None:
            yield facts.finding("reference", CellRef(question.id, number, value, row), section=facts.title(question.to))


class InTable(OfQuestion):
    table: QuestionId
    where: Annotated[Where, ColumnsOf("question")] = Where()


@rule("in-table", InTable, says="{value} is not listed under “{section}”; add it there or correct it here.")
def in_table(facts: RuleInput, p: InTable) -> Findings:
    """Every value, in the rows with ``where``, is found in the column ``table``."""
    known, section = facts.known(p.table), facts.title(p.table)
    return facts.each("in-table", p.question, lambda cell: same(cell.value) not in known, p.where, section=section)


class ListedWhere(OfQuestion):
    rows: TableId
    by: QuestionId
    where: Annotated[Where, ColumnsOf("rows")]


@rule("listed-where", ListedWhere, says="{value} is not listed under “{section}” in that role.")
def listed_where(facts: RuleInput, p: ListedWhere) -> Findings:
    """Every value stands in the column ``by`` of a row of ``rows`` with the values ``where``."""
    known, section = facts.known(p.by, p.where), facts.title(p.rows)
    return facts.each("listed-where", p.question, lambda cell: same(cell.value) not in known, section=section)


class HasRow(Params):
    rows: TableId
    where: Annotated[Where, ColumnsOf("rows")]


@rule("has-row", HasRow, says="A row is missing here.")
def has_row(facts: RuleInput, p: HasRow) -> Findings:
    """The table ``rows`` has a row with the values ``where``."""
    if p.rows in facts.values.sections and not any(p.where.fits(row) for _, row in facts.values.rows(p.rows)):
        yield RuleFinding("has-row", CellRef(p.rows, None, None, {}), {})


class RowCount(Params):
    rows: TableId
    min: Count
    max: Count
    where: Annotated[Where, ColumnsOf("rows")] = Where()


@rule("row-count", RowCount, says="“{section}”: {value} of these given, {least} to {most} are needed.")
def row_count(facts: RuleInput, p: RowCount) -> Findings:
    """``min`` to ``max`` rows of the table ``rows`` have the values ``where``."""
    count = sum(p.where.fits(row) for _, row in facts.values.rows(p.rows))
    if p.rows in facts.values.sections and not p.min <= count <= p.max:
        params = {"value": count, "least": p.min, "most": p.max, "section": facts.title(p.rows)}
        yield RuleFinding("row-count", CellRef(p.rows, None, count, {}), params)


class CountEquals(Params):
    rows: TableId
    tables: tuple[TableId, ...]


@rule("count-equals", CountEquals, says="“{section}” has {value} rows, {count} are needed.")
def count_equals(facts: RuleInput, p: CountEquals) -> Findings:
    """The table ``rows`` has as many rows as the tables ``tables`` together."""
    count, *others = (len(list(facts.values.rows(table))) for table in (p.rows, *p.tables))
    if p.rows in facts.values.sections and count != sum(others):
        params = {"value": count, "count": sum(others), "section": facts.title(p.rows)}
        yield RuleFinding("count-equals", CellRef(p.rows, None, count, {}), params)
