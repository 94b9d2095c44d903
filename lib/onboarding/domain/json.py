"""JSON values, their canonical form and digest.

The canonical form is RFC 8785, so that a digest does not depend on key order or spacing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import rfc8785

JSON: TypeAlias = Any
"""str, int, float, bool, None, or lists and string-keyed dicts of these."""

Answers: TypeAlias = Mapping[str, Any]
"""Answers: section id -> {question name: value} for a record, list of such rows for a table."""


def canonical(value: JSON) -> bytes:
    """RFC 8785 bytes of a JSON value; tuples count as lists."""
    odd: list[Any] = []
    plain = _plain(value, odd)
    text = "" if odd else _ENCODER.encode(plain)
    return rfc8785.dumps(plain) if odd or _ASTRAL.search(text) else text.encode()


def digest(value: JSON) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
"""Writes what the canonical form is, much faster than `rfc8785`, of all but fractions, large numbers and `_ASTRAL`."""

_ASTRAL = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
"""Characters that RFC 8785 sorts by their halves, and halves alone, which it refuses."""

_LARGEST = 2**53 - 1


def _plain(value: JSON, odd: list[Any]) -> JSON:
    """Dicts and lists only; ``odd`` collects whatever takes more care, or has no form."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item, odd) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, odd) for item in value]
    if value is not None and not (isinstance(value, int) and -_LARGEST <= value <= _LARGEST):
        odd.append(value)
    return value
