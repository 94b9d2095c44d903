"""An editable table for a section with a row per thing: users, sites, numbers.

The browser holds no truth: every change arrives here as a list of small operations, is applied to the rows and
handed on; what is wrong comes back cell by cell. Rows travel in messages, not in the widget's state, so a
saved notebook never holds a copy of the customer's users.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import traitlets

from onboarding.domain.answer_text import choices
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.question import Kind, Problem, Question, Section
from onboarding.domain.row import ROW_ID, row_id
from onboarding.notebook.controls import Scripted, asset
from onboarding.notebook.fields import MISSING, Options, is_wrong
from onboarding.notebook.wording import placed

Row = dict[str, Any]
Keyed = tuple[str, Row]

WORDS = (
    _("Undo"), _("Take back the last change (Ctrl+Z)"), _("Add row"), _("Add a row at the end"),
    _("Duplicate"), _("Copy the selected rows below themselves"), _("Delete"),
    _("Delete the selected rows; Undo brings them back"), _("Copy all"),
    _("Copy the whole table with its headings, for a spreadsheet"),
    _("Enter or F2 edits a cell, Escape leaves the table. Paste rows from a spreadsheet with Ctrl+V."),
    _("No rows yet: add one, or paste rows from a spreadsheet."), _("{label}: rows"), _("Taken back."),
    _("{rows} duplicated."), _("{rows} deleted. Undo brings them back."), _("{rows} copied."),
    _("{rows} pasted."), _("{rows} pasted, {count} of them new."),
    _("The browser did not allow copying. Select the cells and press Ctrl+C."), _("{title}: not asked here."),
    _("Not asked here"), _("Row {number}, {title}"), _("Go to the cell"),
    _("and {count} more, marked in the table"), _("row"), _("rows"), _("problem"), _("problems"),
)  # fmt: skip
"""What the table's script says; it takes the reader's words from here by the English ones."""

_LIBRARY = "tabulator/tabulator"
LISTED = 5  # problems named under the table; the cells show the others


class Grid(Scripted):
    """``on_change`` is called with all rows (raw answers) after each change a person made.

    ``references`` gives, for each reference column, the (label, value) pairs it may name.
    """

    scripts = ("grid_rows.js", "grid_edit.js", "grid_view.js", "grid.js")
    sheet = "grid.css"
    label = traitlets.Unicode().tag(sync=True)
    columns: Any = traitlets.List().tag(sync=True)
    words: Any = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        section: Section,
        rows: Sequence[Mapping[str, JSON]],
        on_change: Callable[[list[Row]], None],
        references: Mapping[str, Options] | None = None,
        language: Language = ENGLISH,
    ) -> None:
        self._ids = count(1)
        self._names = {question.name for question in section.questions}
        self._beside: dict[str, Row] = {}  # of rows that were deleted too: undoing brings them back
        self._rows = self._keyed(rows)
        self._marks = self._marked((), ())
        self._options = {name: [*map(list, found)] for name, found in (references or {}).items()}
        self._on_change = on_change
        self._section = section
        self._language = language
        columns = [_column(question, language) for question in section.questions]
        words = {str(text): language(text) for text in WORDS}
        super().__init__(label=section.title, columns=columns, words=words)
        self.on_msg(self._receive)

    @property
    def rows(self) -> list[Row]:
        """All rows as answered, in order, each with what the browser is not shown of it: its id, others' answers."""
        return [row | self._beside.get(key, {}) for key, row in self._rows]

    def replace(self, rows: Sequence[Mapping[str, JSON]]) -> None:
        """Other rows instead, as after an upload; nothing is reported back."""
        self._rows, self._marks = self._keyed(rows), self._marked((), ())
        self._load("")

    def identify(self, rows: Sequence[Mapping[str, JSON]]) -> None:
        """Takes over the ids the rows were kept with; ``rows`` are those of the table, in their order."""
        for (key, _other), row in zip(self._rows, rows, strict=True):
            self._beside[key] = self._beside.get(key, {}) | {ROW_ID: row_id(row)}

    def set_references(self, name: str, references: Options) -> None:
        """What the reference column ``name`` may name from now on."""
        if self._options.get(name) != (pairs := [*map(list, references)]):
            self._options[name] = pairs
            self.send({"do": "options", "options": self._options})

    def show(self, problems: Sequence[Problem], not_asked: Sequence[set[str]]) -> None:
        """Marks what is wrong; ``not_asked`` holds, row by row, the columns that need no answer."""
        if (marks := self._marked(problems, not_asked)) != self._marks:
            self._marks = marks
            self.send({"do": "marks", **marks})

    def focus_cell(self, row: int | None, name: str = "") -> None:
        """Moves the focus to a cell, the row's first when ``name`` is empty.

        Without a row to the table as a whole: its first cell, or the button that adds a row.
        """
        keys = [key for key, _ in self._rows[row or 0 :]]
        if keys or row is None:
            self.send({"do": "focus", "id": keys[0] if keys else "", "name": "" if row is None else name})

    def _keyed(self, rows: Sequence[Mapping[str, JSON]]) -> list[Keyed]:
        found = []
        for row in rows:
            key = f"k{next(self._ids)}"
            self._beside[key] = {name: value for name, value in row.items() if name not in self._names}
            found.append((key, {name: value for name, value in row.items() if name in self._names}))
        return found

    def _marked(self, problems: Sequence[Problem], not_asked: Sequence[set[str]]) -> dict[str, Any]:
        cells: dict[str, dict[str, list[str]]] = {}
        listed: list[list[str]] = []
        for problem in sorted(problems, key=lambda p: (p.code in MISSING, p.severity != "error")):
            row, tone = problem.row, _tone(problem)
            key = "" if row is None or row >= len(self._rows) else self._rows[row][0]
            if key:
                mark = cells.setdefault(key, {}).setdefault(problem.name, [tone, ""])
                mark[1] = f"{mark[1]} {problem.sentence_in(self._language)}".strip()
            if len(listed) < LISTED:
                listed.append([key, problem.name, placed(self._section, problem, self._language), tone])
        grey = {key: sorted(names) for (key, _), names in zip(self._rows, not_asked, strict=False) if names}
        wrong = sum(map(is_wrong, problems))
        return {"cells": cells, "grey": grey, "list": listed, "counts": [wrong, len(problems) - wrong]}

    def _receive(self, _: Any, message: Mapping[str, Any], __: Any) -> None:
        if message.get("do") == "ready":
            self._load(str(message.get("view", "")))
        elif message.get("do") == "library":
            self.send(
                {
                    "do": "library",
                    "script": asset(f"{_LIBRARY}.min.js"),
                    "style_sheet": asset(f"{_LIBRARY}_simple.min.css"),
                }
            )
        elif message.get("do") == "change":
            self._rows = applied(self._rows, message["ops"])
            self.send({"do": "ops", "ops": message["ops"], "view": message.get("view", "")})
            self._on_change(self.rows)

    def _load(self, view: str) -> None:
        """Everything a view needs; ``view`` empty means all views."""
        rows = [*map(list, self._rows)]
        self.send({"do": "load", "view": view, "rows": rows, "options": self._options, **self._marks})


def applied(rows: Sequence[Keyed], ops: Sequence[Mapping[str, Any]]) -> list[Keyed]:
    """The rows after the operations of one change, in their order.

    ``{"op": "set", "cells": [[id, name, value], ...]}`` (null or empty text takes the answer away),
    ``{"op": "insert", "rows": [[index, id, {name: value}], ...]}`` and ``{"op": "delete", "ids": [...]}``;
    an id that is not there is passed over, since two windows may work on one table.
    """
    found = [(key, dict(row)) for key, row in rows]
    for op in ops:
        if op["op"] == "set":
            by_id = dict(found)
            for key, name, value in op["cells"]:
                if key in by_id:
                    by_id[key][name] = value
                    if _is_nothing(value):
                        del by_id[key][name]
        elif op["op"] == "insert":
            for index, key, row in op["rows"]:
                found.insert(index, (key, {name: value for name, value in row.items() if not _is_nothing(value)}))
        elif op["op"] == "delete":
            gone = set(op["ids"])
            found = [(key, row) for key, row in found if key not in gone]
    return found


def _is_nothing(value: JSON) -> bool:
    return value is None or value in ("", [])


def _tone(problem: Problem) -> str:
    if problem.code in MISSING:
        return "missing"
    return "bad" if problem.severity == "error" else "warning"


_EDITORS = {Kind.CHOICE: "one", Kind.REFERENCE: "one", Kind.YES_NO: "one", Kind.CHOICES: "many", Kind.LONG_TEXT: "long"}
_CHARACTERS = {Kind.EMAIL: 25, Kind.NUMBER: 14, Kind.LONG_TEXT: 24, Kind.TEXT: 13, Kind.CHOICES: 22}


def _column(question: Question, language: Language) -> dict[str, Any]:
    """What the browser must know of a question."""
    return {
        "name": question.name,
        "title": question.label + ("\u00a0*" if question.required else ""),
        "help": question.help,
        "characters": _CHARACTERS.get(question.kind, 10),
        "editor": _EDITORS.get(question.kind, "text"),
        "options": [*map(list, choices(question, language))],
    }
