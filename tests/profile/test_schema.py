"""What an editor and an author are given: the JSON Schema of profiles and the page of everything they may say."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from onboarding.domain.registry import installed
from onboarding.profile.load import examples, profile_ids
from onboarding.profile.reference import KINDS, profile_schema, reference, toml
from onboarding.resources import shipped
from tests.profile.sound import SOUND

SCHEMA = shipped("data", "schema", "profile.json")
PROFILES = [*sorted(shipped("data", "providers").glob("*.toml")), shipped("data", "templates", "profile.toml")]


def faults(text: str) -> list[str]:
    """What a JSON Schema validator says of a profile, each as place and message."""
    checker = jsonschema.Draft202012Validator(profile_schema(installed()))
    return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in checker.iter_errors(tomllib.loads(text))]


def test_the_kept_schema_is_that_of_the_code() -> None:
    """`onboard profile schema -o data/schema/profile.json` makes it anew."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == profile_schema(installed())


def test_it_is_a_schema() -> None:
    """As the standard for schemas wants it, so that any editor takes it."""
    jsonschema.Draft202012Validator.check_schema(profile_schema(installed()))


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_names_it_and_fits_it(path: Path) -> None:
    """The first line leads an editor to it, and it finds nothing wrong in a sound profile."""
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == "#:schema ../schema/profile.json"
    assert faults(text) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("needs_number = true", "needs_numbr = true", "'needs_numbr' was unexpected"),
        ('side = "provider"', 'side = "vendor"', "'vendor' is not one of"),
        ('check = "unique"', 'check = "only"', "rule.one-number"),
        ('fields = ["people.number"] }', "colour = 1 }", "'colour' was unexpected"),
        ('subject = "Numbers", ', "", "'subject' is a required property"),
    ],
)
def test_it_finds_what_an_author_mistypes(old: str, new: str, said: str) -> None:
    """Keys, closed lists, names of extensions, and the parameters of the one that is named."""
    assert faults(SOUND) == []
    assert SOUND.count(old) == 1
    assert any(said in fault for fault in faults(SOUND.replace(old, new)))


def test_the_page_names_everything_with_an_example() -> None:
    """Every key of every table, and every extension with its parameters (C9)."""
    page = reference(installed(), examples())
    for kind, (title, _other) in KINDS.items():
        chapter = page.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
        for extension in installed().all(kind):
            part = chapter.split(f"### `{extension.name}`", 1)[1].split("\n### ", 1)[0]
            assert extension.summary in part
            for name, field in extension.params.model_fields.items():
                assert f"`{field.alias or name}`" in part, (extension.name, name)
            assert "```toml" in part
    for key in ("all", "any", "not", "every", "asks", "expires", "quorum", "each_role", "four_eyes", "before"):
        assert f"`{key}`" in page or f"`{key} =" in page or f"{{{key} =" in page, key


def test_its_examples_are_those_of_shipped_profiles() -> None:
    """What is used somewhere is shown as it is used."""
    found = examples()
    used = {(kind, name) for kind, name in found}
    assert ("planner", "rows") in used
    assert ("rule", "unique-together") in used
    assert {name for kind, name in used if kind == "block"} <= set(installed().names("block"))
    assert profile_ids()


VALUES: list[Any] = ["a", 'with "quotes"', 1, True, ["x", 2], {"a": {"b-c": [True]}, "with space": "é"}]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_an_example_is_toml(value: Any) -> None:
    """Written on one line, read back as the same."""
    assert tomllib.loads(f"x = {toml(value)}")["x"] == value
