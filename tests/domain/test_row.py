"""A row of a table is the same row whatever becomes of its answers, its place and its neighbours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.domain.row import (
    ROW_ID,
    RowIds,
    answers_in,
    brought,
    identified,
    matched,
    row_id,
    rows_in,
    text_of,
    without_ids,
)  # fmt: skip

A, B, C, D = "bcdf2345", "ghjk6789", "mnpq2345", "rstv6789"


def alike(row: Any) -> tuple[str, Any]:
    """Answers as they are, the name in the column of that name."""
    return text_of(answers_in(row)), row.get("name")


def saved(kept: Any, given_: Any, seed: str = "second save") -> Any:
    return identified(kept, given_, alike, RowIds(seed, lambda: {row_id(row) for row in rows_in(kept)}))


def rows(*lines: str) -> list[dict[str, Any]]:
    """``id name number``, a dash for what is not there."""
    found = []
    for line in lines:
        words = dict(zip((ROW_ID, "name", "number"), line.split(), strict=False))
        found.append({key: word for key, word in words.items() if word != "-"})
    return found


KEPT = rows(f"{A} ana 101", f"{B} ben 102", f"{C} cy 103")


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ([f"{A} ana 101", f"{B} ben 102", f"{C} cy 103"], [A, B, C]),
        ([f"{C} cy 103", f"{A} ana 101", f"{B} ben 102"], [C, A, B]),
        ([f"{A} anna 101", f"{B} ben 199", f"{C} zoe 109"], [A, B, C]),
        ([f"{A} ben 101", f"{B} ana 102"], [A, B]),
        (["- ana 101", "- cy 103"], [A, C]),
        (["- ana 199", "- ben 102"], [A, B]),
        ([f"{A} ana 101", f"{A} zoe 104"], [A, None]),
        ([f"{A} zoe 104", f"{A} ana 101"], [None, A]),
        ([f"{A} zoe 104", f"{A} ana 105"], [None, A]),
        ([f"{A} ana 101", f"{A} ana 101"], [A, None]),
        ([f"{A} ben 102", f"{B} cy 103", f"{C} ana 101"], [B, C, A]),
        ([f"{A} ben 102", f"{B} cy 199", f"{C} ana 101"], [B, C, A]),
        ([f"{A} ben 102", f"{B} cy 103"], [B, C]),
        ([f"{A} ben 102", f"{B} zoe 104"], [A, B]),
        ([f"{D} ana 101"], [A]),
        ([f"{D} ana 104"], [A]),
        ([f"{D} zoe 104"], [D]),
        (["- zoe 104", f"{D} - 105", f"{D} - 106"], [None, D, None]),
        (["1 zoe 104", "AAAAAAAA zoe 105"], [None, None]),
        (["- - 101"], [None]),
    ],
    ids=[
        "as they were", "in another order", "renamed and changed", "two names exchanged", "without ids, the same",
        "without ids, by name", "a copy below", "a copy above", "a copy above, both changed", "copied as it is",
        "sorted without the ids", "sorted without the ids and changed", "cells moved up over a deleted one",
        "one has become like another that has become something else", "an unknown id, the same",
        "an unknown id, by name", "an unknown id, a new row", "twice an unknown id", "what is no id",
        "no name in common",
    ],
)  # fmt: skip
def test_rows_are_found_again(given_: list[str], found: list[str | None]) -> None:
    """The row that was kept keeps its id, a new one has an id that none of them had."""
    result = [row[ROW_ID] for row in saved(KEPT, rows(*given_))]
    known = {A, B, C, D}
    assert [one if one in known else None for one in result] == found
    assert len(set(result)) == len(result)
    assert [answers_in(row) for row in saved(KEPT, rows(*given_))] == [answers_in(row) for row in rows(*given_)]


def test_a_name_that_several_have_finds_nobody() -> None:
    """Which of two namesakes has changed nobody can know; the one that is the same is found, and then the other."""
    twins = rows(f"{A} ana 101", f"{B} ana 102")
    assert matched(twins, rows("- ana 103", "- ana 104"), alike) == [None, None]
    assert matched(twins, rows("- ana 102", "- ana 103"), alike) == [1, 0]
    assert matched(twins[:1], rows("- ana 103", "- ana 104"), alike) == [None, None]


def test_rows_that_hold_the_same_are_told_apart_by_their_place() -> None:
    """Six orders of new numbers alike: saved again they are the same six."""
    six = saved([], [{"number": "2"}] * 6, "first save")
    assert len({row[ROW_ID] for row in six}) == 6
    assert saved(six, [{"number": "2"}] * 6) == six
    assert saved(six, [*six[3:], *six[:3]]) == [*six[3:], *six[:3]]


def test_of_two_copies_the_one_that_is_the_same_keeps_the_id() -> None:
    """Also where it comes back as it is read, not as it was typed."""

    def read(row: Any) -> tuple[str, Any]:
        return text_of(answers_in(row)).casefold(), str(row["name"]).casefold()

    kept = rows(f"{A} ana 101", f"{B} ana 101")
    assert matched(kept[:1], rows(f"{A} ana 199", f"{A} ANA 101"), read) == [None, 0]
    assert matched(kept, rows(f"{B} ANA 101", f"{A} Ana 101"), read) == [1, 0], "twins that changed places"


def test_ids_are_short_readable_and_nothing_to_a_spreadsheet() -> None:
    """Eight signs, a letter first, neither vowels nor signs that look alike: no word, no number, no month."""
    ids = RowIds("seed", list)
    drawn = [ids.claim("") for _ in range(1000)]
    assert len(set(drawn)) == 1000
    assert all(re.fullmatch("[b-df-hj-kmnp-tv-z][b-df-hj-kmnp-tv-z2-9]{7}", one) for one in drawn)
    again = RowIds("seed", lambda: drawn[:10])
    assert [again.claim("") for _ in range(990)] == drawn[10:], "drawn from the seed, but never one that is taken"
    assert again.claim(drawn[0]) not in drawn
    assert RowIds("other seed", list).claim("") not in drawn


@pytest.mark.parametrize("raw", [None, 3, "", "1", "BCDF2345", "bcdf234", "bcdf23456", "2bcdf234", ["bcdf2345"], "=b"])
def test_what_is_no_id_is_none(raw: Any) -> None:
    """Whatever a person or program has put in its place."""
    assert row_id({ROW_ID: raw}) == ""
    assert brought(raw) == {}
    assert brought(f" {A}\n") == {ROW_ID: A}


def test_only_rows_of_tables_have_ids() -> None:
    """Records and what is no row at all stay as they are, and so do answers when the ids are taken off."""
    document = {"company": {"name": "B"}, "users": [{"name": "ana"}, 3, None, {}], "odd": "text"}
    found = {section: saved(None, current) for section, current in document.items()}
    assert [isinstance(row, dict) and bool(row_id(row)) for row in found["users"]] == [True, False, False, True]
    assert (found["company"], found["odd"]) == (document["company"], "text")
    assert without_ids(found) == document


_ROWS = st.lists(st.fixed_dictionaries({}, optional={"name": st.sampled_from("abc"), "number": st.integers(0, 3)}))
_GIVEN = st.lists(st.tuples(st.integers(-2, 9), st.sampled_from("abcd"), st.integers(0, 3)))


@given(_ROWS, _GIVEN)
def test_no_two_rows_ever_have_one_id(first: list[dict[str, Any]], then: list[tuple[int, str, int]]) -> None:
    """Whatever comes back with whatever ids: every row has one, nobody has two, and saving it again changes nothing."""
    kept = saved([], first, "first save")
    ids = [*(row[ROW_ID] for row in kept), D]
    given_ = [
        {"name": name, "number": number} | ({ROW_ID: ids[place % len(ids)]} if place >= 0 else {})
        for place, name, number in then
    ]
    now = saved(kept, given_)
    found = [row_id(row) for row in now]
    assert all(found)
    assert len(set(found)) == len(found)
    assert saved(now, now, "third save") == now
    assert saved(now, [answers_in(row) for row in now], "third save") == now
