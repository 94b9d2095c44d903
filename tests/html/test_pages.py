"""Whole pages: what is filled in stays text, and no module of the library writes HTML by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from onboarding.html.parts import Markup, in_css, page
from tests.html.test_parts import EVIL, Read

LIBRARY = Path(__file__).resolve().parents[2] / "lib" / "onboarding"
PLANNED = "stages/planned.html.j2"
SECTION = {"title": "Users", "columns": ["Name"], "rows": [["Ana"]]}
GIVEN = {
    "lang": "en",
    "title": "Plan",
    "customer": "Acme",
    "provider": "P",
    "version": "Version 1",
    "day": "2026-03-02",
    "asks": "Read it.",
    "picture": None,
    "reseller": None,
    "sections": [SECTION],
}


@given(st.text(min_size=1, max_size=30) | st.just(EVIL))
def test_a_page_escapes_what_it_shows(raw: str) -> None:
    """Titles, attributes and cells; the page has the same tags whatever stands in it."""
    section = {"title": raw, "columns": [raw], "rows": [[raw]]}
    filled = page(PLANNED, **GIVEN | {"lang": raw, "title": raw, "asks": raw, "sections": [section]})
    assert tags(filled) == tags(page(PLANNED, **GIVEN))


def tags(source: str) -> list[str]:
    """The tags below the head of a page."""
    return Read(source.partition("<body>")[2].partition("</body>")[0]).tags


def test_what_is_html_already_is_not_escaped_again() -> None:
    """A drawing, a table, a badge."""
    assert "<b>x</b>" in page(PLANNED, **GIVEN | {"asks": Markup("<b>x</b>")})


def test_a_hidden_character_is_seen_on_a_page() -> None:
    """The text of a page is cleaned as that of every part."""
    assert "a\N{REPLACEMENT CHARACTER}b" in page(PLANNED, **GIVEN | {"asks": "a\u202eb"})


def test_a_value_that_is_not_given_is_an_error() -> None:
    """A misspelt name never leaves a hole in a page."""
    with pytest.raises(UndefinedError, match="customer"):
        page(PLANNED, **{name: value for name, value in GIVEN.items() if name != "customer"})


@given(st.text(max_size=20))
def test_a_text_never_leaves_its_css_string(raw: str) -> None:
    """Escapes and nothing else, six digits each, so that what follows is no part of one."""
    assert re.fullmatch(r"(\\[0-9a-f]{6})*", in_css(raw))
    assert len(in_css(raw)) == 7 * len(raw)


def by_hand(source: str) -> Iterator[str]:
    """What a module must not do: escape by itself, make `Markup` of a string, put text between tags, write a page."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in ("html", "xml.sax.saxutils"):
            yield f"{node.lineno}: {node.module}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Markup":
            yield f"{node.lineno}: Markup()"
        elif isinstance(node, ast.JoinedStr) and any(
            isinstance(part, ast.Constant) and re.search(r"</[a-z0-9]+>|<[a-z0-9]+ [a-z-]+=", str(part.value))
            for part in node.values
        ):
            yield f"{node.lineno}: a tag in an f-string"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("<!doctype"):
            yield f"{node.lineno}: a page in a string"


def test_only_this_package_makes_html() -> None:
    """So nothing is escaped twice, or forgotten; what the cleaner of a report lets through is HTML too."""
    found = [
        f"{path.relative_to(LIBRARY)}:{fault}"
        for path in sorted(LIBRARY.rglob("*.py"))
        if path.parent.name != "html"
        for fault in by_hand(path.read_text(encoding="utf-8"))
    ]
    assert [fault.partition(":")[0] for fault in found] == ["report/render.py"]


@pytest.mark.parametrize(
    "source",
    ["from html import escape", "Markup(x)", 'f"<b>{x}</b>"', "f'<a href=\"{x}\">'", 'page = "<!doctype html>"'],
)
def test_html_by_hand_is_found(source: str) -> None:
    """The rule is proved on what breaks it."""
    assert list(by_hand(source))


def test_every_page_is_a_template_beside_its_code() -> None:
    """Each is named by the module of the same name, and each names a language and an encoding."""
    found = sorted(LIBRARY.rglob("*.html.j2"))
    assert [path.relative_to(LIBRARY).as_posix() for path in found] == ["answers/printable.html.j2", PLANNED]
    for path in found:
        name = path.relative_to(LIBRARY).as_posix()
        assert f'"{name}"' in path.with_name(path.name.removesuffix(".html.j2") + ".py").read_text(encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        assert '<html lang="{{ lang }}">' in text
        assert '<meta charset="utf-8">' in text
