"""CESID: the number that is sent with an emergency call, by which responders find the caller."""

from __future__ import annotations

import re

FEWEST, MOST = 7, 12
"""Digits of a CESID (MiVoice Business help on CESID)."""

_WRITTEN = re.compile(r"[\s().\-]+")


class NotACesid(ValueError):
    """``code`` says in which way: ``cesid-characters`` (``*``, ``#`` and ``P`` too) or ``cesid-length``."""

    def __init__(self, code: str, count: int = 0) -> None:
        self.code = code
        self.count = count
        super().__init__(code)


def parse_cesid(text: str, most: int = MOST) -> str:
    """The digits of a CESID without what people write between them; a leading ``+`` is dropped.

    ``most`` is the limit of the system, 10 on older ones, which cut longer ones off. Raises NotACesid.
    """
    digits = _WRITTEN.sub("", text).removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise NotACesid("cesid-characters")
    if not FEWEST <= len(digits) <= most:
        raise NotACesid("cesid-length", len(digits))
    return digits


def is_same_number(one: str, other: str) -> bool:
    """Whether two ways of writing are one number, with or without the country code."""
    first, second = (re.sub(r"\D", "", text) for text in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= FEWEST and (
        shorter == longer or (len(shorter) >= 10 and longer.removeprefix("1") == shorter)
    )
