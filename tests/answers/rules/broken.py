"""The dental group's answers with one change, and what its rules find in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onboarding.answers.check import check
from onboarding.domain.question import Problem, Rule
from tests.answers.dental import QUESTIONNAIRE, TODAY, answers


def broken(document: Any, *rules: Rule) -> list[Problem]:
    """What is found beyond the warning that the numbers are fictitious."""
    asked = replace(QUESTIONNAIRE, rules=rules or QUESTIONNAIRE.rules)
    return [problem for problem in check(asked, document, TODAY).problems if problem.code != "production-number"]


def kept(document: Any) -> bool:
    """Whether every rule is kept."""
    return broken(document) == []


def breaks(document: Any, place: tuple[str, str, int | None]) -> bool:
    """Whether code, question and row are among what is found."""
    return place in [(problem.code, problem.question, problem.row) for problem in broken(document)]


def changed(section: str, row: int, **values: Any) -> Any:
    document = answers()
    document[section][row] |= values
    return document


def with_btn_moving(scope: str, **order: Any) -> Any:
    document = answers()
    document["port_orders"][0] |= {"scope": scope, **order}
    return document
