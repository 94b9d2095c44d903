"""What is to be known of rows that are taken all the same: what they leave open, and what does not go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from onboarding.case.facts import Fact
from onboarding.case.statement import Statement, called
from onboarding.domain.action import Action
from onboarding.domain.history import TaskState
from onboarding.domain.sending import BY_MAIL
from onboarding.domain.task import Task, declared_id
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.text import first_few

SHOWN = 5
"""Tasks that one remark names."""


def remark(stated: Statement, facts: Sequence[Fact]) -> None:
    """Looks at all that the rows came to, once they are taken."""
    _look_before(stated, facts)
    _look_at_order(stated, facts)
    _look_at_requests(stated, [fact for fact in facts if fact.kind == "order"])
    if not stated.said.complaints and (stages := [fact for fact in facts if fact.kind == "stage"]):
        _look_at_stages(stated, stages)


def requests_of(task: Task, context: Context) -> list[Action]:
    """What is asked of a provider's support for the task."""
    return [one for one in desired(task, context) if one.connector == BY_MAIL]


def _look_before(stated: Statement, facts: Sequence[Fact]) -> None:
    """What is stated as done although what comes before it is not."""
    rows = {fact.name: fact.row for fact in facts}
    for name in [name for name, record in stated.tasks.items() if record.state is TaskState.DONE]:
        for before in _open_before(stated, name):
            row = rows.get(declared_id(name)) or next(iter(rows.values()))
            task = stated.context.task(name)
            words = f"{called(task) if task else name} is stated as done, {called(before)} before it is not."
            stated.said.remark(row, "id", words, "State it too where it was done.")


def _open_before(stated: Statement, name: str) -> Iterator[Task]:
    task = stated.context.task(name)
    for one in (made for before in (task.after if task else ()) for made in stated.context.made_of(before)):
        if one.is_check or not stated.context.is_needed(one):
            continue
        record = stated.tasks.get(one.id) or stated.context.record.tasks.get(one.id)
        if record is None or not record.state.is_closed:
            yield one


def _look_at_order(stated: Statement, facts: Sequence[Fact]) -> None:
    """What is stated as done on a day before it was asked for, or before what comes before it."""
    rows = {fact.name: fact.row for fact in facts}
    for name, record in stated.tasks.items():
        task = stated.context.task(name)
        if task is None or record.state is not TaskState.DONE:
            continue
        row = rows.get(declared_id(name)) or next(iter(rows.values()))
        done = stated.context.day(record.at, task.party)
        for words, at in _earlier(stated, task):
            if (day := stated.context.day(at, task.party)) > done:
                what = f"{called(task)} is stated as done on {done}, but {words} on {day}."
                stated.said.remark(row, "date", what, "Correct the one day or the other.")


def _earlier(stated: Statement, task: Task) -> Iterator[tuple[str, datetime]]:
    """What has to have happened before a task was done, as far as that is kept or stated, with when it did."""
    kept = stated.context.record.tasks.get(task.id)
    if kept and kept.state is TaskState.WAITING:
        yield "it was asked for", kept.at
    for one in (made for before in task.after for made in stated.context.made_of(before)):
        record = stated.tasks.get(one.id) or stated.context.record.tasks.get(one.id)
        if record and record.state in (TaskState.DONE, TaskState.WAITING):
            said = "was done" if record.state is TaskState.DONE else "was asked for"
            yield f"{called(one)}, which comes before it, {said}", record.at


def _look_at_stages(stated: Statement, facts: Sequence[Fact]) -> None:
    """What stays open of a stage that is stated as a whole."""
    progress = assess(stated.so_far)
    for fact in facts:
        views = [view for view in progress.of_stage(fact.name) if view.task.id not in stated.left_open]
        if still := [called(view.task) for view in views if not view.state.is_closed]:
            words = f"Still open in this stage: {first_few(still, SHOWN)}."
            stated.said.remark(fact.row, "id", words, "`onboard tasks` says what they wait for, once it is kept.")


def _look_at_requests(stated: Statement, facts: Sequence[Fact]) -> None:
    """Requests that will still be sent, where others of their task are out."""
    for fact in facts:
        task = stated.context.task(fact.name)
        for action in requests_of(task, stated.context) if task and task.id not in stated.tasks else ():
            if action.key not in stated.out[action.task]:
                words = f"{action.summary} is not stated to be out: it will be sent."
                stated.said.remark(fact.row, "row", words, "State it too where it is out.")
