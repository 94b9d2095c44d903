"""The invented customers of data/examples: complete against the real profile, and the same in every face."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.answers.printable import outline
from onboarding.domain.question import Questionnaire
from onboarding.profile.load import load_profile
from onboarding.resources import shipped

EXAMPLES = shipped("data", "examples")
TODAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def chinook() -> Questionnaire:
    return load_profile("chinook").questionnaire


def test_the_workbook_is_the_toml(chinook: Questionnaire) -> None:
    """Read back, the workbook gives exactly the answers of the TOML file, and it is of today's questionnaire."""
    workbook = read_answers(chinook, EXAMPLES / "bright-smile.xlsx")
    assert workbook.document == read_answers(chinook, EXAMPLES / "bright-smile.toml").document
    assert workbook.problems == (), "write it anew: .venv/bin/python scripts/examples"


def test_the_answers_are_complete(chinook: Questionnaire) -> None:
    """No error against Chinook's questions and rules; the only warnings are about fictitious numbers."""
    document = read_answers(chinook, EXAMPLES / "bright-smile.toml").document
    checked = check(chinook, document, TODAY)
    assert checked.errors == []
    assert {problem.code for problem in checked.problems} <= {"production-number"}
    assert checked.values == document
    assert [section.title for section in outline(chinook, document)] == [section.title for section in chinook.sections]


def test_the_customer_has_everything_a_journey_can_meet(chinook: Questionnaire) -> None:
    """25 users over three sites, mixed port and new numbers, E911, one Total Connect user, mail and SharePoint."""
    document = read_answers(chinook, EXAMPLES / "bright-smile.toml").document
    users = document["users"]
    assert (len(users), len(document["sites"])) == (25, 3)
    assert Counter(user.get("number_source") for user in users) == {"port": 16, "new": 6, None: 3}
    assert sum("total-connect" in user["services"] for user in users) == 1
    assert {order["scope"] for order in document["port_orders"]} == {"full", "partial"}
    assert all(request["e911"] for request in document["new_numbers"])
    assert (document["mail"]["method"], document["sharepoint"]["existing"]) == ("pst", True)
