"""Reading tables of a TOML file strictly: every key is asked for, whatever was not asked for is unknown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from onboarding.domain.condition import Condition, parse_condition
from onboarding.profile.position import lines
from onboarding.resources import shipped

Key = tuple[str | int, ...]
E = TypeVar("E", bound=StrEnum)

_LARGEST = 2**53 - 1  # what JSON carries between programs unharmed (RFC 8785)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong with a data file; ``key`` is the dotted key as one would write it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key + ': ' if self.key else ''}{self.message}"


class Findings(list[Finding]):
    """All that was found so far."""


@dataclass(frozen=True)
class Source:
    """One file as it was read; ``name`` is how messages call it."""

    path: Path
    name: str
    text: str
    tree: Mapping[str, Any]

    @cached_property
    def _lines(self) -> dict[Key, int]:
        return lines(self.text)

    def line(self, key: Key) -> int:
        """The line of a key, or of the nearest table around it."""
        while key and key not in self._lines:
            key = key[:-1]
        return self._lines.get(key, 1)


@dataclass(frozen=True)
class Place:
    """A key of a file; where a finding can point."""

    source: Source
    key: Key = ()

    def at(self, *more: str | int) -> Place:
        return Place(self.source, (*self.key, *more))

    def finding(self, message: str) -> Finding:
        return Finding(self.source.name, self.source.line(self.key), dotted(self.key), message)


def dotted(key: Key) -> str:
    """``task.provision.create-company.after[1]``."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if _BARE.fullmatch(part) else f'"{part}"')
    return text


def name_of(path: Path) -> str:
    """How messages call a file: from the top of the checkout or of what is shipped when it lies inside, as given
    otherwise.
    """
    root, whole = shipped(), path.absolute()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(path)


def read(path: Path, findings: Findings) -> Source | None:
    """The file, or None with a finding that says why it cannot be read."""
    name = name_of(path)
    try:
        text = path.read_bytes().decode("utf-8")
        return Source(path, name, text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        findings.append(Finding(name, 1, "", f"the file is not UTF-8 text: byte {error.start} cannot be read"))
    except tomllib.TOMLDecodeError as error:
        place = _AT_LINE.search(str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        findings.append(Finding(name, line, "", f"this is not TOML: {_AT_LINE.sub('', str(error))}"))
    except RecursionError:
        findings.append(Finding(name, 1, "", "this is not a profile: it is nested too deeply"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        findings.append(Finding(name, 1, "", f"the file cannot be read: {reason}"))
    return None


def hint(word: str, known: object) -> str:
    """``; did you mean 'x'?`` when something close is known."""
    names = [str(name) for name in known] if isinstance(known, tuple | list | set | frozenset | dict) else []
    close = get_close_matches(word, names, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


class Table:
    """One table, read key by key. A value of the wrong type is a finding and counts as absent."""

    def __init__(self, place: Place, values: Any, findings: Findings) -> None:
        self.place = place
        self.findings = findings
        self.values: Mapping[str, Any] = values if isinstance(values, Mapping) else {}
        self._known: list[str] = []
        self._is_table = isinstance(values, Mapping)
        if not self._is_table:
            self._report("a table is wanted here")

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def _report(self, message: str, *key: str | int) -> None:
        self.findings.append(self.place.at(*key).finding(message))

    def _value(self, key: str, kind: type | tuple[type, ...], wanted: str, required: bool = False) -> Any:
        self._known.append(key)
        value = self.values.get(key)
        if value is None:
            if required and self._is_table:
                self._report(f"{key!r} is missing")
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self._report(f"{wanted} is wanted here", key)
            return None
        return value

    def text(self, key: str, default: str = "", required: bool = False) -> str:
        value = self._value(key, str, "a text", required)
        if required and value is not None and not value.strip():
            self._report("this must not be empty", key)
        return default if value is None else value.strip()

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._value(key, bool, "true or false")
        return default if value is None else value

    def integer(self, key: str, default: int | None = None, at_least: int = 0, at_most: int = 100_000) -> int | None:
        value = self._value(key, int, "a whole number")
        if value is not None and not at_least <= value <= at_most:
            self._report(f"a number from {at_least} to {at_most} is wanted here", key)
            value = None
        return default if value is None else value

    def texts(self, key: str, required: bool = False) -> tuple[str, ...]:
        """A list of texts, none of them twice."""
        found: list[str] = []
        for number, item in enumerate(self._value(key, list, "a list of texts", required) or ()):
            if not isinstance(item, str):
                self._report("a text is wanted here", key, number)
            elif item in found:
                self._report(f"{item!r} is named twice", key, number)
            else:
                found.append(item)
        return tuple(found)

    def choice(self, key: str, options: type[E], default: E, required: bool = False) -> E:
        value = self._value(key, str, "a text", required)
        if value is None:
            return default
        try:
            return options(value)
        except ValueError:
            known = [option.value for option in options]
            self._report(f"{value!r} is not one of {', '.join(known)}{hint(value, known)}", key)
            return default

    def one_of(self, key: str, options: tuple[str, ...], default: str, required: bool = False) -> str:
        value = self.text(key, default, required)
        if value not in options and (value or required) and key in self.values:
            self._report(f"{value!r} is not one of {', '.join(options)}{hint(value, options)}", key)
            return default
        return value

    def condition(self, key: str = "when") -> Condition | None:
        value = self._value(key, dict, "a condition")
        if value is None:
            return None
        try:
            return parse_condition(value)
        except ValueError as error:
            self._report(str(error), key)
            return None

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A table of anything a JSON document can hold."""
        value = self._value(key, dict, "a table") or {}
        for path, item in _leaves(value):
            if not isinstance(item, str | int | float):
                self._report("write dates and times as text here", key, *path)
            elif not isinstance(item, str) and not abs(item) <= _LARGEST:
                self._report("a number of this size has no place in JSON", key, *path)
        return value

    def raw(self, key: str) -> Any:
        self._known.append(key)
        return self.values.get(key)

    def table(self, key: str) -> Table:
        self._known.append(key)
        return Table(self.place.at(key), self.values.get(key, {}), self.findings)

    def tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """(name, table) of every table inside ``key``, in the order of the file."""
        inside = self.table(key)
        for name in inside.values:
            yield name, inside.table(name)

    def close(self) -> None:
        """Report every key that nobody asked for."""
        for key in self.values:
            if key not in self._known:
                self._report(f"unknown key{hint(key, self._known)}", key)


def _leaves(value: Any, path: Key = ()) -> Iterator[tuple[Key, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*path, number))
    else:
        yield path, value
