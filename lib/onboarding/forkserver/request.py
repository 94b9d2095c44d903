"""What a fork is told before it begins: its surroundings, as a process that was started anew would have them."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

CELLS = "cells"
"""Runs cells without sockets."""
KERNEL = "kernel"
"""Becomes an ordinary kernel with the arguments of the request."""

RETIRE = b"retire"
"""To the template: take no more requests, end when the last child has. Any other message is words, as JSON."""

LONGEST = 1 << 16
"""Bytes of a message to the template."""


@dataclass(frozen=True, slots=True)
class Request:
    """Surroundings of one fork. ``environment`` is the whole of it, ``arguments`` those of a kernel's launcher."""

    kind: str
    environment: Mapping[str, str]
    folder: str
    umask: int
    arguments: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, kind: str, environment: Mapping[str, str], folder: str = "", arguments: tuple[str, ...] = ()) -> Self:
        """With this process's own folder and umask where nothing else is asked for."""
        return cls(kind, dict(environment), folder or str(Path.cwd()), _umask(), arguments)

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode("ascii")  # the environment's undecodable bytes are surrogates

    @classmethod
    def read(cls, data: bytes) -> Request:
        return cls(**json.loads(data))

    def take_place(self) -> None:
        """Makes the surroundings those of this process: environment, folder, umask, time zone, chance."""
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        os.umask(self.umask)
        time.tzset()
        _reseed()
        gc.enable()


def kill_group(pid: int) -> None:
    """Kills a fork with what it started itself; nothing when it is gone."""
    for kill in (os.killpg, os.kill):  # between fork and setsid it has no group of its own
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _umask() -> int:
    """The umask of this process, read without changing it for a moment where the system tells it."""
    try:
        with open("/proc/self/status") as status:  # noqa: PTH123  thousands of times a night
            return next(int(line.split()[1], 8) for line in status if line.startswith("Umask"))
    except (OSError, StopIteration):
        found = os.umask(0o077)
        os.umask(found)
        return found


def _reseed() -> None:
    """No two forks draw the same numbers."""
    random.seed()
    if "numpy" in sys.modules:
        reseed: Callable[[], None] = sys.modules["numpy"].random.seed
        reseed()
