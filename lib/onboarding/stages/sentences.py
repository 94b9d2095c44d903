"""Lists of sentences that stay readable."""

from __future__ import annotations

SHOWN = 5
"""How many missing things are named before the rest is counted."""


def shorten(sentences: list[str]) -> list[str]:
    """The first few sentences and a count of the rest."""
    if len(sentences) <= SHOWN:
        return sentences
    return [*sentences[:SHOWN], f"And {len(sentences) - SHOWN} more."]
