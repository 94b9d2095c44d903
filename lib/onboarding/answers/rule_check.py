"""Every rule of a questionnaire over its answers: those that always hold, and those its profile names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from onboarding.answers.messages import ENGLISH, shown
from onboarding.answers.rules import Finding, Findings, OfQuestion, RuleInput
from onboarding.answers.rules.rows import references, unique
from onboarding.answers.schema import Values
from onboarding.domain import address
from onboarding.domain.condition import Condition
from onboarding.domain.language import Said, filled, say
from onboarding.domain.params import NoParams
from onboarding.domain.question import Problem, Questionnaire, Rule
from onboarding.domain.registry import RuleType, installed
from onboarding.errors import ProfileError

ALWAYS = {**ENGLISH, **unique.says, **references.says}
"""Sentences of what is checked in every questionnaire."""


def rule_problems(questionnaire: Questionnaire, values: Values, today: date) -> list[Problem]:
    """What breaks a rule, in the order of the rules; `references` gives ``values`` their spelling on the way.

    Raises ProfileError when there is no such rule.
    """
    facts = RuleInput(questionnaire, values, today)
    problems = [_problem(facts, finding, say(ALWAYS[finding.code], **_params(facts, finding)), "error")
                for finding in _always(facts)]  # fmt: skip
    for rule in questionnaire.rules:
        extension, found = _found(facts, rule)
        for finding in _meant(facts, rule.when, found):
            text = _sentence(extension, rule.message, finding, _params(facts, finding))
            problems.append(_problem(facts, finding, text, rule.severity, rule.source))
    return problems


def _found(facts: RuleInput, rule: Rule) -> tuple[RuleType[Any], Findings]:
    extension = installed().find("rule", rule.check)
    if not isinstance(extension, RuleType):
        raise ProfileError("RULE-UNKNOWN", f"Rule {rule.id} asks for the check {rule.check}, which does not exist.")
    return extension, extension.function(facts, rule.params)


def _meant(facts: RuleInput, condition: Condition | None, found: Findings) -> Findings:
    """Those in rows in which the condition of the rule holds."""
    findings = list(found)
    is_meant = {name: facts.holds_in(condition, name) for name in {finding.cell.section for finding in findings}}
    return (finding for finding in findings if is_meant[finding.cell.section](finding.cell.beside))


def _problem(facts: RuleInput, finding: Finding, text: Said, severity: str, source: str = "") -> Problem:
    cell = finding.cell
    return Problem(
        finding.code, cell.question, str(text), cell.row, finding.severity or severity, source,
        template=text.template, params=text.values,
    )  # fmt: skip


def _params(facts: RuleInput, finding: Finding) -> dict[str, Any]:
    question = facts.questionnaire.question(finding.cell.question)
    return {"label": question.label if question else "", **finding.params}


def _sentence(extension: RuleType[Any], message: str, finding: Finding, params: Mapping[str, Any]) -> Said:
    """The profile's sentence if it has one, else the rule's.

    The profile's may name parameters (``{value}``); if it does not, the value is added after it.
    """
    if extension.is_exact or not message:
        return say(extension.says[finding.code], **params)
    if not extension.repeats_value or "value" not in params or filled(message, params) != message:
        return say(message, **params)
    return say(ENGLISH["given"], message=say(message), value=params["value"])


# --- Every questionnaire ----------------------------------------------------------------------------------------------


def _always(facts: RuleInput) -> Iterator[Finding]:
    for section in facts.questionnaire.sections:
        for question in section.questions if section.is_table else ():
            if question.unique or question.name == section.key:
                yield from unique.function(facts, OfQuestion(question=question.id))
    yield from references.function(facts, NoParams())
    yield from _addresses(facts)


def _addresses(facts: RuleInput) -> Findings:
    """Sites are where calls come from and numbers are moved: a box or a street without a house will not do."""
    for cell in facts.answered("sites.street"):
        params = {"value": shown(cell.value)}
        if address.is_po_box(cell.value):
            yield Finding("po-box", cell, params)
        elif not address.has_house_number(cell.value):
            yield Finding("house-number", cell, params, "warning")
    for section in ("company", "sites"):
        for cell in facts.answered(f"{section}.zip"):
            state = cell.beside.get("state")
            if state and not address.is_zip_in_state(cell.value, state):
                yield Finding("zip-state", cell, {"value": cell.value, "other": address.STATES.get(state, state)})
