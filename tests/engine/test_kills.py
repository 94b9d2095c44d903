"""Faults and kills: whatever happens to a run, the portal ends as after a calm one (F1, F3).

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
from onboarding.sandbox.server import Sandbox
from tests.engine.forks import Forks
from tests.world import AT, DOMAIN, Answers, World, few

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
    kept = {kind: [{k: v for k, v in item.items() if k not in own} for item in truth[kind]] for kind in kinds}
    return digest({kind: sorted(items, key=digest) for kind, items in kept.items()})


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


def _campaign(world: World, forks: Forks, seed: int, kills: int, **how: Any) -> int:
    """Apply under faults, killing the process again and again, until all stages are through; how many were killed."""
    chance = random.Random(seed)
    killed = 0
    _spoil(world.sandbox, seed)
    world.sandbox.lenient_keys = True  # the portal does not help: what is sent twice is there twice
    for stage in ("provision", "enable_services"):
        code = 1
        while code != 0:
            child = forks.begin("apply", customer=world.name, stage=stage, at=AT.isoformat(), timeout=0.5, **how)
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
