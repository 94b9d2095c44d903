"""What the parts of a report that a profile asks for are made of: cells, tables, facts, sentences, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from onboarding.domain.history import TaskState
from onboarding.report.delivery import Proof


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing shown: ``text`` with ``more`` in small print below it, each part left out when it is empty.

    ``at`` is shown as a day before the text, ``state`` or ``proof`` as their badge, ``code`` as a digest, ``url`` as a
    link around the text. ``tone`` colours the text as a badge; ``items`` are a list below. A text that ``is_whole`` is
    never broken over two lines.
    """

    text: str = ""
    more: tuple[str, ...] = ()
    at: date | datetime | None = None
    state: TaskState | None = None
    proof: Proof | None = None
    tone: str = ""
    code: str = ""
    url: str = ""
    items: tuple[Cell, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class TableFigure:
    """Rows under headers; ``columns`` are (header, width in per cent), the last ``numeric`` of them figures.

    ``total`` is how many rows there are when only the first are here; ``is_folded`` when it is to be unfolded first.
    """

    caption: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: int = 0
    total: int = 0
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class FactsFigure:
    """Names, each with what is known."""

    caption: str
    facts: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class NotesFigure:
    """Sentences to be known."""

    caption: str
    notes: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PictureFigure:
    """A drawing of ours as SVG; ``title`` is what it shows."""

    title: str
    svg: str


Shape = TableFigure | FactsFigure | NotesFigure | PictureFigure


@dataclass(frozen=True, slots=True)
class SectionFigure:
    """A part of the report under a heading of its own."""

    id: str
    title: str
    text: str
    shapes: tuple[Shape, ...]
