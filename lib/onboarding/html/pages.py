"""Whole pages, written as Jinja2 templates that lie beside the code that fills them in."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from onboarding.html.parts import escaped, table
from onboarding.text import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def page(template: str, **values: object) -> str:
    """The template, a file of the library such as ``answers/printable.html.j2``, filled in with ``values``.

    Whatever it shows is `escaped`. Besides its values it knows `table` and the filter `in_css`. A value that is named
    in the template and not given is an error.
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
    return found
