"""No country is written into the code: what belongs to one stands in the data about places, or comes from a library."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import onboarding

ROOT = Path(onboarding.__file__).parent
PLACES = {
    "domain/place_words.py": "what the libraries do not know of a country",
    "profile/formats.py": "what the first format meant, which knew one country",
    "profile/table_fields.py": "what people write for a country",
}
"""Where countries may be named, and why."""

COUNTRY = re.compile(r"US|GB|CA|PR|(America|Europe|Pacific)/\w+|.*\b(ZIP|617|SCT)\b.*", re.DOTALL)


def literals(source: str) -> Iterator[tuple[int, str]]:
    """The texts of a module that are no docstrings."""
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, node.value


def hard_wired(source: str) -> list[tuple[int, str]]:
    return [(line, text) for line, text in literals(source) if COUNTRY.fullmatch(text)]


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_country_is_written_into_the_code(path: Path) -> None:
    """Codes, zones, examples and words of one country come from its data; an error message may give an example."""
    found = hard_wired(path.read_text(encoding="utf-8"))
    is_allowed = path.relative_to(ROOT).as_posix() in PLACES
    assert is_allowed or [text for _line, text in found if not text.startswith("Use ")] == []


def test_what_is_found() -> None:
    """A region, a zone, a default; not what merely contains such letters."""
    assert sorted(hard_wired('parse(text, "US"); zone = "America/New_York"\nhint = "a ZIP code"')) == [
        (1, "America/New_York"), (1, "US"), (2, "a ZIP code"),
    ]  # fmt: skip
    assert hard_wired('"""US"""\nx = "STATUS"; y = "zipped"') == []


@pytest.mark.parametrize("name", PLACES)
def test_nothing_is_excused_that_is_not_there(name: str) -> None:
    """Each of these files names a country."""
    assert hard_wired((ROOT / name).read_text(encoding="utf-8"))
