"""Processes that apply plans and can be killed, forked from one that has imported everything.

Run as a program it is that one: a line of JSON on stdin begins a child, lines on stdout say what became of it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[2]


class Forks:
    """The server's side in a test. ``begin`` starts a child, ``kill`` ends it as a power cut would."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.engine.forks"], cwd=ROOT, bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._rest = b""
        self._begun: list[int] = []
        self._ended: dict[int, int] = {}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.communicate(timeout=30)

    def begin(self, work: str, **about: Any) -> int:
        """The process id of a child that does `tests.engine.work.<work>(**about)` with this environment's settings."""
        kept = ("ONBOARDING_", "TMPDIR")
        settings = {name: value for name, value in os.environ.items() if name.startswith(kept)}
        order = {"work": work, "about": about, "environment": settings}
        assert self._server.stdin
        self._server.stdin.write(json.dumps(order).encode() + b"\n")
        while not self._begun:
            self._hear()
        return self._begun.pop()

    def is_running(self, child: int) -> bool:
        """Whether it has not ended yet."""
        while select.select([self._server.stdout], [], [], 0)[0]:
            self._hear()
        return child not in self._ended

    def wait(self, child: int) -> int:
        """Its exit code once it has ended; the negative signal that killed it."""
        while child not in self._ended:
            self._hear()
        return self._ended[child]

    def kill(self, child: int) -> bool:
        """Kill it with SIGKILL; False when it had ended by itself."""
        if self.is_running(child):
            os.kill(child, signal.SIGKILL)  # it stays a zombie until the server has told of its end
        return self.wait(child) == -signal.SIGKILL

    def _hear(self) -> None:
        assert self._server.stdout
        data = os.read(self._server.stdout.fileno(), 65536)
        assert data, "the server of forks has died"
        *lines, self._rest = (self._rest + data).split(b"\n")
        for said in map(json.loads, lines):
            if "begun" in said:
                self._begun.append(said["begun"])
            else:
                self._ended[said["ended"]] = said["code"]


def _tell(**line: int) -> None:
    os.write(1, (json.dumps(line) + "\n").encode())


def _child(order: Mapping[str, Any]) -> None:
    from tests.engine import work

    code = 70
    try:
        os.environ.update(order["environment"])
        tempfile.tempdir = None  # the server has asked already
        code = getattr(work, order["work"])(**order["about"])
    finally:
        sys.stderr.flush()
        os._exit(code)


def _serve() -> None:
    """One thread, so that forking is safe; children are reported as they end."""
    from tests.engine import work  # imported and warmed up once, for all children

    work.warm()
    rest, is_open = b"", True
    running: set[int] = set()
    while is_open or running:
        for _other in select.select([0] if is_open else [], [], [], 0.002)[0]:
            data = os.read(0, 65536)
            is_open = bool(data)
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if (child := os.fork()) == 0:
                    _child(json.loads(line))
                running.add(child)
                _tell(begun=child)
        for child in list(running):
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                running.discard(child)
                _tell(ended=child, code=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    _serve()
