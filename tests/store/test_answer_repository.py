"""Answers are kept in versions and nobody's work is lost."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from onboarding.domain.history import Customer
from onboarding.domain.json import digest
from onboarding.domain.row import ROW_ID, without_ids
from onboarding.errors import Busy, InputError
from onboarding.store.store import Store

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DOCUMENT = {
    "company": {"name": "Bright Smile", "zip": "02139"},
    "users": [{"email": "anna@brightsmile.example", "extension": "0100"}],
}
IN_BOSTON = {**DOCUMENT["company"], "city": "Boston"}


def test_what_was_typed_comes_back(store: Store) -> None:
    """A document is given back as it was saved, with who, when, whence and its digest."""
    assert store.answers("bright-smile") is None
    assert store.save_answers("bright-smile", DOCUMENT, "anna", AT, "form") == 1
    current = store.answers("bright-smile")
    assert current
    assert (current.version, current.by, current.at, current.source) == (1, "anna", AT, "form")
    assert without_ids(current.document) == DOCUMENT
    assert current.digest == digest(current.document)


def test_the_same_again_makes_no_version(store: Store) -> None:
    """Saving all or one section of what is there already changes nothing."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "form")
    assert store.save_answers("bright-smile", DOCUMENT, "ben", AT, "workbook") == 1
    assert store.save_section("bright-smile", "company", DOCUMENT["company"], "ben", AT, "form") == 1
    assert store.save_answers("bright-smile", {}, "ben", AT, "form") == 2
    assert store.answers("bright-smile").document == {}


def test_history_tells_who_changed_what(store: Store) -> None:
    """Each version names the sections it changed; old versions stay readable."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "workbook")
    company = {"name": "Bright Smile", "zip": "02140"}
    store.save_section("bright-smile", "company", company, "ben", AT + timedelta(hours=1), "form")
    store.save_section("bright-smile", "users", None, "ben", AT + timedelta(hours=2), "form")
    history = store.answers_history("bright-smile")
    assert [(line.version, line.by, line.sections) for line in history] == [
        (1, "anna", ("company", "users")), (2, "ben", ("company",)), (3, "ben", ("users",)),
    ]  # fmt: skip
    assert without_ids(store.answers("bright-smile", 1).document) == DOCUMENT
    assert store.answers("bright-smile").document == {"company": company}


def test_one_section_is_replaced_and_the_others_stay(store: Store) -> None:
    """A dict is the whole record and a list the whole table; None removes the section."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "form")
    store.save_section("bright-smile", "company", {"name": "Bright Smile", "city": "Boston"}, "anna", AT, "form")
    document = store.answers("bright-smile").document
    assert without_ids(document) == {**DOCUMENT, "company": {"name": "Bright Smile", "city": "Boston"}}
    store.save_section("bright-smile", "users", [], "anna", AT, "form")
    store.save_section("bright-smile", "company", {"name": "X"}, "anna", AT, "form")
    assert store.answers("bright-smile").document == {"company": {"name": "X"}, "users": []}
    store.save_section("bright-smile", "company", None, "anna", AT, "form")
    assert store.answers("bright-smile").document == {"users": []}


def test_different_sections_do_not_disturb_each_other(store: Store) -> None:
    """Two who start from one version and change different sections both keep their work."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "form")
    store.save_section("bright-smile", "company", IN_BOSTON, "anna", AT, "form", based_on=1)
    mine = {**DOCUMENT, "users": [], "dns": {"host": "ns.example"}}
    assert store.save_answers("bright-smile", mine, "ben", AT, "workbook", based_on=1) == 3
    current = store.answers("bright-smile").document
    assert current == {"company": IN_BOSTON, "users": [], "dns": {"host": "ns.example"}}


def test_a_section_removed_by_one_side_stays_removed(store: Store) -> None:
    """A merge takes removals too."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "form")
    store.save_section("bright-smile", "company", IN_BOSTON, "anna", AT, "form")
    store.save_answers("bright-smile", {"company": DOCUMENT["company"]}, "ben", AT, "file", based_on=1)
    assert store.answers("bright-smile").document == {"company": IN_BOSTON}


def test_the_same_section_changed_twice_is_refused_by_name(store: Store) -> None:
    """The refusal names section, person and version, and nothing is written."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "form")
    store.save_section("bright-smile", "users", [], "carla", AT, "form")
    mine = {**DOCUMENT, "users": [{"email": "x@brightsmile.example"}]}
    with pytest.raises(Busy, match=r"ANSWERS-MOVED: .*users by carla at 2026-03-02 09:00 UTC \(version 2\)"):
        store.save_answers("bright-smile", mine, "ben", AT, "workbook", based_on=1)
    with pytest.raises(Busy, match="ANSWERS-MOVED"):
        store.save_section("bright-smile", "users", mine["users"], "ben", AT, "form", based_on=1)
    assert store.answers("bright-smile").version == 2


def test_two_who_change_one_record_alike_agree(store: Store) -> None:
    """A record changed on both sides is refused, also where its keys differ, unless both made the same of it."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "form")
    assert store.save_section("bright-smile", "company", IN_BOSTON, "anna", AT, "form", based_on=1) == 2
    assert store.save_section("bright-smile", "company", IN_BOSTON, "ben", AT, "form", based_on=1) == 2
    for mine in ({**IN_BOSTON, "city": "Salem"}, {**DOCUMENT["company"], "state": "MA"}):
        with pytest.raises(Busy, match="company by anna"):
            store.save_section("bright-smile", "company", mine, "carla", AT, "form", based_on=1)
    assert store.answers("bright-smile").document["company"] == IN_BOSTON


def test_before_any_answer_is_version_zero(store: Store) -> None:
    """A first save may say it is based on nothing; a second such save meets the first."""
    assert store.save_answers("bright-smile", {"dns": {"host": "a"}}, "anna", AT, "form", based_on=0) == 1
    assert store.save_answers("bright-smile", {"company": {"name": "B"}}, "ben", AT, "form", based_on=0) == 2
    with pytest.raises(Busy, match="ANSWERS-MOVED"):
        store.save_answers("bright-smile", {"dns": {"host": "b"}}, "ben", AT, "form", based_on=0)
    with pytest.raises(InputError, match="ANSWERS-VERSION"):
        store.save_answers("bright-smile", {}, "ben", AT, "form", based_on=9)
    with pytest.raises(InputError, match="ANSWERS-VERSION"):
        store.answers("bright-smile", 9)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"company": 3}, "ANSWERS-SHAPE"),
        ({3: {}}, "ANSWERS-SHAPE"),
        ({"company": {"account": 2**60}}, "ANSWERS-JSON"),
        ({"company": {"rate": float("nan")}}, "ANSWERS-JSON"),
        ({"company": {"name": "\ud800"}}, "ANSWERS-JSON"),
        ({"\ud800": {}}, "ANSWERS-JSON"),
        ({"company": {"on": AT}}, "ANSWERS-JSON"),
    ],
)
def test_what_has_no_exact_form_is_refused(store: Store, document: dict, code: str) -> None:
    """Values that could not come back as they were are refused by section, and nothing is written."""
    with pytest.raises(InputError, match=code):
        store.save_answers("bright-smile", document, "anna", AT, "file")
    assert store.answers("bright-smile") is None


def test_a_row_has_its_id_from_its_first_save(store: Store) -> None:
    """Whichever way it is saved, and for good; no two rows of a customer have the same, in whatever tables they are."""
    rows = [{"email": "anna@brightsmile.example"}, {"email": "ben@brightsmile.example"}]
    sites = [{"name": "Boston"}, {"name": "Salem"}]
    store.save_answers("bright-smile", {"users": rows, "sites": sites}, "anna", AT, "file")
    first = store.answers("bright-smile").document
    ids = [row[ROW_ID] for section in ("users", "sites") for row in first[section]]
    assert len(set(ids)) == 4
    mine = [{**first["users"][1], "email": "b@brightsmile.example"}, {"email": "cy@brightsmile.example"}]
    store.save_section("bright-smile", "users", [*mine, first["sites"][0]], "anna", AT, "form")
    found = [row[ROW_ID] for row in store.answers("bright-smile").document["users"]]
    assert found[0] == ids[1]
    assert not {*found[1:]} & {*ids}, "neither a new row nor one of another table has an id that is taken"
    store.save_section("bright-smile", "users", first["users"], "anna", AT, "form")
    assert store.answers("bright-smile").document == first, "what was removed comes back as it was"


def test_an_id_alone_is_no_change_to_quarrel_about(store: Store) -> None:
    """Two who add the same row, and one who gives an old file without ids while others change another row."""
    store.save_answers("bright-smile", DOCUMENT, "anna", AT, "file")
    more = [*DOCUMENT["users"], {"email": "ben@brightsmile.example"}]
    assert store.save_section("bright-smile", "users", more, "anna", AT, "form", based_on=1) == 2
    assert store.save_section("bright-smile", "users", more, "ben", AT, "form", based_on=1) == 2
    assert store.save_answers("bright-smile", DOCUMENT, "ben", AT, "file", based_on=1) == 2
    assert without_ids(store.answers("bright-smile").document)["users"] == more


def test_two_processes_give_a_row_one_id(store: Store, start) -> None:
    """Both save the same rows at once: one version, ten ids."""
    workers = [start("table") for _ in range(3)]
    assert [worker.process.wait(60) for worker in workers] == [0, 0, 0]
    current = store.answers("bright-smile")
    assert current.version == 1
    assert len({row[ROW_ID] for row in current.document["users"]}) == 10


def test_nobody_is_lost_among_four_processes(store: Store, start) -> None:
    """Four processes add to one record at once: every key of every one is there, in as many versions."""
    workers = [start("add", name, "10") for name in "abcd"]
    assert [worker.process.wait(60) for worker in workers] == [0, 0, 0, 0]
    current = store.answers("bright-smile")
    assert current.version == 40
    assert set(current.document["company"]) == {f"{name}{number}" for name in "abcd" for number in range(10)}
    assert store.verify() == []


def test_what_was_acknowledged_survives_a_kill(store: Store, start) -> None:
    """kill -9 at some moment of saving loses nothing that was acknowledged as saved."""
    worker = start("save")
    said = [int(worker.line()) for _ in range(25)]
    worker.kill()
    assert {f"note {number}" for number in said} <= set(store.answers("bright-smile").document["company"])
    assert store.verify() == []


SECTIONS = st.sampled_from(["company", "users", "dns"])
NAMES = st.sampled_from(["a", "b"])
VALUES = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3, alphabet="x\0é=\u2028")
ROWS = st.lists(st.dictionaries(NAMES, VALUES, max_size=2), max_size=2)
RECORDS = st.dictionaries(NAMES, VALUES, max_size=2)
DOCUMENTS = st.dictionaries(SECTIONS, RECORDS | ROWS, max_size=3)


def _texts(document: dict) -> dict[str, str]:
    """Sections in a form in which 1 and True differ."""
    return {section: json.dumps(value, sort_keys=True) for section, value in document.items()}


class Versions(RuleBasedStateMachine):
    """The store against a plain list of whole documents."""

    store: Store
    customers = itertools.count()

    @initialize()
    def begin(self) -> None:
        self.customer = f"c{next(self.customers)}"
        self.versions: list[dict] = [{}]
        self.stored: list[dict] = [{}]
        self.store.create_customer(Customer(self.customer, "C", AT), "chinook")

    def expect(self, version: int, document: dict) -> None:
        if _texts(document) != _texts(self.versions[-1]):
            self.versions.append(document)
            self.stored.append(self.store.answers(self.customer).document)
        assert version == len(self.versions) - 1

    @rule(document=DOCUMENTS)
    def save(self, document: dict) -> None:
        self.expect(self.store.save_answers(self.customer, document, "anna", AT, "test"), document)

    @rule(section=SECTIONS, value=st.none() | RECORDS | ROWS)
    def save_section(self, section: str, value: dict | list | None) -> None:
        wanted = {name: kept for name, kept in self.versions[-1].items() if name != section}
        wanted |= {} if value is None else {section: value}
        self.expect(self.store.save_section(self.customer, section, value, "anna", AT, "test"), wanted)

    @rule(document=DOCUMENTS, back=st.integers(0, 3))
    def merge(self, document: dict, back: int) -> None:
        base = max(0, len(self.versions) - 1 - back)
        old, new, mine = _texts(self.versions[base]), _texts(self.versions[-1]), _texts(document)
        touched = {name for name in old.keys() | mine.keys() if old.get(name) != mine.get(name)}
        then, now = _texts(self.stored[base]), _texts(self.stored[-1])  # a row put in again is another row
        if any(now.get(name) != then.get(name) and new.get(name) != mine.get(name) for name in touched):
            with pytest.raises(Busy, match="ANSWERS-MOVED"):
                self.store.save_answers(self.customer, document, "ben", AT, "test", base)
            return
        wanted = {name: value for name, value in self.versions[-1].items() if name not in touched}
        wanted |= {name: document[name] for name in touched if name in document}
        self.expect(self.store.save_answers(self.customer, document, "ben", AT, "test", base), wanted)

    @invariant()
    def newest_is_as_expected(self) -> None:
        current = self.store.answers(self.customer)
        assert (without_ids(current.document) if current else {}) == self.versions[-1]
        assert current is None or current.digest == digest(current.document)
        ids = (
            [row[ROW_ID] for rows in current.document.values() if isinstance(rows, list) for row in rows]
            if current
            else []
        )
        assert len(ids) == len(set(ids)), "no two rows have one id"

    def teardown(self) -> None:
        history = self.store.answers_history(self.customer)
        assert len(history) == len(self.versions) - 1
        for line in history:
            document = self.store.answers(self.customer, line.version).document
            assert without_ids(document) == self.versions[line.version]
        assert self.store.verify(self.customer) == []


def test_answers_behave_like_a_list_of_documents(store: Store) -> None:
    """Any sequence of saves, whole or of one section, gives what a plain list of whole documents would give."""
    quick = settings(max_examples=15, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(type("Here", (Versions,), {"store": store}), settings=quick)
