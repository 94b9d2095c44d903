"""Whatever has happened: every list, message and report names the same tasks, who has them, since when, until when,
whether that is over, and counts them alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onboarding import frames
from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.cli.app import app
from onboarding.domain.history import Customer, TaskRecord, TaskState
from onboarding.domain.task import declared_id
from onboarding.engine.stage_run import where_it_stands
from onboarding.frames import CaseFrames
from onboarding.notebook.standing import status_html
from onboarding.report.figures import completion_figures
from onboarding.settings import HOME
from onboarding.stages.owed import by_row, others, owed
from onboarding.stages.plan import left_to_do
from onboarding.store.store import Store
from tests.univoip.played import AT, OFFICE, TEAMS, example

KEPT = (TaskState.DONE, TaskState.WAITING, TaskState.WAITING, TaskState.REJECTED, TaskState.UNKNOWN, TaskState.SKIPPED)
NAME = "acme"
AS_FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"""A history that fails is shown as it was found: to make it smaller takes minutes, since each is that of a customer of
a hundred tasks, whom every face shows anew; so there are few of them.
"""


@contextmanager
def world(profile: str) -> Iterator[Case]:
    """The example customer of a provider, for training, in a workspace of its own."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME.name, folder)
        with Store.open(Path(folder), "") as store:
            store.create_customer(Customer(NAME, "Acme", AT, is_training=True), profile)
            case = Case.open(store, NAME, AT, "root")
            case.save_answers(example(profile), "test")
            yield case


def happen(case: Case, data: st.DataObject) -> datetime:
    """Tasks come to stand somewhere, in whatever order; returns the instant at which the customer is looked at."""
    tasks = [task for task in case.context().tasks if task.is_reported]
    chosen = data.draw(st.lists(st.sampled_from(tasks), max_size=30, unique_by=lambda task: task.id))
    for task in sorted(chosen, key=tasks.index):
        state = data.draw(st.sampled_from(KEPT))
        case.at += timedelta(hours=data.draw(st.integers(0, 40)))
        due = case.today + timedelta(days=data.draw(st.integers(0, 9))) if state is TaskState.WAITING else None
        record = TaskRecord(task.id, state, case.at, task.party, due, "root", version=case.context().version)
        case.set_task(record)
    case.at += timedelta(hours=data.draw(st.integers(0, 400)))
    case.note_progress()
    return case.at


def onboard(*words: str) -> Any:
    result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def told(lines: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in ("task", "state", "party", "since", "due_on", "is_overdue")) for line in lines]


@settings(max_examples=8, phases=AS_FOUND)
@given(data=st.data(), profile=st.sampled_from([TEAMS, OFFICE]))
def test_every_face_says_the_same_of_what_is_owed(data: st.DataObject, profile: str) -> None:
    """Status, tasks, the list over all, the frame, the portfolio, the report, the runbook's line, and a run's end."""
    with world(profile) as case:
        at = happen(case, data)
        context, progress = case.look()
        lines, text = owed(progress), at.isoformat()
        since = [one.waits_since(at) for one in lines]
        expected = [
            (one.id, one.state.value, one.party, begun and begun.isoformat(), one.due_on and one.due_on.isoformat(),
             one.is_overdue(at))
            for one, begun in zip(lines, since, strict=True)
        ]  # fmt: skip
        status = onboard("status", NAME, "--as-of", text)
        [listed] = onboard("status", "--as-of", text)
        assert told(status["waiting"]) == told(onboard("tasks", NAME, "--as-of", text)) == expected
        assert told(listed["waiting"]) == expected

        framed = {row["task"]: row for row in CaseFrames(case).tasks().rows()}
        for one in lines:
            row = framed[one.id]
            assert (row["party"], row["due_on"], row["late_at"]) == (one.party, one.due_on, one.late_at)
        [stands] = frames.overview(text, store=case.store).rows()
        count = progress.count()
        assert (stands["closed"], stands["total"]) == (count.closed, count.total)
        assert sum(one["tasks"] for one in status["stages"].values()) == count.total
        assert sum(one["closed"] for one in status["stages"].values()) == count.closed
        assert status["is_complete"] is listed["is_complete"] is progress.is_complete
        if lines:
            first = lines[0]
            assert (stands["title"], stands["due_on"]) == (first.title, first.due_on)
            assert (stands["since"], stands["is_overdue"]) == (since[0], first.is_overdue(at))
            assert stands["more"] == len(by_row(lines, progress)) - 1

        found = completion_figures(context, progress, asked=case.store.moment(NAME, None).asked)
        assert (found.outcome.closed, found.outcome.total) == (count.closed, count.total)
        title = context.profile.party_title
        assert {wait.party: (wait.due_on, wait.since, wait.is_overdue) for wait in found.outcome.waits} == {
            title(party): (
                min((one.due_on for one in lines if one.party == party and one.due_on), default=None),
                min((begun for one, begun in zip(lines, since, strict=True) if one.party == party and begun),
                    default=None),
                any(one.is_overdue(at) for one in lines if one.party == party),
            )
            for party in {one.party for one in lines}
        }  # fmt: skip
        figures = {task.id: task for task in found.tasks}
        for view in progress.tasks:
            if not view.state.is_closed:
                task = figures[view.task.id]
                assert (task.party, task.promised_on) == (title(view.waits_for or view.task.party), view.due_on)
                assert task.is_late is view.is_overdue(at)


@settings(max_examples=8, phases=AS_FOUND)
@given(data=st.data(), profile=st.sampled_from([TEAMS, OFFICE]))
def test_every_face_says_the_same_of_a_stage(data: st.DataObject, profile: str) -> None:
    """Who is waited for first and how much is open: the runbook's line, a run's end and the plan."""
    with world(profile) as case:
        happen(case, data)
        progress, title = case.progress(), case.profile.party_title
        for stage in (one.id for one in case.profile.stages):
            count, plan = progress.count(stage), planning.plan(case, stage)
            blocked = {view.task.id: view for view in progress.of_stage(stage) if view.state is TaskState.BLOCKED}
            for later in plan.deferred:
                if later.task in blocked:
                    assert later.party == blocked[later.task].waits_for
            ready = (view for view in progress.of_stage(stage) if view.state is TaskState.READY)
            can = {view.task.declared for view in ready if not view.task.is_check}
            left = {
                case.task(one.task).declared
                for one in left_to_do(plan, progress.asked_at(stage))
                if progress.task(one.task).state is TaskState.READY
            }
            assert left == can
            _outcome, message = where_it_stands(progress, case, stage, is_apply=False)
            line = str(status_html(case, stage, progress))
            if not count.open:
                assert message.kind == "run.complete"
                continue
            waiting = by_row(owed(progress, stage), progress)
            besides = len(waiting) - 1 if waiting else 0
            assert (f"Also waiting at this stage: {besides}" in line) is (besides > 0)
            later = {view.task.declared for view in blocked.values()} - {declared_id(one.id) for one in waiting}
            later_on = len(later) - (not waiting)
            assert (f"Not possible yet: {later_on}" in line) is (later_on > 0)
            if message.kind == "run.dry":
                assert message.values == {"count": len(can), "total": count.total}
            if message.kind == "run.waits":
                assert message.values.get("more", 0) == besides
                assert message.values.get("later", 0) == later_on
                assert str(message.values["party"]) in line
                name, gates = message.subject, progress.gates
                view = progress.task(name) if progress.has(name) else None
                party = (view.waits_for or view.task.party) if view else gates[name].owed_by
                assert str(message.values["party"]) == title(party)


@settings(max_examples=12, phases=AS_FOUND)
@given(data=st.data(), profile=st.sampled_from([TEAMS, OFFICE]))
def test_the_stages_together_have_what_the_status_counts(data: st.DataObject, profile: str) -> None:
    """What runs and runbooks count as waiting, stage by stage, is what the status lists and the list over all counts;
    and what waits and what comes later is all that is open.
    """
    with world(profile) as case:
        happen(case, data)
        progress, stages = case.progress(), [one.id for one in case.profile.stages]
        by_stage = [by_row(owed(progress, stage), progress) for stage in stages]
        assert {one.id for lines in by_stage for one in lines} == {one.id for one in by_row(owed(progress), progress)}
        for stage, lines in zip(stages, by_stage, strict=True):
            besides, tasks = others(progress, stage), sum(one.kind == "task" for one in lines)
            assert besides.wait == max(len(lines) - 1, 0)
            open_tasks = progress.count(stage).open
            assert tasks + besides.later + (not lines and open_tasks > 0) == open_tasks
        [listed] = [one for one in case.store.status(is_short=True) if one.customer.id == NAME]
        assert max(listed.open - 1, 0) == others(progress).wait


@settings(max_examples=12, phases=AS_FOUND)
@given(data=st.data(), profile=st.sampled_from([TEAMS, OFFICE]))
def test_nothing_is_due_before_it_is_planned(data: st.DataObject, profile: str) -> None:
    """However early what comes before it was done."""
    with world(profile) as case:
        happen(case, data)
        days = case.schedule().tasks
        for view in case.progress().tasks:
            if view.task.id in days and view.due_on:
                assert days[view.task.id].planned_on <= view.due_on
