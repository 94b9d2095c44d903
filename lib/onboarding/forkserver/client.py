"""A fork in place of the kernel manager and client that nbclient knows: nothing to connect to, nothing to wait for."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from queue import Empty
from typing import Any

from jupyter_client.session import Session

from onboarding.forkserver.request import CELLS, Request
from onboarding.forkserver.server import Child, ForkServer
from onboarding.forkserver.wire import KEY, Unwire, read_some


class ForkedKernelManager:
    """Starts and ends one fork for one notebook. ``ended`` says how it ended, once it has."""

    ipykernel = False  # nothing on a command line says what it is
    kernel_id = None

    def __init__(self, server: ForkServer, words: Iterable[str] = ()) -> None:
        self._server = server
        self._words = words
        self.child: Child | None = None
        self._client: ForkedKernelClient | None = None

    @property
    def has_kernel(self) -> bool:
        return self.child is not None

    def start_kernel(self, env: Mapping[str, str] | None = None, cwd: str = "", **_: Any) -> None:
        """Raises CannotFork."""
        self.child = self._server.fork(Request.of(CELLS, os.environ if env is None else env, cwd), self._words)

    def how_it_ended(self) -> str:
        """What the system says of its end, in a few words for the record."""
        if self.child is None or not self.child.wait(1) or self.child.exit_code is None:
            return "the kernel died"
        code, peak = self.child.exit_code, f"at most {self.child.peak // 1024} MB of memory"
        peak += "".join(f"; preparing {word!r} had failed: {why}" for word, why in self.child.unready.items())
        if code < 0:
            return f"the kernel was ended by {signal.Signals(-code).name} and had {peak}"
        return f"the kernel ended itself with {code} and had {peak}"

    def client(self) -> ForkedKernelClient:
        assert self.child is not None
        self._client = ForkedKernelClient(self.child)
        return self._client

    def is_alive(self) -> bool:
        return self.child is not None and self.child.is_alive()

    def interrupt_kernel(self) -> None:
        if self.child is not None:
            self.child.send_signal(signal.SIGINT)

    def shutdown_kernel(self, now: bool = True) -> None:
        """Ends it at once: what a notebook leaves running ends with it."""
        if self.child is not None:
            self.child.kill()

    def cleanup_resources(self) -> None:
        if self._client is not None:  # first: no event loop may watch a descriptor that is closed
            self._client.stop_channels()
        if self.child is not None:
            self.child.close()


class ForkedKernelClient:
    """Asks a fork to run cells and hears what it says, as jupyter_client's clients do."""

    allow_stdin = False

    def __init__(self, child: Child) -> None:
        self._child = child
        self.session = Session(key=KEY)
        self._hearing = _Hearing(child.messages, self.session)
        self.shell_channel = _Channel(self._hearing, b"shell", self._send)
        self.iopub_channel = _Channel(self._hearing, b"iopub", self._send)

    def start_channels(self) -> None:
        """They are there from the beginning."""

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """It is: it was made ready before it was forked."""

    def stop_channels(self) -> None:
        self._hearing.end()

    def is_alive(self) -> bool:
        return self._child.is_alive()

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """The id of the request that was sent."""
        content = {
            "code": code, "silent": False, "store_history": store_history, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": stop_on_error,
        }  # fmt: skip
        return self._ask("execute_request", content)

    def kernel_info(self) -> str:
        return self._ask("kernel_info_request", {})

    def _ask(self, kind: str, content: Mapping[str, Any]) -> str:
        message = self.session.msg(kind, dict(content))
        self._send(message)
        found: str = message["header"]["msg_id"]
        return found

    def _send(self, message: dict[str, Any]) -> None:
        with suppress(BrokenPipeError):  # it has died; nbclient asks for that by itself
            self._child.wire.send(self.session.serialize(message))


class _Hearing:
    """Reads the messages of a fork when the running event loop says that there are some, for both channels."""

    def __init__(self, fd: int, session: Session) -> None:
        self._fd = fd
        self._session = session
        self._unwire = Unwire()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: set[Callable[[], None]] = set()
        self._is_over = False
        self.arrived: dict[bytes, deque[dict[str, Any]]] = {b"shell": deque(), b"iopub": deque()}

    async def more(self, seconds: float | None) -> None:
        """Waits until something has arrived. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop and not self._is_over:
            self._leave()
            loop.add_reader(self._fd, self._read)
            self._loop = loop
        waiting = asyncio.Event()
        self._wake.add(waiting.set)
        try:
            await asyncio.wait_for(waiting.wait(), seconds)
        finally:
            self._wake.discard(waiting.set)

    def _read(self) -> None:
        data = read_some(self._fd)
        if not data:  # whether it has died is asked for elsewhere, every second
            self.end()
        for name, *frames in self._unwire.feed(data):
            _identities, rest = self._session.feed_identities(frames)
            self.arrived[name].append(self._session.deserialize(rest))
        for wake in tuple(self._wake):
            wake()

    def end(self) -> None:
        """Nothing is read any more: the descriptor may soon be somebody else's."""
        self._is_over = True
        self._leave()

    def _leave(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._fd)
        self._loop = None


class _Channel:
    """One of the two channels that are listened to; what is sent goes the one way there is."""

    def __init__(self, hearing: _Hearing, name: bytes, send: Callable[[dict[str, Any]], None]) -> None:
        self.send = send
        self._hearing = hearing
        self._arrived = hearing.arrived[name]

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message. Raises Empty when none comes in time."""
        until = None if timeout is None else asyncio.get_running_loop().time() + timeout
        while not self._arrived:
            left = None if until is None else max(0.0, until - asyncio.get_running_loop().time())
            try:
                await self._hearing.more(left)
            except TimeoutError:
                raise Empty from None
        return self._arrived.popleft()
