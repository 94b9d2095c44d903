"""After the hand-over it is the customer's: nothing is reverted, and what changes later is a change order."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from onboarding import settings
from onboarding.case import leaving_out, lifecycle, planning, work
from onboarding.case.case import Case
from onboarding.case.preview import consequences_of
from onboarding.cli.app import app
from onboarding.domain.action import Operation
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence, TaskRecord, TaskState
from onboarding.domain.task import Task, declared_id
from onboarding.errors import InputError
from onboarding.frames import CaseFrames
from onboarding.notebook import looks
from onboarding.notebook.sheet import Sheet
from onboarding.report.exceptions import Trouble
from onboarding.report.figures import completion_figures
from onboarding.stages.change_order import to_order
from onboarding.stages.drift import sightings
from tests.world import HOPPER, World, leave_out, rows

USERS, EXCHANGE = "provision.create-users", "enable_services.enable-exchange"
MAIL = ("migrate.export-mail", "migrate.create-outlook-profiles", "migrate.import-mail")
"""What is done for every user who has mail elsewhere."""
FINISHED = "cutover.complete-onboarding"
"""The check that all else is closed."""
TRIED = "cutover.verify-services"
"""What was waived for other answers."""
ADDED = "+16175550177"
NEW = {**HOPPER, "extension": "399", "services": ["exchange"], "exchange_plan": "Basic"}


@pytest.fixture
def over(small: World) -> World:
    """Everything is done or left out, and so the project is handed over."""
    for stage in ("provision", "enable_services"):
        small.apply(stage)
    for task in small.case.profile.tasks:
        if not small.state(task.id).is_closed:
            leave_out(small.case, task.id, "not of interest here")
    assert small.case.progress().is_complete
    assert small.case.record.handed_over is not None
    small.sandbox.forget_requests()
    return small


def in_portal(world: World, statement: str, *values: str) -> None:
    """The customer changes something in the portal."""
    with world.sandbox._open.transaction():
        world.sandbox._open._link.execute(statement, values)


def first(world: World) -> str:
    return str(world.case.document["users"][0]["email"])


def test_what_the_customer_did_in_the_portal_is_left_alone(over: World) -> None:
    """A run changes nothing back; the plan names it as it is and as it was handed over."""
    in_portal(over, "UPDATE item SET body = json_set(body, '$.last_name', 'Roof') WHERE json_extract(body, '$.email')"
                    " = ?", first(over))  # fmt: skip
    plan = planning.plan(over.case, "provision")
    assert plan.changes == ()
    assert [(action.key, dict(action.before or {})["last_name"]) for action in plan.drift] == [(first(over), "Roof")]
    frame = CaseFrames(over.case).plan(plan)
    assert frame["operation"].tolist().count("drift") == 1
    assert "Changed by the customer since, left alone" in looks.plan(frame, plan)._repr_html_()
    for stage in ("provision", "enable_services"):
        over.apply(stage)
    assert over.writes() == {}
    assert over.case.progress().is_complete


def test_what_was_seen_outside_is_kept_once_and_shown_without_looking_again(over: World) -> None:
    """A run keeps which fields are others, no values; it is among the exceptions until it is seen as handed over."""
    over.apply("provision")
    assert not list(sightings(over.case.context()))
    change = "UPDATE item SET body = json_set(body, '$.last_name', ?) WHERE json_extract(body, '$.email') = ?"
    name = str(over.case.document["users"][0]["last_name"])
    in_portal(over, change, "Roof", first(over))
    for _again in range(2):
        over.apply("provision")
    kept = [line for line in over.case.record.evidence if line.what.kind == "drift.seen"]
    assert [str(line.what) for line in kept] == [
        f"seen outside, changed by the customer since the hand-over: User Ana Ortiz ({first(over)}): last_name"
    ]
    exceptions = completion_figures(*over.case.look()).exceptions
    assert [(str(one.kind), one.what) for one in exceptions if one.kind is Trouble.DRIFT] == [
        ("changed outside by the customer", over.case.profile.stage("provision").title)
    ]
    in_portal(over, change, name, first(over))
    over.apply("provision")
    assert not list(sightings(over.case.context()))


def test_other_answers_are_work_for_a_change_order(over: World) -> None:
    """Nothing re-opens by itself; the status names what the answers ask for since."""
    more = {**over.case.document, "users": [*over.case.document["users"], NEW]}
    found = consequences_of(over.case, more)
    assert found
    assert [one.task.declared for one in found.tasks] == [USERS, EXCHANGE, TRIED, FINISHED]
    assert [task.declared for task in found.ordered] == [*MAIL]
    over.save(users=[*rows(over, last_name="Ortiz-Vale"), NEW])
    assert planning.plan(over.case, "provision").drift == ()
    progress = over.case.progress()
    assert progress.is_complete
    assert [task.declared for task in to_order(over.case.context())] == [USERS, EXCHANGE, *MAIL, TRIED, FINISHED]
    over.apply("provision")
    assert over.writes() == {}
    assert NEW["email"] not in over.emails()


def test_a_change_order_does_what_was_asked_for_since_and_nothing_else(over: World) -> None:
    """The new colleague is set up; what the customer changed meanwhile stays, also of those whose answers changed."""
    users = copy.deepcopy(over.answers["users"])
    users[0]["last_name"] = "Ortiz-Vale"
    in_portal(over, "UPDATE item SET body = json_set(body, '$.first_name', 'Anita') WHERE json_extract(body, '$.email')"
                    " = ?", first(over))  # fmt: skip
    over.save(users=[*users, NEW])
    lifecycle.begin_phase(over.case, "Zoe joins, Ana marries", is_change=True)
    assert {declared_id(task) for task, state in over.states().items() if not state.is_closed} == {
        USERS, EXCHANGE, *MAIL, TRIED, FINISHED,
    }  # fmt: skip
    plan = planning.plan(over.case, "provision")
    assert [(one.operation, one.key) for one in plan.changes] == [
        (Operation.CHANGE, first(over)), (Operation.CREATE, str(NEW["email"])),
    ]  # fmt: skip
    assert [name for name, _old, _new in plan.changes[0].changes] == ["last_name"]
    for stage in ("provision", "enable_services"):
        over.apply(stage)
    assert over.writes()["POST /users"] == 1
    [ana] = [user for user in over.sandbox.truth()["users"] if user["email"] == first(over)]
    assert (ana["first_name"], ana["last_name"]) == ("Anita", "Ortiz-Vale")
    assert NEW["email"] in over.emails()
    for task in (*MAIL, TRIED):
        leave_out(over.case, task, "nothing to bring along")
    assert over.case.progress().is_complete
    assert len(over.case.record.hand_overs) == 2


def test_what_the_customer_removed_is_not_made_again(over: World) -> None:
    """A user who is gone from the portal stays gone, in a change order too."""
    email = first(over)
    in_portal(over, "DELETE FROM item WHERE json_extract(body, '$.email') = ?", email)
    over.save(users=[*over.answers["users"], NEW])
    lifecycle.begin_phase(over.case, "Zoe joins", is_change=True)
    over.apply("provision")
    assert email not in over.emails()
    assert NEW["email"] in over.emails()


def test_a_change_order_needs_a_change(over: World) -> None:
    """Without one there is nothing to order."""
    with pytest.raises(InputError, match="CHANGE-NONE"):
        lifecycle.begin_phase(over.case, "Nothing", is_change=True)


def test_every_list_names_the_change_order(over: World) -> None:
    """Status, tasks and plan say alike that the answers are others; nothing new is called found as it is wanted."""
    assert not any("change order" in onboard(*words, over.name) for words in (("status",), ("tasks",), ("plan",)))
    over.save(users=[*rows(over), NEW])
    for words in (("status", over.name), ("tasks", over.name), ("plan", over.name, "provision")):
        said = onboard(*words)
        assert "Work for a change order: " in said
        assert f"onboard phase {over.name} --change-order" in said
        assert "as wanted" not in said


def onboard(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--as-of", "2026-09-01"], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_a_removal_after_the_hand_over_waits_for_the_change_order(over: World) -> None:
    """Whoever left the sheet afterwards keeps what they have until somebody orders the change."""
    over.save(users=over.answers["users"][:-1])
    assert [task.id for task in to_order(over.case.context())] == [USERS, EXCHANGE, FINISHED]
    assert set(over.states().values()) <= {
        TaskState.DONE, TaskState.SKIPPED, TaskState.WAIVED, TaskState.NOT_NEEDED,
    }  # fmt: skip
    over.apply("provision")
    assert over.writes() == {}


def test_an_order_of_a_change_is_told_as_one(mixed: World) -> None:
    """In a change order what was requested before the hand-over is changed by a message, nothing is ordered twice."""
    mixed.finish_telephony()
    for task in mixed.case.context().tasks:
        if not mixed.state(task.id).is_closed:
            mixed.store.set_task(mixed.name, TaskRecord(task.id, TaskState.SKIPPED, mixed.at))
    mixed.case.note_progress()
    assert mixed.case.record.handed_over is not None
    before = len(mixed.subjects())
    mixed.save(port_numbers=[*mixed.answers["port_numbers"], {**mixed.answers["port_numbers"][0], "number": ADDED}])
    mixed.apply("telephony")
    assert len(mixed.subjects()) == before
    lifecycle.begin_phase(mixed.case, "One number more", is_change=True)
    mixed.done("telephony.sign-loa")
    mixed.apply("telephony", approved=planning.plan(mixed.case, "telephony").digest)
    assert [subject.partition(":")[0] for subject in mixed.subjects()[before:]] == ["Change order"]


def test_where_nothing_can_be_seen_a_change_order_says_what_is_different(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand nobody types all users again: those who are new or whose answers are others, with these answers."""
    monkeypatch.delenv(settings.PORTAL_URL.name)
    for task in small.case.context().tasks:
        if not small.state(task.id).is_closed:
            small.store.set_task(small.name, TaskRecord(task.id, TaskState.DONE, small.at, version=1))
            reported = Evidence(task.id, small.at, "ana", Event("task.reported", task.id), version=1)
            small.store.add_evidence(small.name, reported)
    small.case.note_progress()
    users = copy.deepcopy(small.answers["users"])
    users[0]["last_name"] = "Ortiz-Vale"
    small.save(users=[*users, NEW])
    lifecycle.begin_phase(small.case, "Zoe joins, Ana marries", is_change=True)
    plan = planning.plan(small.case, "provision")
    assert [(one.operation, one.key) for one in plan.changes if one.task == USERS] == [
        (Operation.CHANGE, first(small)), (Operation.CREATE, str(NEW["email"])),
    ]  # fmt: skip
    assert plan.drift == ()


def handed_over(world: World) -> None:
    """What is open is done with, as far as the record says, and so the project is handed over."""
    for task in world.case.context().tasks:
        if not world.state(task.id).is_closed:
            world.store.set_task(world.name, TaskRecord(task.id, TaskState.SKIPPED, world.at))
    world.case.note_progress()
    assert world.case.record.handed_over is not None


def foreseen(case: Case, document: Mapping[str, Any]) -> set[str]:
    """Saves answers of a customer who was handed over; what is listed of them is what there is to order more."""
    found = consequences_of(case, document)
    before, states = named(to_order(case.context())), states_of(case)
    case.save_answers(document, "test")
    listed = named([*(one.task for one in found.tasks), *found.ordered])
    assert named(to_order(case.context())) - before == listed - before
    assert all(state is states.get(name, state) and state.is_closed for name, state in states_of(case).items())
    return listed


def named(tasks: Iterable[Task]) -> set[str]:
    """What tasks are called in the profile, those of a row with what the row is called: a new row has no id yet."""
    return {f"{task.declared} {task.row.label}" if task.row else task.id for task in tasks}


def states_of(case: Case) -> dict[str, TaskState]:
    return {view.task.id: view.state for view in case.progress().tasks}


def test_each_kind_of_change_is_listed_as_what_the_change_order_does(mixed: World) -> None:
    """Somebody comes or goes, a number is another or gone, a day is cleared, a site goes or comes: each is named with
    what is to be done, nothing moves before the order, and the order has exactly that.
    """
    mixed.apply("provision")
    mixed.finish_telephony()
    handed_over(mixed)

    def change(section: str, edit: Callable[[list[dict[str, Any]]], Any]) -> set[str]:
        document = copy.deepcopy(dict(mixed.case.document))
        edit(document[section])
        return foreseen(mixed.case, document)

    document = copy.deepcopy(dict(mixed.case.document))
    day = document["port_orders"][0].pop("foc_on")
    [moved] = consequences_of(mixed.case, document).days
    assert day == "2026-03-02"
    assert "2 Mar 2026 → —." in moved.sentence
    assert mixed.case.profile.task("telephony.complete-port").title in moved.sentence
    assert "telephony.agree-port-date" in foreseen(mixed.case, document)
    assert USERS in change("users", lambda rows: rows.append(dict(NEW)))
    assert USERS in change("users", lambda rows: rows.pop(1))
    assert "telephony.sign-loa" in change("port_numbers", lambda rows: rows[0].update(number=ADDED))
    assert change("users", lambda rows: [row.pop("number", None) for row in rows])
    change("sites", lambda rows: rows.pop())
    change("sites", lambda rows: rows.append({**rows[0], "name": "Annex"}))
    ordered = {task.id for task in to_order(mixed.case.context())}
    lifecycle.begin_phase(mixed.case, "All of it", is_change=True)
    assert {name for name, state in states_of(mixed.case).items() if not state.is_closed} == ordered


@pytest.mark.parametrize("act", [work.done, lambda case, task: leaving_out.skip(case, task, "late")])
def test_what_is_closed_names_the_change_order_after_the_hand_over(
    over: World, act: Callable[[Case, str], object]
) -> None:
    """Nothing opens again by itself then, so nobody is told to wait for that."""
    closed = next(view.task.id for view in over.case.progress().tasks if view.state is TaskState.NOT_NEEDED)
    with pytest.raises(InputError, match="TASK-CLOSED") as refused:
        act(over.case, closed)
    assert "change order" in refused.value.remedy
    assert f"onboard phase {over.name} --change-order" in refused.value.command
    assert "opens again" not in refused.value.command


def test_the_form_says_that_it_is_a_change_order(over: World) -> None:
    """What keeping a change would come to is no undoing any more."""
    document = {**over.case.document, "users": [*over.case.document["users"], NEW]}
    undone = Sheet(lambda: over.case)._undoes(document)
    assert undone.is_ordered
    assert undone.sentences


def test_a_change_order_is_not_late_for_the_go_live_that_was_reached(over: World) -> None:
    """Nothing counts back from that day any more; from a new one it does."""
    company = {**over.case.document["company"], "go_live_on": over.case.today.isoformat()}
    over.save(company=company)
    over.at += timedelta(days=30)
    over.save(users=[*over.answers["users"], NEW])
    lifecycle.begin_phase(over.case, "Zoe joins", is_change=True)
    open_tasks = [view.task.id for view in over.case.progress().tasks if not view.state.is_closed]
    assert open_tasks
    found = over.case.schedule()
    assert [name for name in open_tasks if found.tasks[name].latest_on] == []
    assert (found.late, found.wanted_on) == ((), None)
    assert not any(found.tasks[name].is_late for name in open_tasks)
    wanted = over.case.today + timedelta(days=14)
    over.save(company={**company, "go_live_on": wanted.isoformat()})
    found = over.case.schedule()
    days = [day for name in open_tasks if (day := found.tasks[name].latest_on)]
    assert found.wanted_on == wanted
    assert days
    assert all(over.case.today <= day <= wanted for day in days)
