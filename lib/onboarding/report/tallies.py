"""What a profile's report counts: things ordered, each with how it is known to be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from onboarding.domain.answer_text import full_name, row_name
from onboarding.domain.condition import Where
from onboarding.domain.json import JSON
from onboarding.domain.language import _
from onboarding.domain.question import Question
from onboarding.domain.report import NUMBERS, SERVICES, USERS, Tally
from onboarding.domain.task import Task
from onboarding.report.answer_cells import answer_cell, cell_text, columns_of
from onboarding.report.delivery import NOTHING, ORDER, Count, Delivery, Proof, by_states, proof_of
from onboarding.report.report_model import Cell, SectionFigure, TableFigure
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planners.records import PortalRows

SHOWN_ROWS = 60
"""Rows of a list that are shown; what is not yet delivered comes first, the data file has the totals."""


STATE = 14
"""Width of the column that says how a thing is known, in per cent."""

NARROW, DAY, BROAD = 11, 20, 34
"""Characters of the narrowest column, of one that holds days, and of the widest."""


@dataclass(frozen=True, slots=True)
class TallyFigure:
    """Things ordered of one kind and where they stand; ``is_own`` when the profile counts rows of a table."""

    id: str
    title: str
    count: Count
    is_own: bool = False


class RowProofs:
    """How each row of a table is known to be there."""

    def __init__(self, context: Context, delivery: Delivery) -> None:
        self.context = context
        self.delivery = delivery

    @cached_property
    def _seen(self) -> dict[tuple[str, str], Mapping[str, JSON]]:
        """What was read back, by task and subject: two kinds of things may have the same key."""
        evidence = self.context.record.evidence
        return {(one.task, one.subject): one.observed for one in evidence if one.observed is not None}

    def of(self, rows: str, where: Where, tasks: Sequence[str]) -> list[tuple[Mapping[str, Any], Proof]]:
        """Every row of the table with these values and its proof: that of the task that is furthest behind."""
        found = enumerate(self.context.rows(rows))
        return [
            (row, self._proof(rows, row, self._needed(rows, place, tasks))) for place, row in found if where.fits(row)
        ]

    def _needed(self, rows: str, place: int, names: Sequence[str]) -> list[Task]:
        """Those of the tasks that are needed, of the rows of one those that have to do with this row."""
        known = (task for name in names for task in self.context.tasks_at(name, rows, place))
        return [task for task in known if self.delivery.is_needed(task.id)]

    def counted(self, tally: Tally) -> list[tuple[Mapping[str, Any], Proof]]:
        """Every row that is counted by a tally of the profile, and its proof."""
        return self.of(tally.rows, tally.where, tally.tasks)

    def _proof(self, rows: str, row: Mapping[str, Any], tasks: Sequence[Task]) -> Proof:
        found = [self._by_task(task, rows, row) for task in tasks]
        return max(found, key=ORDER.index, default=self.delivery.otherwise())

    def _by_task(self, task: Task, rows: str, row: Mapping[str, Any]) -> Proof:
        state = self.delivery.states[task.id]
        p = task.params
        if not isinstance(p, PortalRows) or p.rows != rows:
            return by_states([state])
        alone = replace(self.context, values={**self.context.values, rows: [dict(row)]})
        proofs = [proof_of(a.body, self._seen.get((task.id, a.key)), state) for a in desired(task, alone)]
        return max(proofs, key=ORDER.index, default=by_states([state]))


def tallies(context: Context, proofs: RowProofs, known: Mapping[str, Count]) -> Iterator[TallyFigure]:
    """Every tally of the profile; ``known`` are the counts of those that every report has."""
    for tally in context.profile.report.tallies:
        if tally.is_own:
            found = [Count.of([proof]) * _amount(row, tally) for row, proof in proofs.counted(tally)]
            yield TallyFigure(tally.id, _(tally.title), sum(found, NOTHING), True)
        elif known[tally.id].ordered or _is_asked(context, tally.id):
            yield TallyFigure(tally.id, _(tally.title), known[tally.id])


def _is_asked(context: Context, name: str) -> bool:
    """Whether the profile sells such things at all, so that none of them is worth a word."""
    asked = context.profile.questionnaire
    if name == SERVICES:
        return bool(context.profile.services)
    sections = {USERS: ("users",), NUMBERS: ("telephony", "port_numbers", "new_numbers")}[name]
    return any(asked.section(section) for section in sections)


def differing(context: Context, proofs: RowProofs) -> Iterator[str]:
    """What was read back differently from the order, among the rows that are counted."""
    for tally in context.profile.report.tallies:
        for row, proof in proofs.counted(tally) if tally.is_own else ():
            if proof is Proof.DIFFERS:
                yield _("{kind}: {what}", kind=_(tally.title), what=_name(context, tally.rows, row))


def _name(context: Context, rows: str, row: Mapping[str, Any]) -> str:
    """A person's name, otherwise what the table's key says."""
    section = context.profile.questionnaire.section(rows)
    return (row_name(section, row) if section else "") or str(next(iter(row.values()), ""))


def _amount(row: Mapping[str, Any], tally: Tally) -> int:
    return int(row.get(tally.sum) or 0) if tally.sum else 1


def lists(context: Context, proofs: RowProofs) -> Iterator[SectionFigure]:
    """A section for each tally that says which columns are to be seen, where there are rows."""
    for tally in context.profile.report.tallies:
        if tally.is_own and tally.columns and (found := proofs.counted(tally)):
            shown = row_table(context, _(tally.title), tally.rows, tally.columns, found, True)
            yield SectionFigure(tally.id, _(tally.title), "", (shown,))


def row_table(
    context: Context,
    caption: str,
    rows: str,
    columns: Sequence[str],
    found: Sequence[tuple[Mapping[str, Any], Proof]],
    with_state: bool,
) -> TableFigure:
    """Rows of a table with the columns that hold anything, and how each is known to be there."""
    asked = columns_of(context, rows, columns)
    asked = [q for q in asked if any(row.get(q.name) not in (None, "", []) for row, _other in found)]
    people = {"first_name", "last_name"} <= {q.name for q in asked}
    asked = [q for q in asked if not (people and q.name == "last_name")]
    ranked = sorted(found, key=lambda item: item[1].is_delivered) if len(found) > SHOWN_ROWS else found
    cells = tuple(
        (*(_cell(context, q, row, people) for q in asked), *([Cell(proof=proof)] if with_state else []))
        for row, proof in ranked[:SHOWN_ROWS]
    )
    heads = [_("Name") if people and q.name == "first_name" else _(q.label) for q in asked]
    heads += [_("State")] if with_state else []
    return TableFigure(caption, spread(heads, cells, STATE if with_state else 0), cells, total=len(found))


def _cell(context: Context, question: Question, row: Mapping[str, Any], people: bool) -> Cell:
    """An answer; of people first and last name in one, with their address below."""
    if people and question.name == "first_name":
        return Cell(full_name(row), (str(row.get("email") or ""),))
    return answer_cell(context, question, row.get(question.name))


def spread(heads: Sequence[str], rows: Sequence[Sequence[Cell]], last: int = 0) -> tuple[tuple[str, int], ...]:
    """Columns with widths by what stands in them; the last may have a width of its own."""
    free = len(heads) - bool(last)
    most = [max([len(heads[n]), *(DAY if row[n].at else len(cell_text(row[n])) for row in rows)]) for n in range(free)]
    weights = [min(max(one, NARROW), BROAD) for one in most]
    widths = [(100 - last) * weight // sum(weights) for weight in weights]
    return tuple(zip(heads, [*widths, last] if last else widths, strict=True))
