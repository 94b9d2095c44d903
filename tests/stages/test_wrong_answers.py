"""An answer that is wrong is none: what is planned and shown goes on without it, and nothing breaks."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.case.case import Case
from onboarding.case.preview import answered
from onboarding.cli.demo import INVENTED
from onboarding.domain.history import Customer
from onboarding.domain.question import Questionnaire
from onboarding.resources import shipped
from onboarding.stages import stage_overview
from onboarding.stages.desired import desired
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
WRONG = "?!"


def _spoilt(questionnaire: Questionnaire, document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answers with one that is needed and cannot be read, in the first row of each table in turn."""
    for section in questionnaire.sections:
        rows = document.get(section.id)
        if section.is_table and rows:
            for question in section.questions:
                if question.required and question.name in rows[0]:
                    other = copy.deepcopy(document)
                    other[section.id][0][question.name] = WRONG
                    yield question.id, other


@pytest.mark.parametrize(("profile", "file"), [one[1:] for one in INVENTED], ids=lambda one: str(one).partition(".")[0])
def test_what_cannot_be_read_breaks_no_planner_and_no_overview(profile: str, file: str) -> None:
    """Every task of every provider, with each answer that a row needs spoilt in turn."""
    with Store.in_memory() as store:
        store.create_customer(Customer("c", "C", AT, is_training=True), profile)
        case = Case.open(store, "c", AT, "Kim")
        document = dict(read_answers(case.questionnaire, shipped("data", "examples", file)).document)
        case.save_answers(document, "test")
        for question, other in _spoilt(case.questionnaire, document):
            context = answered(case, other)
            for task in context.tasks:
                assert all(action.key for action in desired(task, context)), (question, task.id)
            for stage in context.profile.stages:
                stage_overview.of_stage(stage.id, context)
