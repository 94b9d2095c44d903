"""What a note of where a customer stands was made with: the profile's files and the code."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from onboarding.answers.rules import OfQuestion
from onboarding.domain.registry import PACKAGES, Registry, RuleType
from onboarding.domain.task import Task
from onboarding.profile.deciding import decided_by
from tests.extensions import a_rule
from tests.stages.world import profile_of

PROFILE = profile_of([Task("gather.a", "A", "gather", "reseller")], digest="e" * 64)
RULE = replace(a_rule("mine", "required", "Mend it."), check="mine")
MINE = replace(PROFILE, questionnaire=replace(PROFILE.questionnaire, rules=(RULE,)))


def test_another_profile_is_another_edition() -> None:
    """By the digest of its files, and the same each time it is asked for."""
    assert decided_by(PROFILE) == decided_by(replace(PROFILE))
    assert decided_by(PROFILE) != decided_by(replace(PROFILE, digest="0" * 64))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """One that knows the rule `mine`, from a file of somebody else's."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "somebodys.py").write_text("def mine(facts, p):\n    return iter(())\n")
    module = importlib.import_module("somebodys")
    monkeypatch.delitem(sys.modules, "somebodys")
    rule = RuleType("rule", "mine", module.mine, OfQuestion)
    return Registry(PACKAGES, lambda: [SimpleNamespace(name="rule.mine", value="somebodys:mine", load=lambda: rule)])


def test_the_code_of_extensions_that_a_profile_names_is_part_of_it(registry: Registry) -> None:
    """A rule of somebody else's decides as well as ours; a profile that does not name it has nothing to do with it."""
    assert decided_by(MINE, registry) != decided_by(replace(MINE, questionnaire=PROFILE.questionnaire), registry)
    assert decided_by(PROFILE, registry) == decided_by(PROFILE)
