"""Several people or programs at the same instant, each with a store of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from onboarding.errors import OnboardingError
from onboarding.store.store import Store

T = TypeVar("T")


def at_once(
    folder: Path, acts: Sequence[Callable[[T], object]], look: Callable[[Store], T], url: str | None = None
) -> list[str]:
    """What each of them was answered: the code of the refusal, empty for none. Each ``look``s at its store before all
    begin.
    """
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[T], object]) -> str:
        with Store.open(folder, url) as own:
            seen = look(own)
            ready.wait(10)
            try:
                one(seen)
            except OnboardingError as problem:
                return problem.code
            return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))
