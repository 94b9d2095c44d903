"""Extensions are found by kind and name, ours and those of installed packages."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from onboarding.domain.registry import PACKAGES, ConnectorType, PlannerType, Registry, RuleType, installed
from onboarding.errors import ProfileError
from onboarding.settings import Setting

MODULE = '''
"""Rules of a test."""
from onboarding.domain.registry import RuleType

def find(facts, p):
    """Finds nothing, ever.

    More is said here.
    """

{name} = RuleType("rule", "{rule}", find)
'''


@dataclass
class Entry:
    """An entry point of an installed package."""

    name: str
    value: str
    part: Any

    def load(self) -> Any:
        if isinstance(self.part, BaseException):
            raise self.part
        return self.part


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "house_of_rules"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Rules."""\n')
    (folder / "first.py").write_text(MODULE.format(name="first", rule="first"))
    (folder / "second.py").write_text(MODULE.format(name="second", rule="second"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "house_of_rules"
    for name in [name for name in sys.modules if name.startswith("house_of_rules")]:
        del sys.modules[name]


def other(package: str, name: str = "theirs") -> Any:
    return Registry({"rule": package}, list).find("rule", "first").__class__("rule", name, print)


def test_each_module_of_the_package_brings_its_own(package: str) -> None:
    """A rule is added by adding a file; nothing else lists it."""
    registry = Registry({"rule": package}, list)
    assert registry.names("rule") == ["first", "second"]
    assert registry.find("rule", "second").summary == "Finds nothing, ever."
    assert registry.find("rule", "third") is None


@pytest.mark.parametrize("problem", [RuntimeError("no such library"), SystemExit("no such library")])
def test_an_installed_package_brings_more(problem: BaseException, package: str) -> None:
    """Its names are known without importing what is behind them; a module that ends Python is broken, too."""
    broken = Entry("rule.broken", "theirs:broken", problem)
    registry = Registry({"rule": package}, lambda: [Entry("rule.theirs", "theirs:rule", other(package)), broken])
    assert registry.names("rule") == ["first", "second", "theirs", "broken"]
    assert registry.find("rule", "theirs").name == "theirs"
    with pytest.raises(ProfileError, match=r"EXTENSION-BROKEN: The rule 'broken' \(theirs:broken\).*no such library"):
        registry.find("rule", "broken")


def test_our_own_names_are_found_without_looking_at_what_is_installed(package: str) -> None:
    """Looking through all installed packages takes a tenth of a second that no run needs."""

    def entries() -> list[Any]:
        raise AssertionError

    assert Registry({"rule": package}, entries).find("rule", "first")


def test_a_name_stands_for_one_thing(package: str) -> None:
    """An installed package can neither replace ours nor that of another."""
    with pytest.raises(ProfileError, match="EXTENSION-TWICE: There is a rule 'first' already; theirs:rule"):
        Registry({"rule": package}, lambda: [Entry("rule.first", "theirs:rule", None)]).names("rule")
    twice = [Entry("rule.theirs", "one:rule", None), Entry("rule.theirs", "two:rule", None)]
    with pytest.raises(ProfileError, match="EXTENSION-TWICE: There is a rule 'theirs' already; two:rule"):
        Registry({"rule": package}, lambda: twice).names("rule")


def test_two_of_ours_cannot_have_one_name(package: str, tmp_path: Path) -> None:
    """The second is refused, with its module."""
    (tmp_path / "house_of_rules" / "third.py").write_text(MODULE.format(name="third", rule="first"))
    with pytest.raises(ProfileError, match=r"EXTENSION-TWICE: There is a rule 'first' already; house_of_rules\.third"):
        Registry({"rule": package}, list).names("rule")


def test_an_entry_is_what_it_says(package: str) -> None:
    """An entry point that leads to something else is refused."""
    registry = Registry({"rule": package}, lambda: [Entry("rule.theirs", "theirs:rule", other(package, "else"))])
    with pytest.raises(ProfileError, match="EXTENSION-WRONG: theirs:rule is not the rule 'theirs'"):
        registry.find("rule", "theirs")


@pytest.mark.parametrize(
    ("kind", "name"),
    [("rule", "unique"), ("check", "all-answered"), ("planner", "users"), ("block", "notes"), ("connector", "portal")],
)
def test_there_are_five_kinds_of_extensions(kind: str, name: str) -> None:
    """Each in a package of ours."""
    assert set(PACKAGES) == {"rule", "check", "planner", "block", "connector"}
    assert installed().get(kind, name).name == name


def test_a_distribution_adds_its_own_by_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found among what is installed, under the group the documentation names."""
    folder = tmp_path / "house_of_more-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: house-of-more\nVersion: 1\n")
    (folder / "entry_points.txt").write_text("[onboarding.extensions]\nrule.theirs = theirs:rule\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert Registry().names("rule")[-1] == "theirs"


def test_what_is_gone_is_refused_with_the_nearest() -> None:
    """And with all there are."""
    with pytest.raises(ProfileError, match="RULE-UNKNOWN: There is no rule 'uniqe'; did you mean 'unique'"):
        installed().get("rule", "uniqe")
    assert installed().find("rule", "uniqe") is None


def test_an_extension_is_plain_unless_it_says_otherwise() -> None:
    """A person's work that rests on no answer; a rule whose sentence the profile may replace; a system without
    a switch."""
    plan = PlannerType("planner", "walk", print)
    assert plan.connectors == ("manual",)
    find = RuleType("rule", "find", print)
    assert (find.is_exact, find.repeats_value, find.reads, find.may_read) == (False, True, (), ())


def test_an_outside_system_is_on_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that needs no setting always is; for a customer for training only one on this machine."""
    setting = Setting("ONBOARDING_HOUSE_OF_TESTS", "", "a system of a test")
    house = ConnectorType("connector", "house", print, setting=setting)
    assert ConnectorType("connector", "house", print).is_on()
    assert not house.is_on()
    monkeypatch.setenv(setting.name, "http://house.example")
    assert house.is_on()
    assert not house.is_on(is_training=True)
