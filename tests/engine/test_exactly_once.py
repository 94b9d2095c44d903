"""Every action takes effect once: late effects, lost answers, several runs at a time (F2, F4, F7, F14, F16)."""

from __future__ import annotations

import time

import pytest

from onboarding.case import planning, trying_again
from onboarding.domain.action import Verdict
from onboarding.domain.history import TaskState
from onboarding.errors import EvidenceError, Unavailable
from tests.engine.forks import Forks
from tests.world import AT, DOMAIN, World, told


@pytest.mark.parametrize(("settle", "late", "is_doubled"), [("0.15", 0.05, False), ("0", 0.5, True)])
def test_a_late_effect_needs_time_to_settle(
    small: World, monkeypatch: pytest.MonkeyPatch, settle: str, late: float, is_doubled: bool
) -> None:
    """Who waits as long as the portal needs doubles nothing; with a window that is too short everything is doubled."""
    monkeypatch.setenv("ONBOARDING_PORTAL_SETTLE", settle)
    small.apply("provision", tasks=["provision.create-company"])
    small.sandbox.lenient_keys = True
    # the first attempt at each user lands late
    small.step = lambda *about: small.sandbox.fault("late", method="POST", path="/users", count=1, seconds=late)
    small.apply("provision")
    time.sleep(late)
    doubled = small.sandbox.truth()["doubled"]
    assert bool(doubled) is is_doubled
    assert len(small.emails()) == 3


# --- F4: nobody can tell ----------------------------------------------------------------------------------------------


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
    trying_again.again(small.case, "provision.create-users", "looked: she is not there")
    small.apply("provision")
    assert small.state("provision.create-users") is TaskState.DONE
    assert len(small.sandbox.truth()["users"]) == 3


# --- F7, F14, F16 -----------------------------------------------------------------------------------------------------


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
    plan = planning.plan(small.case, "provision")
    small.store.revision(small.name, "provision", plan.wanted, AT)
    company = plan.changes[0]
    ref = f"{small.name}.1.{company.id}"
    other = type(company)(company.id, company.task, "portal", company.operation, "company", DOMAIN, "Another", {"a": 1})
    small.store.intend(small.name, "provision", other, ref, AT)
    small.store.conclude(small.name, ref, told(Verdict.NOT_SENT), AT)
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
