"""How far a batch is, how fast, and how long it takes yet: one line that changes on a terminal, else a line at times.

Results go to stdout as they come; this goes to stderr.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from onboarding.cli import show

if TYPE_CHECKING:
    from rich.progress import Progress

EVERY = 30.0
"""Seconds between two lines where stderr is no terminal; what takes no longer has none."""

Monotonic = Callable[[], float]


class Pace:
    """Counts customers whose turn has ended. ``bar`` is what a terminal shows, None elsewhere."""

    def __init__(self, bar: Progress | None = None, clock: Monotonic = time.monotonic) -> None:
        self._bar, self._clock = bar, clock
        self._task = bar.add_task("", total=None) if bar else None
        self._begun = self._shown = clock()

    def line(self, text: str) -> None:
        """One line of the result, above the line that changes."""
        if self._bar is not None and show.is_terminal():
            self._bar.console.print(show.clean(text), soft_wrap=True)
        else:
            show.line(text)
            show.flush()

    def turn(self, done: int, total: int) -> None:
        """So many of all have ended."""
        now = self._clock()
        words = pace_words(done, total, now - self._begun)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total, description=words)
        elif now - self._shown >= EVERY:
            self._shown = now
            show.aside(words)


def pace_words(done: int, total: int, seconds: float) -> str:
    """``120 of 1,000 customers, 84 a minute, about 11 min left``; without the end while nothing has ended."""
    words = f"{done:,} of {show.count(total, 'customer', grouped=True)}"
    if not done or seconds <= 0:
        return words
    left = (total - done) * seconds / done
    return f"{words}, {60 * done / seconds:.0f} a minute" + (f", about {_length(left)} left" if done < total else "")


def _length(seconds: float) -> str:
    """In the unit in which one plans: seconds below a minute and a half, minutes below two hours."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


@contextmanager
def pace() -> Iterator[Pace]:
    """The pace of what runs meanwhile."""
    if not sys.stderr.isatty():
        yield Pace()
        return
    from rich.progress import BarColumn, Progress, TextColumn

    shown = BarColumn(), TextColumn("{task.description}", markup=False)
    console = show.console(sys.stderr)
    with Progress(*shown, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        yield Pace(bar)
