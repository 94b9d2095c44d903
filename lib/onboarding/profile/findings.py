"""What is wrong with a profile so far: each thing in the file where it stands, once, in plain words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from onboarding.domain.params import Names, Params, hint
from onboarding.domain.question import Question
from onboarding.domain.registry import Registry
from onboarding.domain.task import Gate, Task
from onboarding.profile.edition import Edition
from onboarding.profile.model import Profile, RulePack
from onboarding.profile.source import Finding, Key, Source

P = TypeVar("P", bound=Params)

PART = {"task": 3, "section": 4}
"""How many keys name a part of the profile, where it is not two."""


@dataclass
class ProfileReading:
    """A profile while it is read: its files, where merged tables come from, and what is wrong so far.

    ``origins`` maps the place of a merged table to the file it was pulled from and the place there. ``wrong`` are the
    keys that were reported, ``misshapen`` those whose form is wrong.
    """

    source: Source
    registry: Registry
    edition: Edition
    findings: list[Finding] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    origins: dict[Key, tuple[Source, Key]] = field(default_factory=dict)
    packs: list[RulePack] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    profile: Profile | None = None
    informational: set[str] = field(default_factory=set)
    wrong: list[Key] = field(default_factory=list)
    misshapen: list[Key] = field(default_factory=list)

    def report(self, key: Key, message: str) -> None:
        """Adds a finding about a key of the merged profile, in the file where it stands; one is enough for a key."""
        if key not in self.wrong:
            self.wrong.append(key)
            self.findings.append(self._finding(key, message))

    def is_wrong(self, key: Key) -> bool:
        """Whether the form of the part with that key is wrong, so that nothing more can be checked of it."""
        part = key[: PART.get(str(key[0]), 2)] if key else ()
        return bool(part) and any(found[: len(part)] == part for found in self.misshapen)

    def misshapen_parts(self) -> set[str]:
        """Ids of the parts that are there, but whose form is wrong: whoever points at one is not at fault."""
        keys = (key[1 : PART.get(str(key[0]), 2)] for key in self.misshapen if key)
        return {".".join(str(part) for part in key if part != "question") for key in keys if key}

    def _finding(self, key: Key, message: str) -> Finding:
        if not self.source.has(key):
            for length in range(len(key), 0, -1):
                if key[:length] in self.origins and not self._is_own(key, length):
                    origin, at = self.origins[key[:length]]
                    return origin.finding((*at, *key[length:]), message)
        return self.source.finding(key, message)

    def _is_own(self, key: Key, length: int) -> bool:
        """Whether the profile adds something of its own inside the merged table, and the key lies in it."""
        origin, at = self.origins[key[:length]]
        ends = range(length + 1, len(key))
        return any(self.source.has(key[:end]) and not origin.has((*at, *key[length:end])) for end in ends)


def at_task(task: Task, *more: str | int) -> Key:
    """Where a task stands in the file."""
    return ("task", task.stage, task.id.partition(".")[2], *more)


def at_gate(gate: Gate, *more: str) -> Key:
    """Where a gate stands in the file."""
    return ("gate", gate.id, *more)


def at_question(question: Question, *more: str | int) -> Key:
    """Where a question stands in the file."""
    return ("section", question.section, "question", question.name, *more)


def valid(model: type[P], tree: Mapping[str, Any], reading: ProfileReading) -> tuple[P, Mapping[str, Any]] | None:
    """The tree as the model, and the tree itself without what is wrong, which is reported; None when all of it is."""
    found: list[Key] = []
    while True:
        try:
            return model.model_validate(tree), tree
        except ValidationError as error:
            if not found:
                for one in error.errors(include_url=False):
                    key, message = problem_of(one, model)
                    reading.report(key, message + (_changed(key, reading) if one["type"] == "missing" else ""))
                    reading.misshapen.append(key)
            found = [_wrong(one) for one in error.errors(include_url=False)]
        if () in found:
            return None
        tree = without(tree, found)


def _changed(key: Key, reading: ProfileReading) -> str:
    """The nearest part of a template or pack, which a part that is not whole may be meant to change."""
    pulled = [str(at[1]) for at in reading.origins if len(at) == len(key) == 2 and at[0] == key[0]]
    return hint(str(key[1]), pulled) if pulled else ""


def _wrong(found: ErrorDetails) -> Key:
    """What to leave out: the key itself, or the table that misses one."""
    return tuple(found["loc"][:-1] if found["type"] == "missing" else found["loc"])


def without(tree: Any, wrong: Collection[Key]) -> Any:
    """A copy of the tree without these places, or without the nearest table around one that is not there itself."""
    inside: dict[str | int, set[Key]] = {}
    for key in wrong:
        inside.setdefault(key[0], set()).add(key[1:])
    if isinstance(tree, Mapping):
        kept = {name: value for name, value in tree.items() if not _is_gone(value, inside.get(name, ()))}
        return {name: without(value, inside[name]) if name in inside else value for name, value in kept.items()}
    return tree


def _is_gone(value: Any, wrong: Collection[Key]) -> bool:
    return any(not key or not isinstance(value, Mapping) or key[0] not in value for key in wrong)


WANTED = {
    **dict.fromkeys(("string_type", "string_sub_type"), "a text"),
    "bool_type": "true or false",
    **dict.fromkeys(("int_type", "int_from_float"), "a whole number"),
    **dict.fromkeys(("tuple_type", "list_type"), "a list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "a table"),
}


RENAMED = {"about": "params", "covers": "requirements"}
"""What a key was called in profiles written earlier -> its name now."""


def problem_of(found: ErrorDetails, model: type[BaseModel]) -> tuple[Key, str]:
    """Place within the model's table and sentence of one error."""
    place = tuple(part for part in found["loc"] if part != "[key]")
    if found["type"] == "missing":
        return place[:-1], f"{place[-1]!r} is missing"
    if found["type"] == "extra_forbidden":
        return place, f"unknown key{_now_called(str(place[-1]), fields_at(model, place[:-1]))}"
    return (*place, *(found.get("ctx") or {}).get("at", ())), sentence(found)


def _now_called(key: str, known: Collection[str]) -> str:
    """What an earlier key is called now where it is known, else the nearest one."""
    return f"; it is called {RENAMED[key]!r} now" if RENAMED.get(key) in known else hint(key, known)


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
        case "too_short" if isinstance(given, list | tuple | Mapping):
            return "this must not be empty"
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
