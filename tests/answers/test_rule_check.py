"""Rules over the answers as a whole: each broken by one change, each in the profile's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from onboarding.answers.check import check
from onboarding.domain.condition import parse_condition
from onboarding.domain.problem import Problem
from onboarding.domain.question import Rule
from onboarding.errors import ProfileError
from tests.answers.dental import QUESTIONNAIRE, TODAY, answers


def broken(document: Any, *rules: Rule) -> list[Problem]:
    asked = replace(QUESTIONNAIRE, rules=rules or QUESTIONNAIRE.rules)
    return [problem for problem in check(asked, document, TODAY).problems if problem.code != "production-number"]


def with_btn_moving(scope: str, **order: Any) -> Any:
    document = answers()
    document["port_orders"][0] |= {"scope": scope, **order}
    return document


def without_btn() -> Any:
    document = answers()
    del document["port_numbers"][0]
    return document


def changed(section: str, row: int, **values: Any) -> Any:
    document = answers()
    document[section][row] |= values
    return document


def renamed(email: str) -> Any:
    document = answers()
    document["administrator"]["email"] = email
    return document


BROKEN: dict[str, tuple[Any, tuple[str, str, int | None]]] = {
    "unique": (changed("users", 1, extension="101"), ("duplicate", "users.extension", 1)),
    "references": (changed("users", 1, site="Salem"), ("reference", "users.site", 1)),
    "sum-covers": (changed("users", 1, area_code="508"), ("sum-covers", "users.area_code", 1)),
    "in-table": (changed("users", 0, number="+16175550109"), ("in-table", "users.number", 0)),
    "forbidden-when": (changed("users", 2, extension="103"), ("forbidden-when", "users.extension", 2)),
    "nanp-area-code": (changed("new_numbers", 0, area_code="999"), ("nanp-area-code", "new_numbers.area_code", 0)),
    "dedicated-administrator": (
        renamed("Ana@brightsmile.example"), ("dedicated-administrator", "administrator.email", None)),
    "full-port-includes-btn": (without_btn(), ("full-port-includes-btn", "port_orders.btn", 0)),
    "partial-port-excludes-btn": (
        with_btn_moving("partial"), ("partial-port-excludes-btn", "port_orders.btn", 0)),
    "new BTN is the old one": (
        with_btn_moving("partial", new_btn="+16175550100"), ("new-btn-is-old", "port_orders.new_btn", 0)),
    "new BTN is moved": (
        with_btn_moving("partial", new_btn="+16175550101"), ("new-btn-is-ported", "port_orders.new_btn", 0)),
    "extension-length": (changed("users", 1, extension="10222"), ("extension-length", "users.extension", 1)),
    "extension-clash: emergency": (changed("users", 1, extension="9112"), ("extension-clash", "users.extension", 1)),
    "extension-clash: test call": (changed("users", 1, extension="933"), ("extension-clash", "users.extension", 1)),
    "extension-clash: operator": (changed("users", 1, extension="0100"), ("extension-clash", "users.extension", 1)),
    "bill-age": (with_btn_moving("full", bill_on="2026-01-30"), ("bill-age", "port_orders.bill_on", 0)),
    "bill of tomorrow": (with_btn_moving("full", bill_on="2026-03-03"), ("bill-ahead", "port_orders.bill_on", 0)),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_each_rule_is_broken_by_one_change(case: str) -> None:
    """The change is reported at its place, and nothing holds against the answers as they were."""
    document, expected = BROKEN[case]
    assert broken(answers()) == []
    assert expected in [(problem.code, problem.question, problem.row) for problem in broken(document)]


def test_a_partial_port_with_a_new_billing_number_that_stays() -> None:
    """The billing number may move if another one takes its place."""
    assert broken(with_btn_moving("partial", new_btn="+16175550199")) == []


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


def test_loa_age_counts_like_the_bill() -> None:
    """A letter signed too long ago is refused."""
    document = with_btn_moving("full", bill_on="2026-01-01")
    rule = Rule("loa", "loa-age", "", {"question": "port_orders.bill_on", "days": 30})
    assert [problem.code for problem in broken(document, rule)] == ["loa-age"]


def test_sites_need_a_house_that_can_be_found() -> None:
    """A post office box is refused for a site, a street without a house number is doubted."""
    found = broken(changed("sites", 0, street="P.O. Box 9")) + broken(changed("sites", 1, street="Mill Road"))
    assert [(problem.code, problem.severity) for problem in found] == [("po-box", "error"), ("house-number", "warning")]
