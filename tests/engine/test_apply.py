"""What an apply does, and what it leaves alone: Chinook's dental group against the sandbox."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from onboarding.case import planning
from onboarding.domain.action import Operation, Verdict
from onboarding.domain.history import TaskState
from onboarding.engine.agenda import stages_to_run
from onboarding.errors import Unavailable
from tests.world import DOMAIN, HOPPER, World, rows

READY, WAITING, BLOCKED, DONE = TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.DONE


def test_looking_sends_no_write(world: World) -> None:
    """Plans, progress and evidence of every stage leave the portal unwritten, the outbox empty and nothing in hand."""
    for stage in ("gather", "telephony", "provision", "enable_services", "migrate", "cutover"):
        planning.plan(world.case, stage)
    assert world.writes() == {}
    assert world.sandbox.mails() == []
    assert list(world.store.layout.outbox.iterdir()) == []
    assert world.case.record.tasks == {}
    assert world.store.journal(world.name) == []


def test_provisioning_creates_the_company_and_its_users(world: World) -> None:
    """Company with administrator first, then all 25 users, each read back and each with its line of evidence."""
    plan = planning.plan(world.case, "provision")
    applied = world.apply("provision", approved=plan.digest)
    assert [result.outcome.verdict for result in applied.results] == [Verdict.DONE] * 27
    assert world.writes() == {"POST /companies": 1, "POST /users": 25}
    truth = world.sandbox.truth()
    assert [(one["domain"], one["administrator"]["email"]) for one in truth["companies"]] == [
        (DOMAIN, f"admin@{DOMAIN}")
    ]
    assert world.emails() == {user["email"] for user in world.answers["users"]}
    proofs = {line.subject: line for line in world.evidence("provision.create-users")}
    assert set(proofs) == world.emails()
    ana = proofs[f"ana.ortiz@{DOMAIN}"]
    assert ana.observed is not None
    assert (ana.observed["extension"], ana.observed["first_name"]) == ("101", "Ana")
    assert ana.reference.startswith("usr-")
    assert world.state("provision.create-users") is DONE


def test_a_second_apply_sends_nothing(world: World) -> None:
    """Where everything is as wanted a re-run writes nothing, mails nothing and adds no line of evidence."""
    world.apply("provision")
    before, record = len(world.subjects()), world.case.record
    world.sandbox.forget_requests()
    again = world.apply("provision")
    assert (again.results, again.troubles) == ([], [])
    assert world.writes() == {}
    assert len(world.subjects()) == before
    assert world.case.record == record


def test_progress_is_told_for_every_action(small: World) -> None:
    """The step is called with its place among all changes, counted on from action to action."""
    told: list[tuple[int, int]] = []
    small.step = lambda place, total, what: told.append((place, total))
    small.apply("provision")
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_is_there_already_is_taken_as_it_is(small: World) -> None:
    """A user somebody created in the portal is found, proved and not created again."""
    small.apply("provision", tasks=["provision.create-company"])
    first = small.answers["users"][0]
    fields = {name: first[name] for name in ("email", "first_name", "last_name", "site", "extension")}
    small.sandbox.people().import_users(DOMAIN, [fields])
    applied = small.apply("provision")
    assert [result.action.key for result in applied.results] == [user["email"] for user in small.answers["users"][1:]]
    assert {line.subject for line in small.evidence("provision.create-users")} == small.emails()


def test_a_refusal_is_shown_and_does_not_stop_the_others(small: World) -> None:
    """One user whose extension is taken is refused in the portal's words; the others are there; a run goes on."""
    small.apply("provision", tasks=["provision.create-company"])
    stranger = {**HOPPER, "extension": small.answers["users"][1]["extension"]}
    small.sandbox.people().import_users(DOMAIN, [stranger])
    applied = small.apply("provision")
    assert (applied.count(Verdict.DONE), applied.count(Verdict.REJECTED)) == (2, 1)
    view = small.task("provision.create-users")
    assert view.state is TaskState.REJECTED
    assert "ben.oneil" in view.reasons[0] or "O'Neil" in view.reasons[0]
    assert "Extension 102" in view.reasons[0]
    assert stages_to_run(small.case, small.case.progress(), "provision") == []
    small.save(users=[{**user, "extension": f"4{user['extension']}"} for user in small.answers["users"]])
    view = small.task("provision.create-users")
    assert (view.state, "Extension 102" in view.reasons[0]) == (READY, True)
    assert stages_to_run(small.case, small.case.progress(), "provision") == ["provision"]
    small.apply("provision")
    assert small.state("provision.create-users") is DONE


def test_what_reads_back_differently_is_not_done(small: World) -> None:
    """The portal says yes but shows another name: the task is refused with what it shows."""

    def somebody_edits(place: int, total: int, what: str) -> None:
        if place == total:
            one = next(user for user in small.sandbox.truth()["users"] if user["email"].startswith("ana"))
            small.sandbox._portal.change("users", one["id"], {"reference": "x", "last_name": "Smith"}, "reseller-admin")

    small.step = somebody_edits
    small.apply("provision")
    view = small.task("provision.create-users")
    assert view.state is TaskState.REJECTED
    assert "reads back differently: last_name is 'Smith'" in view.reasons[0]
    small.step = lambda place, total, what: None
    assert [(a.operation, a.key) for a in planning.plan(small.case, "provision").changes] == [
        (Operation.CHANGE, f"ana.ortiz@{DOMAIN}")
    ]
    small.apply("provision")
    assert small.state("provision.create-users") is DONE


# --- Trouble ----------------------------------------------------------------------------------------------------------


def test_a_portal_that_is_down_keeps_what_was_done(small: World) -> None:
    """It goes down in the middle: the trouble is reported, nothing already done is lost, a later run completes it."""

    def pull_the_plug(place: int, total: int, what: str) -> None:
        if place == 3:
            small.sandbox.stop()

    small.step = pull_the_plug
    applied = small.apply("provision")
    assert len(applied.troubles) == 1
    assert "PORTAL-UNAVAILABLE" in applied.troubles[0]
    assert small.state("provision.create-company") is DONE
    assert small.state("provision.create-users") is READY
    with pytest.raises(Unavailable):
        small.apply("provision")
    small.step = lambda place, total, what: None
    small.sandbox.start()
    small.apply("provision")
    assert small.state("provision.create-users") is DONE
    assert len(small.sandbox.truth()["users"]) == 3
    assert small.sandbox.truth()["doubled"] == []


def test_attempts_that_had_no_effect_are_no_success(small: World) -> None:
    """A portal that drops every write leaves the task open, after three attempts that were each looked up."""
    small.sandbox.fault("refuse", method="POST", path="/users")
    applied = small.apply("provision")
    assert small.sandbox.requests["POST /users"] == 3
    assert "ATTEMPTS-SPENT" in applied.troubles[0]
    assert small.state("provision.create-users") is READY
    small.sandbox.clear_faults()
    assert small.apply("provision").troubles == []
    assert small.state("provision.create-users") is DONE


def test_a_busy_portal_is_not_pressed(small: World) -> None:
    """429 to a write ends the work on that portal for this run; nothing is doubled later."""
    small.sandbox.fault("too-many", method="POST", path="/users", retry_after=30)
    applied = small.apply("provision")
    assert small.sandbox.requests["POST /users"] == 1
    assert "30 s" in applied.troubles[0]
    small.sandbox.clear_faults()
    small.apply("provision")
    assert len(small.sandbox.truth()["users"]) == 3


def test_a_portal_that_is_down_does_not_hold_up_the_mail(mixed: World) -> None:
    """Requests by mail of the same stage still go out."""
    mixed.apply("provision", tasks=["provision.create-company"])
    mixed.sandbox.fault("unavailable", method="POST")
    mixed.apply("provision", tasks=["provision.create-users", "provision.notify-total-connect"])
    assert mixed.state("provision.create-users") is READY
    assert mixed.state("provision.notify-total-connect") is DONE


def test_a_clock_that_was_put_back_sends_nothing_early(mixed: World) -> None:
    """A run dated before the last one changes nothing that was done, and moves no promised day."""
    mixed.apply("telephony")
    mails, due = len(mixed.subjects()), mixed.task("telephony.deliver-new-numbers").due_on
    mixed.at = datetime(2026, 3, 2, 13, tzinfo=UTC)
    mixed.apply("telephony")
    assert len(mixed.subjects()) == mails
    assert mixed.task("telephony.deliver-new-numbers").due_on == due


def test_a_check_that_held_late_is_written_down(mixed: World) -> None:
    """A task that closes by itself is first asked for, with a day, and recorded with its proof once it holds."""
    users = mixed.answers["users"]
    mixed.save(users=rows(mixed, last_name=""))
    mixed.apply("gather")
    view = mixed.task("gather.collect-users")
    assert (view.state, view.due_on) == (WAITING, date(2026, 3, 9))
    mixed.at = datetime(2026, 3, 4, 14, tzinfo=UTC)
    mixed.save(users=users)
    mixed.apply("gather")
    view = mixed.task("gather.collect-users")
    assert (view.state, view.since) == (DONE, mixed.at)
    assert [str(line.what) for line in mixed.evidence("gather.collect-users")] == ["its check holds"]
