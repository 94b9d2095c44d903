"""Only drawings of ours are shown, and parts that have nothing to say are left out with their headings."""

from __future__ import annotations

import base64

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.callflow import call_flow
from onboarding.domain.callflow_picture import draw
from onboarding.report.formatter import SECTIONS
from onboarding.report.render import clean, expanded
from onboarding.report.svg_check import PREFIX, is_drawing
from tests.report.hostile import PAYLOADS

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def address(svg: str) -> str:
    return PREFIX + base64.b64encode(svg.encode()).decode()


def drawn(name: str) -> str:
    """The picture of a call to a menu of that name."""
    tables = {
        "dids": [{"number": "+19725550101", "goes_to": "menu", "target": name}],
        "menus": [{"name": name, "greeting": name, "timeout_to": "hang-up", "invalid_to": "hang-up"}],
    }
    return draw(call_flow(lambda table: enumerate(tables.get(table, [])), "US")).svg


@pytest.mark.parametrize("name", ["Main menu", "Citas & más", *PAYLOADS])
def test_what_we_draw_is_shown_whatever_people_call_things(name: str) -> None:
    """Names with markup in them are text in our picture, and the picture stays."""
    source = address(drawn(name))
    assert is_drawing(source)
    assert source in clean(f'<img alt="x" src="{source}">')


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=30))
def test_any_name_can_be_drawn(name: str) -> None:
    """Whatever letters a name is made of."""
    assert "\ufffe" in name or "\uffff" in name or is_drawing(address(drawn(name)))


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<rect onload='alert(1)'/>",
        "<a href='https://evil.example'><text>x</text></a>",
        "<image href='https://evil.example/x.png'/>",
        "<use href='#x'/>",
        "<foreignObject><p>x</p></foreignObject>",
        "<style>@import url(https://evil.example)</style>",
        "<rect fill='url(https://evil.example)'/>",
        "<rect style='fill:red'/>",
        "<animate attributeName='x'/>",
        "<text xmlns='http://www.w3.org/1999/xhtml'>x</text>",
        "&#60;script&#62;",
        "<!-- x -->",
    ],
)
def test_svg_of_others_is_refused(inside: str) -> None:
    """Anything that we never draw makes the whole picture go."""
    source = address(f"<svg {NAMESPACE}>{inside}</svg>")
    assert not is_drawing(source)
    assert "svg" not in clean(f'<img alt="x" src="{source}">')


@pytest.mark.parametrize(
    "source",
    [
        "data:image/svg+xml,<svg/>",
        PREFIX + "!!",
        PREFIX + "/w==",
        address("<svg"),
        address(f"<html {NAMESPACE}/>"),
        address('<!DOCTYPE x [<!ENTITY a "b">]><svg/>'),
        address(f"<svg {NAMESPACE}><title>{'x' * 400_000}</title></svg>"),
        "https://evil.example/x.svg",
    ],
)
def test_what_is_no_svg_of_ours_is_refused(source: str) -> None:
    """Other encodings, broken files, entities, and files that are too large."""
    assert not is_drawing(source)


def cell(html: str, **more: object) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", {"text/html": html, **more})
    return nbformat.v4.new_code_cell("x", outputs=[output])


def test_a_heading_goes_with_its_empty_part() -> None:
    """Only where the part was run and says nothing; a part that was never run keeps its heading."""
    heading = nbformat.v4.new_markdown_cell("## Users")
    assert list(expanded([heading, cell("")])) == []
    assert len(list(expanded([heading, cell("<p>x</p>")]))) == 2
    assert len(list(expanded([heading, nbformat.v4.new_code_cell("x")]))) == 2
    assert len(list(expanded([nbformat.v4.new_markdown_cell("A word."), cell("")]))) == 1


def test_sections_become_parts_of_the_page() -> None:
    """Each with its own heading in place of the notebook's, so that the contents can name it; one line each."""
    told = [{"title": "One\n## two", "text": "Why.", "html": "<p>x</p>"}, {"title": "Three", "html": "<p>y</p>"}]
    notebook = nbformat.v4.new_markdown_cell("## What the profile asks for")
    found = list(expanded([notebook, cell("<p>all</p>", **{SECTIONS: told})]))
    assert [one.cell_type for one in found] == ["markdown", "code", "markdown", "code"]
    assert found[0].source == "## One ## two\n\nWhy."
    assert found[2].source == "## Three"
    assert found[3].outputs[0].data["text/html"] == "<p>y</p>"
