"""Answers to what another edition of a profile asked and the one in use does not: kept, left out of what is checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from onboarding.domain.json import JSON, Answers
from onboarding.domain.question import Questionnaire
from onboarding.domain.row import ROW_ID, row_id


def orphaned(asked: Questionnaire, earlier: Sequence[Questionnaire], document: Answers) -> dict[str, JSON]:
    """The part of a document that only ``earlier`` questionnaires ask; rows of a table with the ids they have."""
    found: dict[str, JSON] = {}
    for name, content in document.items():
        part = _of_section(name, content, asked, earlier)
        if part:
            found[name] = part
    return found


def without(document: Answers, orphans: Answers) -> Answers:
    """The document without that part."""
    return {name: kept for name, value in document.items() if (kept := _less(value, orphans.get(name))) is not None}


def carried(document: Answers, orphans: Answers) -> dict[str, JSON]:
    """The document with that part again: what is saved by those who are not asked for it takes it along."""
    return {**document, **{name: _with(document.get(name), part) for name, part in orphans.items()}}


def _of_section(name: str, content: JSON, asked: Questionnaire, earlier: Sequence[Questionnaire]) -> JSON:
    now, then = asked.section(name), [section for one in earlier if (section := one.section(name))]
    if now is None:
        return content if then else None
    known = {question.name for question in now.questions}
    gone = {question.name for section in then for question in section.questions} - known
    if isinstance(content, list):
        return [part for row in content if (part := _some(row, {ROW_ID, *gone})).keys() - {ROW_ID}] if gone else None
    return _some(content, gone)


def _some(row: Any, names: Collection[str]) -> dict[str, JSON]:
    return {name: value for name, value in row.items() if name in names} if isinstance(row, Mapping) else {}


def _less(value: JSON, part: JSON) -> JSON:
    if part is None or part == value:
        return value if part is None else None
    if isinstance(value, list) and isinstance(part, list):
        gone: dict[str, set[str]] = {}
        for row in part:
            gone.setdefault(row_id(row), set()).update(row.keys() - {ROW_ID})
        return [
            _some(row, row.keys() - gone.get(row_id(row), ())) if isinstance(row, Mapping) else row for row in value
        ]
    left = {name: one for name, one in value.items() if name not in part} if isinstance(part, Mapping) else {}
    return left or None


def _with(value: JSON, part: JSON) -> JSON:
    if isinstance(value, list) and isinstance(part, list):
        more = {known: row for row in part if (known := row_id(row))}
        return [{**more.get(row_id(row), {}), **row} for row in value]
    if isinstance(value, Mapping) and isinstance(part, Mapping):
        return {**part, **value}
    return part if value is None else value
