"""Every action takes effect once: under faults, kills, lost answers, late effects and several runs at a time.

Seeds are in the names of the tests, so that a failure can be repeated.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from onboarding.domain.action import Verdict
from onboarding.domain.json import digest
from onboarding.domain.record import TaskState
from onboarding.errors import EvidenceError, Unavailable
from onboarding.sandbox.server import Sandbox
from tests.engine.conftest import AT, DOMAIN, Answers, World, few
from tests.engine.forks import Forks

FAULTS = {
    "drop-reply": 0.18, "error-after": 0.14, "late": 0.08, "refuse": 0.03, "unavailable": 0.03, "error": 0.02,
    "too-many": 0.01, "time-out": 0.005, "slow-reply": 0.005,
}  # fmt: skip
"""Shares of all writes; together nearly half."""
READ_FAULTS = {"refuse": 0.02, "drop-reply": 0.02, "unavailable": 0.02}


def _spoil(sandbox: Sandbox, seed: int) -> None:
    """Every kind of fault, by chance."""
    sandbox.seed(seed)
    left = 1.0
    for kind, share in FAULTS.items():  # each draw only meets what the ones before it left
        sandbox.fault(kind, method="POST", probability=share / left, seconds=0.6 if kind == "slow-reply" else 0.02)
        left -= share
    for kind, share in READ_FAULTS.items():
        sandbox.fault(kind, method="GET", probability=share, seconds=0.02)


def _truth(world: World) -> str:
    """Digest of what the portal holds for the company, without its own ids and instants."""
    truth = world.sandbox.truth()
    kinds = ("companies", "users", "services", "sites")
    own = ("id", "reference", "created_at")
    held = {kind: [{k: v for k, v in item.items() if k not in own} for item in truth[kind]] for kind in kinds}
    return digest({kind: sorted(items, key=digest) for kind, items in held.items()})


def _group(example: Answers, count: int) -> Answers:
    """``count`` people with Exchange."""
    first = few(example, 1)["users"][0]
    people = [
        {**first, "email": f"p{place}@{DOMAIN}", "first_name": f"P{place}", "extension": str(1000 + place)}
        for place in range(count)
    ]
    return few(example, 1) | {"users": people}


def _unbroken(make_world: Callable[..., World], answers: Answers, stages: tuple[str, ...]) -> str:
    """What the portal holds after a run that nothing disturbed; the portal is empty again afterwards."""
    world = make_world(answers)
    for stage in stages:
        world.apply(stage)
    found = _truth(world)
    _empty(world.sandbox)
    return found


def _empty(sandbox: Sandbox) -> None:
    """An empty portal, without faults and counts."""
    sandbox.clear_faults()
    sandbox.forget_requests()
    for kind in ("services", "sites", "users", "companies"):
        for item in sandbox._open.select(kind):
            sandbox._open.delete(item)


# --- F1: faults and kills --------------------------------------------------------------------------------------------


def _campaign(world: World, forks: Forks, seed: int, kills: int, **how: Any) -> int:
    """Apply under faults, killing the process again and again, until all stages are through; how many were killed."""
    chance = random.Random(seed)
    killed = 0
    _spoil(world.sandbox, seed)
    world.sandbox.lenient_keys = True  # the portal does not help: what is sent twice is there twice
    for stage in ("provision", "enable_services"):
        code = 1
        while code != 0:
            child = forks.begin("apply", customer=world.name, stage=stage, at=AT.isoformat(), **how)
            if killed < kills:
                _let_work(world.sandbox, forks, child, chance)
                killed += forks.kill(child)
            code = forks.wait(child)
    return killed


def _let_work(sandbox: Sandbox, forks: Forks, child: int, chance: random.Random) -> None:
    """Wait for some more requests, and a moment: the kill may meet any line of the program."""
    enough = sum(sandbox.requests.values()) + chance.randint(3, 6)
    while sum(sandbox.requests.values()) < enough and forks.is_running(child):
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.01))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20260302])
def test_faults_and_kills_double_nothing_and_lose_nothing(
    make_world: Callable[..., World], example: Answers, forks: Forks, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """61 actions, nearly half of all writes spoilt, 22 kills at random points: the portal is as after a calm run."""
    answers = _group(example, 30)
    calm = _unbroken(make_world, answers, ("provision", "enable_services"))
    world = make_world(answers)
    killed = _campaign(world, forks, seed, kills=22)
    with capsys.disabled():
        print(f"\nF1 seed {seed}: {killed} kills, {sum(world.writes().values())} writes for 61 actions")  # noqa: T201
    assert killed >= 20
    assert world.sandbox.truth()["doubled"] == []
    assert _truth(world) == calm
    journal = world.store.journal(world.name)
    assert {entry.outcome.verdict for entry in journal if entry.outcome} == {Verdict.DONE}
    assert [entry.ref for entry in journal if entry.outcome is None] == []
    assert len(world.evidence("provision.create-users")) == 30
    assert world.case.progress().is_stage_complete("provision")
    assert world.store.verify(world.name) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20260302])
def test_the_same_campaign_doubles_a_careless_client(
    make_world: Callable[..., World], example: Answers, forks: Forks, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control: the same faults and kills with a client that sends again until it is answered double at least 20."""
    world = make_world(_group(example, 30))
    killed = _campaign(world, forks, seed, kills=22, naive=True)
    doubled = world.sandbox.truth()["doubled"]
    with capsys.disabled():
        print(f"\nF1 control, seed {seed}: {killed} kills, {len(doubled)} of 61 doubled")  # noqa: T201
    assert len(doubled) >= 20


# --- F2: late effects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("settle", "late", "is_doubled"), [("0.15", 0.05, False), ("0", 0.15, True)])
def test_a_late_effect_needs_time_to_settle(
    small: World, monkeypatch: pytest.MonkeyPatch, settle: str, late: float, is_doubled: bool
) -> None:
    """Who waits as long as the portal needs doubles nothing; with a window that is too short everything is doubled."""
    monkeypatch.setenv("ONBOARDING_PORTAL_SETTLE", settle)
    small.apply("provision", tasks=["provision.create-company"])
    small.sandbox.lenient_keys = True
    # each of three writes lands late; whoever sends again meets no more of them
    small.sandbox.fault("late", method="POST", path="/users", count=3, seconds=late)
    small.apply("provision")
    time.sleep(late)
    doubled = small.sandbox.truth()["doubled"]
    assert bool(doubled) is is_doubled
    assert len(small.emails()) == 3


# --- F3: a kill at every commit --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_kill_at_every_commit_changes_nothing(
    make_world: Callable[..., World], example: Answers, forks: Forks
) -> None:
    """Killed right before or right after any commit of a small plan, the next run ends as an unbroken one."""
    answers = _group(example, 1)
    calm = _unbroken(make_world, answers, ("provision",))
    template = make_world(answers).store
    template.close()
    made, points = 0, 0
    for after in (False, True):
        commit = 0
        while True:
            commit += 1
            world = make_world(answers, ready=template.layout.folder)
            about = {"customer": world.name, "stage": "provision", "at": AT.isoformat()}
            child = forks.begin("apply_until", commit=commit, after=after, **about)
            if forks.wait(child) == 0:
                break
            points += 1
            world.sandbox.lenient_keys = True
            world.apply("provision")
            assert (_truth(world), world.sandbox.truth()["doubled"]) == (calm, []), (commit, after)
            assert world.case.progress().is_stage_complete("provision"), (commit, after)
            assert all(entry.outcome for entry in world.store.journal(world.name)), (commit, after)
            assert {line.task for line in world.case.record.evidence} == {
                "provision.create-company", "provision.create-users",
            }, (commit, after)  # fmt: skip
            _empty(world.sandbox)
        made = max(made, commit - 1)
        _empty(world.sandbox)
    assert points == 2 * made
    assert made >= 12


# --- F4: nobody can tell ---------------------------------------------------------------------------------------------


def _blind(world: World, kind: str) -> None:
    """From the first user on writes meet a fault of this kind and nothing can be read."""

    def blind(place: int, total: int, what: str) -> None:
        if place == 1:
            world.sandbox.fault(kind, method="POST", path="/users")
            world.sandbox.fault("refuse", method="GET")

    world.apply("provision", tasks=["provision.create-company"])
    world.step = blind
    world.sandbox.forget_requests()


def _see_again(world: World) -> None:
    world.sandbox.clear_faults()
    world.step = lambda place, total, what: None


@pytest.mark.parametrize(("kind", "has_effect"), [("drop-reply", True), ("refuse", False)])
def test_what_nobody_can_tell_is_asked_once(small: World, kind: str, has_effect: bool) -> None:
    """With the look-up down one user is unknown: nothing more is sent, one question stands, and it keeps its day."""
    _blind(small, kind)
    applied = small.apply("provision")
    assert small.writes() == {"POST /users": 1}
    assert applied.count(Verdict.UNKNOWN) == len(applied.troubles) == 1
    view = small.task("provision.create-users")
    assert view.state is TaskState.UNKNOWN
    assert view.reasons[0].startswith("It is not known whether this happened: User Ana Ortiz")
    assert [v.task.id for v in small.case.progress().tasks if v.state is TaskState.UNKNOWN] == [view.task.id]
    with pytest.raises(Unavailable):
        small.apply("provision")
    assert small.writes() == {"POST /users": 1}
    _see_again(small)
    small.apply("provision")
    assert small.writes() == {"POST /users": 3 if has_effect else 4}
    assert small.state("provision.create-users") is TaskState.DONE
    assert small.sandbox.truth()["doubled"] == []


def test_again_sends_what_somebody_has_made_sure_of(small: World) -> None:
    """Somebody looked and says that it did not happen: the next run sends it, once."""
    _blind(small, "refuse")
    small.apply("provision")
    _see_again(small)
    small.case.again("provision.create-users", "looked: she is not there")
    small.apply("provision")
    assert small.state("provision.create-users") is TaskState.DONE
    assert len(small.sandbox.truth()["users"]) == 3


# --- Mail ------------------------------------------------------------------------------------------------------------

TASK = "telephony.request-new-numbers"


@pytest.mark.parametrize(("fault", "arrived"), [("drop-after", 1), ("drop-before", 0)])
def test_a_mail_of_unknown_end_is_never_sent_again_by_itself(mixed: World, fault: str, arrived: int) -> None:
    """The connection broke after the content: one question, no second mail, however often it is run."""
    mixed.sandbox.mail_fault(fault)
    mixed.apply("telephony")
    since = mixed.task(TASK).since
    mixed.sandbox.clear_faults()
    for _ in range(3):
        mixed.at += mixed.at - AT
        mixed.apply("telephony")
        view = mixed.task(TASK)
        assert (view.state, view.since) == (TaskState.UNKNOWN, since)
        assert len(mixed.sandbox.mails()) == arrived


def test_done_closes_a_mail_of_unknown_end(mixed: World) -> None:
    """Chinook says that the mail arrived: the task is done, and stays done in every later run."""
    mixed.sandbox.mail_fault("drop-after")
    mixed.apply("telephony")
    mixed.sandbox.clear_faults()
    mixed.case.done(TASK, "they have it", reference="T-881")
    for _ in range(2):
        mixed.apply("telephony")
        assert mixed.state(TASK) is TaskState.DONE
    assert len(mixed.sandbox.mails()) == 1
    assert mixed.state("telephony.deliver-new-numbers") is TaskState.WAITING


def test_again_sends_a_mail_that_did_not_arrive(mixed: World) -> None:
    """Chinook never got it: after `again` it goes out, once."""
    mixed.sandbox.mail_fault("drop-before")
    mixed.apply("telephony")
    mixed.sandbox.clear_faults()
    mixed.case.again(TASK, "they never got it")
    for _ in range(2):
        mixed.apply("telephony")
    assert mixed.state(TASK) is TaskState.DONE
    assert len(mixed.sandbox.mails()) == 1


def test_again_sends_the_sheet_again(small: World) -> None:
    """A request with the sheet attached can be sent again under its own reference: the file is the same file."""
    small.save(provisioning={"mechanism": "import"})
    small.sandbox.mail_fault("drop-before")
    small.apply("provision")
    small.sandbox.clear_faults()
    small.case.again("provision.request-user-import", "they never got it")
    small.apply("provision")
    assert small.state("provision.request-user-import") is TaskState.DONE
    assert len(small.sandbox.mails()) == 1


@pytest.mark.parametrize("has_server", [True, False])
def test_a_mail_cut_short_is_not_taken_for_another(
    mixed: World, forks: Forks, monkeypatch: pytest.MonkeyPatch, has_server: bool
) -> None:
    """Killed before the outcome was kept; then the order grows: the old mail does not count for the new one."""
    if not has_server:
        monkeypatch.delenv("ONBOARDING_SMTP_HOST")
    mixed.apply("gather")
    about = {"customer": mixed.name, "stage": "telephony", "at": AT.isoformat()}
    commit = 0
    while not _has_mail(mixed):
        commit += 1
        forks.wait(forks.begin("apply_until", commit=commit, after=False, **about))
    (entry,) = [entry for entry in mixed.store.journal(mixed.name) if entry.task == TASK]
    assert entry.outcome is None
    mixed.save(new_numbers=[{**mixed.answers["new_numbers"][0], "quantity": 5}])
    mixed.apply("telephony")
    assert mixed.state(TASK) is (TaskState.DONE if has_server else TaskState.WAITING)
    assert _has_mail(mixed, b"5 numbers")
    assert all(entry.outcome for entry in mixed.store.journal(mixed.name))


def _has_mail(world: World, words: bytes = b"") -> bool:
    """Whether a mail about new numbers lies in the outbox."""
    mails = [path.read_bytes() for path in world.store.layout.outbox.glob("*.eml")]
    return any(b"New telephone numbers" in mail and words in mail for mail in mails)


def _orders(example: Answers, count: int) -> Answers:
    """Three people, and as many accounts to port as asked for, each with one number."""
    numbers = [f"+16175550{place}" for place in range(100, 100 + count)]
    orders = [{**example["port_orders"][0], "btn": number} for number in numbers]
    return few(example) | {
        "telephony": {"kind": "port"},
        "port_orders": orders,
        "port_numbers": [{"number": number, "btn": number} for number in numbers],
    }


def _ask_chinook(world: World, task: str) -> int:
    """What a person does about mails of unknown end: look whether each has arrived. How many there were."""
    unknown = [
        entry
        for entry in world.store.journal(world.name)
        if entry.task == task and entry.outcome and entry.outcome.verdict is Verdict.UNKNOWN
    ]
    for entry in unknown:
        assert entry.outcome
        arrived = any(entry.outcome.reference.encode() in path.read_bytes() for path in world.sandbox.mails())
        world.store.conclude(world.name, entry.ref, _told(Verdict.DONE if arrived else Verdict.NOT_SENT), AT)
    return len(unknown)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [20260303])
def test_kills_and_faults_in_the_mail_ask_instead_of_doubling(
    make_world: Callable[..., World], example: Answers, forks: Forks, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """10 requests, killed and cut off again and again: each arrives once; what is not known is asked of a person."""
    world, task = make_world(_orders(example, 10)), "telephony.submit-port-orders"
    world.apply("telephony")
    world.done("telephony.sign-loa")
    chance = random.Random(seed)
    asked = killed = 0
    while world.state(task) is not TaskState.DONE:
        world.sandbox.clear_faults()
        if killed < 15:
            world.sandbox.mail_fault(chance.choice(["drop-after", "drop-before", "later"]))
        child = forks.begin(
            "apply_until", customer=world.name, stage="telephony", at=AT.isoformat(),
            commit=chance.randint(4, 8) if killed < 15 else 1000, after=chance.random() < 0.5,
        )  # fmt: skip
        killed += forks.wait(child) < 0
        asked += _ask_chinook(world, task)
    with capsys.disabled():
        print(f"\nMail, seed {seed}: {killed} kills, {asked} questions for 10 requests")  # noqa: T201
    ports = [subject for subject in world.subjects() if subject.startswith("Number port")]
    identities = world.headers("Message-ID")
    assert len(ports) == 10
    assert asked >= 3
    assert killed >= 8
    assert len(set(identities)) == len(identities)


def _told(verdict: Verdict) -> Any:
    from onboarding.domain.action import Outcome

    return Outcome(verdict, message="Chinook says so")


# --- F7, F14, F16 ----------------------------------------------------------------------------------------------------


def test_several_processes_at_once_are_one_writer(small: World, forks: Forks) -> None:
    """Four runs at the same moment: each ends well, and everything was sent once."""
    small.sandbox.lenient_keys = True
    about = {"customer": small.name, "stage": "provision", "at": AT.isoformat()}
    children = [forks.begin("apply", **about) for _ in range(4)]
    assert [forks.wait(child) for child in children] == [0, 0, 0, 0]
    assert small.writes() == {"POST /companies": 1, "POST /users": 3}
    assert small.sandbox.truth()["doubled"] == []


def test_a_killed_holder_frees_the_customer_at_once(small: World, forks: Forks) -> None:
    """The lock goes with the process: the next run begins without waiting for anything."""
    small.sandbox.fault("time-out", method="POST", seconds=30)
    child = forks.begin("apply", customer=small.name, stage="provision", at=AT.isoformat())
    while "POST /companies" not in small.sandbox.requests:
        time.sleep(0.002)
    assert forks.kill(child)
    small.sandbox.clear_faults()
    with small.store.lock(small.name):  # Busy when it has to wait
        pass
    small.apply("provision")
    assert small.state("provision.create-users") is TaskState.DONE


def test_a_reference_is_good_for_one_content_only(small: World) -> None:
    """The reference of another body is refused before anything is sent."""
    plan = small.case.plan("provision")
    small.store.revision(small.name, "provision", plan.wanted, AT)
    company = plan.changes[0]
    ref = f"{small.name}.1.{company.id}"
    other = type(company)(company.id, company.task, "portal", company.operation, "company", DOMAIN, "Another", {"a": 1})
    small.store.intend(small.name, "provision", other, ref, AT)
    small.store.conclude(small.name, ref, _told(Verdict.NOT_SENT), AT)
    with pytest.raises(EvidenceError, match="JOURNAL-BODY"):
        small.apply("provision")
    assert small.writes() == {}


def test_a_token_that_expires_stops_the_run_and_a_new_one_goes_on(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in the middle, the run says which setting; with a new token it is finished; no token is in any file."""
    good = small.sandbox.tokens["reseller-admin"]

    def expire(place: int, total: int, what: str) -> None:
        if place == 3:
            monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", "canary-expired-token")

    small.step = expire
    applied = small.apply("provision")
    assert "PORTAL-TOKEN" in applied.troubles[0]
    assert small.state("provision.create-users") is TaskState.READY
    monkeypatch.setenv("ONBOARDING_PORTAL_TOKEN", good)
    small.step = lambda place, total, what: None
    small.apply("provision")
    assert small.state("provision.create-users") is TaskState.DONE
    kept = [path.read_bytes() for path in small.store.layout.folder.rglob("*") if path.is_file()]
    assert not any(secret.encode() in data for secret in (good, "canary-expired-token") for data in kept)
