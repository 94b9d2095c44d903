"""Rules over the answers as a whole: each broken by one change, each in the profile's own words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onboarding.domain.condition import parse_condition
from onboarding.domain.registry import installed
from onboarding.errors import ProfileError
from onboarding.profile.catalogues import load_language
from tests.answers.dental import answers
from tests.answers.rules.broken import broken, changed
from tests.extensions import a_rule


def test_a_profile_speaks_for_itself() -> None:
    """The profile's sentence is shown: with its parameters filled in, or with the value after it."""
    document = changed("users", 1, area_code="508", extension="911")
    messages = {problem.code: problem.message for problem in broken(document)}
    assert messages["sum-covers"] == "Order 1 numbers in 508; 0 are ordered."
    rule = a_rule(
        "dial", "extension-clash", "Emergency codes stay free.", {"question": "users.extension"}, source="law"
    )
    assert [str(problem) for problem in broken(document, rule)] == [
        "users.extension row 2: Emergency codes stay free. Given: 911."
    ]
    assert broken(document, rule)[0].source == "law"
    silent = replace(rule, message="")
    assert broken(document, silent)[0].message == "Extension 911 gets in the way of dialling 911; choose another."


def test_the_value_follows_only_where_it_is_what_is_wrong() -> None:
    """Not where the fault lies in what stands around it, nor where there is none."""
    document = changed("users", 2, extension="103")
    when = {"question": "users.services", "is": "crm"}
    forbidden = a_rule("no", "forbidden-when", "Nobody calls there.", {"question": "users.extension", "when": when})
    row = a_rule("row", "has-row", "Somebody must be new.", {"rows": "users", "where": {"area_code": "999"}})
    assert [str(problem) for problem in broken(document, forbidden)] == ["users.extension row 3: Nobody calls there."]
    assert [str(problem) for problem in broken(document, row)] == ["users: Somebody must be new."]


def test_what_a_rule_repeats_is_in_words() -> None:
    """A choice is named by its label, a number in national form, a day as one, yes as Yes."""
    never = {"question": "company.name", "answered": True}

    def repeated(question: str, document: Any) -> list[str]:
        found = broken(document, a_rule("never", "forbidden-when", "", {"question": question, "when": never}))
        return [problem.message for problem in found if problem.code == "forbidden-when"]

    document = changed("port_orders", 0, bill_on="2026-01-30")
    assert repeated("users.number_source", document)[0] == "“Number from” must stay empty here; “Port” was given."
    assert "“Exchange, Lync” was given" in repeated("users.services", document)[0]
    assert "“(617) 555-0101” was given" in repeated("users.number", document)[0]
    assert "“30 Jan 2026” was given" in repeated("port_orders.bill_on", document)[0]
    assert "“Yes” was given" in repeated("new_numbers.e911", document)[0]


def test_braces_of_a_customer_are_never_filled_in() -> None:
    """What a customer writes is a parameter, not a template."""
    rule = a_rule("listed", "in-table", "“{value}” is missing.", {"question": "sites.name", "table": "users.email"})
    document = changed("sites", 0, name="{section}")
    assert "“{section}” is missing." in [problem.message for problem in broken(document, rule)]


def test_a_rule_holds_only_when_its_condition_does() -> None:
    """Conditions of rules look at the row for its own table and at the whole for others; severity is the rule's."""
    rule = a_rule(
        "digits", "extension-length", "", {"question": "users.extension", "min": 9, "max": 9}, severity="warning"
    )
    crm = replace(rule, when=parse_condition({"question": "users.services", "is": "lync"}))
    none = replace(rule, when=parse_condition({"question": "telephony.kind", "is": "none"}))
    assert [problem.row for problem in broken(answers(), rule)] == [0, 1]
    assert [problem.row for problem in broken(answers(), crm)] == [0]
    assert broken(answers(), none) == []
    assert {problem.severity for problem in broken(answers(), rule)} == {"warning"}


def test_a_rule_nobody_knows_is_the_profiles_fault() -> None:
    """The error names the rule and the check; it is no problem of the customer's."""
    with pytest.raises(ProfileError, match="RULE-UNKNOWN: Rule odd"):
        broken(answers(), a_rule("odd", "no-such-rule", ""))


def test_sites_need_a_house_that_can_be_found() -> None:
    """A post office box is refused for a site, a street without a house number is doubted."""
    found = broken(changed("sites", 0, street="P.O. Box 9")) + broken(changed("sites", 1, street="Mill Road"))
    assert [(problem.code, problem.severity) for problem in found] == [("po-box", "error"), ("house-number", "warning")]
    assert [str(problem) for problem in found] == [
        "sites.street row 1: “P.O. Box 9” is a post office box; a street with a house number is needed here.",
        "sites.street row 2: “Mill Road” has no house number; write street and number, such as 12 Main Street.",
    ]


def test_a_zip_code_lies_in_its_state() -> None:
    """That of the company and that of every site; without a state nothing is checked."""
    document = changed("sites", 1, zip="90210")
    document["company"]["zip"] = "90210"
    assert [str(problem) for problem in broken(document)] == [
        "company.zip: ZIP code 90210 does not lie in Massachusetts; check both.",
        "sites.zip row 2: ZIP code 90210 does not lie in Massachusetts; check both.",
    ]
    del document["company"]["state"]
    assert [problem.question for problem in broken(document)] == ["sites.zip"]


def test_keys_and_what_is_asked_to_differ_are_unique_whatever_the_profile_says() -> None:
    """In tables; the address is the key of a user, the number is asked to be each one's own."""
    twins = a_rule("none", "has-row", "", {"rows": "users", "where": {}})
    document = changed("users", 1, email="ANA@brightsmile.example", extension="101")
    document["users"][1]["number"] = document["users"][0]["number"]
    assert [(problem.code, problem.question, problem.row) for problem in broken(document, twins)] == [
        ("duplicate", "users.email", 1), ("duplicate", "users.extension", 1), ("duplicate", "users.number", 1),
    ]  # fmt: skip


THEIRS = '''
"""Rules of somebody else."""
from onboarding.answers.rules import RuleFinding, OfQuestion, rule

@rule("even", OfQuestion, says="{value} is odd; only even extensions are free here.")
def even(facts, p):
    """Only even extensions."""
    for cell in facts.answered(p.question):
        if int(cell.value) % 2:
            yield RuleFinding("even", cell, {"value": facts.text(cell)})
'''


@pytest.fixture
def installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution with one rule, as pip leaves it."""
    (tmp_path / "their_rules.py").write_text(THEIRS)
    about = tmp_path / "their_rules-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: their-rules\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[onboarding.extensions]\nrule.even = their_rules:even\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    installed.cache_clear()
    yield
    installed.cache_clear()
    sys.modules.pop("their_rules", None)


@pytest.mark.usefixtures("installed_package")
def test_a_rule_of_an_installed_package_is_checked_like_ours() -> None:
    """By its name; where it has no translation English is shown."""
    [problem] = broken(answers(), a_rule("even", "even", "", {"question": "users.extension"}))
    sentence = "101 is odd; only even extensions are free here."
    assert (problem.code, problem.row, problem.message) == ("even", 0, sentence)
    assert problem.sentence_in(load_language("es")) == sentence


def test_our_rules_have_a_translation() -> None:
    """The sentence beside a rule is what the catalogue translates."""
    rule = a_rule("never", "extension-length", "", {"question": "users.extension", "min": 3, "max": 2})
    for problem in broken(answers(), rule):
        assert (
            problem.sentence_in(load_language("es"))
            == f"La extensión tiene de 3 a 2 dígitos; “{101 + problem.row}” tiene 3."
        )
