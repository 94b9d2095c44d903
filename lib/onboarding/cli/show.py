"""What `onboard` prints: plain lines, calm tables, pure JSON.

On a terminal a table folds its sentences to fit the width, and becomes a list where that does not do; in a pipe nothing
is folded and every row is one line. No value is ever cut.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from onboarding.domain.language import ENGLISH
from onboarding.profile.folders import OwnFiles
from onboarding.text import noun, on_terminal

if TYPE_CHECKING:
    from rich.console import Console

    from onboarding.case.case import Case

LEAST = 14
"""Signs of a column that may be folded, or narrower and then never; where they do not fit, a table becomes a list."""

MOST_LINES = 5
"""Of a sentence in a column; where it would be folded into more, a table becomes a list."""

GAP = 2

_PLAIN = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "...",
          "\u2192": "->", "\u00b7": "-", "\u00a0": " "}  # fmt: skip


class Advance(Protocol):
    """Called with what is done, of how many, and what it is about."""

    def __call__(self, done: int, total: int, what: str = "") -> None: ...


def make_lenient(stream: TextIO) -> None:
    """Let the stream write every text: what its encoding lacks becomes the nearest plain sign, else a question mark."""
    codecs.register_error("onboarding.plain", _nearest)
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="onboarding.plain")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = ""
    for mark in error.object[error.start : error.end]:
        bare = unicodedata.normalize("NFKD", mark).encode("ascii", "ignore").decode()
        found += _PLAIN.get(mark) or bare or "?"
    return found, error.end


def clean(value: object) -> str:
    """A value as text without what could steer a terminal; empty for None."""
    return "" if value is None else on_terminal(value)


_apart: list[TextIO] = []
"""Where results go while stdout is not theirs alone; see `results_alone`."""


def _out() -> TextIO:
    return _apart[-1] if _apart else sys.stdout


@contextmanager
def results_alone() -> Iterator[None]:
    """Stdout has what this module shows and nothing else: what an extension prints meanwhile, or what it starts, goes
    to stderr.
    """
    real = sys.stdout
    with ExitStack() as stack:
        try:
            is_ours = real.fileno() == 1 and os.fstat(2) is not None
        except OSError:  # it is no file, or nobody hears stderr
            is_ours = False
        _apart.append(stack.enter_context(_moved(real)) if is_ours else real)
        stack.callback(_apart.pop)
        stack.enter_context(redirect_stdout(sys.stderr))
        yield


@contextmanager
def _moved(real: TextIO) -> Iterator[TextIO]:
    """Stdout under another number; under its own is stderr, for processes that are started meanwhile."""
    real.flush()
    number = os.dup(1)
    os.dup2(2, 1)
    with open(number, "w", encoding=real.encoding, errors=real.errors) as moved:  # noqa: PTH123  a number, no path
        try:
            yield moved
        finally:
            os.dup2(number, 1)


def flush() -> None:
    """What was shown so far is there for whoever reads it."""
    _out().flush()


def line(text: str = "") -> None:
    """One line, or several, on stdout."""
    print(clean(text), file=_out())


def path(place: Path) -> None:
    """A path on stdout: from the current folder when it lies below it."""
    line(str(place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place))


def own_files(own: OwnFiles) -> None:
    """A line about files of one's own that are used instead of shipped ones; nothing when there are none."""
    if own:
        line(own.sentence)


def service(case: Case) -> None:
    """Which of a customer's services comes now, where it has several."""
    if case.beside:
        line(f"{case.service}: {case.profile.title}")


def left_behind(case: Case) -> None:
    """What is kept of earlier editions and not part of the one in use: tasks that were touched, answers."""
    if len(case.engagement.editions) < 2:
        return
    from onboarding.case.moving import answers_left
    from onboarding.stages.edition_change import left_behind as tasks_left

    for task in tasks_left(case.context()):
        line(task.sentence)
    if titles := answers_left(case):
        line(f"Kept, and not asked any more: {'; '.join(titles)}.")


def aside(text: str) -> None:
    """A line beside the result, on stderr."""
    print(clean(text), file=sys.stderr)  # noqa: T201


def problem(code: str, message: str, remedy: str = "") -> None:
    """An error on stderr: what and which on one line, what to do on the next."""
    flush()
    aside(f"{code}: {message.rstrip()}" if code else message)
    if remedy:
        aside(remedy)


def as_json(value: Any) -> None:
    """One JSON value on stdout; dates as ISO 8601."""
    print(json.dumps(value, indent=2, default=_iso), file=_out())


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def day(value: date | datetime | None, zone: tzinfo = UTC) -> str:
    """``3 Dec 2026``; empty for None. An instant is shown by its day in ``zone``."""
    return ENGLISH.day(value, zone=zone)


def count(number: int, thing: str, *, grouped: bool = False) -> str:
    """``1 task``, ``3 tasks``; ``grouped`` by thousands: ``10,000 customers``."""
    return f"{number:{',' if grouped else ''}} {noun(number, thing)}"


def is_terminal() -> bool:
    """Whether stdout is read by a person at once."""
    return _out().isatty()


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout. A cell that is a list shows its items below each other, in a pipe side by side."""
    joint = "\n" if is_terminal() else "  "
    texts = [[_cell(value, joint) for value in row] for row in rows]
    if is_terminal():
        _on_terminal(columns, texts)
    else:
        _in_pipe([list(columns), *texts])


def _in_pipe(rows: Sequence[Sequence[str]]) -> None:
    taken = [[_columns_of(text) for text in row] for row in rows]
    widths = [max(column) for column in zip(*taken, strict=True)]
    for row, own in zip(rows, taken, strict=True):
        cells = zip(row, own, widths, strict=True)
        print((" " * GAP).join(text + " " * (width - mine) for text, mine, width in cells).rstrip(), file=_out())


def _columns_of(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _on_terminal(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    terminal = console(_out())
    texts = [[name, *(row[place] for row in rows)] for place, name in enumerate(columns)]
    rigid = [_rigid_width(column) for column in texts]
    least = [width or _foldable_width(column) for width, column in zip(rigid, texts, strict=True)]
    if sum(least) + GAP * len(columns) > terminal.width:
        _as_list(columns, rows)
    else:
        terminal.print(_table(columns, rows, rigid))


def _cell(value: object, joint: str) -> str:
    if isinstance(value, list | tuple):
        return joint.join(clean(item) for item in value if item)
    text = clean(value)
    return text if joint == "\n" else " ".join(text.split("\n"))


def _widest(texts: Sequence[str]) -> int:
    return max(_columns_of(part) for text in texts for part in text.split("\n"))


def _foldable_width(texts: Sequence[str]) -> int:
    """Width at which a column of sentences can be read."""
    return max(LEAST, -(-_widest(texts) // MOST_LINES))


def _rigid_width(texts: Sequence[str]) -> int:
    """Width of a column that must not be folded, such as one of ids or days; 0 for one of sentences."""
    widest = _widest(texts)
    return widest if widest <= LEAST or not any(" " in text for text in texts) else 0


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], rigid: Sequence[int]) -> Any:
    from rich.table import Table
    from rich.text import Text

    found = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold", show_edge=False)
    for column, width in zip(columns, rigid, strict=True):
        found.add_column(Text(column), overflow="fold", no_wrap=bool(width))
    for row in rows:
        found.add_row(*map(Text, row))
    return found


def _as_list(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            if value:
                line(f"{column}: " + value.replace("\n", "\n  "))
        line()


def console(stream: TextIO) -> Console:
    """A terminal that shows texts as they are."""
    from rich.console import Console

    return Console(file=stream, force_terminal=True, markup=False, highlight=False, emoji=False)


@contextmanager
def progress(title: str) -> Iterator[Advance]:
    """A bar on stderr while something runs; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total, what="": None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    shown = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*shown, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int, what: str = "") -> None:
            bar.update(task, completed=done, total=total, description=clean(what or title))

        yield advance
