"""Killed at any moment of what changes a customer as a whole, and done again: it stands as after a calm one."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onboarding import settings
from onboarding.answers.answer_files import read_answers
from onboarding.answers.fact_file import COLUMNS
from onboarding.domain.event import Event
from onboarding.domain.history import Customer, Evidence, History, TaskRecord, TaskState
from onboarding.engine.approval import approve, standing
from onboarding.errors import GateClosed, OnboardingError, StalePlan
from onboarding.profile.load import edition_of, load_profile
from onboarding.resources import shipped
from onboarding.store.store import Store
from tests.case.test_moving import BAKERY, OTHER
from tests.engine.acts import ACTS, AT, NAME, opened
from tests.engine.forks import Forks


def begun(store: Store, profile: str, example: str) -> None:
    """A customer with the answers of an example."""
    found = read_answers(load_profile(profile).questionnaire, shipped("data", "examples", f"{example}.toml"))
    store.create_customer(Customer(NAME, "Acme", AT), profile, edition=edition_of(profile))
    opened(store).save_answers(found.document, "test")


def every_task_done(store: Store) -> None:
    """All that is needed was reported, and the phase handed over."""
    case = opened(store)
    context = case.context()
    for task in context.tasks:
        if context.is_needed(task) and not task.stands_for_rows:
            line = Evidence(task.id, AT, case.by, Event("task.reported", task.id), version=context.version)
            case.report([line], [TaskRecord(task.id, TaskState.DONE, AT, task.party, version=context.version)])
    case.note_progress()


def of_chinook(store: Store) -> None:
    begun(store, "chinook", "bright-smile")
    case = opened(store)
    case.report([], [TaskRecord("telephony.complete-port", TaskState.DONE, AT, version=1)])


def called_off(store: Store) -> None:
    of_chinook(store)
    ACTS["cancel"](store)


def of_bakery(store: Store) -> None:
    """Its profile has another edition by now."""
    path = store.layout.folder.parent / "bakery-voice.toml"
    path.write_text(BAKERY)
    store.create_customer(Customer(NAME, "Bun & Son", AT), "bakery-voice", edition=edition_of("bakery-voice"))
    opened(store).save_answers({"shop": {"name": "Bun & Son", "ovens": 3}}, "test")
    path.write_text(OTHER)


def handed_over(store: Store) -> None:
    """Complete, with other answers since."""
    path = store.layout.folder.parent / "bakery-voice.toml"
    path.write_text(BAKERY)
    store.create_customer(Customer(NAME, "Bun & Son", AT), "bakery-voice", edition=edition_of("bakery-voice"))
    opened(store).save_answers({"shop": {"name": "Bun & Son", "ovens": 3}}, "test")
    every_task_done(store)
    opened(store).save_answers({"shop": {"name": "Bun & Son", "ovens": 4}}, "test")


def to_adopt(store: Store) -> None:
    """A file about a customer who is not there yet, with a document and a number order."""
    folder = store.layout.folder.parent
    (folder / "answers.toml").write_bytes(shipped("data", "examples", "bright-smile.toml").read_bytes())
    (folder / "loa.pdf").write_bytes(b"%PDF signed")
    rows = (
        {"profile": "chinook", "name": "Acme", "kind": "answers", "document": "answers.toml"},
        {"kind": "task", "id": "telephony.sign-loa", "date": "2026-03-01", "by": "Ben O'Neil", "document": "loa.pdf"},
    )
    with (folder / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows({"customer": NAME, **row} for row in rows)


def approved(kind: str) -> Callable[[Store], None]:
    """A customer of MiCloud, set up by hand, whom two people have decided on."""

    def prepare(store: Store) -> None:
        begun(store, "mitel-micloud", "harbor-freight-lines")
        every_task_done(store)
        if kind == "remove":
            opened(store).save_section("users", opened(store).document["users"][:-2], "test")
        agreed(store, kind)

    return prepare


def agreed(store: Store, kind: str) -> None:
    """One asks for it, another approves."""
    with pytest.raises((GateClosed, StalePlan)):
        ACTS[kind](store)
    second = opened(store, "Ana Diaz")
    approve(second, kind, standing(second, kind).impact.digest)


BEFORE: dict[str, Callable[[Store], None]] = {
    "new": lambda store: None, "move": of_bakery, "cancel": of_chinook, "resume": called_off, "order": handed_over,
    "adopt": to_adopt, "delete": approved("delete"), "demo": approved("demo"), "remove": approved("remove"),
}  # fmt: skip


def standing_of(store: Store) -> dict[str, Any]:
    """All that is kept of the customer, without the references of attempts."""
    found: dict[str, Any] = {"findings": store.verify()}
    for one in store.engagements_of(NAME):
        case = opened(store, service=one.service)
        case.note_progress()
        record = case.record
        found[one.service] = {
            "edition": one.edition, "end": record.end and record.end.kind, "phase": record.phase.number,
            "hand-overs": len(record.hand_overs),
            "tasks": {name: kept.state for name, kept in record.tasks.items()},
            "proof": sorted(_proofs(record)),
            "open": [view.task.id for view in case.progress().tasks if not view.state.is_closed],
        }  # fmt: skip
    found["inventory"] = {item.key: item.state for item in store.inventory(NAME)}
    return found


def _proofs(record: History) -> Iterator[tuple[str, str, str]]:
    """Every line of proof; of exports, each of which is made of what is there just before, that there is one."""
    lines = [(line.task, line.what.kind, line.subject) for line in record.lines()]
    exported = {line for line in lines if line[1] == "procedure.exported"}
    yield from exported
    yield from (line for line in lines if line not in exported)


@pytest.mark.slow
@pytest.mark.parametrize("act", ACTS)
def test_a_kill_at_any_commit_leaves_what_can_be_done_again(
    blank: Path, tmp_path: Path, forks: Forks, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right before or right after each of its commits: whoever does it again has it as after a calm one, once."""
    before = tmp_path / "before"
    before.mkdir()
    monkeypatch.setenv(settings.PROFILES.name, str(before))
    shutil.copytree(blank, before / "workspace")
    with Store.open(before / "workspace", "") as store:
        BEFORE[act](store)
    calm = shutil.copytree(before, tmp_path / "calm")
    with Store.open(calm / "workspace", "") as store:
        ACTS[act](store)
        wanted = standing_of(store)
    points = 0
    for after in (False, True):
        commit = 1
        while True:
            folder = shutil.copytree(before, tmp_path / f"killed-{commit}-{after}")
            child = forks.begin("act_until", folder=str(folder / "workspace"), act=act, commit=commit, after=after)
            if forks.wait(child) == 0:
                break
            with Store.open(folder / "workspace", "") as store:
                _again(store, act)
                assert standing_of(store) == wanted, (commit, after)
            points, commit = points + 1, commit + 1
    assert points > 1


def _again(store: Store, act: str) -> None:
    """Once more, by somebody who is told if it was done."""
    try:
        ACTS[act](store)
    except StalePlan:  # some of it is gone: two people decide on the rest
        agreed(store, act)
        ACTS[act](store)
    except OnboardingError as problem:
        if problem.code not in DONE_ALREADY:
            raise


DONE_ALREADY = {
    "CUSTOMER-EXISTS", "EDITION-SAME", "CUSTOMER-ENDED", "END-NONE", "PHASE-OPEN", "PROCEDURE-NOTHING",
    "PROCEDURE-APPROVAL",
}  # fmt: skip
"""How whoever does it again is told that it was done."""
