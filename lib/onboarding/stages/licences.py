"""What the profile's rule about licences (`licence-covers`) calls for, user by user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from onboarding.domain.condition import Where
from onboarding.domain.licence import Advice, Terms, advise
from onboarding.stages.context import Context


def licence_rules(context: Context) -> list[Mapping[str, Any]]:
    """The parameters of every rule about licences."""
    return [rule.about for rule in context.profile.questionnaire.rules if rule.check == "licence-covers"]


def licence_advice(context: Context) -> Iterator[tuple[Mapping[str, Any], Advice]]:
    """(user, what to do) of everybody the rule is about."""
    for about in licence_rules(context):
        terms = Terms(frozenset(about["enough"]), str(about["add_on"]), frozenset(about.get("remove") or ()))
        section, _, licence = str(about["licence"]).partition(".")
        add_ons, where = str(about["add_ons"]).partition(".")[2], Where(about.get("where") or {})
        for row in context.rows(section):
            if row.get(licence) and where.fits(row):
                yield row, advise(str(row[licence]), row.get(add_ons) or (), terms)


def add_on_labels(context: Context) -> dict[str, str]:
    """Add-ons by their value, in the words of the questionnaire."""
    questions = [context.profile.questionnaire.question(str(about["add_ons"])) for about in licence_rules(context)]
    return {option.value: option.label for question in questions if question for option in question.options}
