"""Which process it was, so that a later one can find out whether it still lives."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process on a host. ``started`` distinguishes it from a later one with the same pid."""

    host: str
    pid: int
    started: str


def this_process() -> Process:
    pid = os.getpid()
    return Process(socket.gethostname(), pid, _started(pid))


def is_alive(process: Process) -> bool | None:
    """Whether it still runs; None when it cannot be known: it was on another host, or is hidden."""
    if process.host != socket.gethostname():
        return None
    started = _started(process.pid)
    return None if not started and _is_hidden(process.pid) else started == process.started


def _is_hidden(pid: int) -> bool:
    """True for a process of another user on a machine that shows only one's own."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _started(pid: int) -> str:
    """Start time in a form no change of the clock moves; empty when there is no such process."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else f"{boot}/{fields[19]}"
    import psutil  # type: ignore[import-untyped]  # where there is no /proc

    try:
        return str(int(psutil.Process(pid).create_time()))
    except psutil.Error:
        return ""
