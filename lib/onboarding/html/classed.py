"""The look of the reports: classes of their style sheet, tables that become cards on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from onboarding.html.parts import EMPTY, CellLook, Markup, TableColumn, element, fill, join
from onboarding.html.parts import table as any_table

NONE = Markup("&ndash;")

TONES = {"good": "✓", "wait": "◔", "stop": "✕", "doubt": "?", "said": "✎", "note": "!", "quiet": "·"}
"""Tone -> icon. Icon, word and colour say the same thing three times, so that none of them is needed."""


def badge(tone: str, word: object) -> Markup:
    return fill('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>', tone, TONES[tone], word)


def faint(value: object) -> Markup:
    """Less prominent; nothing for nothing."""
    return EMPTY if value in ("", None) else element("span", value, {"class": "faint"})


def lines(*parts: object) -> Markup:
    """Parts on lines of their own; empty ones are left out. The first is the main one."""
    return join(element("span", part, {"class": "line"}) for part in parts if part)


def digest(sha256: str) -> Markup:
    """The digest of a kept file; nothing for none."""
    return fill("<code>sha256:{}</code>", sha256) if sha256 else EMPTY


def facts(rows: Iterable[tuple[object, object]], kind: str) -> Markup:
    """Names and what they stand for."""
    return element("dl", join(fill("<div><dt>{}</dt><dd>{}</dd></div>", *row) for row in rows), {"class": kind})


def table(
    caption: object,
    columns: Mapping[str, int],
    rows: Iterable[Sequence[object]],
    numeric: int = 0,
    is_alone: bool = False,
) -> Markup:
    """A table whose first column names the row; the last ``numeric`` columns are figures.

    ``columns`` are headers with their widths in per cent: fixed, so that a long word breaks instead of the page. On a
    narrow screen a row becomes a card, and every cell shows its header. The roles repeat what the elements say,
    because browsers forget it when the layout changes. Where the table ``is_alone`` under a heading that says the
    same, its caption is only read aloud.
    """
    right = len(columns) - numeric
    heads = [TableColumn(header, width, place >= right) for place, (header, width) in enumerate(columns.items())]
    return any_table(caption, heads, rows, replace(_LOOK, caption={"class": "unseen"}) if is_alone else _LOOK)


def _head(column: TableColumn) -> dict[str, object]:
    return {"scope": "col", "role": "columnheader", "class": "num" if column.is_figure else ""}


def _cell(column: TableColumn) -> dict[str, object]:
    return {"role": "cell", "data-label": column.header, "class": "num" if column.is_figure else ""}


_LOOK = CellLook(
    table={"role": "table"},
    group={"role": "rowgroup"},
    row={"role": "row"},
    head=_head,
    cell=_cell,
    first={"scope": "row", "role": "rowheader"},
    blank=NONE,
)
