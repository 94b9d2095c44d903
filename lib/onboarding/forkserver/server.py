"""A template process and its forks: started when first needed, replaced when what it imported has changed."""

from __future__ import annotations

import atexit
import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from itertools import chain
from typing import Any
from weakref import WeakSet

from onboarding.forkserver.request import RETIRE, Request, kill_group
from onboarding.forkserver.search_path import steady_environment
from onboarding.forkserver.wire import Wire
from onboarding.resources import library_stamp

log = logging.getLogger(__name__)

ENDED = "the template ended"

PATIENCE = 120.0
"""Seconds a template may take to import everything on a busy machine."""

ITS_OWN = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
           "PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # fmt: skip
"""Of a template's environment: a pool of numpy's would be a second thread, and a fork of it unsafe; debugpy warns."""

_OF_THE_INTERPRETER = ("PYTHON", "VIRTUAL_ENV", "LD_", "LANG", "LC_")


class CannotFork(Exception):
    """No fork can be had; the message says why. A process that is started anew does the same, slower.

    ``is_lasting``: the template would say the same the next time.
    """

    def __init__(self, why: str, is_lasting: bool = False) -> None:
        super().__init__(why)
        self.is_lasting = is_lasting


class ForkServer:
    """Hands out forks of one template. Safe to use from several threads.

    ``modules`` are imported by the template, those named ``module:function`` called besides. ``prepare``, such a
    function too, is called there with words that came with a fork for the first time. The template is replaced when the
    library's modules, the interpreter's environment or what ``watched`` returns have changed; forks of the old one go
    on. It ends with this process, however that ends, and takes its forks along.
    """

    def __init__(self, *modules: str, prepare: str = "", watched: Callable[[], Hashable] = lambda: None) -> None:
        self._command = (prepare, *modules)
        self._watched = watched
        self._broken: Hashable = None
        self._warned: set[str] = set()
        self._lock = threading.Lock()
        self._template: _Template | None = None
        self._owner = os.getpid()
        atexit.register(self.close)

    def fork(self, request: Request, words: Iterable[str] = ()) -> Child:
        """A fork with the surroundings of the request, the template prepared for the words. Raises CannotFork."""
        template = self._current()
        try:
            child = template.fork(request, words)
        except CannotFork as problem:
            if problem.is_lasting:  # it would take its time, and say the same
                self._broken = template.stamp
            raise
        for word in child.unready.keys() - self._warned:
            self._warned.add(word)
            log.warning("%s could not be prepared ahead, and each run does it anew: %s.", word, child.unready[word])
        return child

    def start(self) -> None:
        """Starts the template now, so that it is ready sooner; returns at once. Raises CannotFork."""
        self._current()

    def _current(self) -> _Template:
        if reason := impossible():
            raise CannotFork(reason)
        try:
            stamp = _stamp(), self._watched()
        except OSError as problem:
            raise CannotFork(f"what a template is made of cannot be looked at now: {problem.strerror}") from problem
        with self._lock:
            if self._owner != os.getpid():  # this process was forked itself: the template is its parent's
                self._template, self._owner = None, os.getpid()
            if self._template is not None and (self._template.stamp != stamp or not self._template.is_alive()):
                self._template.retire()
                self._template = None
            if self._broken == stamp:
                raise CannotFork("the template could not be used before")
            if self._template is None:
                self._template = _Template(self._command, stamp)
            return self._template

    def close(self) -> None:
        """Ends the template and every fork that still runs."""
        with self._lock:
            if self._template is not None and self._owner == os.getpid():
                self._template.end()
            self._template = None


class _Template:
    """One template process and the socket to it."""

    def __init__(self, arguments: tuple[str, ...], stamp: Hashable) -> None:
        self.stamp = stamp
        self._children: WeakSet[Child] = WeakSet()
        self._has_forked = False
        try:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                self._process = _started(theirs, arguments)
        except OSError as problem:
            raise CannotFork(f"no template can be started now: {problem.strerror}") from problem

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def _ends_within(self, seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return not self.is_alive()

    def fork(self, request: Request, words: Iterable[str]) -> Child:
        (asked, ask), (hear, tell), (ended, end) = _pipes()
        try:
            socket.send_fds(self._control, [json.dumps([*words]).encode()], [asked, tell, end])
        except OSError as problem:
            for descriptor in (ask, hear, ended):
                os.close(descriptor)
            raise CannotFork(f"the template is gone ({problem})") from None
        finally:
            for descriptor in (asked, tell, end):
                os.close(descriptor)
        child = Child(ask, hear, ended)
        self._children.add(child)
        try:
            child.begin(request)
        except CannotFork as problem:
            child.close()
            if not self._has_forked and self._ends_within(2):  # it broke while it imported
                raise CannotFork(str(problem), is_lasting=True) from None
            raise
        except BaseException:
            child.close()
            raise
        self._has_forked = True
        return child

    def retire(self) -> None:
        """No more forks; it ends by itself when the last one has."""
        with suppress(OSError):  # it may be gone already
            self._control.send(RETIRE)
        threading.Thread(target=self._see_off, daemon=True).start()

    def _see_off(self) -> None:
        self._process.wait()
        self._control.close()  # not before: a closed socket means that whoever asked is gone

    def end(self) -> None:
        self._control.close()
        if any(child.is_running() for child in self._children):  # it kills them, with what they started
            self._ends_within(5)
        self._process.kill()
        self._process.wait()


def _started(control: socket.socket, arguments: Iterable[str]) -> subprocess.Popen[bytes]:
    """What it and its forks print goes to stderr: stdout is for the results of whoever asks."""
    command = [sys.executable, "-P", "-m", "onboarding.forkserver.template", str(control.fileno()), *arguments]
    environment = steady_environment({**os.environ, **ITS_OWN})
    return subprocess.Popen(command, pass_fds=[control.fileno()], env=environment, stdin=subprocess.DEVNULL, stdout=2)


def _pipes() -> list[tuple[int, int]]:
    """Three. Raises CannotFork, and leaves none open, where so many cannot be had."""
    found: list[tuple[int, int]] = []
    try:
        while len(found) < 3:
            found.append(os.pipe())
    except OSError as problem:
        for descriptor in chain(*found):
            os.close(descriptor)
        raise CannotFork(f"no pipe can be had now: {problem.strerror}") from problem
    return found


class Child:
    """A fork, seen from whoever asked for it.

    ``exit_code`` is negative for a signal and None while it lives or when nobody can know any more; ``peak`` is the
    most memory it had, in kB. ``unready`` are the words for which the template could not be prepared, with the reason.
    """

    def __init__(self, ask: int, hear: int, ended: int) -> None:
        self.pid = 0
        self.exit_code: int | None = None
        self.peak = 0
        self.unready: dict[str, str] = {}
        self.messages = hear
        self._asking = ask
        self._ended = ended
        self._has_ended = self._is_closed = False
        self._lines = b""
        self.wire = Wire(ask)

    def begin(self, request: Request) -> None:
        """Waits until it is there and gives it its surroundings. Raises CannotFork."""
        line = self._line(PATIENCE)
        if line is None:
            raise CannotFork(f"the template was not ready after {PATIENCE:g} s", is_lasting=True)
        if "pid" not in line:
            raise CannotFork(line.get("refused", ENDED), line.get("is_lasting", False))
        self.pid, self.unready = line["pid"], line["unready"]
        self.wire.send([request.as_bytes()])

    def is_alive(self) -> bool:
        return not self.wait(0)

    def is_running(self) -> bool:
        """Whether somebody still wants it: it lives and was not closed."""
        return bool(self.pid) and not self._is_closed and self.is_alive()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended, waiting for that at most so long."""
        if not self._has_ended and (line := self._line(seconds)) is not None:
            self._has_ended = True
            self.exit_code, self.peak = line.get("status"), line.get("peak", 0)
        return self._has_ended

    def send_signal(self, number: int) -> None:
        if self.is_alive():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it with everything it started itself."""
        if self.pid and self.is_alive():
            kill_group(self.pid)

    def close(self) -> None:
        """Kills it if it lives, waits for its end and lets go of the pipes; a second time does nothing."""
        if self.is_running():
            self.kill()
            self.wait(5)
        if not self._is_closed:
            self._is_closed = True
            for descriptor in (self._asking, self.messages, self._ended):
                os.close(descriptor)

    def _line(self, seconds: float | None) -> dict[str, Any] | None:
        """The next thing the template says of this fork; empty when it says no more, None when time is up."""
        while b"\n" not in self._lines:
            if not select.select([self._ended], [], [], seconds)[0]:
                return None
            data = os.read(self._ended, 4096)
            if not data:
                return {}
            self._lines += data
        line, _, self._lines = self._lines.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found


def impossible() -> str:
    """Why no process can be forked safely on this system; empty where it can."""
    if sys.platform != "linux":
        return f"{sys.platform} cannot fork a process that has been prepared"
    return "" if hasattr(os, "pidfd_open") else "this Linux cannot tell when a process ends (pidfd)"


def _stamp() -> Hashable:
    """Changes with the library, what is installed and the interpreter's environment."""
    environment = tuple(sorted(item for item in os.environ.items() if item[0].startswith(_OF_THE_INTERPRETER)))
    return environment, library_stamp()
