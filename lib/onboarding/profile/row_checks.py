"""What is wrong with the rows of the guide that a profile cites, or says that it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from onboarding.domain.params import hint
from onboarding.profile.coverage import acts
from onboarding.profile.findings import ProfileReading
from onboarding.profile.model import Profile
from onboarding.profile.source import Key

Found = Iterator[tuple[Key, str]]

CITING = ("stage", "service", "gate", "task", "section", "rule", "reference", "operation", "claim")
"""Tables of a profile whose parts cite rows of the guide."""


def rows(reading: ProfileReading, profile: Profile) -> Found:
    """Only rows of the guide are cited, where the profile lists them; what nothing acts on is not acted on."""
    for key, row in _cited(reading.source.tree) if profile.rows else ():
        if row not in profile.rows:
            yield key, f"{row!r} is no row of the guide by 'rows'{hint(row, profile.rows)}"
    acted = dict(acts(profile))
    for row in (*profile.left_out, *profile.awaits):
        if row not in profile.rows:
            yield ("row", row), f"{row!r} is no row of the guide by 'rows'{hint(row, profile.rows)}"
        elif row in acted and row in profile.left_out:
            yield ("row", row), f"the {acted[row].kind} {acted[row].id!r} acts on it: leave this out"


def _cited(tree: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Where the file itself cites which row."""
    left: list[tuple[Key, Any]] = [((name,), tree.get(name)) for name in CITING]
    while left:
        key, table = left.pop()
        for name, value in table.items() if isinstance(table, Mapping) else ():
            if name == "requirements" and isinstance(value, list):
                yield from (((*key, name, place), row) for place, row in enumerate(value) if isinstance(row, str))
            elif name != "params":
                left.append(((*key, name), value))
