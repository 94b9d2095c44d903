"""What a cell of a report's notebook ends in: a fragment of HTML, and what the page is told beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from onboarding.html.parts import Markup

HEAD = "application/vnd.onboarding.head+json"
"""Mime type by which an output names the title and language of the document it heads."""

SECTIONS = "application/vnd.onboarding.sections+json"
"""Mime type by which an output says that it is several sections, each with a heading of its own."""


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
