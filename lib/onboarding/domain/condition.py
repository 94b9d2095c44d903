"""Conditions of tasks and questions, and versions of platforms: structured values, never expressions.

In a profile: ``when = {question = "telephony.kind", is = ["port", "mixed"]}``. A question of a table
holds when *any* row fulfils it; inside a row of that same table it is the row's own value that counts.
``{question = "...", answered = true}``, ``{question = ..., not = [...]}``, ``{all = [..]}``, ``{any = [..]}``
are the other forms; ``{question = ..., below = "9.0"}`` and ``at_least = "9.0"`` compare versions, with a number in
place of the text numbers. Dates compare by ``before``, ``after`` and ``within = [first, last]``, which numbers have
too; a date is one of TOML or its text. With ``rows = "users"`` in place of a question its rows are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onboarding.domain.json import Answers

_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,5}", re.ASCII)

Version = tuple[int, ...]
"""The parts without zeros at the end, so that 9.0 and 9 are one version and tuples compare as versions do."""


def parse_version(text: str) -> Version:
    """The version in ``9.4.0.9`` or ``v9.4``. Raises ValueError for anything that is no version."""
    word = text.strip().lower().removeprefix("v").strip()
    if not _VERSION.fullmatch(word):
        raise ValueError(f"{text[:40]!r} is not a version; it is made of numbers with dots between, such as 9.4.0.9")
    parts = [int(part) for part in word.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def is_version(text: object) -> bool:
    """Whether a value is the text of a version."""
    try:
        return isinstance(text, str) and bool(parse_version(text))
    except ValueError:
        return False


COMPARING = ("below", "at_least", "before", "after", "within")
"""Ops that compare an answer with a version (text), a number or a day."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on one answer, or a combination of tests.

    ``op`` is ``is``, ``not``, ``answered``, ``all``, ``any`` or one of `COMPARING`. A multiple-choice answer fulfils
    ``is`` when any of its values is among ``values``. What is no version, number or day compares with none. ``rows`` is
    the table whose rows are counted instead of looking at a ``question``.
    """

    op: str
    question: str = ""
    values: tuple[Any, ...] = ()
    parts: tuple[Condition, ...] = ()
    rows: str = ""

    def questions(self) -> Iterator[str]:
        """Ids of all questions the condition looks at, of a table that is counted its own."""
        if name := self.question or self.rows:
            yield name
        for part in self.parts:
            yield from part.questions()

    def holds(self, answers: Answers, row: Mapping[str, Any] | None = None, section: str = "") -> bool:
        """Whether the condition is fulfilled by ``answers``; ``row`` is the current row of table ``section``."""
        if self.op in ("all", "any"):
            return (all if self.op == "all" else any)(part.holds(answers, row, section) for part in self.parts)
        if self.rows:
            return _compares(self.op, len(answers.get(self.rows) or ()), self.values)
        found = [value for value in _values(self.question, answers, row, section) if value not in (None, "", [])]
        if self.op == "answered":
            return bool(found) is bool(self.values[0])
        if self.op in COMPARING:
            return any(_compares(self.op, value, self.values) for value in found)
        hit = any(_has(value, list(self.values)) for value in found)
        return hit if self.op == "is" else not hit


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows of a table are meant: every column named has the value, or one of the values, given for it.

    A multiple-choice answer has each value that was chosen. No columns: all rows. In a profile:
    ``where = {services = "voice", site = ["Boston", "Salem"]}``.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.columns)

    def fits(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is meant."""
        return all(_has(row.get(name), wanted) for name, wanted in self.columns.items())

    def conditions(self, table: str) -> Iterator[tuple[str, Condition]]:
        """Each column with the condition it stands for."""
        for name, wanted in self.columns.items():
            yield name, Condition("is", f"{table}.{name}", tuple(wanted) if isinstance(wanted, list) else (wanted,))


ALL_ROWS = Where()


def _has(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_has(value, one) for one in wanted)
    if isinstance(value, list):
        return wanted in value
    return bool(value == wanted) and isinstance(value, bool) is isinstance(wanted, bool)


def _compares(op: str, value: Any, bounds: tuple[Any, ...]) -> bool:
    """Whether a value stands so to the bounds, which are all of one kind; one of another kind never does."""
    kind = kind_of_bound(bounds[0])
    found = _in_kind(kind, value)
    if found is None:
        return False
    first, *others = (_in_kind(kind, bound) for bound in bounds)
    if op == "within":
        return bool(first <= found <= others[0])
    return bool({"below": found < first, "before": found < first, "after": found > first}.get(op, found >= first))


def kind_of_bound(value: Any) -> str:
    """``number``, ``date`` or ``version``: what such a bound is compared with; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return "number"
    if isinstance(value, date) or _day(value):
        return "date"
    return "version" if is_version(value) else ""


def _in_kind(kind: str, value: Any) -> Any:
    """The value in the form in which values of that kind compare; None for what is none of them."""
    if kind == "number":
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind == "date":
        return value if isinstance(value, date) else _day(value)
    return parse_version(str(value)) if is_version(str(value)) else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def parse_condition(value: Any) -> Condition:
    """Condition from its TOML table.

    Raises ValueError with a plain sentence when the table has an unknown or missing key.
    """
    if not isinstance(value, Mapping):
        raise ValueError('a condition is a table such as {question = "telephony.kind", is = "port"}')
    keys = set(value)
    for op in ("all", "any"):
        if keys == {op} and isinstance(value[op], list) and value[op]:
            return Condition(op, parts=tuple(parse_condition(part) for part in value[op]))
    for op in ("is", "not", "answered", *COMPARING):
        if keys == {"question", op} and isinstance(value["question"], str):
            return Condition(op, value["question"], _bounds(op, value[op]))
        if keys == {"rows", op} and isinstance(value["rows"], str) and op in COMPARING:
            return Condition(op, values=_bounds(op, value[op], is_count=True), rows=value["rows"])
    raise ValueError(
        "a condition has 'question' with one of 'is', 'not', 'answered', 'below', 'at_least', 'before', 'after', "
        "'within', or 'rows' with a number under one of these that compare, or a list under 'all' or 'any'; "
        f"found: {', '.join(sorted(keys)) or 'nothing'}"
    )


def _bounds(op: str, raw: Any, is_count: bool = False) -> tuple[Any, ...]:
    """The values of a condition. Raises ValueError for what cannot be compared so."""
    found = tuple(raw) if isinstance(raw, list) else (raw,)
    if op == "answered" and not isinstance(raw, bool):
        raise ValueError("'answered' is true or false")
    if op not in COMPARING:
        return found
    kinds = {kind_of_bound(one) for one in found}
    wanted = {"before": {"date"}, "after": {"date"}, "within": {"number", "date"}}.get(op, {"number", "version"})
    if is_count:
        wanted = {"number"} & wanted
    if len(kinds) != 1 or not kinds <= wanted or len(found) != (2 if op == "within" else 1):
        raise ValueError(f"{op!r} takes {_WANTED[op] if not is_count else 'whole numbers: rows are counted'}")
    if op == "within" and found[0] > found[1]:
        raise ValueError("'within' takes the lower bound first")
    return tuple(one.isoformat() if isinstance(one, date) else one for one in found)


_WANTED = {
    "below": 'a version as text, such as "9.0", or a whole number',
    "at_least": 'a version as text, such as "9.0", or a whole number',
    "before": "a date such as 2026-05-04",
    "after": "a date such as 2026-05-04",
    "within": "two whole numbers or two dates: the lower one and the upper one, both included",
}


def _values(question: str, answers: Answers, row: Mapping[str, Any] | None, section: str) -> list[Any]:
    in_section, _, name = question.partition(".")
    if row is not None and in_section == section:
        return [row.get(name)]
    content = answers.get(in_section)
    return [
        item.get(name) for item in (content if isinstance(content, list) else [content]) if isinstance(item, Mapping)
    ]
