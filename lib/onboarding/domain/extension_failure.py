"""What a person reads when an extension breaks: which one, what asked for it, where it was, what it said."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from onboarding.errors import OnboardingError

MOST_WORDS = 300
"""Characters of an exception that are repeated."""

Frames: TypeAlias = Sequence[tuple[FrameType, int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked an extension: the ``profile`` by its id and ``what`` in it, such as ``task provision.users``.

    ``place`` says which answer is looked at, by the variables of a function; empty when none is.
    """

    profile: str = ""
    what: str = ""
    place: Callable[[Mapping[str, Any]], str] = lambda variables: ""

    def __str__(self) -> str:
        file = self.profile and f"{self.profile}.toml"
        return " of ".join(filter(None, (self.what, file)))


NOBODY = Asked()


def extension_failed(named: str, caller: str, error: BaseException, asked: Asked) -> OnboardingError:
    """EXTENSION-FAILED for what an extension raised that was called by functions of the module ``caller``."""
    whole = [*traceback.walk_tb(error.__traceback__)]
    frames = [one for one in whole if one[0].f_globals.get("__name__") != caller]
    by = f", asked by {asked}" if str(asked) else ""
    said = f"The {named}{_line(frames)} broke{_place(frames, asked)}{by}: {_words(error)}"
    remedy = "Mend it or leave it out of the profile; what was saved is kept."
    return OnboardingError("EXTENSION-FAILED", said.rstrip(".") + ".", remedy)


def _line(frames: Frames) -> str:
    """The last line of the extension's own file that was reached."""
    files = [(frame.f_code.co_filename, line) for frame, line in frames]
    own = [line for file, line in files if file == files[0][0]]
    return f" ({Path(files[0][0]).name}, line {own[-1]})" if own else ""


def _place(frames: Frames, asked: Asked) -> str:
    """The answer that was looked at last; variables are looked at for this only, and never shown."""
    found = (asked.place(frame.f_locals) for frame, _line in reversed(frames))
    return next((f" at {place}" for place in found if place), "")


def _words(error: BaseException) -> str:
    words = " ".join(traceback.format_exception_only(error)[-1].split())
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"
