"""Columns with their types and meanings, in rows and without any."""

from __future__ import annotations

import inspect
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from onboarding import frames
from onboarding.frames import case_frames, elapsed, health, history_frames
from onboarding.frames.frame import COUNT, DAY, FLAG, INSTANT, LENGTH, MAYBE, TEXT, TONES, Schema, one_of

ALL = {
    name: schema
    for module in (case_frames, elapsed, health, history_frames)
    for name, schema in vars(module).items()
    if isinstance(schema, Schema)
}
AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
EVERY = Schema.of(
    ("text", TEXT, ""), ("instant", INSTANT, ""), ("day", DAY, ""), ("length", LENGTH, ""), ("flag", FLAG, ""),
    ("maybe", MAYBE, ""), ("number", COUNT, ""), ("word", one_of(("a", "b")), ""),
)  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_no_column_hides_behind_what_every_frame_has(name: str) -> None:
    """Each can be written with a dot, since a DataFrame has nothing else of that name; each says what it means."""
    assert not [column.name for column in ALL[name].columns if hasattr(pd.DataFrame, column.name)]
    assert all(column.meaning for column in ALL[name].columns)
    assert len(set(ALL[name].names)) == len(ALL[name].names)


@pytest.mark.parametrize("name", ALL)
def test_every_word_of_a_closed_list_has_its_ground(name: str) -> None:
    """States, outcomes, operations and the like are seen at a glance in every frame."""
    lists = [column for column in ALL[name].columns if isinstance(column.type, pd.CategoricalDtype)]
    words = {word for column in lists if column.name != "kind" for word in column.type.categories}
    assert words <= set(TONES)


@pytest.mark.parametrize("schema", [*ALL.values(), EVERY])
def test_without_rows_the_types_are_the_same(schema: Schema) -> None:
    """What works on a full frame works on an empty one."""
    empty = schema.frame([])
    assert list(empty.columns) == schema.names
    assert schema.fits(empty)


def test_values_come_back_as_they_went_in() -> None:
    """Instants stay UTC to the microsecond, days are days, text is never missing, all else may be."""
    full = (
        "x",
        AT.replace(microsecond=7),
        date(1899, 12, 31),
        timedelta(days=4000, microseconds=1),
        True,
        False,
        7,
        "b",
    )
    none = ("", None, None, None, False, None, None, None)
    found = EVERY.frame([full, none])
    assert EVERY.fits(found)
    assert [tuple(row.values()) for row in found.rows()] == [full, none]
    assert not found["text"].isna().any()


def test_what_was_made_of_a_frame_does_not_fit() -> None:
    """A column less, one more, or another type is another frame; another order of rows or columns is not."""
    found = EVERY.frame([("x", AT, None, None, True, None, 1, "a")])
    assert EVERY.fits(found[reversed(EVERY.names)])
    assert EVERY.fits(found[found.flag])
    assert not EVERY.fits(found.drop(columns="flag"))
    assert not EVERY.fits(found.assign(more=1))
    assert not EVERY.fits(found.astype({"number": "float"}))


def _documented() -> list[tuple[Any, Schema]]:
    made: list[tuple[Any, Schema]] = [
        (frames.customers, history_frames.CUSTOMERS), (frames.tasks, history_frames.TASKS),
        (frames.evidence, history_frames.EVIDENCE),
        (frames.overview, health.OVERVIEW), (frames.numbers, history_frames.NUMBERS),
        (frames.runs, history_frames.RUNS),
        (frames.records, history_frames.RECORDS), (frames.durations, elapsed.DURATIONS),
    ]  # fmt: skip
    opened = frames.CaseFrames
    return [
        *made, (opened.tasks, history_frames.TASKS), (opened.evidence, history_frames.EVIDENCE),
        (opened.plan, case_frames.PLAN),
        (opened.numbers.fget, history_frames.NUMBERS), (opened.problems.fget, case_frames.PROBLEMS),
    ]  # type: ignore[attr-defined]  # fmt: skip


@pytest.mark.parametrize(("make", "schema"), _documented(), ids=lambda one: getattr(one, "__qualname__", ""))
def test_a_docstring_lists_the_columns(make: Any, schema: Schema) -> None:
    """Name, type and meaning of each, below what the function says of itself."""
    lines = (inspect.getdoc(make) or "").splitlines()
    listed = [line.split(None, 1)[0] for line in lines[-len(schema.names) :]]
    assert listed == schema.names
    assert lines[0].endswith(".")
