"""Profiles of earlier formats, read as they were meant when they were written.

Format 1 knew one country: numbers, states and ZIP codes were those of the United States, and a calendar that named no
place was New York's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.profile.merge import tables

_KINDS = {"state": "subdivision", "zip": "postcode"}
_NEW_YORK = {"country": "US", "time_zone": "America/New_York"}


def as_now(tree: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """The tree of a file of that format, in the keys of today."""
    if number > 1:
        return tree
    data = tables(tree.get("data"))
    calendar = {**_NEW_YORK, **tables(data.get("calendar"))}
    sections = {name: _section(one) for name, one in tables(tree.get("section")).items()}
    return {"country": "US", **tree, "data": {**data, "calendar": calendar}, "section": sections}


def _section(section: Any) -> Any:
    if not isinstance(section, Mapping) or "question" not in section:
        return section
    return {**section, "question": {name: _question(one) for name, one in tables(section["question"]).items()}}


def _question(question: Any) -> Any:
    if not isinstance(question, Mapping) or question.get("kind") not in _KINDS:
        return question
    return {**question, "kind": _KINDS[question["kind"]]}
