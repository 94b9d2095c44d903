"""Something that may end its process, done once in a process of which nobody needs anything."""

from __future__ import annotations

import ctypes
import os
import select
import signal
from collections.abc import Callable
from contextlib import suppress

from onboarding.forkserver.request import kill_group

PATIENCE = 60.0
"""Seconds a trial may take on a busy machine; what takes longer hangs."""

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def trial(act: Callable[[], object]) -> str:
    """Why ``act`` does not come to its end, tried in a fork; empty where it does. What it prints is not shown."""
    try:
        told, tell = os.pipe()
    except OSError as problem:
        return f"it could not be tried: {problem.strerror}"
    try:
        return _tried(act, told, tell)
    except OSError as problem:
        return f"it could not be tried: {problem.strerror}"
    finally:
        os.close(told)
        os.close(tell)


def _tried(act: Callable[[], object], told: int, tell: int) -> str:
    if (pid := os.fork()) == 0:
        _try(act, tell)
    end = os.pidfd_open(pid)
    has_ended = select.select([end], [], [], PATIENCE)[0]
    os.close(end)
    kill_group(pid)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if not has_ended:
        return f"it took longer than {PATIENCE:g} s"
    if code == 0:
        return ""
    os.set_blocking(told, False)
    with suppress(BlockingIOError):
        return os.read(told, 4096).decode(errors="replace")
    return f"it ended its process by {signal.Signals(-code).name}" if code < 0 else f"it ended its process with {code}"


def _try(act: Callable[[], object], tell: int) -> None:
    """Never returns."""
    code = 1
    try:
        os.setsid()
        die_with_parent()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        act()
        code = 0
    except BaseException as problem:  # noqa: BLE001  it is told, and nothing of the parent runs on here
        os.write(tell, f"{type(problem).__name__}: {problem}"[:1000].encode(errors="replace"))
    finally:
        os._exit(code)


def die_with_parent() -> None:
    """A process that is killed takes along the forks that have called this."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
