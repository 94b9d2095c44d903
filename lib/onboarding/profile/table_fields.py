"""Values that many tables of a provider file have.

Their form counts always; whether they make sense is only checked with the profile's names as context, so that a table
with one odd value is still there for others to point at.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StrictBool, StrictStr, StringConstraints, ValidationInfo

from onboarding.domain.json import JSON
from onboarding.domain.params import GateId, Params, PartyId, ServiceId, StageId, TaskId, extension, refuse, refuse_if
from onboarding.domain.place import known_countries

T = TypeVar("T")

_LARGEST = 2**53 - 1  # what JSON carries between programs unharmed (RFC 8785)


def _not_empty(value: str) -> str:
    refuse_if(not value.strip(), "this must not be empty")
    return value.strip()


def once_each(value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    for place, item in enumerate(value):
        refuse_if(info.context and item in value[:place], f"{item!r} is named twice", place)
    return value


def _address(value: str, info: ValidationInfo) -> str:
    """An address that mail can be sent to; names under ``.example`` are fine, nobody is asked."""
    try:
        if value and info.context:
            validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise refuse(f"{value!r} is no e-mail address: {error}") from None
    return value


def _plain(value: Mapping[str, JSON], info: ValidationInfo) -> Mapping[str, JSON]:
    """Parameters are JSON: dates and huge numbers are not."""
    for path, item in _leaves(value) if info.context else ():
        refuse_if(not isinstance(item, str | int | float), "write dates and times as text here", *path)
        if not isinstance(item, str) and not abs(item) <= _LARGEST:
            raise refuse("a number of this size has no place in JSON", *path)
    return value


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*path, key))
    else:
        yield path, value


def _country(value: str) -> str:
    """An ISO 3166 code."""
    if value in known_countries():
        return value
    better = ALIASES.get(value.upper()) or (value.upper() if value.upper() in known_countries() else "")
    raise refuse(f"there is no country {value!r}" + (f"; did you mean {better!r}?" if better else ""))


ALIASES = {
    "UK": "GB",
    "ENG": "GB",
    "SCT": "GB",
    "WLS": "GB",
    "NIR": "GB",
    "USA": "US",
    "GBR": "GB",
    "CAN": "CA",
    "EN": "GB",
}
"""What people write for a country -> its ISO 3166 code."""

Line: TypeAlias = Annotated[str, StringConstraints(strict=True, strip_whitespace=True)]
Words: TypeAlias = Annotated[StrictStr, AfterValidator(_not_empty)]
Texts: TypeAlias = Annotated[tuple[StrictStr, ...], AfterValidator(once_each)]
Flag: TypeAlias = StrictBool
LanguageCode: TypeAlias = Annotated[str, StringConstraints(strict=True, pattern="^[a-z]{2,3}$")]
CountryCode: TypeAlias = Annotated[StrictStr, AfterValidator(_country)]
Whole: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=100_000)]
ParamsTable: TypeAlias = Annotated[dict[str, Any], AfterValidator(_plain)]
Address: TypeAlias = Annotated[StrictStr, AfterValidator(_address)]
RequirementIds: TypeAlias = Annotated[Texts, Field(description="ids of the guide's rows that this covers")]
PartyIds: TypeAlias = Annotated[tuple[PartyId, ...], AfterValidator(once_each)]
StageIds: TypeAlias = Annotated[tuple[StageId, ...], AfterValidator(once_each)]
ServiceIds: TypeAlias = Annotated[tuple[ServiceId, ...], AfterValidator(once_each)]
GateIds: TypeAlias = Annotated[tuple[GateId, ...], AfterValidator(once_each)]
TaskIds: TypeAlias = Annotated[tuple[TaskId, ...], AfterValidator(once_each)]
BlockName: TypeAlias = Annotated[Line, extension("block")]
Tables: TypeAlias = Annotated[dict[str, T], Field(default_factory=dict)]


def built(kind: type[T], name: str, table: Params, **more: Any) -> T:
    """The object of a table: its fields are the keys of that name, ``is_billed`` that of ``billed``; or as given.

    Tables among the keys that have a ``build`` of their own, such as a lead time, are built too, in lists as well.
    """
    given = {key: _built(value) for key, value in table.__dict__.items()}
    keys = {field.name: field.name.removeprefix("is_") for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(**{"id": name} | {field: given[key] for field, key in keys.items() if key in given} | more)


def _built(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_built, value))
    return value.build() if hasattr(value, "build") else value
