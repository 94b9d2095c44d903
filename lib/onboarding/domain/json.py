"""JSON values, their canonical form and digest.

The canonical form is RFC 8785, so that a digest does not depend on key order or spacing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias

import rfc8785

JSON: TypeAlias = Any
"""str, int, float, bool, None, or lists and string-keyed dicts of these."""

Answers: TypeAlias = Mapping[str, Any]
"""Answers: section id -> {question name: value} for a record, list of such rows for a table."""


def canonical(value: JSON) -> bytes:
    """RFC 8785 bytes of a JSON value; tuples count as lists."""
    return rfc8785.dumps(_plain(value))


def digest(value: JSON) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: JSON) -> JSON:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
