"""A customer of a provider that is no more than a test needs: a few questions, a few tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, History
from onboarding.domain.question import Kind, Option, Question, Questionnaire, Section
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from tests.stages.world import AT, context_of, profile_of


def asked(*questions: Question, tables: Mapping[str, str] | None = None) -> Questionnaire:
    """A questionnaire of these questions; ``tables`` are the sections that are tables, with their key."""
    sections: dict[str, list[Question]] = {}
    for question in questions:
        sections.setdefault(question.section, []).append(question)
    known = tables or {}
    return Questionnaire("small", "Sheet", "1", tuple(
        Section(name, name.title(), tuple(kept), name in known, known.get(name, ""))
        for name, kept in sections.items()
    ))  # fmt: skip


def question(name: str, kind: Kind = Kind.TEXT, *options: str, **more: Any) -> Question:
    """A question with the last word of its id as label."""
    label = name.rpartition(".")[2].replace("_", " ").capitalize()
    return Question(name, kind, label, options=tuple(Option(one, one.title()) for one in options), country="US", **more)


ADDRESS = (
    question("sites.name"),
    question("sites.street", address="street"),
    question("sites.suite", address="unit"),
    question("sites.city", address="city"),
    question("sites.state", Kind.SUBDIVISION),
    question("sites.zip", Kind.POSTCODE),
)
"""The questions about a site, as the templates ask them."""


def small(
    sheet: Questionnaire, values: Mapping[str, Any], *tasks: Task, record: History | None = None, **profile: Any
) -> Context:
    """A customer, who has answered this, of a provider with these tasks and ``profile`` besides."""
    return context_of(replace(profile_of(tasks), questionnaire=sheet, **profile), values, record)


def filed(*tasks: str) -> History:
    """A record in which a document lies with each of these tasks."""
    return History(evidence=[Evidence(task, AT, "ben", noted("signed"), document="0" * 64) for task in tasks])
