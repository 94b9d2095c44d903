"""A task of another edition that is done in place of one: it goes on with the request that is out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from onboarding.case.case import Case
from onboarding.case.ending import cancel
from onboarding.case.moving import change_to, move
from onboarding.domain.history import Customer, TaskState
from onboarding.engine.apply import apply_stage
from onboarding.engine.farewell import take_leave
from onboarding.profile.load import edition_of
from onboarding.sandbox.server import Sandbox
from onboarding.settings import HOME, PROFILES, SMTP_HOST
from onboarding.stages.edition_change import left_behind
from onboarding.store.store import Store
from tests.case.bakery import OVENS, SHOP, STAGES, head
from tests.engine.forks import Forks

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
ORDER, LINES = "gather.order", "gather.lines"
PROFILE = f"""\
{head()}[party.desk]
title = "Service desk"
side = "provider"
contact = "desk@provider.example"

{STAGES}{SHOP}
{OVENS}[task.gather.order]
title = "Order the lines"
party = "engineer"
channel = "e-mail"
action = "request"
evidence = "The order"
params = {{ to = "desk", subject = "Lines", intro = "Please.", fields = ["shop.ovens"] }}

[task.cutover.switch]
title = "Switch"
party = "engineer"
channel = "portal"
evidence = "A call"
params = {{ fields = ["shop.name"] }}
"""
SAME = PROFILE.replace("[task.gather.order]\n", '[task.gather.lines]\nwas = "gather.order"\n')
OTHER = SAME.replace('fields = ["shop.ovens"]', 'fields = ["shop.ovens", "shop.name"]')
UNWANTED = SAME.replace('evidence = "The order"', 'when = { question = "shop.ovens", is = 9 }\nevidence = "The order"')
THIRD = OTHER.replace('[task.gather.lines]\nwas = "gather.order"\n', '[task.gather.trunks]\nwas = "gather.lines"\n')


class Moved:
    """A customer that is moved to what the profile's file says next."""

    def __init__(self, store: Store, file: Path) -> None:
        self.store, self.file, self.at = store, file, AT
        self.case.save_answers({"shop": {"name": "Bun & Son", "ovens": 3}}, "test")
        self.run()

    @property
    def case(self) -> Case:
        return Case.open(self.store, "acme", self.at, "R. Diaz")

    def run(self) -> None:
        self.at += timedelta(minutes=1)
        apply_stage(self.case, "gather")

    def move(self, text: str) -> list[str]:
        """What the move was said to come to."""
        self.at += timedelta(minutes=1)
        self.file.write_text(text)
        said = change_to(self.case, edition_of("bakery-voice")).sentences()
        move(self.case, edition_of("bakery-voice"), "")
        return said

    def state(self, task: str) -> TaskState:
        return self.case.progress().task(task).state

    def lying(self) -> list[str]:
        every = [path for path in self.store.layout.outbox.glob("*.eml") if not path.with_suffix(".sent").exists()]
        return [str(message_from_bytes(path.read_bytes(), policy=SMTP)["Subject"]).strip() for path in every]


def subjects(sandbox: Sandbox) -> list[str]:
    mails = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in sandbox.mails()]
    return [str(mail["Subject"]).strip() for mail in mails]


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Iterator[Moved]:
    file = tmp_path / "bakery-voice.toml"
    file.write_text(PROFILE)
    for name in (PROFILES.name, HOME.name):
        monkeypatch.setenv(name, str(tmp_path))
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("acme", "Acme", AT), "bakery-voice", "ana", edition_of("bakery-voice"))
        yield Moved(store, file)


def test_what_asks_for_the_same_is_done_and_sends_nothing(moved: Moved, sandbox: Sandbox) -> None:
    """The desk has the order already; what is kept of the earlier task says who goes on."""
    moved.move(SAME)
    moved.run()
    assert (subjects(sandbox), moved.state(LINES)) == (["Lines: Acme"], TaskState.DONE)
    [one] = left_behind(moved.case.context())
    assert "“Order the lines” is done in its place" in one.sentence


def test_what_asks_for_something_else_is_a_change_of_the_request(moved: Moved, sandbox: Sandbox) -> None:
    """Listed before the move; sent once, never whole, and what is changed later is a change too."""
    said = moved.move(OTHER)
    assert said[0] == (
        "A request is out, with desk@provider.example since 2 Mar 2026, and has to be changed: Order the lines."
    )
    for _again in range(2):
        moved.run()
        assert subjects(sandbox) == ["Lines: Acme", "Change: Lines: Acme"]
    moved.move(THIRD)
    moved.run()
    assert len(subjects(sandbox)) == 2
    assert moved.state("gather.trunks") is TaskState.DONE
    moved.case.save_answers({"shop": {"name": "Bun & Son", "ovens": 4}}, "test")
    moved.run()
    assert subjects(sandbox)[2:] == ["Change: Lines: Acme"]
    assert moved.store.verify() == []


def test_what_the_new_edition_does_not_want_is_withdrawn(moved: Moved, sandbox: Sandbox) -> None:
    """The desk is told, once."""
    said = moved.move(UNWANTED)
    assert "and has to be withdrawn: Order the lines." in said[0]
    for _again in range(2):
        moved.run()
        assert subjects(sandbox) == ["Lines: Acme", "Withdrawn: Lines: Acme"]
    assert moved.state(LINES) is TaskState.NOT_NEEDED


def test_once_the_project_ends_the_desk_is_told_once(moved: Moved, sandbox: Sandbox) -> None:
    """What went out for the task of then, and as a change for the one of now, is one request."""
    moved.move(OTHER)
    moved.run()
    moved.at += timedelta(minutes=1)
    cancel(moved.case, "went to another provider")
    for _again in range(2):
        assert take_leave(moved.case) == []
        assert subjects(sandbox)[2:] == ["Withdrawn: Lines: Acme"]


@pytest.mark.parametrize("text", [SAME, OTHER])
def test_what_waits_in_the_outbox_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, text: str
) -> None:
    """One mail lies there, of the task of now, and somebody is waited for."""
    file = tmp_path / "bakery-voice.toml"
    file.write_text(PROFILE)
    monkeypatch.delenv(SMTP_HOST.name)
    for name in (PROFILES.name, HOME.name):
        monkeypatch.setenv(name, str(tmp_path))
    with Store.open(tmp_path, "") as store:
        store.create_customer(Customer("acme", "Acme", AT), "bakery-voice", "ana", edition_of("bakery-voice"))
        world = Moved(store, file)
        world.move(text)
        for _again in range(2):
            world.run()
            assert (world.lying(), world.state(LINES)) == (["Lines: Acme"], TaskState.WAITING)
    assert subjects(sandbox) == []


@pytest.mark.slow
@pytest.mark.parametrize(("text", "word"), [(OTHER, "Change"), (UNWANTED, "Withdrawn")])
def test_a_run_after_the_move_that_is_killed_anywhere_tells_the_desk_once(
    moved: Moved, sandbox: Sandbox, forks: Forks, text: str, word: str
) -> None:
    """At each write: whatever the next run finds, there is one message about the request."""
    moved.move(text)
    commit = 0
    while True:
        commit += 1
        moved.at += timedelta(minutes=1)
        about = {"customer": "acme", "stage": "gather", "at": moved.at.isoformat()}
        if forks.wait(forks.begin("apply_until", commit=commit, after=commit % 2 == 0, **about)) == 0:
            break
    assert commit > 3
    assert subjects(sandbox) == ["Lines: Acme", f"{word}: Lines: Acme"]
    assert moved.store.verify() == []
