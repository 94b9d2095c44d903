"""What an apply does, and what it leaves alone: Chinook's dental group against the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from onboarding.domain.action import Operation, Verdict
from onboarding.domain.record import TaskState
from onboarding.errors import GateClosed, Parked, StalePlan, Unavailable
from tests.engine.conftest import DOMAIN, PAPER, Answers, World, few

READY, WAITING, BLOCKED, DONE = TaskState.READY, TaskState.WAITING, TaskState.BLOCKED, TaskState.DONE
HOPPER = {"first_name": "Zoe", "last_name": "Hopper", "email": f"zoe.hopper@{DOMAIN}", "site": "Lowell"}


# --- Looking ---------------------------------------------------------------------------------------------------------


def test_looking_sends_no_write(world: World) -> None:
    """Plans, progress and evidence of every stage leave the portal unwritten, the outbox empty and nothing in hand."""
    for stage in ("gather", "telephony", "provision", "enable_services", "migrate", "cutover"):
        world.case.plan(stage)
    assert world.writes() == {}
    assert world.sandbox.mails() == []
    assert list(world.store.layout.outbox.iterdir()) == []
    assert world.case.record.tasks == {}
    assert world.store.journal(world.name) == []


# --- Provisioning ----------------------------------------------------------------------------------------------------


def test_provisioning_creates_the_company_and_its_users(world: World) -> None:
    """Company with administrator first, then all 25 users, each read back and each with its line of evidence."""
    plan = world.case.plan("provision")
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
    small.save(users=[{**user, "extension": f"4{user['extension']}"} for user in small.answers["users"]])
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
    assert [(a.operation, a.key) for a in small.case.plan("provision").changes] == [
        (Operation.CHANGE, f"ana.ortiz@{DOMAIN}")
    ]
    small.apply("provision")
    assert small.state("provision.create-users") is DONE


# --- Gates -----------------------------------------------------------------------------------------------------------


def test_a_closed_gate_sends_nothing(mixed: World) -> None:
    """With the sheet incomplete nothing is created, and the plan names what is missing and who owes it."""
    users = [{name: value for name, value in user.items() if name != "extension"} for user in mixed.answers["users"]]
    users[0].pop("last_name")
    mixed.save(users=users)
    plan = mixed.case.plan("provision")
    assert plan.changes == ()
    assert {deferred.party for deferred in plan.deferred} == {"reseller"}
    assert any("on-boarding sheet is complete" in deferred.reason for deferred in plan.deferred)
    assert mixed.apply("provision").results == []
    assert mixed.writes() == {}
    assert mixed.state("provision.create-company") is BLOCKED
    with pytest.raises(GateClosed, match="on-boarding sheet"):
        mixed.done("provision.create-company")


def test_without_an_administrator_there_is_no_company(mixed: World) -> None:
    """The company waits until its administrator is named, even where the sheet would pass."""
    mixed.save(administrator={"kind": "user", "user": f"nobody@{DOMAIN}"})
    mixed.apply("provision")
    assert mixed.writes() == {}
    assert any("administrator" in reason for reason in mixed.task("provision.create-company").reasons)


def test_a_dedicated_administrator_costs_nothing(mixed: World) -> None:
    """The dedicated administrator is no user, has no service and no billing line in the portal's truth."""
    for stage in ("provision", "enable_services"):
        mixed.apply(stage)
    truth = mixed.sandbox.truth()
    admin = f"admin@{DOMAIN}"
    assert truth["companies"][0]["administrator"]["is_dedicated"] is True
    assert admin not in mixed.emails()
    assert admin not in {service["user"] for service in truth["services"]}
    assert admin not in {line["subject"] for line in truth["billing_lines"]}
    assert len(truth["billing_lines"]) == 4 + 2 + 1  # Exchange, SharePoint, and its site


def test_an_ordinary_user_may_administer(make_world: Callable[..., World], example: Answers) -> None:
    """The portal makes that user with the company; the rest of the row is filled in, and nobody is there twice."""
    answers = few(example) | {"administrator": {"kind": "user", "user": f"ana.ortiz@{DOMAIN}"}}
    world = make_world(answers)
    world.apply("provision")
    assert world.state("provision.create-users") is DONE
    ana = [user for user in world.sandbox.truth()["users"] if user["email"] == f"ana.ortiz@{DOMAIN}"]
    assert [(user["is_administrator"], user["extension"]) for user in ana] == [(True, "101")]


def test_lync_waits_for_the_numbers(mixed: World) -> None:
    """The request for Lync goes out only when every number is ported or delivered and has its person."""
    mixed.apply("provision")
    mixed.apply("telephony")
    mixed.apply("enable_services")
    assert mixed.state("enable_services.request-lync") is BLOCKED
    assert "Enable Lync: Bright Smile Dental Group" not in mixed.subjects()
    mixed.finish_telephony()
    assert mixed.state("telephony.assign-new-numbers") is DONE
    mixed.apply("enable_services")
    assert mixed.subjects().count("Enable Lync: Bright Smile Dental Group") == 1
    view = mixed.task("enable_services.enable-lync")
    assert (view.state, view.waits_for, view.due_on) == (WAITING, "support-engineer", date(2026, 3, 4))


def _enable_lync(world: World, *, swap: bool = False) -> None:
    """The support engineers enable Lync; by mistake with two people's numbers exchanged."""
    rows = [user for user in world.answers["users"] if user.get("lync_plan")]
    numbers = [str(user["number"]) for user in rows]
    if swap:
        numbers[:2] = reversed(numbers[:2])
    for user, number in zip(rows, numbers, strict=True):
        world.sandbox.people().enable(DOMAIN, user["email"], "lync", plan=user["lync_plan"], number=number)


def test_unified_messaging_comes_after_exchange_and_lync(mixed: World) -> None:
    """Total Connect's Unified Messaging is asked for by itself, by mail, in the run that sees Lync enabled."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    asked = "Enable Unified Messaging: Bright Smile Dental Group"
    assert asked not in mixed.subjects()
    _enable_lync(mixed)
    plan = mixed.case.plan("enable_services")
    assert "enable_services.request-unified-messaging" in {action.task for action in plan.changes}
    mixed.apply("enable_services", approved=plan.digest)
    assert mixed.subjects().count(asked) == 1
    assert mixed.state("enable_services.request-unified-messaging") is DONE
    assert mixed.state("enable_services.enable-unified-messaging") is WAITING
    mixed.sandbox.people().enable(DOMAIN, f"ana.ortiz@{DOMAIN}", "unified-messaging")
    mixed.apply("enable_services")
    assert mixed.state("enable_services.enable-unified-messaging") is DONE


def test_a_wrong_number_is_no_lync(mixed: World) -> None:
    """What the engineers enabled counts only with the number and the plan that were ordered."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    _enable_lync(mixed, swap=True)
    mixed.apply("enable_services")
    view = mixed.task("enable_services.enable-lync")
    assert (view.state, view.reasons) == (WAITING, ("1 of 3 seen so far",))
    with pytest.raises(Parked, match="does not show it"):
        mixed.done("enable_services.enable-lync")


def test_total_connect_is_told_while_provisioning(mixed: World) -> None:
    """The notice about Total Connect goes out with the company, not at the end."""
    mixed.apply("provision")
    assert mixed.subjects() == ["Total Connect: Bright Smile Dental Group"]


def test_migration_changes_hands_only_by_written_agreement(mixed: World) -> None:
    """Without the agreement nothing of the migration moves; with it, filed as a document, the request goes out."""
    mixed.save(migration={"by": "provider", "lync_contacts": False})
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    _enable_lync(mixed)
    for email in (user["email"] for user in mixed.answers["users"] if "crm" in user["services"]):
        mixed.sandbox.people().enable(DOMAIN, email, "crm")
    mixed.apply("enable_services")
    asked = "Content migration: Bright Smile Dental Group"
    mixed.apply("migrate")
    assert mixed.state("migrate.request-migration") is BLOCKED
    assert asked not in mixed.subjects()
    mixed.case.decide("migration-agreement", True, "support-engineer", document=PAPER)
    mixed.apply("migrate")
    assert mixed.subjects().count(asked) == 1
    mixed.save(mail={**mixed.answers["mail"], "method": "tool", "tool": "migrationwiz"})
    assert (
        mixed.state("migrate.confirm-migration") is BLOCKED
        or not mixed.case.progress().gates["migration-agreement"].is_open
    )


def test_the_cutover_comes_last(mixed: World) -> None:
    """While anything of the earlier stages is open, no record of the cutover is handed to anybody."""
    mixed.apply("provision")
    mixed.apply("cutover")
    views = mixed.case.progress().of_stage("cutover")
    assert {view.state for view in views} <= {BLOCKED, TaskState.NOT_NEEDED}
    assert any("All services are provisioned" in reason for view in views for reason in view.reasons)
    with pytest.raises(GateClosed):
        mixed.done("cutover.redirect-mail")


# --- Approved plans (F6) ---------------------------------------------------------------------------------------------


def _company_renamed(world: World) -> None:
    world.sandbox._portal.create(
        "companies",
        {"reference": "x", "domain": DOMAIN, "name": "Bright Smiles", "administrator": {
            "email": f"admin@{DOMAIN}", "first_name": "Portal", "last_name": "Administrator", "is_dedicated": True}},
        "reseller-admin",
    )  # fmt: skip


def _user_exists(world: World) -> None:
    _company_renamed(world)
    world.sandbox.people().import_users(DOMAIN, [HOPPER | {"email": world.answers["users"][0]["email"]}])


def _rows(world: World, **change: object) -> list[dict[str, object]]:
    return [{**user, **change} if place == 0 else user for place, user in enumerate(world.answers["users"])]


MOVES: dict[str, Callable[[World], None]] = {
    "somebody else created the company": _company_renamed,
    "a user is there already": _user_exists,
    "a user was added": lambda world: world.save(users=[*world.answers["users"], {**HOPPER, "extension": "399",
                                                 "services": ["exchange"], "exchange_plan": "Basic"}]),
    "a user left": lambda world: world.save(users=world.answers["users"][:-1]),
    "an extension changed": lambda world: world.save(users=_rows(world, extension="150")),
    "the administrator is another": lambda world: world.save(
        administrator={**world.answers["administrator"], "email": f"boss@{DOMAIN}"}),
    "the users are to be imported": lambda world: world.save(provisioning={"mechanism": "import"}),
    "the sheet is no longer complete": lambda world: world.save(users=_rows(world, last_name="")),
}  # fmt: skip


@pytest.mark.parametrize("kind", MOVES)
def test_an_approved_plan_is_refused_when_the_world_moved(small: World, kind: str) -> None:
    """After each of eight kinds of change the approved plan is refused, nothing is sent, and a new one can be seen."""
    approved = small.case.plan("provision").digest
    MOVES[kind](small)
    small.sandbox.forget_requests()
    for digest in (approved, approved[:12]):
        with pytest.raises(StalePlan, match="PLAN-STALE"):
            small.apply("provision", approved=digest)
    assert small.writes() == {}
    assert small.sandbox.mails() == []
    assert small.store.journal(small.name) == []


def test_services_and_numbers_move_a_plan_too(mixed: World) -> None:
    """A plan edited in the portal, and a number that is gone, refuse the plan for the services."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mails = len(mixed.subjects())
    approved = mixed.case.plan("enable_services").digest
    users = _rows(mixed, number="+16175550119")
    mixed.save(users=users)
    with pytest.raises(StalePlan):
        mixed.apply("enable_services", approved=approved)
    approved = mixed.case.plan("enable_services").digest
    body = {"company": DOMAIN, "user": f"ana.ortiz@{DOMAIN}", "service": "exchange", "plan": "Basic", "reference": "x"}
    mixed.sandbox._portal.create("services", body, "reseller-admin")
    with pytest.raises(StalePlan):
        mixed.apply("enable_services", approved=approved)
    assert "POST /services" not in mixed.writes()
    assert len(mixed.subjects()) == mails


def test_an_attached_sheet_is_part_of_what_was_approved(small: World) -> None:
    """The import was approved with the sheet as it stood: after a correction it is refused until seen again."""
    small.save(provisioning={"mechanism": "import"})
    approved = small.case.plan("provision").digest
    small.save(users=_rows(small, department="Reception"))
    with pytest.raises(StalePlan):
        small.apply("provision", approved=approved)
    assert small.sandbox.mails() == []


@pytest.mark.parametrize("digest", ["1234567", "0" * 64, "zz", "x" * 8])
def test_a_digest_that_is_none_approves_nothing(small: World, digest: str) -> None:
    """A short or foreign digest is refused like a stale one."""
    with pytest.raises(StalePlan):
        small.apply("provision", approved=digest)
    assert small.writes() == {}


# --- Answers that change later ---------------------------------------------------------------------------------------


def test_a_user_added_later_reopens_only_what_concerns_them(mixed: World) -> None:
    """A new colleague with Exchange re-opens the users and Exchange, and alone is created and enabled."""
    for stage in ("provision", "enable_services"):
        mixed.apply(stage)
    before = mixed.states()
    new = {**HOPPER, "extension": "399", "services": ["exchange"], "exchange_plan": "Basic"}
    mixed.save(users=[*mixed.answers["users"], new])
    moved = {task for task, state in mixed.states().items() if state is not before[task]}
    assert moved == {"provision.create-users", "enable_services.enable-exchange"}
    assert mixed.task("provision.create-users").reasons == ("The answers have changed since this was done.",)
    mixed.sandbox.forget_requests()
    for stage in ("provision", "enable_services"):
        mixed.apply(stage)
    assert mixed.writes() == {"POST /users": 1, "POST /services": 1}
    assert new["email"] in mixed.emails()
    assert mixed.states() == before


def test_a_user_with_lync_added_later_is_waited_for(mixed: World) -> None:
    """Done is not done for the one who came later: Lync is asked for and waited for again."""
    mixed.apply("provision")
    mixed.finish_telephony()
    mixed.apply("enable_services")
    _enable_lync(mixed)
    mixed.apply("enable_services")
    assert mixed.state("enable_services.enable-lync") is DONE
    new = {**HOPPER, "extension": "399", "services": ["lync"], "lync_plan": "Basic", "number_source": "new",
           "area_code": "978", "number": "+19785550177"}  # fmt: skip
    mixed.save(
        users=[*mixed.answers["users"], new],
        new_numbers=[{**mixed.answers["new_numbers"][0], "quantity": 2}],
    )
    mixed.apply("provision")
    mixed.apply("telephony")
    mixed.apply("enable_services")
    assert mixed.task("enable_services.enable-lync").reasons == ("3 of 4 seen so far",)
    assert mixed.subjects().count("Enable Lync: Bright Smile Dental Group") == 2
    assert len(mixed.evidence("enable_services.request-lync")) == 2
    mixed.sandbox.people().enable(DOMAIN, new["email"], "lync", plan="Basic", number=new["number"])
    mixed.apply("enable_services")
    assert mixed.state("enable_services.enable-lync") is DONE


def test_a_corrected_name_is_a_change(small: World) -> None:
    """A correction changes the one user and creates nobody."""
    small.apply("provision")
    small.sandbox.forget_requests()
    small.save(users=_rows(small, last_name="Ortiz-Vale"))
    small.apply("provision")
    assert [name.partition("/users")[0] for name in small.writes()] == ["PATCH "]
    assert {user["last_name"] for user in small.sandbox.truth()["users"]} == {"Ortiz-Vale", "O'Neil", "Weiss"}


def test_a_new_phase_asks_anew(mixed: World) -> None:
    """What was requested in one phase is requested again in the next, though its content is the same."""
    mixed.apply("telephony")
    for task in mixed.case.profile.tasks:
        if not mixed.state(task.id).is_closed:
            mixed.case.skip(task.id, "not in this phase")
    mixed.case.begin_phase("The second building")
    for _ in range(2):
        mixed.apply("telephony")
    assert mixed.subjects().count("New telephone numbers: Bright Smile Dental Group, 1 numbers") == 2


# --- Import by the support engineers (C-36, C-37) --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-03-02T14:00", date(2026, 3, 3)),  # Monday morning
        ("2026-03-06T20:00", date(2026, 3, 9)),  # Friday afternoon: over the weekend, on which the clock changes
        ("2026-03-07T15:00", date(2026, 3, 10)),  # Saturday counts as received on Monday
        ("2026-03-02T22:30", date(2026, 3, 4)),  # Monday 17:30, after the close of business
        ("2026-05-22T14:00", date(2026, 5, 26)),  # Friday before Memorial Day
        ("2026-07-02T22:30", date(2026, 7, 7)),  # Thursday evening before the third of July, which is a holiday
    ],
)
def test_an_import_takes_one_business_day(small: World, sent: str, due: date) -> None:
    """The request leaves with the sheet attached; the import is due one business day after it counts as received."""
    small.at = datetime.fromisoformat(sent).replace(tzinfo=UTC)
    small.save(provisioning={"mechanism": "import"})
    small.apply("provision")
    assert small.subjects() == ["User import: Bright Smile Dental Group"]
    mail = small.sandbox.mails()[0].read_bytes()
    assert b"bright-smile-onboarding-sheet.xlsx" in mail
    assert b"POST" not in mail
    view = small.task("provision.confirm-user-import")
    assert (view.state, view.waits_for, view.due_on) == (WAITING, "support-engineer", due)
    assert small.writes() == {"POST /companies": 1}


def test_an_import_is_done_when_everybody_is_seen(small: World) -> None:
    """A part of the users keeps the task waiting and counts them; nobody can report it done before all are there."""
    small.save(provisioning={"mechanism": "import"})
    small.apply("provision")
    rows = [{name: user[name] for name in ("email", "first_name", "last_name", "site", "extension")}
            for user in small.answers["users"]]  # fmt: skip
    small.sandbox.people().import_users(DOMAIN, rows[:2])
    small.apply("provision")
    view = small.task("provision.confirm-user-import")
    assert (view.state, view.reasons, view.due_on) == (WAITING, ("2 of 3 seen so far",), date(2026, 3, 3))
    with pytest.raises(Parked, match=r"the portal does not show it for carla\.weiss"):
        small.done("provision.confirm-user-import")
    small.sandbox.people().import_users(DOMAIN, rows)
    small.apply("provision")
    assert small.state("provision.confirm-user-import") is DONE
    assert len(small.evidence("provision.confirm-user-import")) == 3
    assert small.subjects() == ["User import: Bright Smile Dental Group"]


# --- Without a portal, without a mail server -------------------------------------------------------------------------


def test_without_a_portal_a_person_is_asked_once(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No portal is set: the values to type are handed to a person once; their word closes the task."""
    monkeypatch.delenv("ONBOARDING_PORTAL_URL")
    small.apply("provision")
    view = small.task("provision.create-company")
    assert (view.state, small.state("provision.create-users")) == (WAITING, BLOCKED)
    (entry,) = small.store.journal(small.name)
    assert entry.outcome is not None
    assert entry.outcome.verdict is Verdict.PENDING
    assert f"domain: {DOMAIN}" in entry.outcome.message
    small.apply("provision")
    assert len(small.store.journal(small.name)) == 1
    small.done("provision.create-company")
    small.apply("provision")
    assert "ana.ortiz" in small.store.journal(small.name)[-1].outcome.message  # type: ignore[union-attr]
    small.done("provision.create-users")
    small.apply("provision")
    assert len(small.store.journal(small.name)) == 2
    assert small.case.progress().is_stage_complete("provision")
    assert [line.document_name for line in small.evidence("provision.create-users")] == ["letter.txt"]
    assert small.sandbox.requests == {}


def test_without_a_mail_server_a_request_waits_in_the_outbox(mixed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail lies in the outbox until somebody says that it was sent; no run takes it for sent, or writes another."""
    monkeypatch.delenv("ONBOARDING_SMTP_HOST")
    task = "telephony.request-new-numbers"
    for _ in range(3):
        mixed.apply("telephony")
        view = mixed.task(task)
        assert (view.state, view.since) == (WAITING, mixed.case.at)
        assert len(list(mixed.store.layout.outbox.glob("*.eml"))) == 1
        assert mixed.state("telephony.deliver-new-numbers") is BLOCKED
    mixed.done(task)
    assert mixed.state(task) is DONE
    mixed.apply("telephony")
    assert mixed.state(task) is DONE
    assert mixed.state("telephony.deliver-new-numbers") is WAITING
    assert len(list(mixed.store.layout.outbox.glob("*.eml"))) == 1


def test_a_request_a_person_made_is_not_sent_again(mixed: World) -> None:
    """Somebody wrote to Chinook before any run did: their word stands, and no mail follows."""
    mixed.done("telephony.request-new-numbers")
    for _ in range(2):
        mixed.apply("telephony")
    assert "New telephone numbers: Bright Smile Dental Group, 1 numbers" not in mixed.subjects()
    assert mixed.state("telephony.request-new-numbers") is DONE
    mixed.save(new_numbers=[{**row, "quantity": 9} for row in mixed.answers["new_numbers"]])
    mixed.apply("telephony")
    assert "New telephone numbers: Bright Smile Dental Group, 9 numbers" in mixed.subjects()


# --- Trouble ---------------------------------------------------------------------------------------------------------


def test_a_portal_that_is_down_keeps_what_was_done(small: World) -> None:
    """It goes down in the middle: the trouble is told, nothing already done is lost, a later run completes it."""

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
    mixed.save(users=_rows(mixed, last_name=""))
    mixed.apply("gather")
    view = mixed.task("gather.collect-users")
    assert (view.state, view.due_on) == (WAITING, date(2026, 3, 9))
    mixed.at = datetime(2026, 3, 4, 14, tzinfo=UTC)
    mixed.save(users=users)
    mixed.apply("gather")
    view = mixed.task("gather.collect-users")
    assert (view.state, view.since) == (DONE, mixed.at)
    assert [line.what for line in mixed.evidence("gather.collect-users")] == ["its check holds"]
