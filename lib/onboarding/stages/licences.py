"""What the profile's rule about licences (`licence-covers`) calls for, user by user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from onboarding.answers.rules.licences import LicenceCovers
from onboarding.domain.answer_text import say_answer
from onboarding.domain.licence import Advice
from onboarding.domain.question import Kind, Question
from onboarding.stages.context import Context


def licence_rules(context: Context) -> list[LicenceCovers]:
    """The parameters of every rule about licences."""
    rules = context.profile.questionnaire.rules
    return [rule.params for rule in rules if isinstance(rule.params, LicenceCovers)]


def licence_advice(context: Context) -> Iterator[tuple[Mapping[str, Any], Advice]]:
    """(user, what to do) of everybody the rule is about."""
    for rule in licence_rules(context):
        for row in context.rows(rule.section):
            if advice := rule.advice(row):
                yield row, advice


def say_add_ons(context: Context, names: Sequence[str]) -> str:
    """Add-ons in the words of the questionnaire; empty where there are none."""
    questions = [context.profile.questionnaire.question(rule.add_ons) for rule in licence_rules(context)]
    options = tuple(option for question in questions if question for option in question.options)
    return say_answer(Question("", Kind.CHOICES, "", options=options), names)
