"""Requests by mail: never sent again by themselves when their end is not known."""

from __future__ import annotations

import random
from collections.abc import Callable
from email import message_from_bytes
from email.policy import SMTP
from typing import Any

import pytest

from onboarding.case import trying_again, work
from onboarding.domain.action import Verdict
from onboarding.domain.history import TaskState
from tests.engine.forks import Forks
from tests.world import AT, Answers, World, crew, few, told

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
    work.done(mixed.case, TASK, "they have it", reference="T-881")
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
    trying_again.again(mixed.case, TASK, "they never got it")
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
    trying_again.again(small.case, "provision.request-user-import", "they never got it")
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
        world.store.conclude(world.name, entry.ref, told(Verdict.DONE if arrived else Verdict.NOT_SENT), AT)
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


def _lying(world: World) -> list[str]:
    """The body of every mail about new numbers in the outbox that no server has taken over."""
    paths = [path for path in world.store.layout.outbox.glob("*.eml") if not path.with_suffix(".sent").exists()]
    mails: list[Any] = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in paths]
    return [str(mail["Subject"]) for mail in mails if "New telephone numbers" in str(mail["Subject"])]


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_a_kill_while_what_waits_is_written_anew_leaves_one_mail(
    make_world: Callable[..., World], example: Answers, forks: Forks, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    """Before or after any commit: the next run leaves the one request there is, as it is then, and calls none a change.

    The answers may have gone back to the old ones meanwhile, or a mail server may have come.
    """
    monkeypatch.delenv("ONBOARDING_SMTP_HOST")
    template = make_world(crew(example))
    template.apply("gather")
    template.apply("telephony")
    old = template.answers["new_numbers"]
    template.save(new_numbers=[{**old[0], "quantity": 5}])
    template.store.close()
    commit, killed = 0, True
    while killed:
        commit += 1
        for goes_back in (False, True):
            world = make_world(crew(example), ready=template.store.layout.folder)
            about = {"customer": world.name, "stage": "telephony", "at": AT.isoformat()}
            killed = forks.wait(forks.begin("apply_until", commit=commit, after=after, **about)) != 0
            if goes_back:
                world.answers |= {"new_numbers": old}
                world.case.save_answers(world.answers, "test")
            world.apply("telephony")
            world.apply("telephony")
            [subject] = _lying(world)
            assert not subject.startswith("Change"), (commit, goes_back)
            assert ("5 numbers" in subject) is not goes_back, (commit, goes_back, subject)
            assert all(entry.outcome for entry in world.store.journal(world.name))
            assert world.store.verify(world.name) == []
            world.store.close()
    assert commit > 8
