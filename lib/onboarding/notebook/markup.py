"""Pieces of HTML that stay readable anywhere an executed notebook is opened.

An untrusted notebook loses `<style>` and script, and JupyterLab then keeps only plain inline declarations
(no variables, no flex). So: colours either stand on their own ground (white on a dark badge) or are inherited,
greys are translucent and fit a light and a dark theme alike, and meaning is always in words too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from onboarding.domain.answer_text import answer_text
from onboarding.domain.language import ENGLISH, Language
from onboarding.errors import OnboardingError

LINE = "1px solid rgba(128,128,128,0.35)"
SOFT = "rgba(128,128,128,0.1)"
LONG = 12  # rows from which on a table is folded
_MARKS = (
    (re.compile(r"\*\*(.+?)\*\*", re.DOTALL), r"<strong>\1</strong>"),
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
)
FAINT = "opacity:0.8;font-size:92%"

# White on each of these has a contrast of at least 5 to 1.
TONES: Mapping[str, tuple[str, str]] = {
    "done": ("#1b6e3a", "✓"),
    "ready": ("#1f5fbf", "▶"),
    "waiting": ("#8a5a00", "◔"),
    "stopped": ("#b3261e", "✖"),
    "unknown": ("#6b3fa0", "?"),
    "quiet": ("#5f6368", "•"),
}


def text(value: object) -> str:
    """Anything as escaped text."""
    return escape(str(value), quote=True)


def prose(value: object) -> str:
    """Text of a profile as HTML: paragraphs, ``**bold**`` and ```code```; everything else is escaped."""
    found = text(value).strip()
    for mark, made in _MARKS:
        found = mark.sub(made, found)
    return "".join(f'<div style="margin:2px 0 4px">{part}</div>' for part in re.split(r"\n\s*\n", found) if part)


def fold(summary: str, html: str) -> str:
    """``html`` under a line to click on; ``summary`` is plain text."""
    return f"<details><summary>{text(summary)}</summary>{html}</details>"


def foldable(headers: Sequence[str], rows: Sequence[Sequence[str]], label: str) -> str:
    """A table, folded under its label and the number of its rows when it is long."""
    made = table(headers, rows, label)
    return fold(f"{label}: {ENGLISH.count(len(rows), 'row')}", made) if len(rows) > LONG else made


def badge(tone: str, word: str, icon: str = "") -> str:
    """Icon (the tone's own, unless another is given) and word on a ground of the tone's colour."""
    colour, own = TONES[tone]
    return (
        f'<span style="display:inline-block;background-color:{colour};color:#ffffff;border-radius:4px;'
        f'padding:1px 8px;font-weight:600;white-space:nowrap">{icon or own} {text(word)}</span>'
    )


def box(tone: str, *lines: str) -> str:
    """A block with a bar of the tone's colour at its left; ``lines`` are HTML."""
    inner = "".join(f'<div style="margin:2px 0">{line}</div>' for line in lines if line)
    return (
        f'<div style="border-left:5px solid {TONES[tone][0]};background-color:{SOFT};border-radius:4px;'
        f'padding:10px 14px;margin:6px 0;line-height:1.5;overflow-wrap:anywhere">{inner}</div>'
    )


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], label: str) -> str:
    """A table that scrolls inside its own frame when the screen is narrow.

    ``headers`` and ``label`` (read by screen readers, shown as caption) are plain text, ``rows`` hold HTML.
    """
    head = "".join(f'<th scope="col" style="{_cell}font-weight:600">{text(header)}</th>' for header in headers)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_cell}">{cell}</td>' for cell in row) + "</tr>" for row in rows
    )  # fmt: skip
    return (
        '<div tabindex="0" role="region" aria-label="' + text(label) + '" style="overflow-x:auto;margin:6px 0">'
        '<table style="border-collapse:collapse;table-layout:auto;text-align:left;width:100%;line-height:1.45">'
        f'<caption style="text-align:left;font-weight:600;padding:4px 0;caption-side:top">{text(label)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


_cell = f"border-bottom:{LINE};padding:6px 14px 6px 4px;text-align:left;vertical-align:top;white-space:normal;"


def faint(value: object) -> str:
    """Escaped text, less prominent."""
    return f'<span style="{FAINT}">{text(value)}</span>'


def day(value: date | datetime | None) -> str:
    """``Thu 12 Mar 2026``, with the time in UTC when there is one; empty for None."""
    if value is None:
        return ""
    words = f"{value:%a} {value.day} {value:%b %Y}"
    return f"{words}, {value:%H:%M} UTC" if isinstance(value, datetime) else words


def shown(value: Any, language: Language = ENGLISH) -> str:
    """A JSON value as people read it, plain text; a dash for nothing."""
    return answer_text(None, value, language, is_exact=True) or "—"


def reason(error: OnboardingError, language: Language = ENGLISH) -> str:
    """What went wrong and what to do."""
    return f"{language(error.message)} {language(error.remedy)}".strip()


def wrong_html(error: OnboardingError, language: Language = ENGLISH) -> str:
    """The same, in the form's tone of what is wrong."""
    return f'<span class="onb-wrong">✖ {text(reason(error, language))}</span>'


def words(name: str) -> str:
    """``first_name`` -> ``first name``."""
    return name.replace("_", " ")
