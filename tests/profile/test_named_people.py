"""A person whom two answers name: who changes one of them has to change the other."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from onboarding.answers.check import check
from onboarding.answers.rules.rows import ListedWhere
from onboarding.domain.question import Kind, Question, Questionnaire
from onboarding.profile.load import load_profile, profile_ids
from onboarding.resources import shipped
from onboarding.settings import PROFILES
from tests.profile.bright import ANSWERS, AT

TEMPLATE = "the-one-to-copy"


@pytest.fixture(autouse=True)
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The profile to copy is one's own."""
    (tmp_path / f"{TEMPLATE}.toml").write_bytes(shipped("data", "templates", "profile.toml").read_bytes())
    monkeypatch.setenv(PROFILES.name, str(tmp_path))


def persons(asked: Questionnaire) -> list[tuple[Question, str]]:
    """Questions that ask for the name of somebody who is listed among the contacts too, each with their role there."""
    role = asked.question("contacts.role")
    roles = {option.label: option.value for option in role.options} if role else {}
    texts = [one for one in asked.questions() if one.kind is Kind.TEXT and one.section != "contacts"]
    return [(one, roles[one.label]) for one in texts if one.label in roles]


def test_whoever_is_named_is_a_contact_in_that_role() -> None:
    """Every profile that asks for both has a rule between them; those that do are known."""
    named = set()
    for name in profile_ids():
        asked = load_profile(name).questionnaire
        rules = [rule.params for rule in asked.rules if isinstance(rule.params, ListedWhere)]
        for question, role in persons(asked):
            between = [one.where.columns for one in rules if (one.question, one.rows) == (question.id, "contacts")]
            assert between == [{"role": role}], (name, question.id)
            named.add(name)
    assert named == {"chinook", "univoip-officeconnect", "univoip-teams", TEMPLATE}


@pytest.mark.parametrize("is_told_twice", [False, True])
def test_a_signer_who_changes_in_the_contacts_alone_is_a_contradiction(is_told_twice: bool) -> None:
    """The letter is for the one the order names: whoever forgets one of the two places is told."""
    answers: dict[str, Any] = copy.deepcopy(ANSWERS)
    answers["contacts"][1] |= {"name": "Eve Low"}
    if is_told_twice:
        answers["port_orders"][0] |= {"signer": "Eve Low"}
    found = check(load_profile("chinook").questionnaire, answers, AT.date()).problems
    told = [(one.question, one.row, one.severity) for one in found if one.question == "port_orders.signer"]
    assert told == ([] if is_told_twice else [("port_orders.signer", 0, "error")])
