"""The invented freight line: complete, nobody's real data, and apart from every other example."""

from __future__ import annotations

import re
import tomllib

from onboarding.answers.check import check
from onboarding.domain.number import is_fictitious
from onboarding.resources import shipped
from onboarding.stages.reservations import reserved
from tests.mitel.freight import TODAY, answers, mitel

EXAMPLES = shipped("data", "examples")
NAME = "harbor-freight-lines.toml"


def test_every_answer_is_given_and_none_is_wrong() -> None:
    """No error, no warning, and what was written is what is kept."""
    checked = check(mitel().questionnaire, answers(), TODAY)
    assert checked.problems == ()
    assert checked.values == answers()
    assert {section.id for section in mitel().questionnaire.sections} == set(answers())


def test_nothing_in_it_belongs_to_anybody() -> None:
    """Numbers of 555-01XX, domains under .example, a MAC block used as an example."""
    text = (EXAMPLES / NAME).read_text(encoding="utf-8")
    assert all(is_fictitious(number) for number in re.findall(r"\+1\d{10}", text))
    assert all(domain.endswith(".example") for domain in re.findall(r"@([\w.-]+)", text))
    assert 12 <= len(answers()["users"]) <= 25


def test_its_numbers_are_in_no_other_example() -> None:
    """Two invented customers in one workspace do not meet."""
    own = {item.value for item in reserved(mitel(), check(mitel().questionnaire, answers(), TODAY), "me")}
    for path in EXAMPLES.glob("*.toml"):
        if path.name != NAME:
            others = set(re.findall(r"\+1\d{10}", str(tomllib.loads(path.read_text(encoding="utf-8")))))
            assert not own & others, path.name
