"""The look of the notebooks, readable anywhere an executed notebook is opened.

An untrusted notebook loses `<style>` and script, and JupyterLab then keeps only plain inline declarations
(no variables, no flex). So: colours either stand on their own ground (white on a dark badge) or are inherited,
greys are translucent and fit a light and a dark theme alike, and meaning is always in words too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from onboarding.html.parts import CellLook, Markup, TableColumn, details, element, fill, is_link, join
from onboarding.html.parts import table as any_table
from onboarding.text import visible

LINE = "1px solid rgba(128,128,128,0.35)"
SOFT = "rgba(128,128,128,0.1)"
LONG = 12
"""Rows from which on a table is folded."""

# White on each of these has a contrast of at least 5 to 1.
TONES: Mapping[str, tuple[str, str]] = {
    "done": ("#1b6e3a", "✓"),
    "ready": ("#1f5fbf", "▶"),
    "waiting": ("#8a5a00", "◔"),
    "stopped": ("#b3261e", "✖"),
    "unknown": ("#6b3fa0", "?"),
    "quiet": ("#5f6368", "•"),
}

_TABLE = "table:has(>tbody>tr>td[data-label])"
SHEET = Markup(
    f"""<style>@media (max-width:760px){{
{_TABLE},{_TABLE}>caption,{_TABLE}>tbody,{_TABLE}>tbody>tr,td[data-label]{{display:block;width:auto!important}}
{_TABLE}>thead{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
{_TABLE}>tbody>tr{{border:{LINE};border-radius:4px;margin:6px 0;padding:4px 8px}}
td[data-label]{{border:0!important;padding:1px 0!important;white-space:normal!important;overflow-wrap:anywhere}}
td[data-label]:empty{{display:none}}
td[data-label]::before{{content:attr(data-label);margin-right:8px;font-size:85%;opacity:0.8}}
.jp-InputPrompt,.jp-OutputPrompt,.jp-InputPlaceholder .jp-Placeholder-prompt{{display:none!important}}
.jp-Notebook .jp-Cell{{padding:2px}}
.jp-Notebook .jp-RenderedMarkdown :is(h1,h2){{margin:2px 0 4px!important}}
.jp-InputPlaceholder,.jp-InputPlaceholder *{{min-width:0;overflow:hidden;text-overflow:ellipsis}}
}}</style>"""
)
"""On a narrow screen a row of a table is a card, every cell shows its header, folded code ends within the page, and the
numbers beside the cells leave their place to the text.
Once on a page; where it is lost, as in a notebook that is not trusted, a table that is wider than the page scrolls in
its own frame."""

_CELL = f"border-bottom:{LINE};padding:6px 14px 6px 4px;text-align:left;vertical-align:top;white-space:normal;"
_DAYS = frozenset({"Planned", "Promised", "Expected", "Actual", "Done", "On", "Due"})
"""Headers of columns of days, which are not broken."""


_MAIN = frozenset({"Task", "What", "Gate"})
"""Headers of columns of titles, which stay wide enough for some words beside a long column."""


def _head(column: TableColumn) -> dict[str, str]:
    wide = ";min-width:160px" if column.header in _MAIN else ""
    return {"scope": "col", "style": f"{_CELL}font-weight:600{wide}"}


def _cell(column: TableColumn) -> dict[str, str]:
    whole = "white-space:nowrap;" if column.header in _DAYS else ""
    return {"style": _CELL + whole, "data-label": column.header}


_LOOK = CellLook(
    table={"style": "border-collapse:collapse;table-layout:auto;text-align:left;width:100%;line-height:1.45"},
    caption={"style": "text-align:left;font-weight:600;padding:4px 0;caption-side:top"},
    head=_head,
    cell=_cell,
)


def prose(text: object) -> Markup:
    """Text of a profile: paragraphs, lists, links, ``**bold**`` and ```code```; everything else stays text."""
    return Markup(_reader().render(visible(text)))


@cache
def _reader() -> MarkdownIt:
    found = MarkdownIt("zero").enable(["emphasis", "backticks", "list", "link"])
    found.add_render_rule("paragraph_open", _paragraph)
    found.validateLink = is_link  # type: ignore[method-assign]
    return found


def _paragraph(renderer: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    tokens[place].attrSet("style", "margin:2px 0 6px")
    return renderer.renderToken(tokens, place, options, env)


def badge(tone: str, word: object, icon: str = "") -> Markup:
    """Icon (the tone's own, unless another is given) and word on a ground of the tone's colour."""
    colour, own = TONES[tone]
    return fill(
        '<span style="display:inline-block;background-color:{};color:#ffffff;border-radius:4px;'
        'padding:1px 8px;font-weight:600;white-space:nowrap">{} {}</span>',
        colour, icon or own, word,
    )  # fmt: skip


def box(tone: str, *parts: object) -> Markup:
    """A block with a bar of the tone's colour at its left, each part on a line of its own."""
    return fill(
        '<div style="border-left:5px solid {};background-color:{};border-radius:4px;'
        'padding:10px 14px;margin:6px 0;line-height:1.5;overflow-wrap:anywhere">{}</div>',
        TONES[tone][0], SOFT, join(element("div", part, {"style": "margin:2px 0"}) for part in parts if part),
    )  # fmt: skip


def lines(parts: Iterable[object]) -> Markup:
    """Each part on a line of its own."""
    return join(element("div", part) for part in parts)


def faint(value: object) -> Markup:
    """Less prominent."""
    return element("span", value, {"style": "opacity:0.8;font-size:92%"})


def strong(value: object) -> Markup:
    return element("strong", value)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], label: str) -> Markup:
    """A table in its own frame; ``label`` is read by screen readers and shown as caption."""
    made = any_table(label, headers, rows, _LOOK)
    frame = {"tabindex": "0", "role": "region", "aria-label": label, "style": "overflow-x:auto;margin:6px 0"}
    return element("div", made, frame)


def foldable(headers: Sequence[str], rows: Sequence[Sequence[object]], label: str, most: int = LONG) -> Markup:
    """A table, folded under its label and the number of its rows when it has more than ``most``."""
    made = table(headers, rows, label)
    return details(f"{label}: {len(rows):,} rows", made) if len(rows) > most else made
