"""Column types that hold the same bytes in SQLite and PostgreSQL, so that a row has one digest everywhere."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Dialect, SmallInteger, Text
from sqlalchemy.types import TypeDecorator

from onboarding.domain.event import Event, event_from_json, event_to_json
from onboarding.domain.json import JSON, canonical
from onboarding.errors import EvidenceError

_EXACT = 2**53  # whole numbers up to here survive RFC 8785


class Words(TypeDecorator[str]):
    """Text a person or an outside system wrote: what no database takes (NUL, half a surrogate pair) is replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect | None) -> str | None:
        return None if value is None else clean(value)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as ISO 8601 text in UTC with microseconds; sorts as it reads."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect | None) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; instants are aware")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect | None) -> datetime | None:
        try:
            return None if value is None else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise _damaged(value, "an instant") from None


class Day(TypeDecorator[date]):
    """A calendar day, kept as ISO 8601 text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect | None) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect | None) -> date | None:
        try:
            return None if value is None else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise _damaged(value, "a day") from None


class Flag(TypeDecorator[bool]):
    """True or false, kept as 1 or 0."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect | None) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect | None) -> bool | None:
        return None if value is None else bool(value)


class Json(TypeDecorator[JSON]):
    """A JSON value in its canonical form; see `storable` for what has no such form."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JSON, dialect: Dialect | None) -> str | None:
        return None if value is None else canonical(storable(value)).decode()

    def process_result_value(self, value: Any, dialect: Dialect | None) -> JSON:
        try:
            return None if value is None else json.loads(value)
        except (TypeError, ValueError):
            raise _damaged(value, "JSON") from None


class Happened(TypeDecorator[Event]):
    """An event, kept as JSON; the one that says nothing as NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Event | None, dialect: Dialect | None) -> str | None:
        return canonical(storable(event_to_json(value))).decode() if value else None

    def process_result_value(self, value: Any, dialect: Dialect | None) -> Event:
        try:
            return event_from_json(None if value is None else json.loads(value))
        except (AttributeError, LookupError, TypeError, ValueError):
            raise _damaged(value, "an event") from None


class OneOf(TypeDecorator[StrEnum]):
    """A value of a closed list, kept as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        self._words = {member.value: member for member in kind}

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect | None) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, dialect: Dialect | None) -> StrEnum | None:
        if value is None:
            return None
        if value not in self._words:
            raise _damaged(value, f"one of {', '.join(self._words)}")
        return self._words[value]


def raw(column: Column[Any], value: Any) -> Any:
    """The value as the database will hold it: text, whole number or None."""
    if isinstance(column.type, Words | Instant | Day | Flag | Json | Happened | OneOf):
        return column.type.process_bind_param(value, None)
    return value


def clean(text: str) -> str:
    """Text that every database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{SYMBOL FOR NULL}")


def storable(value: JSON) -> JSON:
    """Any value as JSON that has a canonical form.

    What an outside system said must never fail to be recorded, so numbers beyond the exact range of a float, and
    things JSON does not know, become text.
    """
    if isinstance(value, Mapping):
        return {clean(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [storable(item) for item in value]
    if isinstance(value, str):
        return clean(value.value if isinstance(value, StrEnum) else value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < _EXACT:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    return clean(value.isoformat() if isinstance(value, date) else str(value))


def _damaged(value: Any, wanted: str) -> EvidenceError:
    return EvidenceError(
        "RECORD-DAMAGED",
        f"The database holds {str(value)[:60]!r} where {wanted} belongs.",
        "Run `onboard audit verify` to see which row was changed, and restore the workspace from a backup.",
    )
