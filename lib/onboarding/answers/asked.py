"""What is asked, given what has been answered: conditions of sections and questions applied to whole tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON, Document
from onboarding.domain.question import Questionnaire, Section

_MOST_ROUNDS = 10  # a chain of questions that hang on each other is never longer; a circle ends here


def asked_only(questionnaire: Questionnaire, full: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are asked for; sections not asked are absent.

    Taking one answer out can close or open other questions, so it is repeated until nothing moves.
    """
    current = dict(full)
    for _ in range(_MOST_ROUNDS):
        kept = {
            section.id: _kept(section, full[section.id], current)
            for section in questionnaire.sections
            if section.when is None or section.when.holds(current)
        }
        if kept == current:
            break
        current = kept
    return current


def settled(section: Section, values: Document) -> dict[str, Condition]:
    """Question name -> its condition, in which all that does not look at this section is already decided."""
    return {
        question.name: settle(question.when, values, section.id)
        for question in section.questions
        if question.when is not None
    }


def settle(condition: Condition, values: Document, section: str) -> Condition:
    """A condition that needs only the row: parts about other sections are decided once, not once a row."""
    if all(question.partition(".")[0] != section for question in condition.questions()):
        return Condition("all" if condition.holds(values) else "any")  # of nothing: always true, always false
    if condition.parts:
        return Condition(condition.op, parts=tuple(settle(part, values, section) for part in condition.parts))
    return condition


def _kept(section: Section, held: Any, current: Document) -> Any:
    conditions = settled(section, current)
    if section.is_table:
        return [_kept_row(section.id, row, conditions) for row in held]
    return _kept_row(section.id, held, conditions)


def _kept_row(section: str, row: dict[str, JSON], conditions: Mapping[str, Condition]) -> dict[str, JSON]:
    kept = dict(row)
    for _ in range(_MOST_ROUNDS if conditions else 0):
        before = kept
        kept = {n: v for n, v in row.items() if n not in conditions or conditions[n].holds({}, before, section)}
        if kept == before:
            break
    return kept
