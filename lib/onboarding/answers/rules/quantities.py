"""Quantities: enough of everything was ordered, figures stay within their limits, no more is chosen than may be."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Annotated

from onboarding.answers.answer_schema import CellRef
from onboarding.answers.messages import shown
from onboarding.answers.rules import Findings, OfQuestion, RuleInput, column, rule, same
from onboarding.domain.condition import Where
from onboarding.domain.json import JSON
from onboarding.domain.licence import passed_on, shortages
from onboarding.domain.params import ColumnsOf, Count, Params, QuestionId, TableId, When


class SumCovers(Params):
    quantity: QuestionId
    group: QuestionId
    rows: TableId
    by: QuestionId
    where: Annotated[Where, ColumnsOf("rows")] = Where()


@rule("sum-covers", SumCovers, says="“{value}”: {count} needed, {sum} ordered.")
def sum_covers(facts: RuleInput, p: SumCovers) -> Findings:
    """Per value of ``group``, the sum of ``quantity`` is enough for the rows with ``where``, counted per ``by``."""
    ordered: Counter[JSON] = Counter()
    for cell in facts.answered(p.quantity):
        ordered[cell.other(p.group).value] += cell.value
    wanting: defaultdict[JSON, list[CellRef]] = defaultdict(list)
    for cell in facts.answered(f"{p.rows}.{column(p.by)}", p.where):
        wanting[cell.value].append(cell)
    for value, cells in wanting.items():
        if len(cells) > ordered[value]:
            yield facts.finding("sum-covers", cells[0], count=len(cells), sum=ordered[value])


class LicencesCover(Params):
    quantity: QuestionId
    group: QuestionId
    through: QuestionId
    gives: QuestionId


@rule("licences-cover", LicencesCover, says=sum_covers.says)
def licences_cover(facts: RuleInput, p: LicencesCover) -> Findings:
    """``quantity`` per ``group`` is enough for what rows take through the reference ``through``, whose rows bring
    ``gives``.

    A user takes a bundle, and the bundle brings a licence: so many of each licence must have been bought.
    """
    question = facts.questionnaire.question(p.through)
    key, gift = column(question.to) if question else "", column(p.gives)
    carries = {same(row.get(key)): row.get(gift) for _, row in facts.values.rows(p.gives.partition(".")[0])}
    bought = [(str(cell.other(p.group).value), int(cell.value)) for cell in facts.answered(p.quantity)]
    cells = list(facts.answered(p.through))
    planned = passed_on([str(same(cell.value)) for cell in cells], {str(name): gift for name, gift in carries.items()})
    for short in shortages(planned, bought):
        first = next(cell for cell in cells if carries.get(same(cell.value)) == short.name)
        name = facts.words(p.gives, short.name)
        yield facts.finding("sum-covers", first, value=name, count=short.planned, sum=short.bought)


class Below(OfQuestion):
    limit: Count


@rule("below", Below, says="{value} is too much for “{label}”; it has to stay below {most}.")
def below(facts: RuleInput, p: Below) -> Findings:
    """A figure stays below ``limit``."""
    for cell in facts.answered(p.question):
        if isinstance(cell.value, int) and cell.value >= p.limit:
            yield facts.finding("below", cell, value=cell.value, most=p.limit)


class AtLeastEach(OfQuestion):
    times: QuestionId
    each: Count


@rule("at-least-each", AtLeastEach, says="{value} is too little for “{label}”; {count} at once need {least}.")
def at_least_each(facts: RuleInput, p: AtLeastEach) -> Findings:
    """A figure is at least ``each`` for every one counted under ``times``."""
    for counted in facts.answered(p.times):
        for cell in facts.answered(p.question):
            if isinstance(cell.value, int) and isinstance(counted.value, int) and cell.value < p.each * counted.value:
                least, count = p.each * counted.value, shown(counted.value)
                yield facts.finding("at-least-each", cell, value=cell.value, least=least, count=count)


class ChoicesAtMost(OfQuestion):
    most: Count
    when: When | None = None


@rule("choices-at-most", ChoicesAtMost, says="At most {most} can be chosen here; {count} are: {value}.")
def choices_at_most(facts: RuleInput, p: ChoicesAtMost) -> Findings:
    """No more than ``most`` things are chosen at once, where ``when`` holds."""
    is_meant = facts.holds_in(p.when, p.question.partition(".")[0])
    for cell in facts.answered(p.question):
        count = len(cell.value) if isinstance(cell.value, list) else 1
        if count > p.most and is_meant(cell.beside):
            yield facts.finding("choices-at-most", cell, most=p.most, count=count)
