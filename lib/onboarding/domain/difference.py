"""What differs between two states of answers: answers given otherwise, rows added, removed or in another order.

Blank answers are no answers, rows without any are no rows: neither makes a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from onboarding.domain.answer_text import is_unanswered
from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Questionnaire, Section
from onboarding.domain.row import ROW_ID, Row, answers_in, row_id


class What(StrEnum):
    """Kind of a difference; what ``old`` and ``new`` of a `Change` are is given in brackets."""

    CHANGED = "changed"  # the answer, None for none; of a section nobody asks all of it
    ADDED = "added"  # None and the row
    REMOVED = "removed"  # the row and None
    MOVED = "moved"  # the names (`named_rows`) of the rows that are in both, in their order


@dataclass(frozen=True, slots=True)
class Place:
    """One answer, row or section. ``row`` is what `named_rows` calls a row, ``question`` the name of a question."""

    section: str
    row: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. In a table ``beside`` is the row it is in, ``number`` the row's place counted from 1.

    Both are those of the new state, of a removed row those of the old one.
    """

    what: What
    place: Place
    old: JSON
    new: JSON
    number: int = 0
    beside: Row | None = None


def differences(questionnaire: Questionnaire, old: Answers, new: Answers) -> Iterator[Change]:
    """Every difference, in the order of the questionnaire; of a table first rows as they stand, then what is gone.

    Both are answers by the id of their section (a document) or of their question, as `bound` gives them.
    """
    place = {section.id: number for number, section in enumerate(questionnaire.sections)}
    names = dict.fromkeys((*old, *new))
    for name in sorted(names, key=lambda name: place.get(name.partition(".")[0], len(place))):
        section_id, _, question = name.partition(".")
        section, before, after = questionnaire.section(section_id), old.get(name), new.get(name)
        if section is None:
            if before != after:
                yield Change(What.CHANGED, Place(section_id), before, after)
        elif section.is_table:
            yield from _of_table(section, _rows(before), _rows(after))
        else:
            then, now = (_answers({question: one} if question else one) for one in (before, after))
            yield from _of_row(section, then, now, Place(section_id))


def bound(questionnaire: Questionnaire, names: Iterable[str], document: Answers) -> dict[str, JSON]:
    """The answers to these questions and sections, by their ids.

    Of one column of a table each row's value stands beside the row's key.
    """
    return {name: _bound(questionnaire, name, document) for name in names}


def named_rows(section: Section, rows: Sequence[Row], ids: Container[str] = ()) -> dict[str, Row]:
    """Rows by what they are found again by in another state: their id, where it is one of ``ids``, which both have.

    Else their key, regardless of case and spacing; where there is none, their number: ``#3``. Of rows with the same
    key the second is another one than the first.
    """
    found: dict[str, Row] = {}
    often: Counter[str] = Counter()
    for number, row in enumerate(rows, start=1):
        name = known = row_id(row) if row_id(row) in ids else _key(section, row) or f"#{number}"
        while name in found:
            often[known] += 1
            name = f"{known} #{often[known] + 1}"
        found[name] = answers_in(row)
    return found


def _key(section: Section, row: Row) -> str:
    key = row.get(section.key)
    return "" if is_unanswered(key) else " ".join(str(key).split()).casefold()


def _of_table(section: Section, old: Sequence[Row], new: Sequence[Row]) -> Iterator[Change]:
    ids = {row_id(row) for row in old} & {row_id(row) for row in new} - {""}
    then, now = named_rows(section, old, ids), named_rows(section, new, ids)
    for number, (name, row) in enumerate(now.items(), start=1):
        place = Place(section.id, name)
        if name in then:
            yield from _of_row(section, then[name], row, place, number, row)
        else:
            yield Change(What.ADDED, place, None, row, number, row)
    for number, (name, row) in enumerate(then.items(), start=1):
        if name not in now:
            yield Change(What.REMOVED, Place(section.id, name), row, None, number, row)
    before, after = ([name for name in one if name in other] for one, other in ((then, now), (now, then)))
    if before != after:
        yield Change(What.MOVED, Place(section.id), before, after)


def _of_row(
    section: Section, old: Row, new: Row, place: Place, number: int = 0, beside: Row | None = None
) -> Iterator[Change]:
    for name in dict.fromkeys((*(question.name for question in section.questions), *old, *new)):
        if old.get(name) != new.get(name):
            yield Change(What.CHANGED, replace(place, question=name), old.get(name), new.get(name), number, beside)


def _answers(content: JSON) -> Row:
    """What is answered in a row or a record; nothing where it is neither."""
    found = content.items() if isinstance(content, Mapping) else ()
    return {name: value for name, value in found if not is_unanswered(value)}


def _rows(content: JSON) -> list[Row]:
    return [row for row in map(_answers, content) if answers_in(row)] if isinstance(content, list | tuple) else []


def _bound(questionnaire: Questionnaire, name: str, document: Answers) -> JSON:
    section_id, _, question = name.partition(".")
    section, content = questionnaire.section(section_id), document.get(section_id)
    if not question:
        return content
    if section is not None and section.is_table:
        columns = dict.fromkeys((ROW_ID, section.key, question))
        return [{column: row[column] for column in columns if column in row} for row in _rows(content)]
    return _answers(content).get(question)
