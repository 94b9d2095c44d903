"""Runs one check by its name, as a profile would name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onboarding.domain.question import Kind, Option, Question, Questionnaire, Section
from onboarding.domain.record import Evidence, Record, TaskState
from onboarding.domain.registry import installed
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from tests.stages.world import AT, context_of, profile_of

SHOWN = 5
"""Things that are missing are named one by one up to this many."""


def missing(
    check: str,
    context: Context,
    about: Mapping[str, Any] | None = None,
    *open_tasks: str,
    states: Mapping[str, TaskState] | None = None,
) -> list[str]:
    """What the check finds missing while these tasks are open, some in these ``states``, and all others done."""
    known = dict.fromkeys(open_tasks, TaskState.READY) | dict(states or {})
    found = installed().get("check", check)
    params = found.params.model_validate(about or {})
    return list(found.function(context, params, lambda task: known.get(task, TaskState.DONE)))


def asked(*questions: Question, tables: Mapping[str, str] | None = None) -> Questionnaire:
    """A questionnaire of these questions; ``tables`` are the sections that are tables, with their key."""
    sections: dict[str, list[Question]] = {}
    for question in questions:
        sections.setdefault(question.section, []).append(question)
    known = tables or {}
    return Questionnaire("small", "Sheet", "1", tuple(
        Section(name, name.title(), tuple(held), name in known, known.get(name, ""))
        for name, held in sections.items()
    ))  # fmt: skip


def question(name: str, kind: Kind = Kind.TEXT, *options: str, **more: Any) -> Question:
    """A question with the last word of its id as label."""
    label = name.rpartition(".")[2].replace("_", " ").capitalize()
    return Question(name, kind, label, options=tuple(Option(one, one.title()) for one in options), **more)


def small(sheet: Questionnaire, values: Mapping[str, Any], *tasks: Task, record: Record | None = None) -> Context:
    """A customer of a provider with these tasks, who has answered this."""
    profile = replace(profile_of(tasks), questionnaire=sheet)
    return context_of(profile, values, record)


def filed(*tasks: str) -> Record:
    """A record in which a document lies with each of these tasks."""
    return Record(evidence=[Evidence(task, AT, "ben", "signed", document="0" * 64) for task in tasks])
