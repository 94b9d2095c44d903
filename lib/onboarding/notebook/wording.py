"""Words of panels and forms: values, and how something went."""

from __future__ import annotations

from typing import Any

from onboarding.domain.answer_text import answer_text
from onboarding.domain.language import ENGLISH, Language
from onboarding.domain.question import Problem, Section
from onboarding.errors import OnboardingError
from onboarding.html.parts import Markup, element, fill

NOTHING = "—"
"""Stands where there is no answer."""


def shown(value: Any, language: Language = ENGLISH) -> str:
    """A JSON value as people read it, plain text; a dash for nothing."""
    return answer_text(None, value, language, is_exact=True) or NOTHING


def words(name: str) -> str:
    """``first_name`` -> ``first name``."""
    return name.replace("_", " ")


def reason(error: OnboardingError, language: Language = ENGLISH) -> str:
    """What went wrong and what to do."""
    return f"{language(error.message)} {language(error.remedy)}".strip()


def placed(section: Section, problem: Problem, language: Language = ENGLISH) -> str:
    """``Row 2, Extension: ...``, as people see the place within the section."""
    question = section.question(problem.name)
    where = [language("Row {number}", number=problem.row + 1)] if problem.row is not None else []
    where += [question.label] if question else []
    return ": ".join(filter(None, [", ".join(where), problem.sentence_in(language)]))


def toned(tone: str, value: object) -> Markup:
    """In one of the tones of a form's style sheet: ``wrong``, ``some`` (something is missing) or ``fine``."""
    return element("span", value, {"class": f"onb-{tone}"})


def wrong(value: object) -> Markup:
    return toned("wrong", fill("✖ {}", value))


def fine(value: object) -> Markup:
    return toned("fine", fill("✓ {}", value))


def refused(error: OnboardingError, language: Language = ENGLISH) -> Markup:
    """What went wrong and what to do, as something wrong."""
    return wrong(reason(error, language))
