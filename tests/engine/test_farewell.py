"""A project that has ended: whoever was asked for something is told, once, also where that was cut short."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.case.case import Case
from onboarding.case.ending import cancel, resume
from onboarding.domain.history import End, Ending, TaskRecord, TaskState
from onboarding.engine.farewell import take_leave
from onboarding.stages.farewell import untold
from tests.engine.forks import Forks
from tests.world import AT, Answers, World, crew

LETTER, PORT, NUMBERS = "telephony.sign-loa", "telephony.submit-port-orders", "telephony.request-new-numbers"
WHY = "went to another provider"
WITHDRAWN = [
    "Withdrawn: New telephone numbers: Bright Smile Dental Group",
    "Withdrawn: Number port: Bright Smile Dental Group",
]


@pytest.fixture
def asked(mixed: World) -> World:
    """New numbers and a port were asked for by mail."""
    mixed.apply("telephony")
    mixed.done(LETTER)
    mixed.apply("telephony")
    assert {mixed.state(PORT), mixed.state(NUMBERS)} == {TaskState.DONE}
    return mixed


def end(world: World) -> list[str]:
    cancel(world.case, WHY)
    return [str(sentence) for sentence in take_leave(world.case)]


def withdrawn(world: World, since: int = 0) -> list[str]:
    """The subjects of the withdrawals that arrived, without what follows the company's name."""
    said = [subject.partition(",")[0] for subject in world.subjects()[since:]]
    return sorted(subject for subject in said if subject.startswith("Withdrawn"))


def lying(world: World) -> list[Path]:
    every = world.store.layout.outbox.glob("*.eml")
    return [path for path in every if not path.with_suffix(".sent").exists()]


def test_whoever_was_asked_is_told_once(asked: World) -> None:
    """Nobody ports a number for a customer who has gone; said again nothing goes out, and the record has it."""
    assert end(asked) == []
    assert withdrawn(asked) == WITHDRAWN
    assert take_leave(asked.case) == []
    assert withdrawn(asked) == WITHDRAWN
    lines = [str(line.what) for line in asked.evidence(PORT) if line.what.kind == "action.removed"]
    assert len(lines) == 1
    assert lines[0].startswith("removed: Withdraw: Request: Number port")
    assert asked.store.verify() == []


def test_nobody_is_told_before_the_end_or_after_a_hand_over(asked: World) -> None:
    """What was delivered is nobody's to withdraw: a customer that is deleted later has been served."""
    assert take_leave(asked.case) == []
    for task in asked.case.context().tasks:
        if not asked.case.progress().task(task.id).state.is_closed:
            asked.store.set_task(asked.name, TaskRecord(task.id, TaskState.SKIPPED, asked.case.at))
    asked.case.note_progress()
    assert asked.case.record.handed_over is not None
    asked.store.end(asked.name, End(Ending.DELETED, asked.case.at, "Ana Diaz", "Delete the customer"))
    assert take_leave(asked.case) == []
    assert withdrawn(asked) == []


def test_without_a_mail_server_those_to_be_told_are_named(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The withdrawals wait in the outbox, and the status says so; with a server the same command sends them."""
    host = str(settings.SMTP_HOST.get())
    monkeypatch.delenv(settings.SMTP_HOST.name)
    said = end(asked)
    assert len(said) == 2
    assert all(one.startswith("It waits in the outbox for somebody to send it: Withdraw: Request: N") for one in said)
    assert [str(one) for one in untold(asked.case.context())] == said
    assert len(lying(asked)) == 2
    monkeypatch.setenv(settings.SMTP_HOST.name, host)
    assert take_leave(asked.case) == []
    assert (withdrawn(asked), lying(asked)) == (WITHDRAWN, [])


def test_what_never_left_is_taken_out_of_the_outbox(mixed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sends by hand what a customer who has gone had wanted, and nobody is told of it."""
    monkeypatch.delenv(settings.SMTP_HOST.name)
    mixed.apply("telephony")
    assert lying(mixed)
    assert end(mixed) == []
    assert lying(mixed) == []


def test_a_mail_that_somebody_has_moved_is_said_to_be_gone(mixed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever took it out of the outbox may have sent it: nobody is told that it was taken back."""
    monkeypatch.delenv(settings.SMTP_HOST.name)
    mixed.apply("telephony")
    (mail,) = lying(mixed)
    mail.rename(mail.with_name("sent.eml"))
    (said,) = end(mixed)
    assert said.startswith("It was not in the outbox any more; who was sent it has to be told: Take back from the ou")
    (taken,) = [one for one in mixed.store.journal(mixed.name) if one.action_id.endswith("/outbox")]
    assert taken.outcome
    assert str(taken.outcome.message).startswith("The mail was not in the outbox any more")


def test_a_mail_that_lies_in_the_outbox_is_not_called_with_somebody(
    mixed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken out at the end: people tell those whom people have asked, not who would have got it."""
    monkeypatch.delenv(settings.SMTP_HOST.name)
    mixed.apply("telephony")
    assert mixed.state(NUMBERS) is TaskState.WAITING
    assert [view.task.id for view in cancel(mixed.case, WHY)] == [LETTER, "telephony.acknowledge-911"]


def test_a_server_that_is_away_leaves_them_to_be_told(asked: World) -> None:
    """Named with whom and what, until the command is given once more."""
    asked.sandbox.mail_fault("later")
    said = end(asked)
    assert len(said) == 2
    assert all("was asked, and has to be told: Withdraw: Request: N" in one for one in said)
    asked.sandbox.clear_faults()
    assert take_leave(asked.case) == []
    assert withdrawn(asked) == WITHDRAWN


def test_a_withdrawal_that_may_have_arrived_is_not_sent_again(asked: World) -> None:
    """It is said that they have to be asked."""
    asked.sandbox.mail_fault("drop-after")
    said = end(asked)
    asked.sandbox.clear_faults()
    assert all(one.startswith("It is not known whether it has arrived; ask them: Withdraw: ") for one in said)
    assert len(said) == 2
    assert [str(one) for one in take_leave(asked.case)] == said
    assert withdrawn(asked) == WITHDRAWN


def test_taken_up_again_it_is_asked_for_anew(asked: World) -> None:
    """What was withdrawn is not called done: the next run asks for it as a whole."""
    end(asked)
    before = len(asked.subjects())
    resume(asked.case, "the wrong customer")
    assert {asked.state(PORT), asked.state(NUMBERS)} == {TaskState.READY}
    asked.apply("telephony")
    said = sorted(subject.partition(":")[0] for subject in asked.subjects()[before:])
    assert said == ["New telephone numbers", "Number port"]
    assert {asked.state(PORT), asked.state(NUMBERS)} == {TaskState.DONE}


@pytest.mark.slow
def test_an_end_that_is_killed_anywhere_tells_everybody_once(
    make_world: Callable[..., World], example: Answers, forks: Forks
) -> None:
    """At each write, before or after it: given once more, nobody is told twice, and nobody is forgotten."""
    first = make_world(crew(example))
    first.apply("telephony")
    first.done(LETTER)
    first.apply("telephony")
    for commit in range(1, 100):
        world = make_world(first.answers, ready=first.store.layout.folder)
        before = len(world.subjects())
        about = {"customer": world.name, "at": AT.isoformat(), "why": WHY}
        code = forks.wait(forks.begin("end_until", commit=commit, after=commit % 2 == 0, **about))
        assert forks.wait(forks.begin("end_until", commit=1000, after=False, **about)) == 0
        case = Case.open(world.store, world.name, AT, "R. Diaz")
        assert case.record.end is not None
        assert withdrawn(world, before) == WITHDRAWN, commit
        assert list(untold(case.context())) == []
        if code == 0:
            break
    assert commit > 5
