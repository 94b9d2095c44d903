"""Moves between random pairs of editions: what is shown is all that differs, and exactly that is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from onboarding import settings
from onboarding.case import work
from onboarding.case.case import Case
from onboarding.case.decisions import Vote, decide
from onboarding.case.moving import change_to, move
from onboarding.domain.history import Customer, TaskState
from onboarding.errors import InputError
from onboarding.profile.load import edition_of
from onboarding.stages.consequences import HANDED_OVER
from onboarding.store.store import Store
from tests.case.test_moving import AT, BAKERY

ROOMS = """\
[section.rooms]
title = "Rooms"
table = true
key = "name"

[section.rooms.question.name]
kind = "text"
label = "Room"

[task.gather.look]
title = "Look at the rooms"
party = "engineer"
channel = "site-visit"
evidence = "A note"
params = { fields = ["rooms.name"] }

[task.cutover.switch]"""
FIRST = BAKERY.replace("[task.cutover.switch]", ROOMS)
TEST = """\
[task.cutover.test]
title = "Test"
party = "engineer"
channel = "call"
evidence = "A call"

"""
EDITS: Mapping[str, tuple[str, str]] = {
    "greeting is called otherwise": ('title = "Greet the shop"', 'title = "Say hello"'),
    "gate is called otherwise": ('[gate.go]\ntitle = "Go"', '[gate.go]\ntitle = "Yes"'),
    "stage is called otherwise": ('title = "Gather"', 'title = "Collect"'),
    "question is called otherwise": ('label = "Ovens"', 'label = "Stoves"'),
    "each room is looked at": ('title = "Look at the rooms"', 'each = "rooms"\ntitle = "Look at the rooms"'),
    "greeting shows the ovens": ('fields = ["shop.name"] }', 'fields = ["shop.name", "shop.ovens"] }'),
    "counting has another id": ("[task.gather.count]", '[task.gather.tally]\nwas = "gather.count"'),
    "nobody has to say yes": ('gates = ["go"]\nevidence = "A call"', 'evidence = "A call"\ngates = []'),
    "a test comes before": ("[task.cutover.switch]", TEST + "[task.cutover.switch]"),
    "gate rests on the ovens": ('on = ["shop.name"]', 'on = ["shop.name", "shop.ovens"]'),
    "gate asks otherwise": ('question = "Shall we?"', 'question = "Do we dare?"'),
    "counting is done anew": ('title = "Count the ovens"', 'revision = 1\ntitle = "Count the ovens"'),
}  # fmt: skip
ANSWERS = {"shop": {"name": "Bun", "ovens": 2}, "rooms": [{"name": "Bakehouse"}, {"name": "Shop"}]}
TASKS = ("gather.greet", "gather.count", "gather.look", "cutover.switch")


def text_of(edits: frozenset[str]) -> str:
    """The bakery's profile with these edits; one that nobody has to approve holds its gate elsewhere."""
    text = FIRST
    for name in sorted(edits):
        old, new = EDITS[name]
        assert text.count(old) >= 1, name
        text = text.replace(old, new, 1)
    if "nobody has to say yes" in edits:
        text = text.replace('title = "Count the ovens"', 'gates = ["go"]\ntitle = "Count the ovens"')
    return text


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Beside the folder in which profiles are looked for."""
    monkeypatch.setenv(settings.HOME.name, str(tmp_path / "workspace"))
    monkeypatch.setenv(settings.PROFILES.name, str(tmp_path))
    with Store.open(tmp_path / "workspace", "") as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bakery-voice.toml"


NUMBERS = count()


def made(store: Store, path: Path, text: str) -> Case:
    """A new customer of that edition, with answers."""
    path.write_text(text)
    name = f"bun-{next(NUMBERS)}"
    store.create_customer(Customer(name, "Bun", AT), "bakery-voice", edition=edition_of("bakery-voice"))
    case = Case.open(store, name, AT, "ana")
    case.save_answers(ANSWERS, "test")
    return case


def picture(case: Case) -> dict[str, tuple[Any, ...]]:
    """What people see of each task and gate: by its id in the profile what it is called, and whether it is closed, of
    rows which are, or open.
    """
    found: dict[str, tuple[Any, ...]] = {}
    for view in case.progress().tasks:
        row = view.task.row.label if view.task.row else ""
        known = found.get(view.task.declared, (view.task.title, ()))
        found[view.task.declared] = (known[0], (*known[1], (row, view.state.is_closed)))
    gates = {name: (status.gate.title, status.is_open) for name, status in case.progress().gates.items()}
    return found | gates


SOME = st.frozensets(st.sampled_from(sorted(EDITS)), max_size=4)


@settings_of(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(frozenset(["a test comes before"]), frozenset(), frozenset(TASKS), True)
@given(SOME, SOME, st.frozensets(st.sampled_from(TASKS)), st.booleans())
def test_what_is_shown_is_what_differs_and_what_is_done(
    store: Store, path: Path, first: frozenset[str], second: frozenset[str], done: frozenset[str], is_approved: bool
) -> None:
    """Nothing that a move changes goes unsaid, nothing is said that it does not do; moving back is as it was."""
    case = made(store, path, text_of(first))
    begun, name = edition_of("bakery-voice"), case.customer.id
    _work(case, done, is_approved)
    path.write_text(text_of(second))
    edition, case = edition_of("bakery-voice"), Case.open(store, name, AT + timedelta(hours=1), "ana")
    if edition.digest == begun.digest or case.record.handed_over:
        with pytest.raises(InputError, match=r"EDITION-(SAME|FINISHED)"):
            change_to(case, edition)
        return
    head, before = store.moment(name).head, picture(case)
    shown = change_to(case, edition).sentences()
    assert store.moment(name).head == head
    assert move(case, edition, "").sentences() == shown
    after = picture(case)
    for task in before.keys() | after.keys():
        if before.get(task) != after.get(task):
            titles = [seen[task][0] for seen in (before, after) if task in seen]
            assert any(title in " ".join(shown) for title in titles), (task, before, after, shown)
    if not shown:
        assert before == after
    moved = Case.open(store, name, AT + timedelta(hours=2), "ana")
    assert (moved.record.handed_over is not None) is (HANDED_OVER in shown)
    if moved.record.handed_over:
        with pytest.raises(InputError, match="EDITION-FINISHED"):
            move(moved, begun, "")
    else:
        move(moved, begun, "")
        assert picture(Case.open(store, name, AT + timedelta(hours=2), "ana")) == before


def _work(case: Case, done: frozenset[str], is_approved: bool) -> None:
    """What can be done of these is done, in the profile's order."""
    if is_approved:
        decide(case.acting("Ida Roe"), Vote("go", True, "customer"))
    for view in case.progress().tasks:
        declared = view.task.declared.replace("gather.tally", "gather.count")
        if declared in done and case.progress().task(view.task.id).state is TaskState.READY:
            work.done(case, view.task.id, "done")


def test_titles_rows_and_successors_are_named(store: Store, path: Path) -> None:
    """Rows for what was done once, another id with what it was called, and each title that is another."""
    case = made(store, path, FIRST)
    work.done(case, "gather.look", "both")
    names = ("each room is looked at", "counting has another id", "stage is called otherwise")
    path.write_text(text_of(frozenset(names)))
    edition = edition_of("bakery-voice")
    assert change_to(case, edition).sentences() == [
        "Not a task any more: Count the ovens.",
        "Look at the rooms (done), of an earlier edition: kept, nothing follows from it.",
        "For every row from then on, not once: Look at the rooms.",
        "Called otherwise: Collect, before that Gather.",
        "New task in place of “Count the ovens”: Count the ovens.",
    ]
    move(case, edition, "")
    path.write_text(FIRST)
    said = change_to(case, edition_of("bakery-voice")).sentences()
    assert "Once from then on, not for every row: Look at the rooms." in said
    assert "Stands again as it was done: Look at the rooms." in said
