"""What a returned workbook would change, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.domain.json import JSON, Document
from onboarding.domain.question import Questionnaire, Section
from onboarding.notebook.markup import count, shown

LISTED = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """How one section would change: ``summary`` in a few words, ``lines`` with the details."""

    section: str
    title: str
    summary: str
    lines: tuple[str, ...] = ()


def differences(questionnaire: Questionnaire, old: Document, new: Document) -> list[Difference]:
    """Sections that ``new`` holds and that differ from ``old``, in the questionnaire's order."""
    found = []
    for section in questionnaire.sections:
        if section.id in new and _filled(old.get(section.id)) != _filled(new[section.id]):
            compare = _tables if section.is_table else _records
            found.append(compare(section, _filled(old.get(section.id)), _filled(new[section.id])))
    return found


def _filled(value: JSON) -> Any:
    """Answers without the empty ones and rows without any."""
    if isinstance(value, Mapping):
        return {name: item for name, item in value.items() if item not in (None, "", [])}
    if isinstance(value, list):
        return [row for row in map(_filled, value) if row]
    return value


def _records(section: Section, old: JSON, new: JSON) -> Difference:
    before, after = (held if isinstance(held, Mapping) else {} for held in (old, new))
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    lines = [f"{_label(section, name)}: {shown(before.get(name))} → {shown(after.get(name))}" for name in names]
    return Difference(section.id, section.title, f"{count(len(names), 'answer')} changed", _cut(lines))


def _tables(section: Section, old: JSON, new: JSON) -> Difference:
    before, after = (_keyed(section, held) for held in (old, new))
    added = [key for key in after if key not in before]
    removed = [key for key in before if key not in after]
    changed = [key for key in after if key in before and before[key] != after[key]]
    parts = [(added, "added"), (changed, "changed"), (removed, "removed")]
    summary = ", ".join(f"{count(len(keys), 'row')} {word}" for keys, word in parts if keys) or "another order"
    lines = [f"{word}: {key[0]}" for keys, word in parts for key in keys]
    return Difference(section.id, section.title, summary, _cut(lines))


def _keyed(section: Section, rows: JSON) -> dict[tuple[str, int], Mapping[str, Any]]:
    """Rows by what they are called; the second of two namesakes is another row."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    seen: dict[str, int] = {}
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        held = row if isinstance(row, Mapping) else {}
        name = str(held.get(section.key) or f"row {number + 1}") if section.key else f"row {number + 1}"
        seen[name] = seen.get(name, -1) + 1
        found[name, seen[name]] = held
    return found


def _label(section: Section, name: str) -> str:
    question = section.question(name)
    return question.label if question else name


def _cut(lines: Sequence[str]) -> tuple[str, ...]:
    more = len(lines) - LISTED
    return (*lines[:LISTED], *([f"and {more} more"] if more > 0 else []))
