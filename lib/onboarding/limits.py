"""What this process may use of the machine, by name: open files, memory, processes.

Too little of it shows itself anywhere and in many ways; whoever begins something large asks first (`demand`), and
whoever catches everything asks what an exception is about (`shortage`).
"""

from __future__ import annotations

import errno
import math
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from onboarding.errors import OnboardingError

_OPEN = Path("/dev/fd")

_MB = 2**20


@dataclass(frozen=True, slots=True)
class _Kind:
    """Something a process uses: ``unlimited`` says that it ran out although this process has no limit of its own."""

    code: str
    limits: tuple[str, ...]
    unit: int
    words: str
    unlimited: str
    remedy: str

    @property
    def limit(self) -> float:
        """In its unit; infinite where there is none."""
        return min((_soft(name) / self.unit for name in self.limits), default=math.inf)

    def error(self, more: str = "") -> OnboardingError:
        said = self.unlimited if math.isinf(self.limit) else f"{self.words.format(self.limit)}{more}."
        return OnboardingError(self.code, said, f"{self.remedy} What was saved is kept.")


_FILES = _Kind(
    "OPEN-FILES", ("RLIMIT_NOFILE",), 1, "This process may have {:.0f} files open at once", "The machine can open no "
    "more files.", "Allow more, such as with `ulimit -n 256`, and try again.",
)  # fmt: skip
_MEMORY = _Kind(
    "MEMORY", ("RLIMIT_AS", "RLIMIT_DATA"), _MB, "This process may use {:.0f} MB of memory", "There is no memory "
    "left.", "Allow more, such as with `ulimit -v unlimited`, or end other programs, and try again.",
)  # fmt: skip
_PROCESSES = _Kind(
    "PROCESSES", ("RLIMIT_NPROC",), 1, "You may run {:.0f} processes and threads at once", "The machine can run no "
    "more processes.", "Allow more, such as with `ulimit -u 4096`, or end other programs, and try again.",
)  # fmt: skip

_ERRNO = {
    errno.EMFILE: _FILES, errno.ENFILE: _FILES, errno.ENOMEM: _MEMORY, errno.EAGAIN: _PROCESSES,
}  # fmt: skip
_IN_WORDS = {
    "Too many open files": _FILES, "MemoryError": _MEMORY, "Cannot allocate memory": _MEMORY,
    "failed to map segment": _MEMORY, "can't allocate lock": _MEMORY, "can't start new thread": _PROCESSES,
}  # fmt: skip
"""Of exceptions without a number: what could not be imported, a thread that could not start, those of other processes.
"""

_NAMES = ("MemoryError", "OSError", "ImportError", "RuntimeError")


def demand(files: int, megabytes: int) -> None:
    """Raises OnboardingError OPEN-FILES or MEMORY where this process may not use so much: so many more files."""
    if files_left() < files:
        raise _FILES.error(f"; {files} more than are open now are needed")
    if _MEMORY.limit < megabytes:
        raise _MEMORY.error(f"; {megabytes} MB are needed")


def shortage(error: BaseException | None) -> OnboardingError | None:
    """What there was too little of when an exception was raised; None when it is about something else."""
    return next((_error(kind) for one in _chain(error) if (kind := _kind(one))), None)


def shortage_told(name: str, words: str) -> OnboardingError | None:
    """The same of an exception of which only class and words are known; it was raised by a child of this process."""
    kind = _in_words(f"{name}: {words}") if name in _NAMES else None
    return _error(kind) if kind else None


def _error(kind: _Kind) -> OnboardingError:
    # A thread is first of all a stack, and every limit of memory counts it.
    return (_MEMORY if kind is _PROCESSES and not math.isinf(_MEMORY.limit) else kind).error()


def _in_words(text: str) -> _Kind | None:
    return next((kind for words, kind in _IN_WORDS.items() if words in text), None)


def files_left() -> float:
    """How many more files this process may open."""
    if math.isinf(_FILES.limit):
        return math.inf
    try:
        return _FILES.limit - len([*_OPEN.iterdir()]) + 1  # one was open to look
    except OSError:  # none to look with
        return 0


def out_of_files() -> OnboardingError | None:
    """The error, where not even one more file can be opened."""
    with suppress(OSError):
        os.close(os.open(os.devnull, os.O_RDONLY))
        return None
    return _FILES.error()


def out_of_memory() -> OnboardingError:
    """The error of a process that was refused memory."""
    return _MEMORY.error()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _kind(error: BaseException) -> _Kind | None:
    if isinstance(error, MemoryError):
        return _MEMORY
    if isinstance(error, OSError) and error.errno in _ERRNO:
        return _ERRNO[error.errno]
    if isinstance(error, ImportError | RuntimeError):
        return _in_words(str(error))
    return None


def _soft(name: str) -> float:
    try:
        import resource
    except ImportError:  # Windows has none of them
        return math.inf
    found = resource.getrlimit(getattr(resource, name))[0]
    return math.inf if found == resource.RLIM_INFINITY else found
