"""A kernel without sockets: ipykernel's own, its messages on a pipe. Made in the template, serves in the fork.

Whatever a notebook shows goes through the same shell, streams and display hooks as in a kernel of its own, so that its
outputs are the same; only what carries them is another.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import fcntl
import os
import select
import sys
import termios
import threading
import time
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import traitlets
import zmq
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.iostream import BackgroundSocket, IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from IPython.core.profiledir import ProfileDir
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Unicode
from traitlets.config import Config
from traitlets.log import get_logger

from onboarding.forkserver.wire import KEY, Unwire, Wire, read_some

SHELL, IOPUB = b"shell", b"iopub"

MOMENT = 0.0002
"""Seconds in which another thread can read a pipe."""


class CellKernel:
    """The kernel of a template and of each of its forks; ``serve`` is for a fork only."""

    def __init__(self) -> None:
        self._session = Session(key=KEY, check_pid=False)
        # No database of inputs: it would be opened, and its thread run, before the fork.
        config = Config({"HistoryManager": {"enabled": False}})
        self._publisher = _Publisher()
        _leave_out_debugger()
        kernel: Any = _Kernel.instance(
            session=self._session, config=config, profile_dir=_NoProfile(), iopub_thread=self._publisher,
            iopub_socket=self._publisher.background_socket, log=get_logger(),
        )  # fmt: skip
        kernel.shell.extension_manager.load_extension("storemagic")
        kernel.shell.configurables.append(kernel)
        self._kernel = kernel

    def serve(self, requests: int, messages: int, unwire: Unwire, waiting: list[list[bytes]]) -> int:
        """Answers what comes on ``requests`` until its end; returns the exit code."""
        wire = Wire(messages)
        self._publisher.socket = wire.channel(IOPUB)
        self._kernel.shell_stream = wire.channel(SHELL)
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        sys.stdout, sys.stderr = (_Stream(self._session, self._publisher, name) for name in ("stdout", "stderr"))
        sys.displayhook = ZMQDisplayHook(self._session, self._publisher.background_socket)
        asyncio.run(self._answer(requests, unwire, waiting))
        return 0

    def make_room(self) -> None:
        """For a fork that becomes another kernel: this one has never been there."""
        self._kernel.shell.clear_instance()
        self._kernel.clear_instance()

    async def _answer(self, requests: int, unwire: Unwire, waiting: list[list[bytes]]) -> None:
        """Takes messages as they come, as a kernel with sockets does: a widget's news reach a cell that awaits."""
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        self._kernel.io_loop = IOLoop.current()
        answers: set[asyncio.Task[None]] = set()

        def take(frames: list[bytes]) -> None:
            task = loop.create_task(self._kernel.shell_main(None, [zmq.Message(frame) for frame in frames]))
            answers.add(task)
            task.add_done_callback(answers.discard)

        def read() -> None:
            data = read_some(requests)
            for frames in unwire.feed(data):
                take(frames)
            if not data:
                loop.remove_reader(requests)
                end.set()

        for frames in waiting:
            take(frames)
        loop.add_reader(requests, read)
        await end.wait()


_DEBUGGER = "ipykernel.debugger"


def _leave_out_debugger() -> None:
    """Nobody debugs where nobody is: importing it would take a fifth of the template's start."""
    if _DEBUGGER not in sys.modules:
        none = ModuleType(_DEBUGGER)
        none.__dict__.update(_is_debugpy_available=False, Debugger=type("Debugger", (), {}))
        sys.modules[_DEBUGGER] = none


def take_debugger_back() -> None:
    """For a fork that becomes a kernel for people."""
    if not hasattr(sys.modules.get(_DEBUGGER), "__file__"):
        sys.modules.pop(_DEBUGGER, None)


class _Kernel(IPythonKernel):
    """ipykernel's, without sockets and without threads."""

    # Only its parent_thread is read: where an interrupt can reach a cell that awaits.
    shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    _supports_kernel_subshells = False
    shell_stream = traitlets.Any()
    # Streams are flushed when they are written to a pipe; there is no other side to give time to.
    _execute_sleep = 0.0

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """After an error nothing is waiting: the other side sends one cell at a time."""


class _NoProfile(ProfileDir):
    """No folder of the user's: no start-up files, no settings, nowhere to store what the next notebook would find."""

    location = Unicode(os.devnull)


class _Publisher(IOPubThread):
    """Sends at once, from whatever thread: the pipe takes whole messages."""

    def __init__(self) -> None:
        self.socket: Any = None
        self.session = None
        self.background_socket = BackgroundSocket(self)
        self._pipe_flag = False
        self._master_pid = os.getpid()
        self.thread = threading.Thread()  # never started: nothing is handed to it
        self.io_loop: Any = SimpleNamespace(call_later=_call_later)


def _call_later(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()


class _Stream(OutStream):
    """ipykernel's, which waits until all that was written to its file descriptor has been read."""

    def __init__(self, session: Session, publisher: _Publisher, name: str) -> None:
        self._reading = threading.Lock()
        super().__init__(session, publisher, name, watchfd="force")

    def _watch_pipe_fd(self) -> None:
        assert self._fid is not None
        with contextlib.suppress(OSError, ValueError):
            while self._should_watch:
                select.select([self._fid], [], [])
                with self._reading:
                    data = os.read(self._fid, 1 << 16)
                    self.write(data.decode(errors="replace"))
                os.write(self._original_stdstream_copy, data)

    def flush(self) -> None:
        """What was written to the descriptor before this comes before what follows."""
        unread = array.array("i", [0])
        while self._fid is not None and os.getpid() == self._master_pid:
            with self._reading:
                fcntl.ioctl(self._fid, termios.FIONREAD, unread)
            if not unread[0]:
                break
            time.sleep(MOMENT)
        super().flush()
