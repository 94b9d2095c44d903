"""Customers with several services who were under way elsewhere: each row says which service it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.case.adopting import adopt
from onboarding.case.case import Case
from onboarding.case.engaging import engage
from onboarding.domain.history import Customer, TaskState
from onboarding.profile.load import edition_of
from onboarding.store.store import Store
from tests.case.test_adopting import NAME, NOW, TOLD, judged
from tests.case.test_services import profile

TALK = {"service": "talk", "kind": "task", "id": "gather.greet", **TOLD}
DESK = {"service": "desk", "kind": "task", "id": "gather.count", **TOLD}
ANSWERS = """\
[shop]
name = "Bun & Son"

[talk]
kind = "t"

[desk]
kind = "d"

[[users]]
name = "Ana"
services = ["talk"]
number = "+16175550101"

[[users]]
name = "Ben"
services = ["desk"]
number = "+16175550102"
"""
JOINT = {"kind": "answers", "document": "answers.toml"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file, its documents and two profiles lie."""
    monkeypatch.setenv(settings.HOME.name, str(tmp_path / "workspace"))
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    for service in ("talk", "desk"):
        (tmp_path / f"{service}.toml").write_text(profile(service), encoding="utf-8")
    (tmp_path / "answers.toml").write_text(ANSWERS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder / "workspace", "") as opened:
        yield opened


@pytest.fixture
def both(store: Store) -> Store:
    """A customer that has both services already."""
    store.create_customer(Customer(NAME, "Bun & Son", NOW), "talk", "t", edition_of("talk"))
    engage(store, NAME, edition_of("desk"), "", NOW, "t")
    return store


def state(store: Store, service: str, task: str) -> TaskState:
    return Case.open(store, NAME, NOW, "R. Diaz", service).progress().task(task).state


def keep(store: Store, folder: Path, *rows: Mapping[str, str]) -> list[str]:
    """Takes the file over; the lines that the dry run shows."""
    (found,) = judged(store, folder, *rows)
    assert found.said.complaints == []
    assert found.adoption
    adopt(store, found, "R. Diaz", NOW)
    assert store.verify() == []
    return found.lines


def test_each_row_is_about_the_service_it_names(both: Store, folder: Path) -> None:
    """Answers without one are to what all ask; the same file again adds nothing."""
    lines = keep(both, folder, JOINT, TALK, DESK)
    assert [line.partition(":")[0] for line in lines] == ["talk", "talk", "desk"]
    talk, desk = (Case.open(both, NAME, NOW, "R. Diaz", service) for service in ("talk", "desk"))
    assert [user["name"] for user in talk.document["users"]] == ["Ana"]
    assert [user["name"] for user in desk.document["users"]] == ["Ben"]
    assert {item.value for item in both.inventory(NAME)} == {"+16175550101", "+16175550102"}
    done = TaskState.DONE
    assert [state(both, "talk", one) for one in ("gather.greet", "gather.count")] == [done, TaskState.READY]
    assert [state(both, "desk", one) for one in ("gather.greet", "gather.count")] == [TaskState.READY, done]
    (found,) = judged(both, folder, DESK, JOINT, TALK)
    assert (found.adoption, found.known, found.lines) == (None, 3, [])


def test_the_same_may_be_stated_of_both(both: Store, folder: Path) -> None:
    """A fact of one is none of the other."""
    keep(both, folder, JOINT, TALK)
    keep(both, folder, TALK, {**TALK, "service": "desk"})
    assert state(both, "desk", "gather.greet") is TaskState.DONE


def test_answers_of_one_service_leave_those_of_the_other(both: Store, folder: Path) -> None:
    """As with `onboard answers --service`."""
    keep(both, folder, JOINT)
    (folder / "own.toml").write_text('[shop]\nname = "Bun"\n\n[desk]\nkind = "e"\n', encoding="utf-8")
    keep(both, folder, {"service": "desk", "kind": "answers", "document": "own.toml"})
    talk, desk = (Case.open(both, NAME, NOW, "R. Diaz", service) for service in ("talk", "desk"))
    assert (desk.document["desk"], talk.document["talk"]) == ({"kind": "e"}, {"kind": "t"})
    assert [user["name"] for user in talk.document["users"]] == ["Ana"]
    (found,) = judged(both, folder, {**JOINT, "note": "n"}, {**JOINT, "service": "talk"})
    assert "take the place of" in found.said.complaints[0].what


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**TALK, "service": ""}, f"{NAME} has 2 services: talk, desk."),
        ({**TALK, "service": "tolk"}, "has no service 'tolk'; did you mean 'talk'?"),
        ({**TALK, "profile": "desk"}, f"{NAME} has the profile 'talk'."),
    ],
)
def test_which_service_is_not_guessed(both: Store, folder: Path, row: Mapping[str, str], words: str) -> None:
    """With the cell, and those there are; nothing of the customer is kept."""
    (found,) = judged(both, folder, JOINT, DESK, row)
    assert found.adoption is None
    (complaint,) = found.said.complaints
    assert words in complaint.what
    assert complaint.remedy


def test_a_new_customer_comes_with_all_its_services(store: Store, folder: Path) -> None:
    """Each with its profile, begun when the first thing happened; answers are of all; one transaction."""
    first = {"profile": "talk", "name": "Bun & Son", "go-live": "2026-12-20"}
    lines = keep(store, folder, {**TALK, **first}, {**DESK, "profile": "desk", "date": "2026-11-09"}, JOINT)
    assert lines[0] == "Wanted go-live: 2026-12-20."
    begun = store.engagements_of(NAME)
    assert [(one.service, one.profile, one.number) for one in begun] == [("talk", "talk", 1), ("desk", "desk", 2)]
    assert {one.edition for one in begun} == {edition_of(name).digest for name in ("talk", "desk")}
    assert store.customer(NAME).created_at.date() == date(2026, 11, 9)
    assert state(store, "talk", "gather.greet") is state(store, "desk", "gather.count") is TaskState.DONE
    assert {item.value for item in store.inventory(NAME)} == {"+16175550101", "+16175550102"}
    (found,) = judged(store, folder, TALK, {**DESK, "date": "2026-11-09"}, JOINT)
    assert (found.adoption, found.known) == (None, 3)


def test_a_new_customer_with_a_named_service(store: Store, folder: Path) -> None:
    """One alone may have a name of its own, and need not repeat it."""
    keep(store, folder, {**JOINT, "service": "voice", "profile": "talk"}, {**TALK, "service": ""})
    assert [one.service for one in store.engagements_of(NAME)] == ["voice"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"profile": ""}, f"The service desk of {NAME} is new, and its profile is not given."),
        ({"profile": "talk", "id": "gather.greet"}, "has the service talk (profile talk) already"),
        ({"service": "De sk", "profile": "desk"}, "'De sk' is not the name of a service"),
    ],
)
def test_services_that_cannot_be_begun_are_refused(
    store: Store, folder: Path, change: Mapping[str, str], words: str
) -> None:
    """And nothing of the customer is kept."""
    (found,) = judged(store, folder, {**TALK, "profile": "talk"}, {**DESK, **change})
    assert found.adoption is None
    assert words in found.said.complaints[0].what
    assert store.customers() == []


def test_a_new_customer_with_two_profiles_says_whose_each_row_is(store: Store, folder: Path) -> None:
    """Where one row names a service and another has another profile, nothing is guessed."""
    (found,) = judged(store, folder, {**TALK, "service": "", "profile": "talk"}, {**DESK, "profile": "desk"})
    (complaint,) = found.said.complaints
    assert complaint.what == f"{NAME} is given another service: desk."
    assert complaint.remedy == "Name it in the column service."


def test_a_customer_for_training_alone_is_taken_over_as_of_another_day(store: Store, folder: Path) -> None:
    """A real one is not worked as of a day before its last record, whatever the file is given with."""
    from onboarding.answers.fact_file import read_facts
    from onboarding.case.adopting import judged_facts

    keep(store, folder, {**JOINT, "profile": "talk", "service": "talk"})
    judged(store, folder, TALK)
    before = datetime(2026, 3, 2, tzinfo=UTC)
    (found,) = judged_facts(store, read_facts(folder / "facts.csv"), folder, "R. Diaz", before, is_training=True)
    assert found.adoption is None
    assert "lies before its last record" in found.said.complaints[0].what
