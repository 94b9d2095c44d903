"""Which machine the figures come from, as far as they depend on it, and whether anybody else works on it."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

BUSY = 0.5
"""Load of the last minute above which figures are not to be believed."""


def machine() -> dict[str, object]:
    """Its class: figures of one class can be compared. It names no machine and nobody who uses it."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": _processor(),
        "processors": os.cpu_count() or 1,
        "python": ".".join(platform.python_version_tuple()[:2]),
    }


def _processor() -> str:
    """Model of the processor, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def load() -> float:
    """Processes that wanted to run in the last minute, on average."""
    return round(os.getloadavg()[0], 2)


def commit(folder: Path) -> str:
    """The commit that is measured, with a plus when files were changed since; empty outside a repository."""

    def git(*arguments: str) -> str:
        found = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        return found.stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")
    except OSError:
        return ""
