"""A TCP proxy on loopback that spoils connections on demand: dropped before or after the work, delayed, cut short."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections import deque
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Spoil:
    """What happens to one connection.

    ``drop-before``: the request is read and thrown away. ``drop-after``: it is forwarded, the answer thrown away.
    ``hold``: everything waits ``seconds``, then the connection is dropped. ``cut``: ``bytes`` of the answer pass.
    """

    kind: str
    seconds: float = 0.0
    bytes: int = 0


class FaultProxy:
    """Forwards to ``port`` on loopback; each connection takes the next of the spoils that were asked for, or none."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._spoils: deque[Spoil] = deque()
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self._tasks: set[asyncio.Task[None] | None] = set()  # the loop itself holds them only weakly

    def spoil(self, kind: str, times: int = 1, **limits: float) -> None:
        """The next connections go wrong in this way."""
        self._spoils.extend(Spoil(kind, **limits) for _ in range(times))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, sock=self._socket))
        try:
            self._loop.run_forever()
        finally:
            server.close()
            while tasks := asyncio.all_tasks(self._loop):
                for task in tasks:
                    task.cancel()
                self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._tasks.add(asyncio.current_task())
        spoil = self._spoils.popleft() if self._spoils else Spoil("pass", bytes=-1)
        try:
            if spoil.kind == "drop-before":
                await reader.read(65536)
            elif spoil.kind == "hold":
                await asyncio.sleep(spoil.seconds)
            else:
                await self._forward(reader, writer, {"cut": spoil.bytes, "drop-after": 0}.get(spoil.kind, -1))
        except asyncio.CancelledError:
            pass  # the end of the test; asyncio's own callback cannot take it
        finally:
            self._tasks.discard(asyncio.current_task())
            writer.transport.abort() if spoil.kind == "drop-after" else writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int) -> None:
        """Both ways; of the answer at most ``most`` bytes, -1 for all."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        outward = asyncio.ensure_future(_pump(reader, far_writer))
        try:
            passed = 0
            while chunk := await far_reader.read(65536):
                kept = chunk if most < 0 else chunk[: max(0, most - passed)]
                passed += len(kept)
                writer.write(kept)
                await writer.drain()
        finally:
            outward.cancel()
            far_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
