"""What every registered rule has in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from onboarding.answers.check import check
from onboarding.answers.messages import ENGLISH
from onboarding.domain.params import Names
from onboarding.domain.question import Questionnaire, Rule
from onboarding.domain.registry import Registry, RuleType
from onboarding.profile.load import load_profile, profile_ids
from tests.answers.dental import QUESTIONNAIRE, TODAY, answers
from tests.extensions import a_rule

RULES: dict[str, RuleType[Any]] = {rule.name: rule for rule in Registry(entries=list).all("rule")}

SAMPLES: dict[str, Any] = {
    "question": "users.extension", "min": 1, "max": 9, "days": 30, "when": {"question": "a.b", "is": "c"},
    "table": "sites.name", "quantity": "new_numbers.quantity", "group": "new_numbers.area_code",
    "rows": "users", "by": "users.area_code", "where": {"number_source": "no"},
    "fields": ["users.extension", "users.email"], "counts": {"any": 8},
    "licence": "users.email", "add_ons": "users.services", "enough": ["e5"], "add_on": "phone",
    "remove": ["plan"], "tables": ["sites"], "limit": 50, "times": "new_numbers.quantity", "each": 100,
    "version": "company.name", "versions": ["company.name"], "least": "9.2", "before": "6.0",
    "other": "users.last_name", "through": "users.site", "gives": "sites.city", "limits": {"any": 8},
    "start": "port_numbers.number", "end": "port_numbers.number", "numbers": ["users.number"],
    "length": "new_numbers.quantity", "site": "users.site",
    "party": "customer", "used_by": "telephony.sign-loa",
    "first": "port_orders.bill_on", "second": "port_orders.wanted_on", "domain": "company.domain",
}  # fmt: skip


def sample(rule: RuleType[Any], *, is_whole: bool) -> dict[str, Any]:
    """Parameters of a rule: those it needs, or all it may have."""
    fields = rule.params.model_fields.items()
    about = {name: SAMPLES.get(name) for name, field in fields if is_whole or field.is_required()}
    if "most" in about:
        about["most"] = "9.2" if rule.name.startswith("version") else 1
    if rule.name.endswith("-age") or rule.name == "workday":
        about["question"] = "port_orders.bill_on"
    return about


@pytest.mark.parametrize("name", RULES)
def test_a_rule_runs_with_what_it_needs_and_with_all_it_may_have(name: str) -> None:
    """Whatever the answers are, it finds something or nothing."""
    for is_whole in (False, True):
        about = sample(RULES[name], is_whole=is_whole)
        check(replace(QUESTIONNAIRE, rules=(a_rule("r", name, "m", about),)), answers(), TODAY)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_what_it_is_for_and_what_is_wrong(name: str) -> None:
    """A line for who writes a profile, and whole sentences for who gave the answers."""
    rule = RULES[name]
    assert rule.summary.endswith(".")
    assert rule.says
    assert all(text.endswith(".") for text in rule.says.values())
    assert not rule.says.keys() & ENGLISH.keys()


ORDER = {"port_orders.btn", "port_orders.scope", "port_numbers.btn", "port_numbers.number"}
READS: dict[str, set[str]] = {
    "dedicated-administrator": {"administrator.kind", "administrator.email", "users.email"},
    "full-port-includes-btn": ORDER,
    "partial-port-excludes-btn": ORDER | {"port_orders.new_btn"},
    "keys-fit-phone": {
        "extensions.extension", "extensions.phone", "extensions.layout", "phones.name", "phones.model",
        "key_layouts.layout", "key_layouts.key",
    },
    "dispatchable": {"sites.name", "sites.street"},
    **{f"call-flow-{name}": {
        "dids", "menus", "menu_keys", "schedules", "queues", "agents", "announcements", "extensions.extension",
        "extensions.voicemail",
    } for name in ("targets", "dead-ends", "unreachable", "endless", "silent")},
}  # fmt: skip


def test_a_rule_that_names_questions_itself_wants_them_asked() -> None:
    """The others look only at what their parameters name."""
    assert {name: set(rule.reads) for name, rule in RULES.items() if rule.reads} == READS


def shipped() -> Iterator[tuple[str, Questionnaire, Rule]]:
    for name in profile_ids():
        asked = load_profile(name).questionnaire
        yield from ((f"{name}: {rule.id}", asked, rule) for rule in asked.rules)


def read(asked: Questionnaire, check: str, about: dict[str, Any]) -> Names:
    """The names of the questionnaire, with what the rule looks at among ``used``. Raises ValidationError."""
    sections = {section.id: section for section in asked.sections}
    questions = {question.id: question for question in asked.questions()}
    names = Names(questions=questions, sections=sections, parties=asked.parties, tasks=[about.get("used_by")])
    RULES[check].params.model_validate(about, context=names)
    return names


@pytest.mark.parametrize(("asked", "rule"), [pytest.param(asked, rule, id=name) for name, asked, rule in shipped()])
def test_what_a_profile_points_at_is_there_and_known(asked: Questionnaire, rule: Rule) -> None:
    """Every question and table named is among what the rule looks at; misspelt, it is refused."""
    fields = type(rule.params).model_fields
    given = {fields[name].alias or name: getattr(rule.params, name) for name in rule.params.model_fields_set}
    names = read(asked, rule.check, given)
    pointers = [name for name, value in given.items() if isinstance(value, str) and value in names.fields]
    assert {given[name] for name in pointers} <= names.used
    for name in pointers:
        with pytest.raises(ValidationError, match="did you mean"):
            read(asked, rule.check, {**given, name: f"{given[name]}x"})
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        read(asked, rule.check, {**given, "questoin": "users.email"})


def test_one_code_has_one_sentence() -> None:
    """Two rules that find the same thing say the same."""
    sentences: dict[str, str] = {}
    for rule in RULES.values():
        for code, text in rule.says.items():
            assert sentences.setdefault(code, text) == text


EXACT = {
    "call-flow-targets", "call-flow-dead-ends", "call-flow-unreachable", "call-flow-endless", "call-flow-silent",
    "in-order", "keys-fit-phone", "unique-across", "unique-together", "no-secret",
}  # fmt: skip


def test_a_rule_that_names_more_than_a_profile_can_speaks_for_itself() -> None:
    """The others leave it to the profile's sentence; only where an answer must be blank its value is not repeated."""
    assert {name for name, rule in RULES.items() if rule.is_exact} == EXACT
    assert {name for name, rule in RULES.items() if not rule.repeats_value} == {"forbidden-when"}
    assert not any(rule.may_read for rule in RULES.values())
