"""Which row somebody means by naming it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from onboarding.domain.number import is_same_number

_NUMBER = re.compile(r"\s*[+(\d][\d\s()./-]*", re.ASCII)


def is_meant(name: str, called: Iterable[str], country: str) -> bool:
    """Whether a row is meant that is ``called`` so: in whatever case and spacing, a number however it is written."""
    return any(plain(name) == plain(one) or _is_number(name, one, country) for one in called)


def plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_number(name: str, one: str, country: str) -> bool:
    return all(map(_NUMBER.fullmatch, (name, one))) and is_same_number(name, one, country)
