"""Text from outside becomes nothing but text, once, whatever it is put into."""

from __future__ import annotations

import html
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.html.parts import (
    EMPTY,
    CellLook,
    Markup,
    TableColumn,
    details,
    element,
    escaped,
    fill,
    items,
    join,
    link,
    paragraph,
    table,
)
from onboarding.text import visible

EVIL = "<script>alert('x')</script>\"&amp;{}"

PARTS: dict[str, Callable[[str | Markup], Markup]] = {
    "alone": escaped,
    "filled in": lambda value: fill("<b>{}</b>", value),
    "joined": lambda value: join([value, value], "<br>"),
    "element": lambda value: element("p", value),
    "attribute": lambda value: element("p", "x", {"title": value}),
    "paragraph": lambda value: paragraph(value, "note"),
    "list": lambda value: items([value]),
    "folded": lambda value: details(value, value),
    "link": lambda value: link("https://a.example/", value),
    "cell": lambda value: table("x", ["y"], [[value]]),
    "header": lambda value: table("x", [TableColumn(value, 10)], [["y"]]),
    "caption": lambda value: table(value, ["x"], [["y"]]),
    "label": lambda value: table("x", ["y", TableColumn(value)], [["1", "2"]], LABELLED),
}
LABELLED = CellLook(cell=lambda column: {"data-label": column.header}, first={"scope": "row"}, blank=Markup("&ndash;"))


class Read(HTMLParser):
    """The text and the values of attributes of some HTML; fails where a tag is not closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for _, value in attrs]
        self.tags.append(tag)
        if tag not in ("br", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@given(st.text())
def test_any_text_is_escaped_and_can_be_read_again(raw: str) -> None:
    """Unescaping a filled-in text gives the text; no angle bracket or quote survives."""
    shown = fill("{}", raw)
    assert not set("<>\"'") & set(shown)
    assert html.unescape(shown) == visible(raw)
    shown.encode()


@pytest.mark.parametrize("part", PARTS)
@given(raw=st.text(min_size=1, max_size=20) | st.just(EVIL))
def test_no_part_lets_text_become_markup(part: str, raw: str) -> None:
    """In each part the text can be read, and it adds no tag of its own."""
    made = PARTS[part](raw)
    assert isinstance(made, Markup)
    assert Read(made).tags == Read(PARTS[part]("a")).tags
    assert not set("<>\"'") & set(escaped(raw))
    assert str(escaped(raw)) in made


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_escaped_twice(part: str) -> None:
    """What was made here is put in as it is, however often it is handed on."""
    once = escaped(EVIL)
    assert PARTS[part](once) == PARTS[part](EVIL)
    assert escaped(escaped(PARTS[part](EVIL))) == PARTS[part](EVIL)


@pytest.mark.parametrize("raw", ["\ud800", "a\x00b", "\x1b[31m", "user\u202egnp.exe", "\u2066x\u2069", "a\u200bb"])
def test_what_cannot_be_shown_becomes_a_visible_mark(raw: str) -> None:
    """Surrogates, control characters and marks that turn the direction are replaced, not dropped."""
    assert "\N{REPLACEMENT CHARACTER}" in escaped(raw)
    assert len(escaped(raw)) == len(raw)


def test_braces_in_a_text_are_only_braces() -> None:
    """A filled-in text is never a template itself."""
    assert fill("<b>{}</b>", "{} {0.__class__}") == "<b>{} {0.__class__}</b>"
    assert element("b", "{}", {"title": "{0}"}) == '<b title="{0}">{}</b>'


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//evil.example", "x"])
def test_only_pages_and_mailboxes_are_linked(url: str) -> None:
    """Any other address stays words."""
    assert "<a" not in link(url, "here")
    assert link("https://help.chinook.example/", "here").startswith('<a href="https://help')
    assert link('https://a.example/"><b>', "here").startswith('<a href="https://a.example/&#34;&gt;&lt;b&gt;" ')


def test_an_attribute_without_a_value_is_left_out() -> None:
    """So that no page carries empty classes; nought is a value."""
    assert paragraph("x") == "<p>x</p>"
    assert element("i", EMPTY, {"class": "", "id": None, "max": 0}) == '<i max="0"></i>'


class TestTable:
    """One builder; what differs from page to page are attributes."""

    def test_a_plain_table(self) -> None:
        """Caption, scope of headers, a row for each row."""
        assert table("Sums", ["What"], [["<x>"], [3]]) == (
            '<table><caption>Sums</caption><thead><tr><th scope="col">What</th></tr></thead>'
            "<tbody><tr><td>&lt;x&gt;</td></tr><tr><td>3</td></tr></tbody></table>"
        )

    def test_a_look_adds_attributes_and_names_rows(self) -> None:
        """The first cell may be the row's header, cells may carry their label, nothing has a sign; widths are given."""
        shown = table("", [TableColumn("A", 60), TableColumn("B", 40)], [["x", ""], ["y", 0]], LABELLED)
        assert "<caption" not in shown
        assert '<colgroup><col style="width:60%"><col style="width:40%"></colgroup>' in shown
        assert '<th scope="row">x</th><td data-label="B">&ndash;</td>' in shown
        assert '<th scope="row">y</th><td data-label="B">0</td>' in shown

    def test_no_cell_is_lost(self) -> None:
        """A row that is longer than the head is shown whole, a shorter one ends where it ends."""
        assert table("", ["A"], [["1", "2"], []]).endswith(
            "<tbody><tr><td>1</td><td>2</td></tr><tr></tr></tbody></table>"
        )
