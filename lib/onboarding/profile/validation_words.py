"""What pydantic finds, in plain words and with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from onboarding.domain.params import hint
from onboarding.profile.source import Key

WANTED = {
    **dict.fromkeys(("string_type", "string_sub_type"), "a text"),
    "bool_type": "true or false",
    **dict.fromkeys(("int_type", "int_from_float"), "a whole number"),
    **dict.fromkeys(("tuple_type", "list_type"), "a list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "a table"),
}


def problems(error: ValidationError, model: type[BaseModel]) -> Iterator[tuple[Key, str]]:
    """Place within the model's table and sentence of everything that is wrong."""
    for found in error.errors(include_url=False):
        yield problem_of(found, model)


def problem_of(found: ErrorDetails, model: type[BaseModel]) -> tuple[Key, str]:
    """Place and sentence of one error."""
    place = tuple(part for part in found["loc"] if part != "[key]")
    if found["type"] == "missing":
        return place[:-1], f"{place[-1]!r} is missing"
    if found["type"] == "extra_forbidden":
        return place, f"unknown key{hint(str(place[-1]), fields_at(model, place[:-1]))}"
    return (*place, *(found.get("ctx") or {}).get("at", ())), sentence(found)


def sentence(found: ErrorDetails) -> str:
    """What is wrong with a value."""
    context, given = found.get("ctx") or {}, found["input"]
    match found["type"]:
        case "profile":
            return str(context["message"])
        case "enum" | "literal_error":
            return _one_of(given, str(context["expected"]))
        case "greater_than_equal" | "less_than_equal":
            bound = "at least" if "ge" in context else "at most"
            return f"a number of {bound} {context.get('ge', context.get('le'))} is wanted here"
        case known if known in WANTED:
            return f"{WANTED[known]} is wanted here"
    return found["msg"]


def _one_of(given: Any, expected: str) -> str:
    names = [name.strip(" '") for name in expected.replace(" or ", ", ").split(",")]
    return f"{given!r} is not one of {', '.join(filter(None, names))}{hint(str(given), names)}"


def fields_at(model: type[BaseModel], place: Key) -> list[str]:
    """Keys of the table at a place of the model."""
    kind: Any = model
    for part in place:
        kind = _inside(kind, part)
    found = _model_of(kind)
    return [info.alias or name for name, info in found.model_fields.items()] if found else []


def _inside(kind: Any, part: str | int) -> Any:
    model = _model_of(kind)
    if model is not None:
        info: FieldInfo | None = model.model_fields.get(str(part))
        return info.annotation if info else None
    inner = [argument for argument in get_args(kind) if argument is not type(None)]
    if get_origin(kind) in (dict, Mapping) and inner:
        return inner[1]
    found = (_inside(one, part) for one in inner) if get_origin(kind) is not tuple else iter(inner[:1])
    return next((one for one in found if one is not None), None)


def _model_of(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    for argument in get_args(kind) if get_origin(kind) not in (dict, tuple, Mapping) else ():
        if found := _model_of(argument):
            return found
    return None
