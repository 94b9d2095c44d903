"""The columns of a frame: each with its type and its meaning, in the order they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from onboarding.frames.frame import Frame

Make = TypeVar("Make", bound=Callable[..., Frame])
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

_MISSING: dict[Type, object] = {TEXT: "", THING: None}


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
        return Frame(
            {column.name: _array(column, values) for column, values in zip(self.columns, columns, strict=True)}
        )

    def fits(self, frame: pd.DataFrame) -> bool:
        """Whether the frame has these columns, with these types, and no others."""
        return set(frame.columns) == set(self.names) and all(frame[c.name].dtype == c.type for c in self.columns)

    def __call__(self, make: Make) -> Make:
        """Tells in the docstring of a function which columns its frame has."""
        width = max(len(name) for name in self.names)
        lines = [f"{column.name:<{width}}  {column.type!s:<20}  {column.meaning}" for column in self.columns]
        make.__doc__ = "\n    ".join([f"{(make.__doc__ or '').rstrip()}\n", *lines, ""])
        return make


def _array(column: Column, values: Sequence[object]) -> Any:
    if column.type in (DAY, LENGTH):  # pandas would count days in seconds
        return np.array(values, dtype=column.type)
    if column.type == TEXT:
        return pd.array([str(value) for value in values], dtype=TEXT)
    return pd.Series(list(values), dtype=column.type)
