"""Versions of platforms, ``9.4.0.9``: read, compared part by part."""

from __future__ import annotations

import re

_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,5}", re.ASCII)

Version = tuple[int, ...]
"""The parts without zeros at the end, so that 9.0 and 9 are one version and tuples compare as versions do."""


def parse_version(text: str) -> Version:
    """The version in ``9.4.0.9`` or ``v9.4``. Raises ValueError for anything that is no version."""
    word = text.strip().lower().removeprefix("v").strip()
    if not _VERSION.fullmatch(word):
        raise ValueError(f"{text[:40]!r} is not a version; it is made of numbers with dots between, such as 9.4.0.9")
    parts = [int(part) for part in word.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def is_version(text: object) -> bool:
    """Whether a value is the text of a version."""
    try:
        return isinstance(text, str) and bool(parse_version(text))
    except ValueError:
        return False
