"""HTML of the printable page, in which every text from outside is escaped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from markupsafe import Markup

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_TRICKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0xFEFF], "\N{REPLACEMENT CHARACTER}")


def text(value: object) -> str:
    """Anything as text that can stand on a page: what is invisible or turns the direction becomes a visible mark."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(mark) in ("Cc", "Cs") and mark not in "\n\t" else mark
        for mark in str(value).translate(_TRICKS)
    )


def fill(template: str, *values: object) -> Markup:
    """The template with ``{}`` filled in: `Markup` as it is, everything else escaped."""
    return Markup(template).format(*(value if isinstance(value, Markup) else text(value) for value in values))


def join(parts: Iterable[Markup], between: str = "") -> Markup:
    return Markup(between).join(parts)


@cache
def style() -> str:
    return Path(__file__).with_name("printable.css").read_text(encoding="utf-8")


def foot(name: str) -> Markup:
    """The foot of every page on paper; the name is written in escapes only, so it stays within its string."""
    written = "".join(f"\\{ord(mark):06x}" for mark in text(name)[:80])
    look = "font: 8pt sans-serif; color: #51606b;"
    return Markup(
        f'@page {{ @bottom-left {{ content: "{written}"; {look} }} '
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {look} }} }}\n'
    )
