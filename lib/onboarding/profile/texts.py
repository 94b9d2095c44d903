"""All that a customer may read of a profile, each text with the key at which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from onboarding.domain.question import Question
from onboarding.domain.task import Gate, Task
from onboarding.profile.model import Profile
from onboarding.profile.source import Key

WRITTEN = ("subject", "intro", "closing")
"""Parameters of a task that are read by the customer when the mail goes to the customer."""

Texts: TypeAlias = Iterator[tuple[Key, str]]


def texts_of(profile: Profile) -> Texts:
    """Everything a customer may read of a profile; a text that stands in several places comes with each."""
    yield from _all("party", profile.parties, "title")
    yield from _all("stage", {stage.id: stage for stage in profile.stages}, "title", "purpose")
    for task in profile.tasks:
        yield from _of_task(task)
    for gate in profile.gates.values():
        yield from _of_gate(gate)
    yield from _all("service", profile.services, "title")
    yield from _of_questionnaire(profile)
    yield from _all("reference", {row.id: row for row in profile.references}, "title", "text")
    for name, one in profile.procedures.items():
        yield from _fields(("operation", name), one, "title", "guide")
        yield from _each(("operation", name, "needs"), one.needs)
        yield from _each(("operation", name, "follow_ups"), one.follow_ups)
    yield from _all("claim", {claim.id: claim for claim in profile.claims}, "title")
    yield from _of_report(profile)


def has_words(text: str) -> bool:
    """Whether there are words in it, besides what is filled in."""
    return bool(re.search(r"[^\W\d_]", re.sub(r"\{[\w.]+\}", "", text)))


def _fields(at: Key, thing: Any, *names: str) -> Texts:
    yield from (((*at, name), getattr(thing, name)) for name in names)


def _all(table: str, things: Mapping[str, Any], *names: str) -> Texts:
    for name, thing in things.items():
        yield from _fields((table, name), thing, *names)


def _each(at: Key, texts: Iterable[str]) -> Texts:
    yield from (((*at, place), text) for place, text in enumerate(texts))


def _of_task(task: Task) -> Texts:
    at = ("task", task.stage, task.id.partition(".")[2])
    yield from _fields(at, task, "title", "guide", "undo", "evidence", "skip_reason")
    if getattr(task.params, "is_to_customer", False):
        yield from (((*at, "params", name), getattr(task.params, name, "")) for name in WRITTEN)
        read_back = enumerate(getattr(task.params, "read_back", ()))
        yield from (((*at, "params", "read_back", place, "label"), one.label) for place, one in read_back)


def _of_gate(gate: Gate) -> Texts:
    yield from _fields(("gate", gate.id), gate, "title", "question")
    for question in gate.asks:
        yield from _of_question(("gate", gate.id, "asks", question.name), question)


def _of_questionnaire(profile: Profile) -> Texts:
    asked = profile.questionnaire
    yield ("provider",), asked.title
    for section in asked.sections:
        yield from _fields(("section", section.id), section, "title", "help")
        for question in section.questions:
            yield from _of_question(("section", section.id, "question", question.name), question)
    yield from _all("rule", {rule.id: rule for rule in asked.rules}, "message")
    yield from ((("party", name, "title"), title) for name, title in asked.parties.items())


def _of_question(at: Key, question: Question) -> Texts:
    yield from _fields(at, question, "label", "help", "document")
    yield from (((*at, "options", option.value), option.label) for option in question.options)


def _of_report(profile: Profile) -> Texts:
    yield from _fields(("report",), profile.report, "title", "ordered")
    yield from ((("report", "tally", tally.id, "title"), tally.title) for tally in profile.report.tallies)
    for block in profile.report.blocks:
        at = ("report", "block", block.id)
        yield from _fields(at, block, "title", "text")
        shows = enumerate(block.shows)
        yield from (((*at, "show", place, "caption"), getattr(show.params, "caption", "")) for place, show in shows)
    yield from ((("data", "delivery", place, "title"), one.title) for place, one in enumerate(profile.data.delivery))
