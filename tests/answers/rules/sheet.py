"""Small questionnaires made for one subject, and what a rule says of answers to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import settings

from onboarding.answers.check import check
from onboarding.domain.question import Kind, Option, Problem, Question, Questionnaire, Section
from onboarding.domain.registry import RuleType
from tests.extensions import a_rule

TODAY = date(2026, 3, 2)

tried = settings(max_examples=60, deadline=None)
"""How often a rule is tried on random answers; a busy machine is no fault of the rule's."""

Answers = dict[str, Any]
Case = tuple[RuleType[Any], dict[str, Any], Answers, list[str]]
"""Rule, parameters, answers, what is reported of them."""


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value, value.replace("-", " ").capitalize()) for value in values)


Asked = Kind | tuple[Option, ...] | Question
"""A question by its kind, by the options of a choice, or whole."""


def table(section: str, /, **questions: Asked) -> Section:
    """A section with a row for each thing."""
    asked = tuple(_question(f"{section}.{name}", found) for name, found in questions.items())
    return Section(section, section.replace("_", " ").capitalize(), asked, is_table=True)


def record(section: str, /, **questions: Asked) -> Section:
    """A section that is asked once."""
    return replace(table(section, **questions), is_table=False)


def _question(name: str, found: Asked) -> Question:
    label = name.partition(".")[2].replace("_", " ").capitalize()
    if isinstance(found, Question):
        return replace(found, id=name, label=label)
    return (
        Question(name, Kind.CHOICE, label, options=found)
        if isinstance(found, tuple)
        else Question(name, found, label, country="US")
    )


def several(*values: str) -> Question:
    """A multiple choice."""
    return Question("", Kind.CHOICES, "", options=options(*values))


def pointing(to: str) -> Question:
    """A reference."""
    return Question("", Kind.REFERENCE, "", to=to)


class Sheet:
    """A questionnaire of these sections and no rules."""

    def __init__(self, *sections: Section) -> None:
        self.asked = Questionnaire("made", "Made", "1", sections, country="US")
        self._with_rule: dict[str, Questionnaire] = {}

    def problems(self, rule: RuleType[Any], about: Mapping[str, Any], answers: Answers, **more: Any) -> list[Problem]:
        """What the rule finds, as a customer reads it; ``more`` as in `Rule`."""
        key = repr((rule.name, about, more))
        if key not in self._with_rule:  # one questionnaire, one schema, however often it is asked
            one = a_rule("tried", rule.name, more.pop("message", ""), dict(about), **more)
            self._with_rule[key] = replace(self.asked, rules=(one,))
        return list(check(self._with_rule[key], answers, TODAY).problems)

    def messages(self, rule: RuleType[Any], about: Mapping[str, Any], answers: Answers, **more: Any) -> list[str]:
        """Place and sentence of all it finds."""
        return [str(problem) for problem in self.problems(rule, about, answers, **more)]

    def rows(self, rule: RuleType[Any], about: Mapping[str, Any], answers: Answers, **more: Any) -> list[int | None]:
        """The rows in which it finds something."""
        return [problem.row for problem in self.problems(rule, about, answers, **more)]


def column(name: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """A row for each value."""
    return [{name: value} for value in values]
