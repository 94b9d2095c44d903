"""The differences of two documents: nothing but them, all of them, whatever order the rows stand in."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.difference import Change, Place, What, bound, differences, named_rows
from onboarding.domain.question import Questionnaire, Section
from onboarding.domain.row import ROW_ID, answers_in
from tests import strategies
from tests.answers.dental import QUESTIONNAIRE, answers

DOCUMENTS = strategies.documents(QUESTIONNAIRE)


def found(old: Any, new: Any, asked: Questionnaire = QUESTIONNAIRE) -> list[Change]:
    return list(differences(asked, old, new))


def tables() -> Iterable[Section]:
    return (section for section in QUESTIONNAIRE.sections if section.is_table)


def answered(document: dict[str, Any]) -> dict[str, Any]:
    """The document without sections in which nothing is answered."""
    return {name: kept for name, kept in document.items() if kept}


def applied(changes: Iterable[Change], old: dict[str, Any]) -> dict[str, Any]:
    """The old document with the changes made to it."""
    document: dict[str, Any] = {name: copy.deepcopy(kept) for name, kept in old.items() if isinstance(kept, dict)}
    rows = {s.id: {n: dict(r) for n, r in named_rows(s, old.get(s.id, [])).items()} for s in tables()}
    added: list[Change] = []
    for change in changes:
        section, row = change.place.section, change.place.row
        if change.what is What.ADDED:
            added.append(change)
        elif change.what is What.REMOVED:
            assert rows[section].pop(row) == change.old
        elif change.what is What.MOVED:
            assert list(rows[section]) == change.old
            rows[section] = {name: rows[section][name] for name in change.new}
        else:
            kept = rows[section][row] if row else document.setdefault(section, {})
            assert kept.pop(change.place.question, None) == change.old
            kept |= {} if change.new is None else {change.place.question: change.new}
    document |= {name: list(kept.values()) for name, kept in rows.items()}
    for change in added:
        document[change.place.section].insert(change.number - 1, change.new)
    return answered(document)


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=60, deadline=None)
def test_the_changes_lead_from_the_old_to_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Made to the old answers, in their order, they give the new ones: no difference is left out and none invented."""
    assert applied(found(old, new), old) == answered(new)


@given(DOCUMENTS)
@settings(max_examples=40, deadline=None)
def test_a_document_does_not_differ_from_itself(document: dict[str, Any]) -> None:
    """Nor does it once blanks are put into it."""
    assert found(document, copy.deepcopy(document)) == []
    blank = copy.deepcopy(document)
    for kept in blank.values():
        kept.update(spare="") if isinstance(kept, dict) else kept.extend([{}, {"spare": None}])
    assert found(document, {**blank, "telephony": document.get("telephony") or {"kind": []}}) == []


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=40, deadline=None)
def test_the_way_back_is_the_same_way(old: dict[str, Any], new: dict[str, Any]) -> None:
    """What was added is removed, what was changed is changed back."""
    back = {What.ADDED: What.REMOVED, What.REMOVED: What.ADDED}
    there = [(back.get(change.what, change.what), change.place, change.new, change.old) for change in found(old, new)]
    here = [(change.what, change.place, change.old, change.new) for change in found(new, old)]
    assert sorted(map(repr, there)) == sorted(map(repr, here))


@given(DOCUMENTS, DOCUMENTS, st.data())
@settings(max_examples=40, deadline=None)
def test_rows_with_a_key_may_stand_in_any_order(old: dict[str, Any], new: dict[str, Any], data: st.DataObject) -> None:
    """Rows are found by their key: shuffled, they give the same changes, and one that says so."""

    def told(changes: Iterable[Change]) -> list[str]:
        return sorted(repr((c.what, c.place, c.old, c.new)) for c in changes if c.what is not What.MOVED)

    def unique(document: dict[str, Any]) -> list[dict[str, Any]]:
        rows = {row["email"]: row for row in document.get("users", []) if "email" in row}
        return list(rows.values())

    before, after = unique(old), unique(new)
    shuffled = data.draw(st.permutations(after))
    assert told(found({"users": before}, {"users": after})) == told(found({"users": before}, {"users": shuffled}))
    moved = found({"users": after}, {"users": shuffled})
    assert [change.what for change in moved] == ([What.MOVED] if list(shuffled) != after else [])


@given(strategies.hostile, strategies.hostile)
@settings(max_examples=80, deadline=None)
def test_nothing_that_was_sent_breaks_it(old: Any, new: Any) -> None:
    """Sections that are no tables and rows that are none hold no answers."""
    for name in ("users", "company", "users.email", "company.name", "strange"):
        assert all(change.place.section == name.partition(".")[0] for change in found({name: old}, {name: new}))


def test_each_kind_of_difference() -> None:
    """The place, what it was and is, the row it is in and its number; in the order of the questionnaire."""
    old, new = answers(), answers()
    new["users"][1]["site"] = "Boston"
    new["users"].insert(0, {"email": "new@brightsmile.example"})
    gone = new["users"].pop()
    new["company"]["name"] = "Bright"
    new["strange"] = 1
    assert found(old, new) == [
        Change(What.CHANGED, Place("company", "", "name"), old["company"]["name"], "Bright"),
        Change(What.ADDED, Place("users", "new@brightsmile.example"), None, new["users"][0], 1, new["users"][0]),
        Change(What.CHANGED, Place("users", old["users"][1]["email"], "site"), old["users"][1]["site"], "Boston", 3,
               new["users"][2]),
        Change(What.REMOVED, Place("users", gone["email"]), gone, None, 3, gone),
        Change(What.CHANGED, Place("strange"), None, 1),
    ]  # fmt: skip


def test_rows_are_known_by_their_key() -> None:
    """Case and spacing do not count; the second of two namesakes is another row; without a key the number tells."""
    users = QUESTIONNAIRE.section("users")
    assert users is not None
    rows = [{"email": "A@x.example"}, {"email": " a@x.example"}, {"site": "Boston"}, {"email": "a@x.example #2"}]
    assert list(named_rows(users, rows)) == ["a@x.example", "a@x.example #2", "#3", "a@x.example #2 #2"]
    [change] = found({"users": [{"email": "Ana@x.example"}]}, {"users": [{"email": "ana@x.example"}]})
    assert change.place == Place("users", "ana@x.example", "email")


def test_rows_that_both_states_know_by_id_are_the_same_rows() -> None:
    """However they are called now; an id alone makes no difference, and a row that lost it is known by its key."""
    old = [{"email": "a@x.example", ROW_ID: "bcdf2345"}, {"email": "b@x.example", ROW_ID: "ghjk6789"}]
    new = [{"email": "anna@x.example", ROW_ID: "bcdf2345"}, {"email": "b@x.example"}]
    [change] = found({"users": old}, {"users": new})
    assert (change.what, change.place.question, change.new) == (What.CHANGED, "email", "anna@x.example")
    assert change.beside == {"email": "anna@x.example"}
    assert found({"users": old}, {"users": [answers_in(row) for row in old]}) == []


def test_bound_answers_are_compared_like_documents() -> None:
    """Single questions, one column of a table with its key, and whole sections; what is beside them does not count."""
    names = ("company.name", "users.site", "telephony")
    old, new = answers(), answers()
    new["company"]["zip"], new["users"][0]["extension"] = "02140", "199"
    assert found(bound(QUESTIONNAIRE, names, old), bound(QUESTIONNAIRE, names, new)) == []
    new["company"]["name"], new["users"][0]["site"], new["telephony"] = "", "Lowell", None
    changes = found(bound(QUESTIONNAIRE, names, old), bound(QUESTIONNAIRE, names, new))
    assert [(change.place.section, change.place.question, change.new) for change in changes] == [
        ("company", "name", None), ("users", "site", "Lowell"),
        *(("telephony", name, None) for name in old["telephony"]),
    ]  # fmt: skip
    assert changes[1].beside == {"email": old["users"][0]["email"], "site": "Lowell"}
