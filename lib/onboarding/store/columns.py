"""Column types that hold the same bytes in SQLite and PostgreSQL, so that a row has one digest everywhere."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Column, Dialect, SmallInteger, Text
from sqlalchemy.types import TypeDecorator

from onboarding.domain.edition import EditionTaken
from onboarding.domain.event import NOTHING, Event, event_from_json, event_to_json
from onboarding.domain.json import JSON, canonical
from onboarding.errors import EvidenceError

T = TypeVar("T")
_EXACT = 2**53  # whole numbers up to here survive RFC 8785


class SafeText(TypeDecorator[str]):
    """Text a person or an outside system wrote: what no database takes (NUL, half a surrogate pair) is replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect | None) -> str | None:
        return None if value is None else clean(value)


class _Kept(TypeDecorator[T]):
    """A value in the form of ``pack``, None as NULL; what ``unpack`` does not understand is damaged."""

    impl: Any = Text
    wanted = ""
    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]

    def process_bind_param(self, value: Any, dialect: Dialect | None) -> Any:
        return None if value is None else self.pack(value)

    def process_result_value(self, value: Any, dialect: Dialect | None) -> Any:
        try:
            return None if value is None else self.unpack(value)
        except (AttributeError, LookupError, TypeError, ValueError):
            raise EvidenceError(
                "RECORD-DAMAGED",
                f"The database holds {str(value)[:60]!r} where {self.wanted} belongs.",
                "Have the record verified, and restore the workspace from a backup.",
                command="See by `onboard audit verify` which row was changed; restore the workspace from a backup.",
            ) from None


def _in_utc(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone; instants are aware")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Instant(_Kept[datetime]):
    """An aware instant, kept as ISO 8601 text in UTC with microseconds; sorts as it reads."""

    cache_ok = True
    wanted = "an instant"
    pack, unpack = staticmethod(_in_utc), staticmethod(datetime.fromisoformat)


class Day(_Kept[date]):
    """A calendar day, kept as ISO 8601 text."""

    cache_ok = True
    wanted = "a day"
    pack, unpack = staticmethod(date.isoformat), staticmethod(date.fromisoformat)


class Flag(_Kept[bool]):
    """True or false, kept as 1 or 0."""

    impl = SmallInteger
    cache_ok = True
    pack, unpack = int, bool


class Json(_Kept[JSON]):
    """A JSON value in its canonical form; see `storable` for what has no such form."""

    cache_ok = True
    wanted = "JSON"
    pack, unpack = staticmethod(lambda value: canonical(storable(value)).decode()), staticmethod(json.loads)


class Happened(_Kept[Event]):
    """An event, kept as JSON; the one that says nothing as NULL."""

    cache_ok = True
    wanted = "an event"
    pack = staticmethod(lambda event: canonical(storable(event_to_json(event))).decode())
    unpack = staticmethod(lambda kept: event_from_json(json.loads(kept)))

    def process_bind_param(self, value: Event | None, dialect: Dialect | None) -> Any:
        return super().process_bind_param(value or None, dialect)

    def process_result_value(self, value: Any, dialect: Dialect | None) -> Event:
        return super().process_result_value(value, dialect) or NOTHING


class Taken(_Kept[tuple[EditionTaken, ...]]):
    """The editions that an engagement has had, kept as JSON."""

    cache_ok = True
    wanted = "a list of editions"
    pack = staticmethod(lambda taken: canonical(storable([values_of_edition(one) for one in taken])).decode())
    unpack = staticmethod(lambda kept: tuple(edition_of_values(one) for one in json.loads(kept)))


def values_of_edition(taken: EditionTaken) -> dict[str, JSON]:
    return {**asdict(taken), "at": _in_utc(taken.at), "own_files": list(taken.own_files)}


def edition_of_values(kept: Mapping[str, Any]) -> EditionTaken:
    at, own_files = datetime.fromisoformat(kept["at"]), tuple(map(str, kept["own_files"]))
    return EditionTaken(**{**kept, "at": at, "own_files": own_files})


class OneOf(_Kept[StrEnum]):
    """A value of a closed list, kept as its word."""

    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        self.wanted = f"one of {', '.join(kind)}"
        self.pack, self.unpack = lambda value: kind(value).value, kind


def raw(column: Column[Any], value: Any) -> Any:
    """The value as the database will hold it: text, whole number or None."""
    if isinstance(column.type, SafeText | _Kept):
        return column.type.process_bind_param(value, None)
    return value


def clean(text: str) -> str:
    """Text that every database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{SYMBOL FOR NULL}")


def storable(value: JSON) -> JSON:
    """Any value as JSON that has a canonical form.

    What an outside system answered must never fail to be recorded, so numbers beyond the exact range of a float, and
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
