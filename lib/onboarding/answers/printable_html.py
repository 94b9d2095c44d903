"""HTML of the printable page, in which every text from outside is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from onboarding.html.parts import Markup
from onboarding.text import visible

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@cache
def style() -> str:
    return Path(__file__).with_name("printable.css").read_text(encoding="utf-8")


def foot(name: str) -> Markup:
    """The foot of every page on paper; the name is written in escapes only, so it stays within its string."""
    written = "".join(f"\\{ord(mark):06x}" for mark in visible(name)[:80])
    look = "font: 8pt sans-serif; color: #51606b;"
    return Markup(
        f'@page {{ @bottom-left {{ content: "{written}"; {look} }} '
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {look} }} }}\n'
    )
