"""What the profile's rule about licences (`licence-covers`) calls for, user by user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from onboarding.answers.rules.licences import LicenceCovers
from onboarding.domain.licence import Advice
from onboarding.stages.context import Context


def licence_rules(context: Context) -> list[LicenceCovers]:
    """The parameters of every rule about licences."""
    rules = context.profile.questionnaire.rules
    return [LicenceCovers.model_validate(rule.about) for rule in rules if rule.check == "licence-covers"]


def licence_advice(context: Context) -> Iterator[tuple[Mapping[str, Any], Advice]]:
    """(user, what to do) of everybody the rule is about."""
    for rule in licence_rules(context):
        for row in context.rows(rule.section):
            if advice := rule.advice(row):
                yield row, advice


def add_on_labels(context: Context) -> dict[str, str]:
    """Add-ons by their value, in the words of the questionnaire."""
    questions = [context.profile.questionnaire.question(rule.add_ons) for rule in licence_rules(context)]
    return {option.value: option.label for question in questions if question for option in question.options}
