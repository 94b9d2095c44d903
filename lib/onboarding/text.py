"""Text as it is shown and handed on: what is invisible in it, what comes to life in a spreadsheet, what is too long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

REPLACED = "\N{REPLACEMENT CHARACTER}"
"""Stands where something cannot be shown."""

# Characters by what they do, as parts of a regular expression.
_CONTROL_C0, _CONTROL_C1 = r"\x00-\x08\x0e-\x1b", r"\x7f-\x84\x86-\x9f"
_SPACES = r"\x0b\x0c\x1c-\x1f"  # control characters that count as space, besides line ends and tabs
_LINE_ENDS = r"\r\x85"
_HALVES = r"\ud800-\udfff"
_NO_CHARACTERS = r"\ufffe\uffff"
_TURNING = r"\u202a-\u202e\u2066-\u2069"  # turn the direction of the text around them
_BLANK = r"\u200b\ufeff"
_JOINING = r"\u200c-\u200f"  # part of the spelling in some scripts

_CONTROL = _CONTROL_C0 + _CONTROL_C1 + _SPACES

# Compiled when first needed, and remembered by `re`: importing this module is part of every start.
_HIDDEN = f"[{_CONTROL}{_LINE_ENDS}{_HALVES}{_TURNING}{_BLANK}]"
_NOT_IN_A_LINE = rf"[{_CONTROL}{_LINE_ENDS}\t\n\u2028\u2029{_HALVES}{_TURNING}{_BLANK}{_JOINING}{_NO_CHARACTERS}]"
_REFUSED = f"[{_CONTROL}{_HALVES}{_NO_CHARACTERS}]"
_INVISIBLE = f"[{_TURNING}{_BLANK}{_JOINING}]"
_NO_SPACE = f"[{_CONTROL_C0}{_CONTROL_C1}{_HALVES}]"
_STEERING = rf"[{_CONTROL}{_LINE_ENDS}\t{_TURNING}]"
_NOT_IN_XML = f"[{_CONTROL_C0}{_SPACES}{_HALVES}{_NO_CHARACTERS}]"
_LIVE = r"['\t\r\n\0]|\s*[=+\-@＝＋－＠]"  # noqa: RUF001  full-width signs start formulas too


def visible(value: object) -> str:
    """Anything as text that can stand on a page; line ends and tabs stay, white space is the page's business.

    What shows nothing or turns the direction of the text around it becomes `REPLACED`, one for one.
    """
    text = str(value)
    return text if text.isascii() and text.isprintable() else re.sub(_HIDDEN, REPLACED, text)


def echoed(text: str, most: int) -> str:
    """What was given, fit to be repeated within a sentence: one line of at most ``most`` characters, all visible.

    A space of any width is repeated as the ordinary one.
    """
    return shortened(re.sub(r"\s", " ", re.sub(_NOT_IN_A_LINE, REPLACED, text[: most + 1])), most)


def has_control(text: str) -> bool:
    """Whether it holds what nobody types: control characters other than tabs and line ends, halves of characters."""
    return re.search(_REFUSED, text) is not None


def without_invisible(text: str) -> str:
    """Without the characters of no width that are copied along unseen."""
    return re.sub(_INVISIBLE, "", text)


def one_line(text: str) -> str:
    """White space folded, control characters and halves of characters taken out."""
    return " ".join(re.sub(_NO_SPACE, "", text).split())


def on_terminal(value: object) -> str:
    """Anything as text without what could steer a terminal; line ends stay, half a character becomes ``?``."""
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    return re.sub(f"[{_HALVES}]", "?", re.sub(_STEERING, "", text))


def in_xml(text: str) -> str:
    """Text an XML file (and so a workbook) can hold, lines ending in ``\\n``; the rest becomes `REPLACED`."""
    return re.sub(_NOT_IN_XML, REPLACED, text.replace("\r\n", "\n").replace("\r", "\n"))


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters; what is cut off shows as an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def first_few(names: Sequence[str], most: int) -> str:
    """``a, b, c …``: the first ``most`` names, and a sign that there are more."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def noun(number: int, singular: str, plural: str = "") -> str:
    """The form of an English noun that goes with a number: ``user``, ``users``, ``entries``."""
    return singular if number == 1 else plural or f"{singular}s"


def display_width(text: str) -> int:
    """Columns a text takes in a fixed-width font: wide characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def guarded(cell: str) -> str:
    """A cell of a CSV file that no spreadsheet takes for a formula; taking one apostrophe away gives the value back.

    What begins like a formula, and what begins with an apostrophe, gets an apostrophe in front (OWASP, CSV injection).
    """
    return f"'{cell}" if re.match(_LIVE, cell) else cell


def unguarded(cell: str) -> str:
    """The value that was `guarded`; an apostrophe somebody typed before harmless text stays."""
    return cell[1:] if cell.startswith("'") and re.match(_LIVE, cell[1:]) else cell
