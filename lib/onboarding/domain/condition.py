"""Conditions of tasks and questions, and versions of platforms: structured values, never expressions.

In a profile: ``when = {question = "telephony.kind", is = ["port", "mixed"]}``. A question of a table
holds when *any* row fulfils it; inside a row of that same table it is the row's own value that counts.
``{question = "...", answered = true}``, ``{question = ..., not = [...]}``, ``{all = [..]}``, ``{any = [..]}``
are the other forms; ``{question = ..., below = "9.0"}`` and ``at_least = "9.0"`` compare versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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


VERSION_OPS = ("below", "at_least")


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on one answer, or a combination of tests.

    ``op`` is ``is``, ``not``, ``answered``, ``below``, ``at_least``, ``all`` or ``any``. A multiple-choice answer
    fulfils ``is`` when any of its values is among ``values``. What is no version is neither below nor at least one.
    """

    op: str
    question: str = ""
    values: tuple[Any, ...] = ()
    parts: tuple[Condition, ...] = ()

    def questions(self) -> Iterator[str]:
        """Ids of all questions the condition looks at."""
        if self.question:
            yield self.question
        for part in self.parts:
            yield from part.questions()

    def holds(self, answers: Answers, row: Mapping[str, Any] | None = None, section: str = "") -> bool:
        """Whether the condition is fulfilled by ``answers``; ``row`` is the current row of table ``section``."""
        if self.op in ("all", "any"):
            return (all if self.op == "all" else any)(part.holds(answers, row, section) for part in self.parts)
        found = [value for value in _values(self.question, answers, row, section) if value not in (None, "", [])]
        if self.op == "answered":
            return bool(found) is bool(self.values[0])
        if self.op in VERSION_OPS:
            versions = [parse_version(str(value)) for value in found if is_version(str(value))]
            least = parse_version(self.values[0])
            return any((version < least) is (self.op == "below") for version in versions)
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
    for op in ("is", "not", "answered", *VERSION_OPS):
        if keys == {"question", op} and isinstance(value["question"], str):
            raw = value[op]
            if op == "answered" and not isinstance(raw, bool):
                raise ValueError("'answered' is true or false")
            if op in VERSION_OPS and not is_version(raw):
                raise ValueError(f'{op!r} takes a version as text, such as "9.0"')
            return Condition(op, value["question"], tuple(raw) if isinstance(raw, list) else (raw,))
    raise ValueError(
        "a condition has 'question' with one of 'is', 'not', 'answered', 'below', 'at_least', "
        f"or a list under 'all' or 'any'; found: {', '.join(sorted(keys)) or 'nothing'}"
    )


def _values(question: str, answers: Answers, row: Mapping[str, Any] | None, section: str) -> list[Any]:
    in_section, _, name = question.partition(".")
    if row is not None and in_section == section:
        return [row.get(name)]
    content = answers.get(in_section)
    return [
        item.get(name) for item in (content if isinstance(content, list) else [content]) if isinstance(item, Mapping)
    ]
