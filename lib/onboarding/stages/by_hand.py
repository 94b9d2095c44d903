"""What a person types into somebody else's portal to do a task: single values, and tables where many are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from onboarding.domain.action import Action
from onboarding.domain.answer_text import answer_text
from onboarding.domain.json import JSON


@dataclass(frozen=True, slots=True)
class Typed:
    """``values`` are (label, value); ``tables`` hold ``title``, ``columns`` and ``rows``, all display strings."""

    values: Sequence[tuple[str, str]] = ()
    tables: Sequence[Mapping[str, Any]] = ()


def beside(instruction: Action, tables: Sequence[Mapping[str, Any]]) -> Typed:
    """The values of an instruction, with the ``tables`` it repeats row by row as tables."""
    rows = {f"{table['title']} {place}" for table in tables for place in range(1, len(table["rows"]) + 1)}
    values = [(str(label), str(value)) for label, value in instruction.body.get("values") or ()]
    return Typed([pair for pair in values if pair[0] not in rows], [table for table in tables if table["rows"]])


def entered(actions: Sequence[Action]) -> Typed:
    """The fields of what is to be there: of one thing its values, of several of a kind a table with a row each."""
    values: list[tuple[str, str]] = []
    tables: list[Mapping[str, Any]] = []
    for named, members in groupby(actions, key=lambda action: action.resource):
        resource = named.removeprefix("mmp-").replace("-", " ")
        bodies = [dict(_flat(action.body)) for action in members]
        if len(bodies) == 1:
            values += [(_words(f"{resource} {name}"), value) for name, value in bodies[0].items()]
        else:
            tables.append(_table(resource, bodies))
    return Typed(values, tables)


def _table(resource: str, bodies: Sequence[Mapping[str, str]]) -> Mapping[str, Any]:
    """Columns are what differs; what is the same in all of them is said in the title."""
    names = list(dict.fromkeys(name for body in bodies for name in body))
    same = [name for name in names if len({body.get(name, "") for body in bodies}) == 1]
    columns = [name for name in names if name not in same]
    common = ", ".join(f"{name} {bodies[0][name]}" for name in same)
    title = f"{resource}: {len(bodies)}" + (f" ({common})" if common else "")
    rows = [[body.get(name, "") for name in columns] for body in bodies]
    return {"title": _words(title), "columns": [_words(name) for name in columns], "rows": rows}


def _flat(body: Mapping[str, JSON], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in body.items():
        label = f"{before}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            found += _flat(value, f"{label} ")
        elif text := answer_text(None, value, is_exact=True):
            found.append((label, text))
    return found


def _words(name: str) -> str:
    return name[:1].upper() + name[1:]
