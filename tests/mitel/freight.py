"""Harbor Freight Lines: answers to be changed at will, and where the customer stands with them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence, History, TaskRecord, TaskState
from onboarding.domain.question import Problem
from onboarding.profile.load import load_profile
from onboarding.profile.model import Profile
from onboarding.resources import shipped
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.project_status import ProjectStatus
from tests.calendars import NEW_YORK

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
TODAY = date(2026, 3, 2)
FREIGHT = Customer("harbor-freight-lines", "Harbor Freight Lines", AT)

Answers = dict[str, Any]
Change = Callable[[Answers], Any]


@cache
def _document() -> Answers:
    path = shipped("data", "examples", "harbor-freight-lines.toml")
    return dict(read_answers(mitel().questionnaire, path).document)


def mitel() -> Profile:
    return load_profile("mitel-micloud")


def answers(*changes: Change) -> Answers:
    """The example's answers with every change made to them."""
    document = copy.deepcopy(_document())
    for change in changes:
        change(document)
    return document


def problems(*changes: Change) -> list[Problem]:
    return list(check(mitel().questionnaire, answers(*changes), TODAY).problems)


def context(*changes: Change, record: History | None = None) -> Context:
    checked = check(mitel().questionnaire, answers(*changes), TODAY)
    return Context(FREIGHT, mitel(), checked.values, checked.problems, record or History(), AT, NEW_YORK)


def done(*tasks: str, proof: bool = True) -> History:
    """A record in which these tasks are done, each with a document on file."""
    evidence = [Evidence(task, AT, "anna", noted("done"), document="0" * 64) for task in tasks] if proof else []
    return History({task: TaskRecord(task, TaskState.DONE, AT) for task in tasks}, (), evidence)


def progress(*changes: Change, record: History | None = None) -> ProjectStatus:
    return assess(context(*changes, record=record))
