"""What was left out when it might be is to be done once other answers or another edition have something rest on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding import settings
from onboarding.case import leaving_out
from onboarding.case.case import Case
from onboarding.case.moving import change_to, move
from onboarding.case.preview import consequences_of
from onboarding.domain.history import Customer, TaskState
from onboarding.profile.load import edition_of
from onboarding.stages.consequences import STANDS, UNDONE
from onboarding.store.store import Store
from tests.case.bakery import STAGES, head

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
COUNT, SWITCH = "gather.count", "cutover.switch"
BIG = 'when = { question = "shop.kind", is = "big" }\n'
WAIVE = 'waive = { by = ["engineer"] }\n'
BAKERY = f"""\
{head()}{STAGES}[gate.counted]
title = "Counted"
kind = "check"
check = "tasks-closed"
params = {{ tasks = ["gather.count"] }}
owed_by = "engineer"
{BIG}
[section.shop]
title = "Shop"

[section.shop.question.kind]
kind = "choice"
label = "Kind"
options = {{ small = "Small", big = "Big" }}

[task.gather.note]
title = "Note the kind"
party = "engineer"
channel = "call"
evidence = "A note"
params = {{ fields = ["shop.kind"] }}

[task.gather.count]
title = "Count the ovens"
party = "engineer"
channel = "site-visit"
evidence = "A number"

[task.cutover.switch]
title = "Switch"
party = "engineer"
channel = "portal"
gates = ["counted"]
evidence = "A call"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(settings.HOME.name, str(tmp_path / "workspace"))
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    return tmp_path / "bakery.toml"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace", "") as found:
        yield found


def begun(store: Store, file: Path, text: str, kind: str) -> Case:
    """A customer of the bakery as the text has it."""
    file.write_text(text)
    store.create_customer(Customer("bun", "Bun", AT, is_training=True), "bakery", "ana", edition_of("bakery"))
    case = again(store)
    save(case, kind)
    return again(store)


def again(store: Store) -> Case:
    return Case.open(store, "bun", AT, "ana")


def save(case: Case, kind: str) -> None:
    case.save_answers({"shop": {"kind": kind}}, "test")


def lines(case: Case) -> list[str]:
    return [
        line.what.kind for line in case.record.evidence if line.task == COUNT and line.what.kind in (UNDONE, STANDS)
    ]


def states(case: Case) -> list[TaskState]:
    return [case.progress().task(name).state for name in (COUNT, SWITCH)]


TO_DO = "To be done anew: Count the ovens. It was left out, and now rests on it: “Counted”."


def test_other_answers_have_a_gate_rest_on_it(store: Store, file: Path) -> None:
    """It is listed before they are saved, open after it, said in the record, and left out again as the answers were."""
    case = begun(store, file, BAKERY, "small")
    leaving_out.skip(case, COUNT, "no ovens")
    assert states(case) == [TaskState.SKIPPED, TaskState.READY]
    assert TO_DO in consequences_of(case, {"shop": {"kind": "big"}}).sentences()
    save(case, "big")
    case = again(store)
    assert states(case) == [TaskState.READY, TaskState.BLOCKED]
    assert case.progress().task(COUNT).reasons == ("It was left out, and now rests on it: “Counted”.",)
    assert not case.progress().gates["counted"].is_open
    back = consequences_of(case, {"shop": {"kind": "small"}}).sentences()
    assert "Stands again as it was done: Count the ovens." in back
    save(case, "small")
    case = again(store)
    assert (states(case), lines(case)) == ([TaskState.SKIPPED, TaskState.READY], [UNDONE, STANDS])
    assert store.verify() == []


LAW = BAKERY.replace('evidence = "A number"\n', 'evidence = "A number"\nbinding = true\n')


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BAKERY.replace(BIG, ""), "It was left out, and now rests on it: “Counted”."),
        (LAW, "It was left out, and law or a carrier require it now."),
    ],
)
def test_another_edition_has_something_rest_on_it(store: Store, file: Path, text: str, why: str) -> None:
    """What moving comes to says so, and so it is after it; moved back it is left out as it was."""
    case = begun(store, file, BAKERY, "small")
    old = case.edition
    leaving_out.skip(case, COUNT, "no ovens")
    file.write_text(text.replace('label = "Kind"', 'label = "Kind"\ninformational = true'))
    edition = edition_of("bakery")
    assert f"To be done anew: Count the ovens. {why}" in change_to(case, edition).sentences()
    move(case, edition, "")
    case = again(store)
    assert (states(case)[0], case.progress().task(COUNT).reasons) == (TaskState.READY, (why,))
    move(case, store.edition(old), "")
    case = again(store)
    assert (states(case)[0], lines(case)) == (TaskState.SKIPPED, [UNDONE, STANDS])


def test_another_edition_lets_nobody_waive_it(store: Store, file: Path) -> None:
    """A waiver holds while somebody may waive it."""
    case = begun(store, file, BAKERY.replace('evidence = "A number"\n', f'evidence = "A number"\n{WAIVE}'), "big")
    leaving_out.waive(case, COUNT, "engineer", "no ovens")
    assert states(case) == [TaskState.WAIVED, TaskState.READY]
    file.write_text(BAKERY)
    edition = edition_of("bakery")
    assert TO_DO in change_to(case, edition).sentences()
    move(case, edition, "")
    assert states(again(store)) == [TaskState.READY, TaskState.BLOCKED]
