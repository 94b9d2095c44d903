"""Rules over the answers as a whole: each broken by one change, each in the profile's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.domain.condition import parse_condition
from onboarding.domain.question import Rule
from onboarding.errors import ProfileError
from tests.answers.dental import answers
from tests.answers.rules.broken import broken, changed


def test_a_profile_speaks_for_itself() -> None:
    """The profile's sentence is shown: with its parameters filled in, or with the value after it."""
    document = changed("users", 1, area_code="508", extension="911")
    messages = {problem.code: problem.message for problem in broken(document)}
    assert messages["sum-covers"] == "Order 1 numbers in 508; 0 are ordered."
    rule = Rule("dial", "extension-clash", "Emergency codes stay free.", {"question": "users.extension"}, source="law")
    assert [str(problem) for problem in broken(document, rule)] == [
        "users.extension row 2: Emergency codes stay free. Given: 911."
    ]
    assert broken(document, rule)[0].source == "law"
    silent = replace(rule, message="")
    assert broken(document, silent)[0].message == "Extension 911 gets in the way of dialling 911; choose another."


def test_what_a_rule_repeats_is_in_words() -> None:
    """A choice is named by its label, a number in national form, a day as one, yes as Yes."""
    never = {"question": "company.name", "answered": True}

    def repeated(question: str, document: Any) -> list[str]:
        found = broken(document, Rule("never", "forbidden-when", "", {"question": question, "when": never}))
        return [problem.message for problem in found if problem.code == "forbidden-when"]

    document = changed("port_orders", 0, bill_on="2026-01-30")
    assert repeated("users.number_source", document)[0] == "“Number from” must stay empty here; “Port” was given."
    assert "“Exchange, Lync” was given" in repeated("users.services", document)[0]
    assert "“(617) 555-0101” was given" in repeated("users.number", document)[0]
    assert "“30 Jan 2026” was given" in repeated("port_orders.bill_on", document)[0]
    assert "“Yes” was given" in repeated("new_numbers.e911", document)[0]


def test_braces_of_a_customer_are_never_filled_in() -> None:
    """What a customer writes is a parameter, not a template."""
    rule = Rule("listed", "in-table", "“{value}” is missing.", {"question": "sites.name", "table": "users.email"})
    document = changed("sites", 0, name="{section}")
    assert "“{section}” is missing." in [problem.message for problem in broken(document, rule)]


def test_a_rule_holds_only_when_its_condition_does() -> None:
    """Conditions of rules look at the row for its own table and at the whole for others; severity is the rule's."""
    rule = Rule(
        "digits", "extension-length", "", {"question": "users.extension", "min": 9, "max": 9}, severity="warning"
    )
    crm = replace(rule, when=parse_condition({"question": "users.services", "is": "lync"}))
    none = replace(rule, when=parse_condition({"question": "telephony.kind", "is": "none"}))
    assert [problem.row for problem in broken(answers(), rule)] == [0, 1]
    assert [problem.row for problem in broken(answers(), crm)] == [0]
    assert broken(answers(), none) == []
    assert {problem.severity for problem in broken(answers(), rule)} == {"warning"}


@pytest.mark.parametrize("about", [{}, {"question": "users.extension", "minimum": 3}])
def test_a_rule_with_wrong_parameters_is_the_profiles_fault(about: dict[str, Any]) -> None:
    """The error names the rule and the check; it is no problem of the customer's."""
    with pytest.raises(ProfileError, match="RULE-PARAMETERS: Rule odd: extension-length"):
        broken(answers(), Rule("odd", "extension-length", "", about))
    with pytest.raises(ProfileError, match="RULE-UNKNOWN: Rule odd"):
        broken(answers(), Rule("odd", "no-such-rule", ""))


def test_sites_need_a_house_that_can_be_found() -> None:
    """A post office box is refused for a site, a street without a house number is doubted."""
    found = broken(changed("sites", 0, street="P.O. Box 9")) + broken(changed("sites", 1, street="Mill Road"))
    assert [(problem.code, problem.severity) for problem in found] == [("po-box", "error"), ("house-number", "warning")]
