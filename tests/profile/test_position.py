"""Lines of keys in TOML texts."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.profile.position import Path, lines
from onboarding.resources import shipped

FILES = sorted(shipped("data").glob("**/*.toml"))

TEXT = '''\
# [not.a.table]
title = "one # two"    # three
"odd key" = 1
a.b = { c = [1, 2], "d.e" = 'x = [' }
long = """
[inside]
key = "x" \\
"""""
raw = \'\'\'
]\'\'\'
many = [
    "one",    # ]
    { two = 2 },
    [
        3.5,
    ],
]

[table]
when = 2026-01-01T08:00:00Z

[table.inner."deep er"]
x = 1

[[list]]
name = "first"

[[list]]
name = "second"

[list.more]
y = 2

[[list.nested]]
z = 3
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("title",), 2),
        (("odd key",), 3),
        (("a",), 4),
        (("a", "b", "c", 1), 4),
        (("a", "b", "d.e"), 4),
        (("long",), 5),
        (("raw",), 9),
        (("many",), 11),
        (("many", 0), 12),
        (("many", 1, "two"), 13),
        (("many", 2, 0), 15),
        (("table",), 19),
        (("table", "when"), 20),
        (("table", "inner"), 22),
        (("table", "inner", "deep er", "x"), 23),
        (("list",), 25),
        (("list", 0, "name"), 26),
        (("list", 1), 28),
        (("list", 1, "more", "y"), 32),
        (("list", 1, "nested", 0, "z"), 35),
    ],
)
def test_each_key_has_its_line(key: Path, line: int) -> None:
    """Strings, comments and arrays over several lines do not lead astray."""
    assert lines(TEXT)[key] == line


def test_every_key_of_a_text_has_a_line() -> None:
    """Nothing of the parsed tree is without a place, and nothing else has one."""
    assert set(_paths(tomllib.loads(TEXT))) == set(lines(TEXT))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_key_of_our_own_files_stands_on_its_line(path: Any) -> None:
    """In the files people really edit, the line that is named holds the key, as it is or with its escapes."""
    text = path.read_text(encoding="utf-8")
    found, written = lines(text), text.splitlines()
    for key in _paths(tomllib.loads(text)):
        line, name = written[found[key] - 1], key[-1]
        if isinstance(name, str):
            assert name in line or json.dumps(name, ensure_ascii=False) in line


keys = st.text(st.sampled_from("abcé \"'#=[].-_\n\\"), min_size=1, max_size=4)
leaves = st.one_of(
    st.text(st.sampled_from("ab\"'#=[]{},\n\\ é"), max_size=8),
    st.integers(-9, 9),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
)
trees = st.dictionaries(
    keys,
    st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=80)
@given(trees)
def test_whatever_is_written_is_found_again(tree: dict[str, Any]) -> None:
    """Any TOML text gives a line to each of its keys, in rising order within a table of plain values."""
    text = tomlkit.dumps(tree)
    found = lines(text)
    assert set(_paths(tomllib.loads(text))) <= set(found)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    for key, item in inside:
        yield (*path, key)
        yield from _paths(item, (*path, key))
