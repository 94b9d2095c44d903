"""A language in which every text of ours stands in brackets, so that what does not is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from onboarding.domain.language import Language

OPEN, CLOSE = "⟦", "⟧"


class _All(Mapping[str, str]):
    """Every text is there, in brackets."""

    def __getitem__(self, text: str) -> str:
        return f"{OPEN}{text}{CLOSE}" if text and OPEN not in text else text

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1

    def __contains__(self, text: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


PSEUDO = Language("es", "Pseudo", _All(), "es_419")


def bare(text: str) -> str:
    """What stands outside all brackets."""
    depth, kept = 0, []
    for mark in text:
        depth += (mark == OPEN) - (mark == CLOSE)
        kept.append(mark if depth == 0 and mark not in (OPEN, CLOSE) else " ")
    return "".join(kept)


def strangers(text: str, known: set[str]) -> list[str]:
    """Words outside all brackets that are not of the ``known`` ones."""
    return [word for word in re.findall(r"[^\W\d_]{2,}", bare(text)) if word.casefold() not in known]


def words_of(*texts: object) -> set[str]:
    """All words in these values, however deep they lie."""
    found: set[str] = set()
    for text in texts:
        if isinstance(text, Mapping):
            found |= words_of(*text.keys(), *text.values())
        elif isinstance(text, list | tuple | set):
            found |= words_of(*text)
        else:
            found |= {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", str(text))}
    return found
