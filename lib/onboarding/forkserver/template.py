"""The template: a process that imports what is asked of it, then does nothing but fork, one child per request.

Started by `server` as ``python -m onboarding.forkserver.template FD PREPARE MODULE…``. It imports the modules, and
calls ``module:function``; PREPARE is called with each word of a request that is new to it, before the fork. It is tried
in another process first: what it calls may end the process, and this one has everybody's forks. On FD, one end of a
socket pair, come requests, each with three descriptors (`Request` and cells in, messages out, how it ended out). The
socket's end is the end of whoever asked: the template ends with all its children. It never runs what a notebook says.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onboarding.forkserver.request import KERNEL, LONGEST, RETIRE, Request, kill_group
from onboarding.forkserver.trial import die_with_parent, trial
from onboarding.forkserver.wire import Unwire, read_some

if TYPE_CHECKING:
    from onboarding.forkserver.cells import CellKernel


def main(arguments: list[str]) -> None:
    gc.disable()  # a fifth of what imports take; later it would write into pages that are shared with the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the business of whoever asked
    control = socket.socket(fileno=int(arguments[0]))
    control.set_inheritable(False)
    try:
        kernel = _imported(arguments[2:])
    except BaseException as problem:  # noqa: BLE001  whoever asked says it, once
        _refuse_all(control, f"the template could not begin: {type(problem).__name__}: {problem}")
        return
    template = Template(control, kernel, arguments[1])
    gc.freeze()
    template.serve()


def _imported(names: list[str]) -> CellKernel:
    for name in names:
        call(name)
    from onboarding.forkserver.cells import CellKernel

    return CellKernel()


def _refuse_all(control: socket.socket, why: str) -> None:
    """Says so to the first request; whoever has heard it asks no more."""
    data, descriptors, _flags, _address = socket.recv_fds(control, LONGEST, 3)
    if data and data != RETIRE and len(descriptors) == 3:
        _say(descriptors[2], {"refused": why, "is_lasting": True})


class Template:
    """Forks on request and says how each child ended."""

    def __init__(self, control: socket.socket, kernel: CellKernel, prepare: str) -> None:
        self._control = control
        self._kernel = kernel
        self._prepare = prepare
        self._words: dict[str, str] = {}  # what was prepared -> why not, where it could not be
        self._children: dict[int, tuple[int, int]] = {}  # pid -> its pidfd, where to say how it ended
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)
        self._is_retired = False

    def serve(self) -> None:
        while not self._is_retired or self._children:
            for key, _events in self._selector.select():
                if key.data is None:
                    self._take_request()
                else:
                    self._note_end(key.data)

    def _take_request(self) -> None:
        data, descriptors, _flags, _address = socket.recv_fds(self._control, LONGEST, 3)
        if not data:  # whoever asked is gone, and with it everybody who could read what the children say
            for pid in self._children:
                kill_group(pid)
            os._exit(0)
        if data == RETIRE:
            self._is_retired = True
            return
        if len(descriptors) != 3:  # this process may open no more of them; whoever asked sees the ends closed
            for descriptor in descriptors:
                os.close(descriptor)
            return
        requests, messages, ended = descriptors
        words = json.loads(data)
        self._make_ready(words)
        self._fork(requests, messages, ended, {word: why for word in words if (why := self._words.get(word))})

    def _make_ready(self, words: list[str]) -> None:
        for word in words if self._prepare else ():
            if word not in self._words:
                self._words[word] = trial(prepare := partial(call, self._prepare, [word]))
                if not self._words[word]:
                    prepare()
                    gc.freeze()

    def _fork(self, requests: int, messages: int, ended: int, unready: dict[str, str]) -> None:
        pid = None
        if (threads := threads_here()) != 1:
            _say(ended, {"refused": f"the template runs {threads} threads", "is_lasting": True})
        else:
            try:
                pid = os.fork()
            except OSError as problem:
                _say(ended, {"refused": f"no process can be forked now: {problem.strerror}"})
        if pid == 0:
            self._become_child(requests, messages, ended)
        os.close(requests)
        os.close(messages)
        if pid is None:
            os.close(ended)
        else:
            self._watch(pid, ended, unready)

    def _watch(self, pid: int, ended: int, unready: dict[str, str]) -> None:
        pidfd = os.pidfd_open(pid)
        self._children[pid] = pidfd, ended
        self._selector.register(pidfd, selectors.EVENT_READ, pid)
        _say(ended, {"pid": pid, "unready": unready})

    def _note_end(self, pid: int) -> None:
        pidfd, ended = self._children.pop(pid)
        self._selector.unregister(pidfd)
        kill_group(pid)  # what it started and left behind; until it is waited for, the number is its own
        _pid, status, used = os.wait4(pid, 0)
        _say(ended, {"status": os.waitstatus_to_exitcode(status), "peak": used.ru_maxrss})
        os.close(ended)
        os.close(pidfd)

    def _become_child(self, requests: int, messages: int, ended: int) -> None:
        """Never returns: whatever happens, nothing of the template runs on in the child."""
        code, errors = 1, os.dup(2)  # what cells write to 2 is theirs
        try:
            os.setsid()
            die_with_parent()
            self._control.close()
            self._selector.close()
            for pidfd, other in self._children.values():
                os.close(pidfd)
                os.close(other)
            os.close(ended)
            code = _run(self._kernel, requests, messages)
        except BrokenPipeError:
            code = 0  # nobody is there to read any more
        except BaseException:  # noqa: BLE001  shown where a kernel of its own would show it
            os.write(errors, traceback.format_exc().encode(errors="replace"))
        finally:
            os._exit(code)


def _run(kernel: CellKernel, requests: int, messages: int) -> int:
    unwire = Unwire()
    waiting: list[list[bytes]] = []
    while not waiting:
        data = read_some(requests)
        if not data:
            return 0
        waiting += unwire.feed(data)
    (text,), *rest = waiting
    request = Request.read(text)
    request.take_place()
    if request.kind == KERNEL:
        from onboarding.forkserver.kernel import run_kernel

        os.close(requests)
        os.close(messages)
        return run_kernel(kernel, request.arguments)
    return kernel.serve(requests, messages, unwire, rest)


def call(name: str, *arguments: object) -> None:
    """Imports ``module``; calls ``module:function``."""
    module, _, function = name.partition(":")
    found = importlib.import_module(module)
    if function:
        getattr(found, function)(*arguments)
        gc.collect()  # what it has let go of shall not stay for ever


def _say(descriptor: int, what: dict[str, object]) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(descriptor, json.dumps(what).encode() + b"\n")


def threads_here() -> int:
    """Threads of this process, those of C libraries too: a fork of more than one is not safe."""
    return len(list(Path("/proc/self/task").iterdir()))


if __name__ == "__main__":
    main(sys.argv[1:])
