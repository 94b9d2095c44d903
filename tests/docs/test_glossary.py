"""The glossary: every noun of the trade in the domain stands in it, and it has no word that nobody uses."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, LIBRARY, ROOT

PAGE = DOCS / "glossary.md"
HEAD = ["term", "stands for", "what it means here", "in the code"]

NOT_OF_THE_TRADE = {
    # how the product is made, and words of mathematics or of programming
    "domain.answer_text", "domain.json", "domain.grid_layout", "domain.grid_layout.GridPosition",
    "domain.params", "domain.params.Names", "domain.params.ColumnsOf", "domain.params.ColumnOf",
    "domain.params.Params", "domain.params.NoParams", "domain.params.Workdays", "domain.params.WorksOn",
    "domain.task.Waits", "domain.task.WantsDocuments", "domain.validity.Clock", "domain.validity.HasClock",
    "domain.registry.RuleType", "domain.registry.CheckType", "domain.registry.PlannerType", "domain.registry.BlockType",
    "domain.registry.ConnectorType", "domain.registry.Registry", "domain.extension_failure",
    "domain.extension_failure.Asked",
    # parts of what stands in the glossary by its whole
    "domain.callflow.Meets", "domain.callflow.When", "domain.callflow.Node", "domain.callflow.Step",
    "domain.callflow_picture.Theme", "domain.difference.What", "domain.difference.Place",
    "domain.place_words", "domain.place_words.Part", "domain.place_words.Local",
    "domain.language.LazyText", "domain.language.Listing", "domain.question.Cited", "domain.question.Titled",
    # errors that say what something is not
    "domain.number.NotACesid", "domain.number.NotANumber",
}  # fmt: skip


def rows() -> list[list[str]]:
    """The cells of every row of every table."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in found if row != HEAD and set(row[0]) != {"-"}]


ROWS = rows()
CODE = {name for row in ROWS for name in re.findall(r"`([\w.]+)`", row[3])}


def nouns() -> dict[str, set[str]]:
    """Module of the domain -> its public classes; by the names that the glossary uses."""
    found = {}
    for path in sorted((LIBRARY / "domain").glob("[a-z]*.py")):
        classes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
        module = f"domain.{path.stem}"
        found[module] = {f"{module}.{node.name}" for node in classes if not node.name.startswith("_")}
    return found


@cache
def everything_written() -> str:
    """What the product says and does, in one text."""
    paths: list[Path] = [*LIBRARY.rglob("*.py"), *(ROOT / "data").rglob("*.toml")]
    paths += [path for folder in ("runbooks", "reports") for path in (ROOT / folder).glob("*.ipynb")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths)).casefold()


def test_every_noun_of_the_domain_has_its_row() -> None:
    """A class or module of the domain is in the glossary, or is named here as none of the trade's words."""
    classes = {name for found in nouns().values() for name in found}
    modules = {name for name, found in nouns().items() if not found & CODE}
    missing = (classes | modules) - CODE - NOT_OF_THE_TRADE
    assert missing == set(), f"give them a row in {PAGE.name}, or name them in NOT_OF_THE_TRADE"


def test_nothing_is_excused_that_is_not_there() -> None:
    """Whoever renames a class renames it here; what has a row needs no excuse."""
    known = {*nouns(), *(name for found in nouns().values() for name in found)}
    assert known >= NOT_OF_THE_TRADE
    assert set() == NOT_OF_THE_TRADE & CODE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_term_is_used_and_explained(row: list[str]) -> None:
    """It occurs in what the product says or does, and its meaning is a sentence's worth of words."""
    assert len(row) == len(HEAD)
    for term in re.split(r", ", row[0]):
        written = r"[\s_-]+".join(map(re.escape, re.split(r"[\s-]", term.casefold())))
        assert re.search(rf"(?<![a-z]){written}(?:e?s)?(?![a-z])", everything_written()), term
    assert len(row[2].split()) >= 5


def test_a_term_stands_once() -> None:
    """One word for one thing."""
    terms = [term for row in ROWS for term in row[0].casefold().split(", ")]
    assert sorted(terms) == sorted(set(terms))
