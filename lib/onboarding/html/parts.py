"""The parts every page is made of, and whole pages. What is not `Markup` is text: made visible and escaped, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from onboarding.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = [
    "EMPTY",
    "CellLook",
    "Markup",
    "TableColumn",
    "details",
    "element",
    "escaped",
    "fill",
    "in_css",
    "is_link",
    "items",
    "join",
    "link",
    "page",
    "paragraph",
    "shape",
    "table",
]  # fmt: skip

EMPTY = Markup("")

Attributes = Mapping[str, object]
"""Name -> value; one without a value is left out."""


def escaped(value: object) -> Markup:
    """`Markup` as it is, anything else as text."""
    return value if isinstance(value, Markup) else escape(visible(value))


def fill(template: str, *values: object) -> Markup:
    """``template``, which is HTML of our own, with each ``{}`` filled in, `escaped`."""
    return Markup(str.format(template, *map(escaped, values)))


def join(parts: Iterable[object], between: str = "") -> Markup:
    """The parts, `escaped`, with ``between``, which is HTML of our own, between them."""
    return Markup(str.join(between, map(escaped, parts)))


def element(name: str, inner: object = EMPTY, attributes: Attributes | None = None) -> Markup:
    """``<name attributes>inner</name>``."""
    return Markup(f"<{name}{_listed(attributes or {})}>{escaped(inner)}</{name}>")


def shape(name: str, attributes: Attributes) -> Markup:
    """``<name attributes/>``, an element of a drawing that holds nothing."""
    return Markup(f"<{name}{_listed(attributes)}/>")


def _start(name: str, attributes: Attributes) -> Markup:
    return Markup(f"<{name}{_listed(attributes)}>")


def _listed(attributes: Attributes) -> str:
    return "".join([_attribute(name, value) for name, value in attributes.items() if value not in ("", None)])


@lru_cache(maxsize=512, typed=True)
def _attribute(name: str, value: object) -> str:
    """Remembered, since a page repeats few of them many times."""
    return f' {escaped(name)}="{escaped(value)}"'


def paragraph(value: object, kind: str = "") -> Markup:
    return element("p", value, {"class": kind})


def items(entries: Iterable[object], kind: str = "") -> Markup:
    """A list with dots."""
    return element("ul", join(element("li", entry) for entry in entries), {"class": kind})


def details(summary: object, inner: object) -> Markup:
    """``inner`` under a line to click on."""
    return fill("<details><summary>{}</summary>{}</details>", summary, inner)


def is_link(url: str) -> bool:
    """Whether it is the address of a page or mailbox."""
    return url.startswith(("https://", "http://", "mailto:"))


def link(url: str, words: object) -> Markup:
    """A link to a page or mailbox; any other scheme stays text."""
    if not is_link(url):
        return escaped(words)
    return fill('<a href="{}" rel="noopener noreferrer">{}</a>', url, words)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table; ``width`` in per cent."""

    header: Markup | str
    width: int = 0
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class CellLook:
    """What a kind of page adds to the elements of a table: attributes, those of cells by their column.

    With ``first`` the first cell of a row names it and has these attributes; ``blank`` stands in cells of nothing.
    """

    table: Attributes = field(default_factory=dict)
    caption: Attributes = field(default_factory=dict)
    group: Attributes = field(default_factory=dict)
    row: Attributes = field(default_factory=dict)
    head: Callable[[TableColumn], Attributes] = lambda column: {"scope": "col"}
    cell: Callable[[TableColumn], Attributes] = lambda column: {}
    first: Attributes = field(default_factory=dict)
    blank: Markup = EMPTY


PLAIN = CellLook()


def table(
    caption: object, columns: Sequence[TableColumn | str], rows: Iterable[Sequence[object]], look: CellLook = PLAIN
) -> Markup:
    """A table; without a caption, and with the widths of columns, where these are given."""
    heads = [column if isinstance(column, TableColumn) else TableColumn(column) for column in columns]
    head = element("tr", join(element("th", column.header, look.head(column)) for column in heads), look.row)
    body = _body(heads, rows, look)
    inner = (
        element("caption", caption, look.caption) if caption else EMPTY,
        _widths(heads),
        element("thead", head, look.group),
        element("tbody", body, look.group),
    )
    return element("table", join(inner), look.table)


def _widths(columns: Sequence[TableColumn]) -> Markup:
    if not any(column.width for column in columns):
        return EMPTY
    return element("colgroup", join(fill('<col style="width:{}%">', column.width) for column in columns))


_CELL = (Markup("<td>"), Markup("</td>"))


def _body(columns: Sequence[TableColumn], rows: Iterable[Sequence[object]], look: CellLook) -> Markup:
    """The rows; what is the same in each is made once. A row that is too long goes on like the last column."""
    start, end = _start("tr", look.row), Markup("</tr>")
    cells = [(_start("td", look.cell(column)), Markup("</td>")) for column in columns]
    if look.first and cells:
        cells[0] = (_start("th", look.first), Markup("</th>"))
    return join(join((start, *_cells(row, cells, look.blank), end)) for row in rows)


def _cells(row: Sequence[object], around: Sequence[tuple[Markup, Markup]], blank: Markup) -> Iterator[object]:
    for (before, after), value in zip(chain(around, repeat(around[-1] if around else _CELL)), row, strict=False):
        yield from (before, blank if value in ("", None) else value, after)


def page(template: str, **values: object) -> str:
    """The Jinja2 template, a file of the library such as ``answers/printable.html.j2``, filled in with ``values``.

    Whatever it shows is `escaped`. Besides its values it knows `table` and the filters `in_css` and `on_lines`. A value
    that is named in the template and not given is an error.
    """
    return _templates().get_template(template).render(values)


def in_css(text: str) -> str:
    """A text as the inside of a CSS string: in escapes only, so that it cannot leave it."""
    return "".join(f"\\{ord(mark):06x}" for mark in visible(text))


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # a tenth of a second, for the few who need it

    found = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1]),
        autoescape=True,
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["table"] = table
    found.filters["in_css"] = in_css
    found.filters["on_lines"] = lambda parts: join(parts, "<br>")
    return found
