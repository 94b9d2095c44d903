"""Northwind Clinic's answers, changed as a test needs them, and where it stands with them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.history import Customer, History
from onboarding.domain.question import Problem
from onboarding.profile.load import load_profile
from onboarding.profile.model import Profile
from onboarding.resources import shipped
from onboarding.stages.context import Context
from tests.calendars import NEW_YORK

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
CLINIC = Customer("northwind-clinic", "Northwind Clinic", AT)

Answers = dict[str, Any]
Change = Callable[[Answers], object]


def profile() -> Profile:
    return load_profile("emetrotel")


@lru_cache(maxsize=1)
def _example() -> Answers:
    source = shipped("data", "examples", "northwind-clinic.toml")
    return dict(read_answers(profile().questionnaire, source).document)


def answers(change: Change = lambda kept: None) -> Answers:
    kept = copy.deepcopy(_example())
    change(kept)
    return kept


def problems(change: Change = lambda kept: None) -> list[Problem]:
    return list(check(profile().questionnaire, answers(change), TODAY).problems)


def codes(change: Change = lambda kept: None) -> set[tuple[str, str]]:
    """(code, place) of everything that is wrong beyond the warnings of fictitious numbers."""
    return {(found.code, found.place) for found in problems(change) if found.code != "production-number"}


def context(kept: Answers | None = None, record: History | None = None, at: datetime = AT) -> Context:
    checked = check(profile().questionnaire, kept or answers(), TODAY)
    return Context(CLINIC, profile(), checked.values, checked.problems, record or History(), at, NEW_YORK)


def row(kept: Answers, table: str, name: str, key: str = "name") -> dict[str, Any]:
    return next(found for found in kept[table] if found[key] == name)
