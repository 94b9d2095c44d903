"""The table without a browser: operations, marks, what travels."""

from __future__ import annotations

from hashlib import sha256
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.question import Problem
from onboarding.notebook.controls import asset
from onboarding.notebook.grid import Grid, applied


class Listened(Grid):
    """A table whose messages to the browser are kept."""

    def __init__(self, *given: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        super().__init__(*given)

    def send(self, content: Any, buffers: Any = None) -> None:
        self.sent.append(content)


def _grid(sample: ModuleType, rows: list[dict[str, Any]]) -> tuple[Listened, list[Any]]:
    heard: list[Any] = []
    return Listened(sample.USERS, rows, heard.append, {"site": [("Boston", "Boston")]}), heard


def test_rows_travel_when_a_view_asks_and_stay_out_of_the_state(sample: ModuleType) -> None:
    """A saved notebook holds no copy of the users; unknown columns are not sent but kept."""
    grid, _ = _grid(sample, [{"email": "anna@x.example", "odd": 1}])
    grid._receive(grid, {"do": "ready", "view": "v"}, [])
    assert grid.sent[-1]["rows"] == [["k1", {"email": "anna@x.example"}]]
    assert grid.sent[-1]["view"] == "v"
    assert "anna" not in str({name: value for name, value in grid.get_state().items() if name != "_esm"})
    assert grid.rows == [{"email": "anna@x.example", "odd": 1}]


def test_a_change_is_applied_told_to_other_views_and_reported(sample: ModuleType) -> None:
    """The callable gets all rows as they are now."""
    grid, heard = _grid(sample, [{"email": "a"}, {"email": "b"}])
    ops = [
        {"op": "set", "cells": [["k1", "email", ""], ["k2", "services", ["lync"]], ["gone", "email", "x"]]},
        {"op": "insert", "rows": [[1, "n1", {"email": "c", "site": None}]]},
        {"op": "delete", "ids": ["k1", "gone"]},
    ]
    grid._receive(grid, {"do": "change", "ops": ops, "view": "v"}, [])
    assert heard == [[{"email": "c"}, {"email": "b", "services": ["lync"]}]]
    assert grid.sent[-1] == {"do": "ops", "ops": ops, "view": "v"}


def test_problems_are_marked_in_their_cells_and_the_first_are_listed(sample: ModuleType) -> None:
    """Wrong before missing, several in one cell together, the rest only counted."""
    grid, _ = _grid(sample, [{"email": "a"}, {"email": "b"}])
    problems = [
        Problem("required", "users.first_name", "Needed.", 0),
        Problem("email-invalid", "users.email", "No e-mail.", 1),
        Problem("duplicate", "users.email", "Twice.", 1),
        *[Problem("required", "users.last_name", "Needed.", row) for row in (0, 1, 1, 9)],
    ]
    grid.show(problems, [{"number"}, set()])
    marks = grid.sent[-1]
    assert marks["cells"]["k2"]["email"] == ["bad", "No e-mail. Twice."]
    assert marks["cells"]["k1"]["first_name"] == ["missing", "Needed."]
    assert marks["grey"] == {"k1": ["number"]}
    assert marks["list"][0] == ["k2", "email", "Row 2, E-mail: No e-mail.", "bad"]
    assert len(marks["list"]) == 5
    assert marks["counts"] == [2, 5]
    grid.show(problems, [{"number"}, set()])
    assert len(grid.sent) == 1  # nothing new, nothing sent


def test_columns_say_how_they_are_edited(sample: ModuleType) -> None:
    """Drop-downs for choices, references and yes-no, several for choices, text otherwise."""
    grid, _ = _grid(sample, [])
    found = {column["name"]: column for column in grid.columns}
    assert found["site"]["editor"] == found["plan"]["editor"] == found["manager"]["editor"] == "one"
    assert found["services"]["editor"] == "many"
    assert found["extension"]["editor"] == "text"
    assert found["notes"]["editor"] == "long"
    assert found["manager"]["options"] == [["Yes", True], ["No", False]]


_ROWS = st.lists(st.fixed_dictionaries({}, optional={"a": st.text(max_size=2), "b": st.integers()}), max_size=6)


@settings(max_examples=40)
@given(_ROWS, st.data())
def test_deleting_and_putting_back_gives_the_same_rows(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    """Undo of any deletion: the same rows in the same order, as far as they had answers."""
    keyed = [(f"k{n}", {name: value for name, value in row.items() if value != ""}) for n, row in enumerate(rows)]
    gone = data.draw(st.sets(st.sampled_from([key for key, _ in keyed]))) if keyed else set()
    less = applied(keyed, [{"op": "delete", "ids": sorted(gone)}])
    back = [[n, key, row] for n, (key, row) in enumerate(keyed) if key in gone]
    assert applied(less, [{"op": "insert", "rows": back}]) == keyed


def test_tabulator_is_as_it_was_published() -> None:
    """The script is that of release 6.2.1, byte for byte, and its licence lies beside it."""
    script = asset("tabulator/tabulator.min.js")
    assert script.startswith("/* Tabulator v6.2.1 (c) Oliver Folkerd 2024 */")
    published = "1d9b9547e9116a5faf74ba96af969884cd674ee2a6055905a119e0c19029f1ae"
    assert sha256(script.encode()).hexdigest() == published
    assert asset("tabulator/LICENSE").startswith("The MIT License (MIT)")
