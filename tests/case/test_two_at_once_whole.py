"""Two who change a customer as a whole at the same time: one of them is heard, the other is told, nothing is torn."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.case import moving
from onboarding.case.reports import Report
from onboarding.case.work import all_done
from onboarding.domain.history import Ending, TaskRecord, TaskState
from onboarding.engine.apply import apply_stage
from onboarding.profile.edition import Edition
from onboarding.profile.load import edition_of
from onboarding.store.store import Store
from tests.case.at_once import at_once
from tests.case.test_kills import begun, handed_over, of_bakery, of_chinook, to_adopt
from tests.case.test_moving import BAKERY
from tests.engine.acts import ACTS, AT, NAME, opened
from tests.world import acting

Act = Callable[[Store], object]


@pytest.fixture
def folder(blank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace, with profiles of one's own beside it."""
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    return Path(shutil.copytree(blank, tmp_path / "workspace"))


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder, "") as one:
        yield one


def done_at_once(store: Store, acts: Sequence[Act]) -> list[str]:
    """What each of them was answered: the code of the refusal, empty for none."""
    return at_once(store.layout.folder, acts, lambda own: own, "")


def move_to(edition: Edition) -> Act:
    return lambda store: moving.move(opened(store), edition, "a better one")


def test_of_two_moves_to_one_edition_one_is_made(store: Store) -> None:
    """The other hears that the customer has it already; the record has one move."""
    of_bakery(store)
    answers = done_at_once(store, [ACTS["move"]] * 4)
    assert answers.count("") == 1
    assert set(answers) <= {"", "EDITION-SAME", "EDITION-MOVED"}
    assert [taken.digest for taken in opened(store).record.editions][1:] == [edition_of("bakery-voice").digest]
    assert store.verify() == []


def test_two_moves_to_different_editions_are_made_one_after_the_other(store: Store) -> None:
    """Whoever is second moves on from what the first has made of it, or is told to look again; no step is lost."""
    of_bakery(store)
    other = edition_of("bakery-voice")
    (store.layout.folder.parent / "bakery-voice.toml").write_text(BAKERY.replace("Greet the shop", "Greet them"))
    third = edition_of("bakery-voice")
    answers = done_at_once(store, [move_to(other), move_to(third)])
    assert set(answers) <= {"", "EDITION-MOVED"}
    editions = opened(store).record.editions
    assert len(editions) == 1 + answers.count("")
    assert opened(store).edition == editions[-1].digest
    assert store.verify() == []


def test_a_move_and_a_save_keep_each_others_work(store: Store) -> None:
    """Answers that were saved meanwhile are in the newest version, and the edition is the other one."""
    of_bakery(store)

    def save(own: Store) -> None:
        case = opened(own)
        case.save_section("shop", {"name": "Bun & Daughter", "ovens": 3}, "test")

    for _turn in range(3):
        answers = done_at_once(store, [ACTS["move"], save])
        assert answers[1] in ("", "ANSWERS-MOVED"), answers
        newest = store.answers(NAME)
        assert newest is not None
        if answers[1] == "":
            assert newest.document["shop"]["name"] == "Bun & Daughter"
    assert opened(store).edition == edition_of("bakery-voice").digest
    assert opened(store).document["shop"]["name"] == "Bun & Daughter"
    assert store.verify() == []


def test_of_two_change_orders_one_begins(store: Store) -> None:
    """The other finds the first one's tasks open."""
    handed_over(store)
    answers = done_at_once(store, [ACTS["order"]] * 4)
    assert sorted(answers) == ["", *["PHASE-OPEN"] * 3]
    assert opened(store).record.phase.number == 2
    assert store.verify() == []


@pytest.mark.parametrize("turn", range(3))
def test_a_run_that_meets_the_end_of_a_project_does_nothing_after_it(store: Store, turn: int) -> None:
    """Called off while a run is at it: either the run was first, or it is told that the customer has ended; no line of
    it stands after the end, and what is free for others stays free.
    """
    of_chinook(store)
    acts: list[Act] = [lambda own: apply_stage(opened(own), "telephony"), ACTS["cancel"]]
    answers = done_at_once(store, acts if turn % 2 else acts[::-1])
    assert set(answers) <= {"", "CUSTOMER-ENDED"}
    record = opened(store).record
    assert record.end is not None
    assert record.end.kind is Ending.CANCELLED
    kinds = [line.what.kind for line in record.evidence]
    assert kinds.count("engagement.cancelled") == 1
    assert not [kind for kind in kinds[kinds.index("engagement.cancelled") + 1 :] if kind.startswith("action.")]
    assert {item.state.is_gone for item in store.inventory(NAME)} == {True}
    assert store.verify() == []


def test_of_two_who_take_a_customer_over_one_is_kept(store: Store) -> None:
    """The same file twice at once: the facts are there once."""
    to_adopt(store)
    answers = done_at_once(store, [ACTS["adopt"]] * 3)
    assert answers.count("") >= 1
    assert set(answers) <= {"", "ADOPT-MOVED"}
    stated = [line for line in opened(store).record.evidence if line.what.kind == "task.adopted"]
    assert len(stated) == 1
    assert store.verify() == []


def test_two_files_about_overlapping_rows_tear_nothing(store: Store) -> None:
    """Each is kept as a whole or refused as a whole; of a row in both there is one report."""
    begun(store, "emetrotel", "northwind-clinic")
    case, task = opened(store), "telephony.confirm-numbers"
    before = [one.id for one in case.context().tasks if one.stage == "gather"]
    for name in before:
        case.set_task(TaskRecord(name, TaskState.DONE, AT, version=1))
    rows = [one.id for one in case.context().made_of(task)]

    def report(names: list[str]) -> Act:
        return lambda own: all_done(acting(opened(own), rows[0]), [Report(name, "seen") for name in names])

    first, second = rows[:-1], rows[1:]
    answers = done_at_once(store, [report(first), report(second)])
    assert answers.count("") == 1, answers
    done = {name for name, kept in opened(store).record.tasks.items() if name.startswith(task) and kept.state.is_closed}
    assert done == set(first if answers[0] == "" else second)
    lines = [line.task for line in opened(store).record.evidence if line.what.kind == "task.reported"]
    assert sorted(lines) == sorted(done)
    assert store.verify() == []
