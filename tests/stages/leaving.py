"""Customers of every shipped profile for whom everything was done, and their answers with something taken out."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import check
from onboarding.domain.action import Verdict
from onboarding.domain.event import Event
from onboarding.domain.history import Customer, Evidence, History, TaskRecord, TaskState
from onboarding.domain.question import Kind, Questionnaire
from onboarding.domain.row import ROW_ID
from onboarding.domain.sending import BY_MAIL, Sending
from onboarding.domain.task import Task
from onboarding.profile.load import load_profile
from onboarding.resources import shipped
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planners import planner_of
from onboarding.stages.removal import emptied, removals
from tests.calendars import NEW_YORK
from tests.stages.world import AT, saved

EXAMPLES = {
    "chinook": "bright-smile", "mitel-micloud": "harbor-freight-lines", "emetrotel": "northwind-clinic",
    "univoip-teams": "cedar-valley-schools", "univoip-officeconnect": "marlow-law",
}  # fmt: skip
Answers = dict[str, Any]


@cache
def _answers(profile: str) -> Answers:
    """The invented customer's answers, each row with an id, the temporary numbers given out."""
    source = shipped("data", "examples", f"{EXAMPLES[profile]}.toml")
    found = dict(read_answers(load_profile(profile).questionnaire, source).document)
    ids = map("".join, product("bcdfghjk", repeat=8))
    for name, rows in found.items():
        if isinstance(rows, list):
            found[name] = [{**row, ROW_ID: next(ids)} for row in rows]
    for place, row in enumerate(found.get("temporary_numbers") or ()):
        row.setdefault("number", f"+1213555019{place}")
    return found


def answers(profile: str) -> Answers:
    return copy.deepcopy(_answers(profile))


def begun(profile: str, given: Answers) -> Context:
    """A customer with these answers, of whom nothing was done."""
    loaded = load_profile(profile)
    checked = check(loaded.questionnaire, given, AT.date())
    customer = Customer("customer", "Customer", AT)
    return Context(
        customer, loaded, checked.values, (), History(), AT, NEW_YORK, version=1, ids=checked.ids
    )  # fmt: skip


@cache
def finished(profile: str) -> Context:
    """The invented customer with everything set up, asked for and reported."""
    found = begun(profile, answers(profile))
    needed = [task for task in found.tasks if not task.stands_for_rows and found.is_needed(task)]
    return with_all(found, needed)


def with_all(context: Context, tasks: list[Task]) -> Context:
    """With these done, and what they bring about outside."""
    record = context.record
    kept = {task.id: TaskRecord(task.id, TaskState.DONE, AT, task.party, version=context.version) for task in tasks}
    lines = [line for task in tasks for line in _lines(task, context)]
    sent = {task.id: _sent(task, context) for task in tasks if task.connector == BY_MAIL}
    return replace(
        context,
        record=replace(
            record, tasks={**record.tasks, **kept}, evidence=[*record.evidence, *lines],
            sendings={**record.sendings, **sent},
        ),
    )  # fmt: skip


def _lines(task: Task, context: Context) -> list[Evidence]:
    if planner_of(task).sets_up:
        keys = [action.key for action in desired(task, context)]
        return [Evidence(task.id, AT, "ana", Event("action.done", key), key, version=context.version) for key in keys]
    return [Evidence(task.id, AT, "ana", Event("task.reported", task.id), version=context.version)]


def _sent(task: Task, context: Context) -> tuple[Sending, ...]:
    return tuple(
        Sending(
            one.id, task.id, f"customer.{place}", str(one.summary), one.body_digest, context.version, AT, Verdict.DONE,
            f"<{place}@provider.example>",
        )
        for place, one in enumerate(desired(task, context))
    )  # fmt: skip


def after(context: Context, given: Answers) -> Context:
    """The same customer once these answers are saved."""
    now = begun(context.profile.id, given)
    return saved(context, now.values, now.ids)


def without_row(asked: Questionnaire, given: Answers, table: str, place: int) -> Answers:
    """The answers without a row; what referred to it refers to another one, or to none where it was the last."""
    left = copy.deepcopy(given)
    gone = left[table].pop(place)
    for section in asked.sections:
        rows = left.get(section.id)
        for question in section.questions:
            of_table, _, column = question.to.partition(".")
            if question.kind is Kind.REFERENCE and of_table == table:
                for row in rows if isinstance(rows, list) else [rows] if rows else []:
                    if row.get(question.name) == gone.get(column):
                        row.pop(question.name)
                        row.update({question.name: left[table][0][column]} if left[table] else {})
    return left


class Outside:
    """What stands outside for a customer whose work is all done at once, whenever there is some.

    ``things`` are the records of systems by task and key, and of what people undo by hand the tasks that they did.
    """

    def __init__(self, customer: Context) -> None:
        self.customer = customer
        self.things: dict[tuple[str, str], dict[str, Any]] = {}

    def save(self, given: Answers) -> None:
        """Other answers."""
        self.customer = after(self.customer, given)

    def work(self) -> None:
        """Everything is removed that is not wanted, then everything is set up that is, each proved by a line."""
        before = self.customer
        for task in reversed(before.tasks):
            for action in removals(task, before):
                key = task.id if task.undo else action.key
                del self.things[task.id, key]
                self._prove(task, Event("task.reported", task.id) if task.undo else Event("action.removed", key), key)
        before = self.customer
        for task in self._setting_up():
            for action in desired(task, before):
                now = emptied(action, task, before)
                there = self.things.setdefault((task.id, action.key), {})
                there.update(now.body)
                self._prove(task, Event("task.reported" if task.undo else "action.done", action.key), action.key)

    def wanted(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What the answers want to stand, fields that were emptied among it."""
        found = {}
        for task in self._setting_up():
            for action in desired(task, self.customer):
                gone = dict.fromkeys(self.things.get((task.id, action.key), {}))
                found[task.id, action.key] = gone | dict(action.body)
        return found

    def _setting_up(self) -> list[Task]:
        there = self.customer
        own = [one for one in there.tasks if (planner_of(one).sets_up or one.undo) and not one.stands_for_rows]
        return [one for one in own if there.is_needed(one)]

    def _prove(self, task: Task, what: Event, key: str) -> None:
        there = self.customer
        line = Evidence(task.id, AT, "ana", what, key, version=there.version)
        kept = TaskRecord(task.id, TaskState.DONE, AT, task.party, version=there.version)
        record = replace(
            there.record, tasks={**there.record.tasks, task.id: kept}, evidence=[*there.record.evidence, line]
        )
        self.customer = replace(there, record=record)
