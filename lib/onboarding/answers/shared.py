"""One set of answers that several questionnaires ask: what one of them sees of it, and what is kept when it is saved.

The services of one customer share its answers. A question that two of them ask is one question, answered once; what
only the others ask is left out of what one sees, and stays. Where two ask a choice with different options, a row whose
choice names only options of the others is theirs: a contact for another portal, a user of another service. So is the
row of a telephone number that only such rows name, and what else they alone name or have (`answers.row_owners`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pydantic_core import PydanticCustomError

from onboarding.answers.orphans import carried, orphaned, without
from onboarding.answers.row_owners import Row, RowOwners, name_in
from onboarding.answers.value_kinds import Normaliser, is_blank, normaliser
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Kind, Question, Questionnaire, Section
from onboarding.domain.row import ROW_ID, row_id, rows_in


@dataclass(frozen=True)
class _Choice:
    """A choice that others ask with further options; ``theirs`` are the values of those."""

    read: Normaliser
    theirs: frozenset[str]

    def parts(self, raw: JSON) -> tuple[list[str], list[str]]:
        """(our values, theirs) of an answer; nothing of what is blank or no answer to any of us."""
        try:
            found: Any = None if is_blank(raw) else self.read(raw)
        except PydanticCustomError:
            return [], []
        values = found if isinstance(found, list) else [] if found is None else [found]
        return [v for v in values if v not in self.theirs], [v for v in values if v in self.theirs]


Choices = Mapping[str, _Choice]


@dataclass(frozen=True)
class Shared:
    """The answers as the questionnaire ``asked`` sees them.

    ``beside`` are the questionnaires of the customer's other services, ``earlier`` those of other editions of any.
    """

    asked: Questionnaire
    beside: Sequence[Questionnaire] = ()
    earlier: Sequence[Questionnaire] = ()

    @cached_property
    def _choices(self) -> Mapping[str, Choices]:
        return dict(_choices(self.asked, self.beside))

    @cached_property
    def _elsewhere(self) -> Sequence[Questionnaire]:
        return (*self.beside, *self.earlier)

    def seen(self, document: Answers) -> Answers:
        """The part of the customer's document that is asked here; what nobody has ever asked is left in it."""
        if not self._elsewhere:
            return document
        theirs = self._theirs(document)
        own = {
            name: self._own(name, content, theirs.get(name, ()))
            for name, content in document.items()
            if self.asked.section(name) or not any(one.section(name) for one in self._elsewhere)
        }
        return without(own, orphaned(self.asked, self._elsewhere, own))

    def naming(self, kept: Answers, document: Answers) -> Answers:
        """A document that may be kept, with rows of the others at the end that it names: they are seen from then on."""
        theirs = self._theirs(kept) if self.beside else {}
        found = dict(document)
        for name in theirs.keys() - self._choices.keys():
            section = self.asked.section(name)
            key = section.question(section.key) if section and section.key else None
            rows, gone = document.get(name, []), [kept[name][place] for place in sorted(theirs[name])]
            if key and isinstance(rows, list) and (named := self._named(key, document)):
                there = {name_in(row, key.name, key) for row in rows}
                more = [row for row in gone if name_in(row, key.name, key) in named - there]
                found[name] = [*rows, *more] if more else rows
        return found

    def _named(self, key: Question, document: Answers) -> set[JSON]:
        """What rows of a document name of a table with that key."""
        asked = [question for question in self.asked.questions() if question.to == key.id]
        rows = ((question, row) for question in asked for row in rows_in(document.get(question.section)))
        return {name_in(row, question.name, key) for question, row in rows} - {None}

    def places(self, document: Answers) -> dict[str, list[int]]:
        """Which rows of the customer's document those are that are seen, in each table that has rows of the others."""
        theirs = self._theirs(document) if self._elsewhere else {}
        return {
            name: [place for place, _ in enumerate(rows_in(document[name])) if place not in gone]
            for name, gone in theirs.items()
        }

    def whole(self, kept: Answers, document: Answers) -> dict[str, JSON]:
        """The customer's document when what is seen of ``kept`` becomes ``document``: all else stays as it is.

        So do rows that are only lent, which are seen although others name them.
        """
        if not self._elsewhere:
            return dict(document)
        cleared = {name: list[JSON]() for name in kept if self._is_table(name) and name not in document}
        found = carried({**cleared, **document}, orphaned(self.asked, self._elsewhere, kept))
        theirs = self._theirs(kept)
        for name, places in (self._theirs(kept, lends=False) if self.beside else {}).items():
            there = {row_id(row) for row in rows_in(found.get(name))}
            lent = {place for place in places if (one := row_id(kept[name][place])) and one not in there}
            theirs = {**theirs, name: {*theirs.get(name, ()), *lent}}
        for name in (self._choices.keys() | theirs.keys()) & kept.keys():
            found[name] = self._put_back(name, kept[name], found.get(name), theirs.get(name, ()))
        return {name: content for name, content in found.items() if content or name not in cleared}

    def _is_table(self, name: str) -> bool:
        section = self.asked.section(name)
        return section is not None and section.is_table

    def _own(self, name: str, content: JSON, theirs: Collection[int]) -> JSON:
        choices = self._choices.get(name, {})
        if isinstance(content, list):
            return [_less(row, choices) for place, row in enumerate(content) if place not in theirs]
        return _less(content, choices)

    def _put_back(self, name: str, kept: JSON, now: JSON, theirs: Collection[int]) -> JSON:
        choices = self._choices.get(name, {})
        if not isinstance(kept, list):
            return _more(now, kept, choices)
        before = {one: row for row in rows_in(kept) if (one := row_id(row))}
        rows = [_more(row, before.get(row_id(row)), choices) for row in rows_in(now)]
        section = self.asked.section(name)
        key = section.question(section.key) if section and section.key and not choices else None
        for place in sorted(theirs):
            typed = [n for n, row in enumerate(rows) if key and not row_id(row) and _same(row, kept[place], key)]
            if typed and (known := row_id(kept[place])):  # ours too from now on, and the same row
                rows[typed[0]] = {**rows[typed[0]], ROW_ID: known}
            else:
                rows.insert(place, kept[place])
        return rows

    def _theirs(self, document: Answers, lends: bool = True) -> dict[str, set[int]]:
        """The rows of each table that are the others' alone, by their place."""
        tables = {name: content for name, content in document.items() if isinstance(content, list)}
        found = {
            name: {place for place, row in enumerate(tables[name]) if _is_theirs(row, choices)}
            for name, choices in self._choices.items()
            if name in tables
        }
        if not self.beside:
            return {name: places for name, places in found.items() if places}
        given, ours = self._numbers_given(tables, found)
        known = self._known(document, found)
        for section in self.asked.sections:
            key = _number_key(section) if section.id in tables else None
            for place, row in enumerate(tables[section.id] if key else ()):
                if (numbers := _numbers(row, [key] if key else [])) & (given | ours):
                    known[section.id, place] = not numbers & ours
                    found.setdefault(section.id, set()).update([place] if numbers & (given - ours) else [])
        by_use = RowOwners(self.asked, self.beside, document, known, self._choices.keys()).theirs(lends)
        return {
            name: places for name in {**found, **by_use} if (places := {*found.get(name, ()), *by_use.get(name, ())})
        }

    def _known(self, document: Answers, theirs: Mapping[str, Collection[int]]) -> dict[Row, bool]:
        """The rows of which their own answers say whose they are; what we alone ask for is ours.

        That only the others ask for something says nothing of what it names.
        """
        found: dict[Row, bool] = {}
        for name, content in document.items():
            is_ours = self.asked.section(name) is not None
            is_theirs = any(one.section(name) for one in self.beside)
            places = range(len(content)) if isinstance(content, list) else (None,)
            if is_ours and not is_theirs:
                found |= {(name, place): False for place in places}
            elif choices := self._choices.get(name) if isinstance(content, list) else None:
                found |= {(name, place): True for place in theirs.get(name, ())}
                found |= {(name, place): False for place, row in enumerate(content) if _is_ours(row, choices)}
        return found

    def _numbers_given(
        self, tables: Mapping[str, list[JSON]], theirs: Mapping[str, Collection[int]]
    ) -> tuple[set[JSON], set[JSON]]:
        """Telephone numbers that rows of the others give to something (a user, a queue), and those that ours do."""
        given: set[JSON] = set()
        ours: set[JSON] = set()
        for one in (self.asked, *self.beside) if self.beside else ():
            for section in one.sections:
                asked = [question for question in section.questions if _is_number(question, one)]
                if section.id not in tables or _number_key(section) or not asked:
                    continue
                is_ours = one is self.asked or self.asked.section(section.id) is not None
                for place, row in enumerate(tables[section.id]):
                    if not is_ours or place in theirs.get(section.id, ()):
                        given |= _numbers(row, asked)
                    elif one is self.asked:
                        ours |= _numbers(row, asked)
        return given, ours


def _number_key(section: Section) -> Question | None:
    """The column of numbers by which the rows of a table are found, such as that of the numbers to port."""
    key = section.question(section.key) if section.key else None
    return key if key and key.kind is Kind.NUMBER else None


def _same(row: Any, other: Any, key: Question) -> bool:
    """Whether both are rows about the same thing."""
    name = name_in(row, key.name, key)
    return name is not None and name == name_in(other, key.name, key)


def _is_number(question: Question, asked: Questionnaire) -> bool:
    target = asked.question(question.to) if question.kind is Kind.REFERENCE else question
    return target is not None and target.kind is Kind.NUMBER


def _numbers(row: Any, asked: Sequence[Question]) -> set[JSON]:
    """The telephone numbers in these questions of a row."""
    found: set[JSON] = set()
    for question in asked:
        with suppress(PydanticCustomError):
            raw = row.get(question.name) if isinstance(row, Mapping) else None
            found |= set() if is_blank(raw) else {normaliser(replace(question, kind=Kind.NUMBER))(raw)}
    return found


def _is_theirs(row: Any, choices: Choices) -> bool:
    parts = [choice.parts(row.get(name)) for name, choice in choices.items()] if isinstance(row, Mapping) else []
    return any(theirs and not ours for ours, theirs in parts)


def _is_ours(row: Any, choices: Choices) -> bool:
    parts = [choice.parts(row.get(name)) for name, choice in choices.items()] if isinstance(row, Mapping) else []
    return any(ours for ours, _theirs in parts)


def _less(row: Any, choices: Choices) -> Any:
    """What is asked once, or a row, without values of the others."""
    if not isinstance(row, Mapping):
        return row
    parts = {name: choice.parts(row.get(name)) for name, choice in choices.items()}
    return {**row, **{name: list(ours) for name, (ours, theirs) in parts.items() if theirs}}


def _more(row: Any, before: Any, choices: Choices) -> Any:
    """The same with the values of the others that it had before."""
    if not isinstance(row, Mapping) or not isinstance(before, Mapping):
        return row
    parts = {
        name: (choice.parts(row.get(name))[0], choice.parts(before.get(name))[1]) for name, choice in choices.items()
    }
    return {**row, **{name: [*ours, *theirs] for name, (ours, theirs) in parts.items() if theirs}}


def _choices(asked: Questionnaire, beside: Sequence[Questionnaire]) -> Iterator[tuple[str, Choices]]:
    for section in asked.sections:
        found = {question.name: one for question in section.questions if (one := _choice(question, beside))}
        if found:
            yield section.id, found


def _choice(question: Question, beside: Sequence[Questionnaire]) -> _Choice | None:
    if question.kind not in (Kind.CHOICE, Kind.CHOICES):
        return None
    own = {option.value for option in question.options}
    others = [same for one in beside if (same := one.question(question.id)) and same.kind is question.kind]
    more = {option.value: option for same in others for option in same.options if option.value not in own}
    if not more:
        return None
    return _Choice(normaliser(replace(question, options=(*question.options, *more.values()))), frozenset(more))
