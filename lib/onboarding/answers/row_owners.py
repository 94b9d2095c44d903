"""Whose the rows of a table are that several services of one customer ask for, and that do not say so themselves.

A site is theirs whose users are at it, a port order theirs whose numbers it brings, a telephone theirs whose site it
stands at. Rows that nobody names, or that several name, are everybody's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from onboarding.answers.value_kinds import is_blank, normaliser
from onboarding.domain.json import JSON
from onboarding.domain.question import Kind, Question, Questionnaire

Row = tuple[str, int | None]
"""A section, and the place of a row in it; None for what is asked once."""

_PASSES = 6
"""So often what follows from what is looked at: what is named by what is named."""


@dataclass(frozen=True)
class RowOwners:
    """The rows of a document as one questionnaire (``asked``) sees them beside others.

    ``known`` are those of which something else says it: True where it is the others' alone, False where it is ours
    too. Of tables that are ``settled`` nothing but that is looked at.
    """

    asked: Questionnaire
    beside: Sequence[Questionnaire]
    document: Mapping[str, Any]
    known: Mapping[Row, bool]
    settled: Collection[str]

    def theirs(self, lends: bool = True) -> dict[str, set[int]]:
        """The rows that are the others' alone because of what names them, by their place in each table.

        A table that needs a row is left whole until a row of it is ours for sure, since nobody begins with an empty
        one: its rows are only lent, and without ``lends`` they are the others' too.
        """
        links = [*self._links()]
        owners = self._settled_down(links, self.settled)
        if not lends:
            return self._places(owners)
        ours = {section for (section, _place), is_theirs in owners.items() if not is_theirs}
        if empty := {section for section, _place in owners if section not in ours and self._needs_rows(section)}:
            owners = self._settled_down(links, {*self.settled, *empty})
        return self._places(owners)

    def _places(self, owners: Mapping[Row, bool]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for (section, place), is_theirs in owners.items():
            if place is not None and is_theirs and (section, place) not in self.known:
                found.setdefault(section, set()).add(place)
        return found

    def _settled_down(self, links: Sequence[tuple[Row, Row]], settled: Collection[str]) -> Mapping[Row, bool]:
        """Whose all rows are once nothing more follows."""
        owners: Mapping[Row, bool] = self.known
        for _ in range(_PASSES):
            found = self._following(links, owners, settled)
            if found == owners:
                break
            owners = found
        return owners

    def _needs_rows(self, name: str) -> bool:
        section = self.asked.section(name)
        return section is not None and section.min_rows > 0

    def _following(
        self, links: Iterable[tuple[Row, Row]], owners: Mapping[Row, bool], settled: Collection[str]
    ) -> dict[Row, bool]:
        """What is known, and what follows from who names what, and then from what stands where."""
        named: dict[Row, list[bool]] = {}
        stands: dict[Row, list[bool]] = {}
        for source, target in links:
            if source in owners:
                named.setdefault(target, []).append(owners[source])
            if owners.get(target):
                stands.setdefault(source, []).append(True)
        at_theirs = {row: True for row in stands if self._is_open(row, settled)}
        by_name = {row: all(found) for row, found in named.items() if self._is_open(row, settled)}
        return {**at_theirs, **by_name, **self.known}

    def _is_open(self, row: Row, settled: Collection[str]) -> bool:
        """Whether it is the row of a table that both ask for and that does not say itself whose its rows are."""
        section = self.asked.section(row[0])
        is_shared = section is not None and section.is_table and any(one.section(row[0]) for one in self.beside)
        return is_shared and row[0] not in settled

    def _links(self) -> Iterator[tuple[Row, Row]]:
        """Each row with each row that it names."""
        questions = {question.id: question for one in (self.asked, *self.beside) for question in one.questions()}
        places: dict[str, dict[JSON, Row]] = {}
        for question in questions.values():
            target = questions.get(question.to) if question.kind is Kind.REFERENCE else None
            if target is None:
                continue
            known = places.setdefault(target.id, dict(self._called(target, target)))
            for name, row in self._called(question, target):
                if found := known.get(name):
                    yield row, found

    def _called(self, question: Question, target: Question) -> Iterator[tuple[JSON, Row]]:
        """What each row has under a question, as ``target`` reads it."""
        for place, row in self._rows(question.section):
            if not is_blank(row.get(question.name)):
                yield name_in(row, question.name, target), (question.section, place)

    def _rows(self, section: str) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
        content = self.document.get(section)
        if isinstance(content, Mapping):
            yield None, content
        elif isinstance(content, list):
            yield from ((place, row) for place, row in enumerate(content) if isinstance(row, Mapping))


def name_in(row: Any, name: str, target: Question) -> JSON:
    """What a row has under a name, as references to ``target`` are compared: numbers however they are written."""
    raw = row.get(name) if isinstance(row, Mapping) else None
    if target.kind is Kind.NUMBER:
        with suppress(PydanticCustomError):
            return normaliser(target)(raw)
    return " ".join(str(raw).split()).casefold() if isinstance(raw, str | int) else None
