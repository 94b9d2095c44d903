"""HTML fragments in which every text from outside is escaped, because `Markup.format` escapes what it fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from onboarding.text import visible

EMPTY = Markup("")
NONE = Markup("&ndash;")
HEAD = "application/vnd.onboarding.head+json"
"""Mime type by which an output names the title and language of the document it heads."""

SECTIONS = "application/vnd.onboarding.sections+json"
"""Mime type by which an output says that it is several sections, each with a heading of its own."""

TONES = {"good": "✓", "wait": "◔", "stop": "✕", "doubt": "?", "said": "✎", "note": "!", "quiet": "·"}
"""Tone -> icon. Icon, word and colour say the same thing three times, so that none of them is needed."""


def fill(template: str, *values: object) -> Markup:
    """``template`` with ``{}`` filled in: `Markup` as it is, everything else escaped."""
    return Markup(template).format(*(value if isinstance(value, Markup) else visible(value) for value in values))


def join(parts: Iterable[Markup], between: str = "") -> Markup:
    return Markup(between).join(parts)


def badge(tone: str, word: str) -> Markup:
    return fill('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>', tone, TONES[tone], word)


def faint(value: object) -> Markup:
    """Less prominent; nothing for nothing."""
    return EMPTY if value in ("", None) else fill('<span class="faint">{}</span>', value)


def lines(*parts: Markup | str) -> Markup:
    """Parts on lines of their own; empty ones are left out. The first is the main one."""
    return join(fill('<span class="line">{}</span>', part) for part in parts if part)


def table(
    caption: str,
    columns: Mapping[str, int],
    rows: Iterable[Sequence[Markup | str]],
    numeric: int = 0,
    is_alone: bool = False,
) -> Markup:
    """A table whose first column names the row; the last ``numeric`` columns are figures.

    ``columns`` are headers with their widths in per cent: fixed, so that a long word breaks instead of the page. On a
    narrow screen a row becomes a card, and every cell shows its header. The roles repeat what the elements say,
    because browsers forget it when the layout changes. Where the table ``is_alone`` under a heading that says the
    same, its caption is only read aloud.
    """
    headers = list(columns)
    right = len(headers) - numeric
    head = join(
        fill('<th scope="col" role="columnheader"{}>{}</th>', Markup(' class="num"' if place >= right else ""), header)
        for place, header in enumerate(headers)
    )
    return fill(
        '<table role="table"><caption{}>{}</caption><colgroup>{}</colgroup><thead role="rowgroup">'
        '<tr role="row">{}</tr></thead><tbody role="rowgroup">{}</tbody></table>',
        Markup(' class="unseen"') if is_alone else EMPTY,
        caption,
        join(fill('<col style="width:{}%">', width) for width in columns.values()),
        head,
        join(_row(headers, row, right) for row in rows),
    )


def _row(headers: Sequence[str], cells: Sequence[Markup | str], right: int) -> Markup:
    first = fill('<th scope="row" role="rowheader">{}</th>', cells[0])
    rest = join(
        fill(
            '<td role="cell" data-label="{}"{}>{}</td>',
            headers[place],
            Markup(' class="num"' if place >= right else ""),
            cell or NONE,
        )
        for place, cell in enumerate(cells)
        if place
    )
    return fill('<tr role="row">{}{}</tr>', first, rest)


def details(summary: Markup | str, inner: Markup) -> Markup:
    return fill("<details><summary>{}</summary>{}</details>", summary, inner)


def items(entries: Iterable[Markup | str], kind: str = "") -> Markup:
    inner = join(fill("<li>{}</li>", entry) for entry in entries)
    return fill('<ul class="{}">{}</ul>', kind, inner) if kind else fill("<ul>{}</ul>", inner)


def paragraph(value: Markup | str, kind: str = "") -> Markup:
    return fill('<p class="{}">{}</p>', kind, value) if kind else fill("<p>{}</p>", value)


def link(url: str, words: str) -> Markup:
    """A link to a page or mailbox; any other scheme stays text."""
    if not url.startswith(("https://", "http://", "mailto:")):
        return fill("{}", words)
    return fill('<a href="{}" rel="noopener noreferrer">{}</a>', url, words)


@dataclass(frozen=True)
class Block:
    """A fragment a notebook cell can end in; ``head`` is set on the one that heads the document.

    ``sections`` are those of its parts that stand under headings of their own: title, text and html of each.
    """

    html: Markup
    words: str = "HTML"
    head: dict[str, Any] = field(default_factory=dict)
    sections: list[dict[str, str]] = field(default_factory=list)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": str(self.html), "text/plain": self.words}
        return bundle | ({HEAD: self.head} if self.head else {}) | ({SECTIONS: self.sections} if self.sections else {})

    def __repr__(self) -> str:
        return self.words
