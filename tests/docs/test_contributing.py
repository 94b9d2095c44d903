"""How to add something: an example from the tree for each kind of extension, and one of a package that works."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from onboarding.answers.answer_schema import normalise
from onboarding.answers.rules import RuleInput
from onboarding.domain.question import Kind
from onboarding.domain.registry import GROUP, PACKAGES, Registry, RuleType, installed
from tests.answers.rules.sheet import Sheet, table
from tests.docs.pages import ROOT, blocks, copies, links, text_of
from tests.docs.pages import table as rows_below

PAGE = ROOT / "CONTRIBUTING.md"


def test_each_kind_of_extension_is_shown_by_one_that_is_there() -> None:
    """As it stands in its module, found under the name that its decorator gives it."""
    shown = {}
    for path, names, text in copies(PAGE):
        for kind, name in re.findall(r'^@(\w+)\(\s*"([\w-]+)"', text, re.MULTILINE):
            assert names
            package = ROOT / "lib" / PACKAGES[kind].replace(".", "/")
            assert path.is_relative_to(package) or path == package.with_suffix(".py")
            assert installed().find(kind, name)
            shown[kind] = name
    assert set(shown) == set(PACKAGES)


def test_a_profile_that_uses_it_is_shown_too() -> None:
    """Whatever a profile can name is named by one of the shipped ones."""
    tables = "\n".join(text for path, _, text in copies(PAGE) if path.suffix == ".toml")
    shown = re.findall(r'^(?:check|action|kind) = "([\w_-]+)"', tables, re.MULTILINE)
    named = {kind for kind in PACKAGES for name in shown if installed().find(kind, name)}
    assert named >= set(PACKAGES) - {"connector"}


def test_everything_one_may_want_to_add_has_its_part() -> None:
    """The table leads to a part for each, and names the place and the test."""
    rows = rows_below(PAGE, "## To add something\n")
    wanted = ["provider", "question template", "rule", "gate's check", "planner", "report block", "connector", "face",
              "stage's runbook", "language", "nightly job", "PostgreSQL"]  # fmt: skip
    for what in wanted:
        assert any(what in row[0] for row in rows), what
    assert all(len(row) == 3 and all(row) for row in rows)
    assert len([link for link in links(PAGE) if link.startswith("#")]) >= len(rows)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    """The entry points of the package that the page shows, its module where Python finds it."""
    (project,) = [text for text in blocks(PAGE, "toml") if "entry-points" in text]
    (module,) = [text for text in blocks(PAGE, "python") if text.startswith('"""Rules of our house."""')]
    entries = tomllib.loads(project)["project"]["entry-points"][GROUP]
    (tmp_path / "house_rules.py").write_text(module, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield [EntryPoint(name, value, GROUP) for name, value in entries.items()]
    sys.modules.pop("house_rules", None)


def test_the_package_that_is_shown_brings_its_rule(package: list[EntryPoint]) -> None:
    """It is listed without being imported, and finds what it says it finds."""
    registry = Registry(entries=lambda: package)
    assert registry.names("rule")[-1] == "odd-extension"
    assert "house_rules" not in sys.modules
    rule = registry.find("rule", "odd-extension")
    assert isinstance(rule, RuleType)
    sheet = Sheet(table("users", extension=Kind.EXTENSION)).asked
    values, _ = normalise(sheet, {"users": [{"extension": "2101"}, {"extension": "2102"}]})
    found = list(rule.function(RuleInput(sheet, values, date(2026, 3, 2)), rule.params(question="users.extension")))
    assert [(finding.cell.row, finding.params["value"]) for finding in found] == [(1, "2102")]


def test_the_rules_of_the_house_are_on_the_page() -> None:
    """Whoever adds something meets them first."""
    text = text_of(PAGE)
    assert text.index("## Rules of the house in short") < text.index("## To add something")
