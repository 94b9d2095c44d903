"""The changelog: in the form that readers know, and its keys are those of the profile's model."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onboarding.domain.registry import installed
from onboarding.profile.reference import profile_schema
from tests.docs.pages import ROOT, table, text_of

PAGE = ROOT / "CHANGELOG.md"
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "What must be made anew"]
ROWS = table(PAGE, "#### The profile format, key by key")
KEYS = sorted({key for row in ROWS for key in re.findall(r"^`([^`]+)`$", row[0])})
SCHEMA = profile_schema(installed())


def test_versions_and_kinds_are_those_of_keep_a_changelog() -> None:
    """What is not released comes first; below each version only its kinds, in their order."""
    headings = re.findall(r"^(##+) (.+)$", text_of(PAGE), re.MULTILINE)
    assert headings[0] == ("##", "[Unreleased]")
    for level, title in headings:
        assert level != "##" or re.fullmatch(r"\[(Unreleased|\d+\.\d+\.\d+)\]( - \d{4}-\d\d-\d\d)?", title)
        assert level != "###" or title in KINDS
    below = [title for level, title in headings if level == "###"]
    assert below == sorted(below, key=KINDS.index)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_told_is_one_of_the_format(key: str) -> None:
    """As the JSON Schema has it, each part of its way."""
    kept: Any = SCHEMA
    for part in re.findall(r"\[\]|<\w+>|\w+", key):
        kept = _inside(kept, part)
        assert kept, f"{key}: there is no {part}"


def _inside(schema: Any, part: str) -> Any:
    """What stands below a key, in a list (`[]`) or below any name (`<name>`); empty when nothing does."""
    schemas = [schema]
    for one in schemas:
        if "$ref" in one:
            schemas.append(SCHEMA["$defs"][one["$ref"].rpartition("/")[2]])
        schemas += one.get("anyOf", [])
        if part == "[]" and "items" in one:
            return one["items"]
        if part.startswith("<") and isinstance(one.get("additionalProperties"), dict):
            return one["additionalProperties"]
        if part in one.get("properties", {}):
            return one["properties"][part]
    return None


def test_each_change_says_what_is_now() -> None:
    """What was before may be nothing."""
    assert all(len(row) == 3 and row[2] for row in ROWS)
    assert len(KEYS) > 20
