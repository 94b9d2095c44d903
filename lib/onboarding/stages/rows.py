"""Rows of the answers as tasks look at them: found again by their ids, grouped, with what has to do with each.

A task for every row is about one row, by its id, or about all rows that are alike in some columns. Where such a column
refers to another table it is the row there that counts, so that another name for it makes no other group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any
from urllib.parse import quote

from onboarding.domain.answer_text import answer_text, row_name
from onboarding.domain.json import Answers, digest
from onboarding.domain.question import Kind, Question, Questionnaire
from onboarding.domain.row import Row
from onboarding.domain.task import Each

BETWEEN = "+"
"""Between the parts of what a group has in common."""

LONGEST = 60
"""Signs of a value in an id; of a longer one the rest is told apart by its digest."""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows, by their places in the table, that one task is about; of a task for every row a single one."""

    key: str
    label: str
    places: tuple[int, ...]


class TableRows:
    """The rows of one state of the answers; ``ids`` are theirs by table."""

    def __init__(self, asked: Questionnaire, values: Answers, ids: Mapping[str, Sequence[str]]) -> None:
        self._asked = asked
        self._values = values
        self._ids = ids
        self._places: dict[str, dict[str, int]] = {}
        self._groups: dict[int, tuple[Each, dict[str, Group]]] = {}
        self._named: dict[str, dict[Any, str]] = {}
        self._referring: dict[str, dict[str, list[int]]] = {}

    def of(self, table: str) -> Sequence[Row]:
        """The rows of a table; none where it was not answered."""
        content = self._values.get(table)
        return content if isinstance(content, list) else ()

    def id_at(self, table: str, place: int) -> str:
        """The id of the row at a place; its number where rows have no ids yet."""
        ids = self._ids.get(table, ())
        return ids[place] if len(ids) == len(self.of(table)) and ids[place] else str(place + 1)

    def places(self, table: str) -> Mapping[str, int]:
        """Where the row of each id stands."""
        if table not in self._places:
            self._places[table] = {self.id_at(table, place): place for place in range(len(self.of(table)))}
        return self._places[table]

    def groups(self, each: Each) -> Mapping[str, Group]:
        """What the tasks for these rows are about, by key, in the order of the rows."""
        if id(each) not in self._groups:
            self._groups[id(each)] = each, self._grouped(each)
        return self._groups[id(each)][1]

    def rows(self, each: Each, key: str) -> list[Row]:
        """The rows that one of the tasks is about; none where they are gone."""
        found, content = self.groups(each).get(key), self.of(each.rows)
        return [content[place] for place in found.places] if found else []

    def about(self, each: Each, key: str, table: str) -> list[int] | None:
        """Places of the rows of a table that have to do with what a task is about; None where all of them have.

        Those are its own rows, those that they refer to, and those that refer to them.
        """
        own = self.groups(each).get(key)
        if table == each.rows:
            return list(own.places) if own else []
        if columns := self._references(each.rows, table):
            return self._referred(each.rows, columns, own, table)
        if columns := self._references(table, each.rows):
            places = own.places if own else ()
            wanted = [self.id_at(each.rows, place) for place in places]
            return sorted({place for one in columns for row in wanted for place in self._refers(one).get(row, ())})
        return None

    def _referred(self, rows: str, columns: Sequence[Question], own: Group | None, table: str) -> list[int]:
        content, places, found = self.of(rows), self.places(table), dict[int, None]()
        for column in columns:
            known = self._ids_of(column.to)
            for place in own.places if own else ():
                if (row := known.get(content[place].get(column.name))) is not None:
                    found[places[row]] = None
        return list(found)

    def refers(self, table: str, to: str) -> bool:
        """Whether the rows of one table refer to those of another."""
        return bool(self._references(table, to))

    def related(self, table: str) -> Iterator[str]:
        """The table, those that it refers to, and those that refer to it."""
        yield from dict.fromkeys((table, *(one for pair in self._columns if table in pair for one in pair)))

    def label_of(self, each: Each, key: str) -> str:
        """What a row is called although no task may be about it; empty where it is not there."""
        if found := self.groups(each).get(key):
            return found.label
        place = None if each.by else self.places(each.rows).get(key)
        return "" if place is None else self._label(each.rows, place, self.of(each.rows)[place])

    def answers(self, each: Each, key: str, question: str) -> list[Any]:
        """What those rows answer to a question that have to do with a task, each answer once."""
        table, _, name = question.partition(".")
        content, places = self.of(table), self.about(each, key, table)
        found = (content[place].get(name) for place in (range(len(content)) if places is None else places))
        return list({repr(value): value for value in found if value is not None}.values())

    # -- groups --------------------------------------------------------------------------------------------

    def _grouped(self, each: Each) -> dict[str, Group]:
        rows = [(place, row) for place, row in enumerate(self.of(each.rows)) if each.where.fits(row)]
        if not each.by:
            ids = ((self.id_at(each.rows, place), place, row) for place, row in rows)
            return {key: Group(key, self._label(each.rows, place, row), (place,)) for key, place, row in ids}
        found: dict[str, tuple[str, list[int]]] = {}
        for place, row in rows:
            for key, label in self._alike(each, row):
                found.setdefault(key, (label, []))[1].append(place)
        return {key: Group(key, label, tuple(places)) for key, (label, places) in found.items()}

    def _label(self, table: str, place: int, row: Row) -> str:
        section = self._asked.section(table)
        return (row_name(section, row) if section else "") or f"{section.title if section else table} {place + 1}"

    def _alike(self, each: Each, row: Row) -> Iterator[tuple[str, str]]:
        """(key, label) of each group that the row is in: of several choices it is in one for each."""
        columns = [question for name in each.by if (question := self._asked.question(f"{each.rows}.{name}"))]
        given = [row.get(column.name) for column in columns]
        chosen = [value if isinstance(value, list) and value else [value] for value in given]
        for values in product(*chosen):
            parts = list(zip(columns, values, strict=True))
            label = ", ".join(answer_text(column, value) or "—" for column, value in parts)
            yield BETWEEN.join(self._part(column, value) for column, value in parts), label

    def _part(self, column: Question, value: Any) -> str:
        """A value in an id: of a reference the row it points at."""
        if column.kind is Kind.REFERENCE and value is not None:
            value = self._ids_of(column.to).get(value, value)
        part = quote("" if value is None else str(value), safe="").replace("~", "%7E")  # which marks a second attempt
        return part if len(part) <= LONGEST else f"{part[:LONGEST]}-{digest(part)[:12]}"

    # -- references ----------------------------------------------------------------------------------------

    @cached_property
    def _columns(self) -> Mapping[tuple[str, str], tuple[Question, ...]]:
        """The columns by which one table refers to another."""
        found: dict[tuple[str, str], tuple[Question, ...]] = {}
        for question in self._asked.questions():
            if question.kind is Kind.REFERENCE and question.to:
                key = question.section, question.to.partition(".")[0]
                found[key] = (*found.get(key, ()), question)
        return found

    def _references(self, table: str, to: str) -> tuple[Question, ...]:
        return self._columns.get((table, to), ())

    def _ids_of(self, column: str) -> Mapping[Any, str]:
        """Id of the first row with each answer to a question that others refer to."""
        if column not in self._named:
            table, _, name = column.partition(".")
            found: dict[Any, str] = {}
            for place, row in enumerate(self.of(table)):
                if isinstance(value := row.get(name), str | int):
                    found.setdefault(value, self.id_at(table, place))
            self._named[column] = found
        return self._named[column]

    def _refers(self, column: Question) -> Mapping[str, list[int]]:
        """Places of the rows that refer to each row, by its id."""
        if column.id not in self._referring:
            known, found = self._ids_of(column.to), dict[str, list[int]]()
            for place, row in enumerate(self.of(column.section)):
                if isinstance(value := row.get(column.name), str | int) and value in known:
                    found.setdefault(known[value], []).append(place)
            self._referring[column.id] = found
        return self._referring[column.id]
