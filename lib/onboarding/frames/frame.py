"""A DataFrame that is shown as all tables of the product, in a runbook and in its archived copy alike.

Its columns stand in a `Schema`: each with its type and its meaning, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import numpy as np
import pandas as pd

from onboarding.domain.answer_text import answer_text
from onboarding.domain.language import ENGLISH
from onboarding.domain.task import declared_id
from onboarding.html.inline import badge, box, foldable, lines
from onboarding.html.parts import Markup, join
from onboarding.settings import is_headless

MOST = 200
"""Rows that are shown; a longer list is not read."""

OF_TASKS = frozenset({"task", "each", "subject"})
"""Columns with the ids of tasks, which end in that of a row where there is one for each."""

TONES = {
    word: tone
    for tone, words in {
        "done": ("done", "complete", "in service", "create"),
        "ready": ("ready", "assigned", "change"),
        "waiting": ("waiting", "parked", "ageing", "warning", "at risk", "ask"),
        "stopped": ("rejected", "failed", "bad-input", "died", "timed-out", "error", "stopped", "overdue", "remove"),
        "unknown": ("unknown",),
        "quiet": (
            "skipped",
            "waived",
            "blocked",
            "not-needed",
            "reserved",
            "released",
            "ported out",
            "on track",
            "no-op",
            "later",
            "drift",
            "ended",
        ),
    }.items()
    for word in words
}
"""Words of closed lists that are shown on a ground of their own."""

_DAY = timedelta(days=1)

Make = TypeVar("Make", bound="Callable[..., Frame]")
Type = Any
"""A type of pandas."""

TEXT: Type = pd.StringDtype()
"""Text, empty where there is none: it is never missing."""
INSTANT: Type = pd.DatetimeTZDtype("us", "UTC")
DAY: Type = np.dtype("datetime64[us]")
"""A day of the calendar, as its midnight without a zone."""
LENGTH: Type = np.dtype("timedelta64[us]")
FLAG: Type = np.dtype("bool")
MAYBE: Type = pd.BooleanDtype()
COUNT: Type = pd.Int64Dtype()
THING: Type = np.dtype("object")


@dataclass(frozen=True)
class FrameLook:
    """How a frame is shown.

    ``whole`` shows the rows of a frame that ``fits``, with all its columns and no others. Whatever else was made of it
    is a plain table with ``heads`` over its columns; ``nothing`` is shown where there are no rows at all.
    """

    caption: str = "Rows"
    nothing: str = "There is nothing."
    heads: Mapping[str, str] = field(default_factory=dict)
    whole: Callable[[Frame], Markup] | None = None
    fits: Callable[[pd.DataFrame], bool] = lambda frame: True


class Frame(pd.DataFrame):
    """What is selected, sorted or taken out of it keeps its ``look``."""

    _metadata: ClassVar[list[str]] = ["look", "had_rows"]
    look: FrameLook = FrameLook()
    had_rows: bool = False

    @property
    def _constructor(self) -> Callable[..., Frame]:
        return Frame

    def looking(self, look: FrameLook) -> Frame:
        """The same frame, shown in another way."""
        self.look, self.had_rows = look, not self.empty
        return self

    def rows(self) -> list[dict[str, Any]]:
        """Column -> value of each row, in values of Python; None for what is missing."""
        columns = [[_python(value) for value in column.array] for _, column in self.items()]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*columns, strict=True)]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """The table; where nobody reads the plain text as well, that only says how much it is."""
        brief = {"text/plain": f"{self.look.caption}: {ENGLISH.count(len(self), 'row')}"} if is_headless() else {}
        return {"text/html": self._repr_html_(), **brief}

    def _repr_html_(self) -> str:
        if self.empty and self.had_rows:
            return str(box("quiet", "Nothing of the kind."))
        if self.look.whole and self.look.fits(self):
            return str(self.look.whole(self))
        return str(plain(self, self.look))


def plain(frame: Frame, look: FrameLook) -> Markup:
    """A table of all columns, beside what the rows are called by where they are not only numbered.

    The ids of the customer's rows are for joining frames: they are not shown, as titles have what people call a row.
    """
    if frame.empty:
        return box("quiet", look.nothing)
    called = frame.index.names != [None] or not pd.api.types.is_integer_dtype(frame.index)
    shown = Frame(frame.head(MOST).reset_index(allow_duplicates=True) if called else frame.head(MOST))
    ids = [name == "row" and dtype == TEXT for name, dtype in zip(shown.columns, shown.dtypes, strict=True)]
    names = [(place, name) for place, name in enumerate(shown.columns) if not ids[place] or all(ids)]
    heads = [look.heads.get(name, _words(name)) for _place, name in names]
    columns = [_cells(shown.iloc[:, place], str(name) in OF_TASKS) for place, name in names]
    rest = len(frame) - MOST
    more = box("quiet", f"and {ENGLISH.count(rest, 'more row')}") if rest > 0 else ""
    return join([foldable(heads, list(zip(*columns, strict=True)), look.caption), more])


def _cells(column: pd.Series[Any], is_of_tasks: bool = False) -> list[Markup | str]:
    is_word = isinstance(column.dtype, pd.CategoricalDtype)
    values = [_python(value) for value in column.array]
    if is_of_tasks:
        values = [declared_id(value) if isinstance(value, str) else value for value in values]
    return [badge(TONES[value], value) if is_word and value in TONES else _text(value) for value in values]


def _text(value: Any) -> Markup | str:
    if isinstance(value, str):
        return lines(value.splitlines()) if "\n" in value else value
    if isinstance(value, date):
        return ENGLISH.moment(value)
    if isinstance(value, timedelta):
        return f"{value / _DAY:.1f} days"
    if value is None or isinstance(value, bool | list | tuple | Mapping):
        return answer_text(None, value, is_exact=True)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _python(value: Any) -> Any:
    """A value as Python has it; a day for the midnight without zone that stands for it."""
    if type(value) is str:  # nearly always
        return value
    if not pd.api.types.is_scalar(value):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        at = value.to_pydatetime()
        return at.date() if at.tzinfo is None and at == datetime.combine(at, time()) else at
    return value.item() if hasattr(value, "item") else value


def _words(name: object) -> str:
    return str(name).replace("_", " ").capitalize()


def one_of(values: type[StrEnum] | Sequence[str]) -> Type:
    """Words of a closed list, in its order; missing where there is none."""
    return pd.CategoricalDtype([str(value) for value in values])


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `DataFrame` must have no attribute of its ``name``."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True)
class Schema:
    """The columns of a frame in their order."""

    columns: tuple[Column, ...]

    @classmethod
    def of(cls, *columns: tuple[str, Type, str]) -> Schema:
        return cls(tuple(Column(*column) for column in columns))

    @cached_property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def frame(self, rows: Iterable[Sequence[object]]) -> Frame:
        """The rows, each with a value for every column; without rows the columns have their types too."""
        columns = list(zip(*rows, strict=True)) or [()] * len(self.columns)
        made = {column.name: _array(column, values) for column, values in zip(self.columns, columns, strict=True)}
        return Frame(made, copy=False)

    def fits(self, frame: pd.DataFrame) -> bool:
        """Whether the frame has these columns, with these types, and no others."""
        if set(frame.columns) != set(self.names):
            return False
        types = dict(zip(frame.columns, frame.dtypes, strict=True))
        return all(types[column.name] == column.type for column in self.columns)

    def __call__(self, make: Make) -> Make:
        """Tells in the docstring of a function which columns its frame has."""
        width = max(len(name) for name in self.names)
        lines = [f"{column.name:<{width}}  {column.type!s:<20}  {column.meaning}" for column in self.columns]
        make.__doc__ = "\n    ".join([f"{(make.__doc__ or '').rstrip()}\n", *lines, ""])
        return make


def _array(column: Column, values: Sequence[object]) -> Any:
    if column.type is DAY or column.type is LENGTH:  # pandas would count days in seconds
        return np.array(values, dtype=column.type)
    if column.type is TEXT:
        return pd.array([str(value) for value in values], dtype=TEXT)
    if isinstance(column.type, pd.CategoricalDtype):
        places = {word: place for place, word in enumerate(column.type.categories)}
        return pd.Categorical.from_codes([places.get(value, -1) for value in values], dtype=column.type)
    return pd.Series(list(values), dtype=column.type)
