"""The id of each row of a table: given when the row is first saved, never changed, never given to another row.

It stands in the row under `ROW_ID`, a name no question may have, and is no answer: nothing is counted, decided or shown
by it. Tasks and evidence of a row hang on it, so that they stay with the row when it is renamed or moved.

A row that comes back is found again by its id; of two copies with one id it is the one that has kept the name. A row
without an id, or with an unknown one, is found by having the same answers, or by its name where only one row of each
side has it. Sorting cells of a spreadsheet without the hidden ids beside them is undone: rows that hold each other's
answers are found by these. A row that is none of those kept is new. It keeps an id that it brings only if that is one
of ours and free, as when a deletion is undone, an earlier version brought back or answers are taken to another
workspace.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple, TypeAlias

from onboarding.domain.json import JSON, Answers

ROW_ID = "_row_id"

Row = Mapping[str, Any]
Likeness = Callable[[Row], tuple[Hashable, Hashable]]
"""A row -> (its answers, its name) in a form that can be compared; None where there is nothing to compare."""

_LETTERS = "bcdfghjkmnpqrstvwxyz"  # no vowels: neither words nor months, which spreadsheets would turn into dates
_SIGNS = _LETTERS + "23456789"
_LENGTH = 8
_ID = re.compile(f"[{_LETTERS}][{_SIGNS}]{{{_LENGTH - 1}}}")


def row_id(row: Row) -> str:
    """The id a row brings; empty when it has none, or something else stands in its place."""
    found = row.get(ROW_ID)
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def brought(raw: Any) -> dict[str, str]:
    """What stands in the place of an id, as part of a row; nothing where it is none."""
    found = row_id({ROW_ID: raw.strip()} if isinstance(raw, str) else {})
    return {ROW_ID: found} if found else {}


def rows_in(content: JSON) -> list[Row]:
    """The rows of what should be a table; none where it is no table, and nothing that is no row."""
    return [row for row in content if isinstance(row, Mapping)] if _is_table(content) else []


def answers_in(row: Row) -> dict[str, Any]:
    """The row without its id."""
    return {name: value for name, value in row.items() if name != ROW_ID}


def without_ids(document: Answers) -> dict[str, Any]:
    """The answers alone, for whatever is sent to others or compares what was answered."""
    return {
        section: [*map(_alone, content)] if _is_table(content) else content for section, content in document.items()
    }


def _alone(row: Any) -> Any:
    return answers_in(row) if isinstance(row, Mapping) else row


def _is_table(content: Any) -> bool:
    return isinstance(content, list | tuple)


def by_answers(section: str) -> Likeness:
    """Rows of any table compared by what they hold alone; for tables of which nothing else is known."""
    return lambda row: (text_of(answers_in(row)), None)


def text_of(answers: Row) -> str:
    """Answers as one text, the same for the same answers in whatever order."""
    return json.dumps({str(name): value for name, value in answers.items()}, sort_keys=True, default=str)


class RowIds:
    """Ids for the new rows of one save.

    ``seed`` is a text that no other save has. ``taken`` gives the ids there are already; it is asked only when a new
    one is wanted.
    """

    def __init__(self, seed: str, taken: Callable[[], Iterable[str]]) -> None:
        self._drawn = self._draw(seed)
        self._read = taken

    @cached_property
    def _taken(self) -> set[str]:
        return set(self._read())

    def claim(self, wanted: str) -> str:
        """``wanted`` where it is an id and free, else a new one; either is taken from now on."""
        free = wanted if wanted and wanted not in self._taken else next(i for i in self._drawn if i not in self._taken)
        self._taken.add(free)
        return free

    @staticmethod
    def _draw(seed: str) -> Iterator[str]:
        for number in count():
            value = int.from_bytes(hashlib.sha256(f"{seed} {number}".encode()).digest())
            value, first = divmod(value, len(_LETTERS))
            drawn = [_LETTERS[first]]
            while len(drawn) < _LENGTH:
                value, sign = divmod(value, len(_SIGNS))
                drawn.append(_SIGNS[sign])
            yield "".join(drawn)


def identified(kept: JSON, given: JSON, alike: Likeness, ids: RowIds) -> JSON:
    """The section ``given``, with an id in each row of a table: that of the row of ``kept`` it is, or a new one."""
    if not _is_table(given):
        return given
    before = rows_in(kept)
    places = iter(matched(before, rows_in(given), alike))

    def named(row: Any) -> Any:
        if not isinstance(row, Mapping):
            return row
        found = "" if (place := next(places)) is None else row_id(before[place])
        return {**row, ROW_ID: found or ids.claim(row_id(row))}

    return [named(row) for row in given]


def matched(kept: Sequence[Row], given: Sequence[Row], alike: Likeness) -> list[int | None]:
    """For each row given the place of the row kept that it is, None for a new one."""
    found: list[int | None] = [None] * len(given)
    places = {row_id(row): place for place, row in enumerate(kept) if row_id(row)}
    for number, row in enumerate(given):
        place = places.get(row_id(row))
        if place is not None and kept[place] == row:
            found[number] = place
            del places[row_id(row)]
    settled = set(found)
    left = _Left(
        {place: _Marks(row_id(row), *alike(row)) for place, row in enumerate(kept) if place not in settled},
        {number: _Marks(row_id(row), *alike(row)) for number, row in enumerate(given) if found[number] is None},
    )
    for number, place in left.pairs():
        found[number] = place
    return found


class _Marks(NamedTuple):
    """What a row is known by."""

    id: str
    answers: Hashable
    name: Hashable

    @property
    def look(self) -> Hashable:
        return self.answers if self.name is None else self.name


Mark: TypeAlias = Callable[[_Marks], Hashable]


@dataclass
class _Left:
    """Rows that have not been found yet, by their places."""

    kept: dict[int, _Marks]
    given: dict[int, _Marks]

    def pairs(self) -> Iterator[tuple[int, int]]:
        """(place given, place kept) of each row that is found, the surest first."""
        yield from self._join(lambda row: (row.id, row.answers) if row.id else None)
        at_home = self._at_home()
        yield from self._join(lambda row: row.answers, lambda row: row.answers if row.id not in at_home else None)
        yield from self._join(lambda row: (row.id, row.name) if row.id else None)
        yield from self._join(lambda row: row.id or None)
        yield from self._join(lambda row: row.name, is_single=True)

    def _at_home(self) -> set[str]:
        """Ids of rows that do not look like other rows that were kept."""
        looks = defaultdict[Hashable, set[str]](set)
        for row in self.kept.values():
            looks[row.look].add(row.id)
        given = [(row.id, looks.get(row.look)) for row in self.given.values() if row.id]
        return {row_id for row_id, others in given if not others or row_id in others}

    def _join(self, mark: Mark, mark_kept: Mark | None = None, is_single: bool = False) -> Iterator[tuple[int, int]]:
        """Pairs of rows with the same mark, in order; ``is_single`` only where one row of each side has it."""
        then, now = _grouped(self.kept, mark_kept or mark), _grouped(self.given, mark)
        for key, numbers in now.items():
            places = then.get(key, [])
            if is_single and (len(places), len(numbers)) != (1, 1):
                continue
            for number, place in zip(numbers, places, strict=False):
                del self.given[number], self.kept[place]
                yield number, place


def _grouped(rows: Mapping[int, _Marks], mark: Mark) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, row in rows.items():
        if (key := mark(row)) is not None:
            found[key].append(place)
    return found
