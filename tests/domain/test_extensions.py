"""What every extension of ours has, so that a profile's author can find it and an editor completes it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from onboarding.domain.params import Params
from onboarding.domain.registry import PACKAGES, Extension, installed

ALL = [found for kind in PACKAGES for found in installed().all(kind)]
IDS = [f"{found.kind} {found.name}" for found in ALL]


@pytest.mark.parametrize("found", ALL, ids=IDS)
def test_what_it_is_for_is_said_in_a_sentence(found: Extension[Any]) -> None:
    """The first paragraph of its docstring, with the names of its parameters marked; none that it does not have."""
    assert re.fullmatch(r"(?:[A-Z]|``).*\.", found.summary)
    marked = set(re.findall(r"``([a-z_]+)``", found.summary))
    assert marked <= _names(found.params)


@pytest.mark.parametrize("found", ALL, ids=IDS)
def test_its_parameters_have_a_schema(found: Extension[Any]) -> None:
    """Each with a type or a description, under the name it has in a profile; unknown ones are refused."""
    schema = found.params.model_json_schema()
    assert json.dumps(schema)
    assert set(schema.get("properties", {})) == _names(found.params)
    for name, part in schema.get("properties", {}).items():
        assert part.keys() & {"type", "description", "anyOf", "$ref", "enum"}, name
    assert schema["additionalProperties"] is (found.name == "check")


def _names(params: type[Params]) -> set[str]:
    return {field.alias or name for name, field in params.model_fields.items()}


def test_names_are_words_of_a_profile() -> None:
    """Small letters, with hyphens or underscores."""
    assert [found.name for found in ALL if not re.fullmatch(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*", found.name)] == []
