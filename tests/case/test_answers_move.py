"""Answers that change after something was done: what is done again, for whom, and what is left alone."""

from __future__ import annotations

from onboarding.case import lifecycle, planning
from onboarding.domain.history import TaskState
from onboarding.domain.row import ROW_ID, without_ids
from tests.world import DOMAIN, HOPPER, World, enable_lync, leave_out, rows

READY, WAITING, BLOCKED, DONE = TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.DONE


def test_a_user_added_later_reopens_only_what_concerns_them(mixed: World) -> None:
    """A new colleague with Exchange re-opens the users and Exchange, and alone is created and enabled."""
    for stage in ("provision", "enable_services"):
        mixed.apply(stage)
    before = mixed.states()
    new = {**HOPPER, "extension": "399", "services": ["exchange"], "exchange_plan": "Basic"}
    mixed.save(users=[*mixed.answers["users"], new])
    moved = {task for task, state in mixed.states().items() if task in before and state is not before[task]}
    assert moved == {"provision.create-users", "enable_services.enable-exchange"}
    assert mixed.task("provision.create-users").reasons[0] == "The answers have changed since."
    assert mixed.task("provision.create-users").reasons[1].startswith("Users row ")
    mixed.sandbox.forget_requests()
    for stage in ("provision", "enable_services"):
        mixed.apply(stage)
    assert mixed.writes() == {"POST /users": 1, "POST /services": 1}
    assert new["email"] in mixed.emails()
    assert {task: state for task, state in mixed.states().items() if task in before} == before


def test_an_export_without_ids_finds_the_rows_by_their_names(mixed: World) -> None:
    """However a name is written and wherever it stands, its row is the same; a file saved twice is one version."""
    before = mixed.case.document
    given = without_ids(before)
    given["users"] = [{**row, "email": f" {row['email'].upper()}"} for row in reversed(given["users"])]
    version = mixed.case.save_answers(given, "answers.toml")
    kept = {row["email"].strip().casefold(): row[ROW_ID] for row in mixed.case.document["users"]}
    assert kept == {row["email"]: row[ROW_ID] for row in before["users"]}
    assert mixed.case.save_answers(given, "answers.toml") == version


def test_a_user_with_lync_added_later_is_waited_for(mixed: World) -> None:
    """Done is not done for the one who came later: Lync is asked for and waited for again."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    enable_lync(mixed)
    mixed.apply("enable_services")
    assert mixed.state("enable_services.enable-lync") is DONE
    new = {**HOPPER, "extension": "399", "services": ["lync"], "lync_plan": "Basic", "number_source": "new",
           "area_code": "978", "number": "+19785550177"}  # fmt: skip
    mixed.save(
        users=[*mixed.answers["users"], new],
        new_numbers=[{**mixed.answers["new_numbers"][0], "quantity": 2}],
    )
    mixed.apply("provision")
    mixed.apply("telephony", approved=planning.plan(mixed.case, "telephony").digest)
    mixed.done("telephony.deliver-new-numbers", "telephony.confirm-e911")
    mixed.apply("telephony")
    mixed.apply("enable_services")
    assert mixed.task("enable_services.enable-lync").reasons == ("3 of 4 seen so far",)
    subject = "Enable Lync: Bright Smile Dental Group"
    assert [mixed.subjects().count(words) for words in (subject, f"Change: {subject}")] == [1, 1]
    assert [line.is_proof for line in mixed.evidence("enable_services.request-lync")] == [True, False, True]
    mixed.sandbox.people().enable(DOMAIN, new["email"], "lync", plan="Basic", number=new["number"])
    mixed.apply("enable_services")
    assert mixed.state("enable_services.enable-lync") is DONE


def test_a_corrected_name_is_a_change(small: World) -> None:
    """A correction changes the one user and creates nobody."""
    small.apply("provision")
    small.sandbox.forget_requests()
    small.save(users=rows(small, last_name="Ortiz-Vale"))
    small.apply("provision")
    assert [name.partition("/users")[0] for name in small.writes()] == ["PATCH "]
    assert {user["last_name"] for user in small.sandbox.truth()["users"]} == {"Ortiz-Vale", "O'Neil", "Weiss"}


def test_a_new_phase_asks_anew(mixed: World) -> None:
    """What was requested in one phase is requested again in the next, though its content is the same."""
    mixed.apply("telephony")
    for task in mixed.case.profile.tasks:
        if not mixed.state(task.id).is_closed:
            leave_out(mixed.case, task.id, "not in this phase")
    lifecycle.begin_phase(mixed.case, "The second building")
    for _ in range(2):
        mixed.apply("telephony")
    assert mixed.subjects().count("New telephone numbers: Bright Smile Dental Group, 1 numbers") == 2
