"""Lists of sentences that stay readable."""

from __future__ import annotations

from collections.abc import Sequence

from onboarding.domain.language import say

SHOWN = 5
"""How many missing things are named before the rest is counted."""


def shorten(sentences: Sequence[str]) -> list[str]:
    """The first few sentences and a count of the rest."""
    if len(sentences) <= SHOWN:
        return list(sentences)
    return [*sentences[:SHOWN], say("And {count} more.", count=len(sentences) - SHOWN)]
