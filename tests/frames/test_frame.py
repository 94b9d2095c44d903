"""How a frame shows itself: the same way in a runbook and in its archived copy, whatever was made of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from onboarding.frames.frame import COUNT, DAY, FLAG, INSTANT, MOST, TEXT, Frame, FrameLook, Schema, one_of
from onboarding.html.parts import Markup
from onboarding.settings import RUN_ID

EVIL = "<script>alert('x')</script>"
SCHEMA = Schema.of(
    ("title", TEXT, "x"), ("state", one_of(("done", "waiting")), "x"), ("due_on", DAY, "x"), ("since", INSTANT, "x"),
    ("is_late", FLAG, "x"), ("row", COUNT, "x"),
)  # fmt: skip
ROWS = [
    ("Sign\nit", "waiting", date(2026, 3, 9), datetime(2026, 3, 2, 9, tzinfo=UTC), True, 1),
    (EVIL, "done", None, None, False, None),
]


def _frame(look: FrameLook | None = None) -> Frame:
    return SCHEMA.frame(ROWS).looking(look or FrameLook("Tasks", "No task."))


def test_a_table_shows_values_as_people_read_them() -> None:
    """Words of closed lists on their ground, days, instants with their time, yes and no; everything escaped."""
    html = _frame()._repr_html_()
    assert "background-color:#8a5a00" in html
    assert "Mon 9 Mar 2026<" in html
    assert "Mon 2 Mar 2026, 09:00 UTC" in html
    assert "<div>Sign</div><div>it</div>" in html
    assert EVIL not in html
    assert "&lt;script&gt;" in html
    assert "NaT" not in html
    assert '<th scope="col"' in html
    assert "Is late" in html


@pytest.mark.parametrize(
    "made",
    [
        lambda frame: frame[frame.state == "waiting"],
        lambda frame: frame.sort_values("due_on"),
        lambda frame: frame.head(1),
        lambda frame: frame.query("is_late"),
        lambda frame: frame.iloc[::-1],
        lambda frame: frame.loc[frame.is_late, ["title", "state"]],
        lambda frame: frame.assign(more=1).drop(columns="more"),
    ],
)
def test_what_is_taken_out_of_a_frame_keeps_its_look(made: object) -> None:
    """Filtered, sorted and cut frames are shown in the same way."""
    found = made(_frame())  # type: ignore[operator]
    assert isinstance(found, Frame)
    assert found.look.caption == "Tasks"
    assert "Tasks</caption>" in found._repr_html_()


def test_the_whole_is_shown_in_its_own_way_and_a_part_as_a_table() -> None:
    """As long as it has all columns and no others, with their types; counts under the same names are only counts."""
    whole = FrameLook("Tasks", whole=lambda frame: Markup(f"<p>{len(frame)} of it</p>"), fits=SCHEMA.fits)
    frame = _frame(whole)
    assert frame._repr_html_() == "<p>2 of it</p>"
    assert frame[frame.is_late]._repr_html_() == "<p>1 of it</p>"
    assert "<table" in frame[["title"]]._repr_html_()
    assert "<table" in frame.assign(more=1)._repr_html_()
    assert "<table" in frame.groupby("title", as_index=False).count()._repr_html_()


@pytest.mark.parametrize(
    "made",
    [
        lambda frame: frame.groupby("state", observed=False).size().to_frame("number"),
        lambda frame: frame.groupby(["state", "is_late"], observed=True).first(),
        lambda frame: frame.describe(include="all"),
        lambda frame: frame.T,
        lambda frame: pd.concat([frame, frame], axis=1),
        lambda frame: frame.pivot_table(index="title", columns="state", values="row", aggfunc="count", observed=False),
        lambda frame: frame.assign(x=[{"a": 1}, [1, 2]], y=[np.array([1]), None], z=[0.5, float("nan")]),
        lambda frame: frame.set_index("title").reset_index(),
        lambda frame: frame.merge(frame, on="title"),
    ],
)
def test_whatever_is_made_of_a_frame_can_be_shown(made: object) -> None:
    """Groups, statistics, joins and odd values are a table with what the rows are called by, never an error."""
    found = made(_frame())  # type: ignore[operator]
    assert "<table" in Frame(found)._repr_html_()
    if found.index.names != [None]:
        assert str(found.index.names[0]).capitalize() in Frame(found)._repr_html_()


def test_an_archive_keeps_each_table_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the table its plain text is kept where a person is at work, and only its size where nobody is."""
    frame = _frame()
    assert frame._repr_mimebundle_() == {"text/html": frame._repr_html_()}
    monkeypatch.setenv(RUN_ID.name, "acme.0001")
    assert frame._repr_mimebundle_() == {"text/html": frame._repr_html_(), "text/plain": "Tasks: 2 rows"}


def test_no_rows_are_said_in_words_and_many_are_cut() -> None:
    """An empty table says nothing; nobody reads thousands of rows."""
    frame = _frame()
    assert "Nothing of the kind." in frame[frame.title == ""]._repr_html_()
    assert "No task." in SCHEMA.frame([]).looking(FrameLook("Tasks", "No task."))._repr_html_()
    many = SCHEMA.frame(ROWS * MOST).looking(FrameLook("Tasks"))
    html = many._repr_html_()
    assert html.count("<tr>") == MOST + 1
    assert "and 200 more rows" in html
    assert f"<summary>Tasks: {MOST} rows</summary>" in html
