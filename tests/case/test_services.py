"""Several services of one customer: one set of answers, numbers and people, each profile's own tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from onboarding import settings
from onboarding.case import leaving_out, work
from onboarding.case.case import Case
from onboarding.case.ending import cancel
from onboarding.case.engaging import engage
from onboarding.case.preview import everywhere
from onboarding.case.together import problems_together
from onboarding.domain.history import Customer, TaskState
from onboarding.domain.reservation import InventoryState
from onboarding.engine.impact import impact_of
from onboarding.errors import InputError, OnboardingError
from onboarding.frames.case_frames import CaseFrames
from onboarding.profile.load import edition_of
from onboarding.store.store import Store
from tests.case.bakery import GATHER, SHOP, head

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
NAME = "bun"
HEAD = (
    head("{title}")
    + GATHER
    + SHOP
    + """\
required = true

[section.users]
title = "Users"
table = true
key = "name"

[section.users.question.name]
kind = "text"
label = "Name"

[section.users.question.services]
kind = "choices"
label = "Services"

[section.users.question.services.options]
{service} = "{title}"

[section.users.question.number]
kind = "number"
label = "Number"
"""
)
TASKS = """
[section.{service}]
title = "{title}"

[section.{service}.question.kind]
kind = "text"
label = "Kind"
required = true

[task.gather.greet]
title = "Greet the shop"
party = "engineer"
channel = "call"
evidence = "A note"
params = {{ fields = ["shop.name", "{service}.kind"] }}

[task.gather.count]
title = "Count the users"
party = "engineer"
channel = "call"
evidence = "A note"
params = {{ fields = ["users.name", "users.services", "users.number"] }}

[task.gather.wait]
title = "Wait"
party = "engineer"
channel = "call"
evidence = "A note"
"""


def profile(service: str, more: str = "") -> str:
    return (HEAD + TASKS).format(title=service.title(), service=service) + more


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(settings.HOME.name, str(tmp_path))
    folder = tmp_path / "profiles"
    folder.mkdir()
    for service in ("talk", "desk"):
        (folder / f"{service}.toml").write_text(profile(service), encoding="utf-8")
    return folder


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open() as opened:
        opened.create_customer(Customer(NAME, "Bun & Son", AT, is_training=True), "talk", "t", edition_of("talk"))
        yield opened


def user(name: str, *services: str, number: str = "") -> dict[str, Any]:
    return {"name": name, "services": list(services), **({"number": number} if number else {})}


ANSWERS: dict[str, Any] = {
    "shop": {"name": "Bun & Son"},
    "users": [
        user("Ana", "talk", number="+16175550101"),
        user("Ben", "desk", number="+16175550102"),
        user("Cal", "talk", "desk", number="+16175550103"),
    ],
    "talk": {"kind": "t"},
    "desk": {"kind": "d"},
}


@pytest.fixture
def cases(store: Store) -> tuple[Case, Case]:
    """Both services with all answers given."""
    engage(store, NAME, edition_of("desk"), "", AT, "t")
    talk, desk = (Case.open(store, NAME, AT, "anna", service) for service in ("talk", "desk"))
    talk.save_answers(ANSWERS, "file", is_joint=True)
    return talk, desk


def test_a_second_service_begins_with_the_answers_there_are(store: Store) -> None:
    """Its tasks are its own; which one is meant has to be said from then on, and an open case goes on."""
    first = Case.open(store, NAME, AT, "anna")
    first.save_answers({"shop": {"name": "Bun & Son"}, "talk": {"kind": "t"}}, "file")
    work.done(first, "gather.greet", note="done")
    second = engage(store, NAME, edition_of("desk"), "", AT, "anna")
    assert (second.service, second.document) == ("desk", {"shop": {"name": "Bun & Son"}})
    assert second.progress().task("gather.greet").state is TaskState.READY
    assert (first.record.state("gather.greet"), first.service) == (TaskState.DONE, "talk")
    with pytest.raises(InputError, match=r"ENGAGEMENT-WHICH: bun has 2 services: talk, desk\."):
        Case.open(store, NAME, AT, "anna")
    with pytest.raises(InputError, match=r"ENGAGEMENT-UNKNOWN: bun has no service 'tlak'\. It has: talk, desk\."):
        Case.open(store, NAME, AT, "anna", "tlak")
    assert store.verify() == []


def test_what_cannot_begin_is_refused(store: Store, home: Path) -> None:
    """The same profile while it goes on, questions that cannot be one, and a customer that has ended."""
    with pytest.raises(InputError, match="ENGAGEMENT-EXISTS"):
        engage(store, NAME, edition_of("talk"), "other", AT, "t")
    other = profile("desk").replace('kind = "number"', 'kind = "text"')
    (home / "text.toml").write_text(other, encoding="utf-8")
    with pytest.raises(InputError, match=r"ENGAGE-DISAGREES.*users\.number is number in one and text in the other\."):
        engage(store, NAME, edition_of("text"), "", AT, "t")
    cancel(Case.open(store, NAME, AT, "anna"), "changed their mind")
    with pytest.raises(InputError, match="ENGAGE-ENDED"):
        engage(store, NAME, edition_of("desk"), "", AT, "t")
    assert len(store.engagements_of(NAME)) == 1


def test_what_is_done_in_one_changes_nothing_in_the_other(cases: tuple[Case, Case]) -> None:
    """Tasks of the same id are two tasks; references of requests never meet."""
    talk, desk = cases
    before, progress = desk.record, desk.progress()
    work.done(talk, "gather.greet", note="done")
    leaving_out.skip(talk, "gather.count", "nobody there")
    assert (desk.record, [view.state for view in desk.progress().tasks]) == (
        before, [view.state for view in progress.tasks],
    )  # fmt: skip
    assert (talk.known_as, desk.known_as) == ("bun", "bun_desk")
    assert talk.store.verify() == []


def test_a_change_of_what_both_ask_is_listed_and_recorded_in_both(cases: tuple[Case, Case]) -> None:
    """Before it is saved each service says what it undoes; after it each record says so; what one asks is its own."""
    talk, desk = cases
    for case in cases:
        work.done(case, "gather.greet", note="done")
        work.done(case, "gather.count", note="done")
    changed = {**talk.document, "shop": {"name": "Bun Inc."}}
    assert {case.service: [one.task.id for one in found.tasks] for case, found in everywhere(talk, changed)} == {
        "talk": ["gather.greet"], "desk": ["gather.greet"],
    }  # fmt: skip
    talk.save_section("shop", {"name": "Bun Inc."})
    for case in cases:
        assert [line.task for line in case.record.evidence if line.what.kind == "task.undone"] == ["gather.greet"]
        assert case.progress().task("gather.greet").state is TaskState.READY
        assert case.progress().task("gather.count").state is TaskState.DONE
    rows = [{**row, "number": "+16175550109"} if row["name"] == "Ana" else row for row in talk.document["users"]]
    talk.save_section("users", rows)
    assert talk.progress().task("gather.count").state is TaskState.READY
    assert desk.progress().task("gather.count").state is TaskState.DONE


def test_numbers_are_the_customers(cases: tuple[Case, Case]) -> None:
    """Both services reserve, neither clashes with the other, and what one drops stays while the other names it."""
    talk, desk = cases
    assert [item.value[-1] for item in talk.store.inventory(NAME)] == ["1", "2", "3"]
    assert not any(problem.code == "taken" for case in cases for problem in case.checked().problems)
    desk.save_section("users", [row for row in desk.document["users"] if row["name"] == "Ben"])
    assert [row["name"] for row in talk.document["users"]] == ["Ana"]
    assert [item.value[-1] for item in talk.store.inventory(NAME)] == ["1", "2"]
    cancel(talk, "Talk is not wanted")
    assert {item.value[-1]: item.state for item in desk.store.inventory(NAME)} == {
        "1": InventoryState.RELEASED, "2": InventoryState.RESERVED,
    }  # fmt: skip
    assert (talk.ended != "", desk.ended) == (True, "")
    desk.save_section("shop", {"name": "Bun Inc."})
    with pytest.raises(InputError, match="CUSTOMER-ENDED"):
        talk.save_section("shop", {"name": "Bun"})
    assert desk.store.verify() == []


def test_what_is_wrong_is_said_once(cases: tuple[Case, Case]) -> None:
    """Of the answers together: what each service misses, with the row as the joint document counts it."""
    talk, _ = cases
    users = [*talk.joint_document["users"], user("Dot", "desk", number="nonsense")]
    found = problems_together(talk, {**talk.joint_document, "shop": {}, "desk": {}, "users": users})
    assert sorted((problem.code, problem.question, problem.row) for problem in found) == [
        ("number-letters", "users.number", 3), ("required", "desk.kind", None), ("required", "shop.name", None),
    ]  # fmt: skip
    assert {problem.question: problem.services for problem in found} == {
        "users.number": ("desk",), "desk.kind": ("desk",), "shop.name": (),
    }  # fmt: skip
    assert problems_together(talk) == ()


STEPS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(["done", "skip", "own", "shared"]), st.sampled_from("abc")),
    max_size=8,
)


@given(STEPS)
@settings_of(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_in_one_reaches_the_other_by_shared_answers_alone(
    home: Path, steps: list[tuple[int, str, str]]
) -> None:
    """Random histories: the other's record stays as it is unless a question that both ask has changed."""
    with Store.in_memory() as store:
        store.create_customer(Customer(NAME, "Bun & Son", AT, is_training=True), "talk")
        store.engage(NAME, "desk", "desk", "t", AT)
        both = [Case.open(store, NAME, AT, "anna", service) for service in ("talk", "desk")]
        both[0].save_answers(ANSWERS, "file", is_joint=True)
        for whose, what, word in steps:
            one, other = both[whose], both[1 - whose]
            before, seen = other.record, other.document
            _do(one, what, word)
            assert other.document == (seen if what != "shared" else {**seen, "shop": {"name": word}})
            if what != "shared":
                assert other.record == before
            assert {item.value for item in store.inventory(NAME)} == {f"+1617555010{n}" for n in (1, 2, 3)}
        assert store.verify() == []


def _do(case: Case, what: str, word: str) -> None:
    if what == "done":
        with suppress(OnboardingError):
            work.done(case, "gather.greet", note=word)
    elif what == "skip":
        with suppress(OnboardingError):
            leaving_out.skip(case, "gather.wait", word)
    else:
        section, question = ("shop", "name") if what == "shared" else (case.service, "kind")
        case.save_section(section, {question: word})


DELETE = '[operation.delete]\ntitle = "Delete"\nkind = "delete"\nparty = "engineer"\nguide = "Delete it."\n'


def test_a_deletion_lists_what_its_service_has(home: Path, store: Store) -> None:
    """Not the numbers that only another service names, which stay with it; what both name is its own too."""
    (home / "talk.toml").write_text(profile("talk", DELETE), encoding="utf-8")
    store.create_customer(Customer("tea", "Tea", AT, is_training=True), "talk", "t", edition_of("talk"))
    engage(store, "tea", edition_of("desk"), "", AT, "t")
    talk, desk = (Case.open(store, "tea", AT, "anna", service) for service in ("talk", "desk"))
    talk.save_answers(ANSWERS, "file", is_joint=True)
    found = impact_of(talk, talk.profile.procedures["delete"]).by_kind
    assert [one.key for one in found["numbers"]] == ["+16175550101", "+16175550103"]
    assert list(CaseFrames(talk).numbers["number"]) == ["+16175550101", "+16175550103"]
    assert list(CaseFrames(desk).numbers["number"]) == ["+16175550102", "+16175550103"]
