"""Messages of the Jupyter protocol over a pipe: as many frames as the protocol has, each with its length before it."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator, Sequence
from typing import Any

KEY = b"pipe"
"""Signs messages: nobody else has the ends of the pipe, but a session without a key warns of it."""

_COUNT = struct.Struct("!I")
_READ = 1 << 16


class Wire:
    """The writing end. Messages of several threads do not mix. Raises BrokenPipeError when nobody reads."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()

    def send(self, frames: Sequence[bytes | memoryview]) -> None:
        views = [memoryview(frame).cast("B") for frame in frames]
        lengths = struct.pack(f"!{len(views)}I", *(view.nbytes for view in views))
        rest = memoryview(b"".join([_COUNT.pack(len(views)), lengths, *views]))
        with self._lock:
            while rest:
                rest = rest[os.write(self._fd, rest) :]

    def channel(self, name: bytes) -> Channel:
        """What a Jupyter session sends through instead of a socket."""
        return Channel(self, name)


class Channel:
    """One channel of the protocol on a wire; the name goes before the frames."""

    def __init__(self, wire: Wire, name: bytes) -> None:
        self._wire = wire
        self._name = name

    def send_multipart(self, frames: Sequence[bytes | memoryview], *_: Any, **__: Any) -> None:
        self._wire.send([self._name, *frames])


class Unwire:
    """The reading end: takes bytes as they come and hands out whole messages."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> Iterator[list[bytes]]:
        """The messages that are whole now."""
        self._bytes += data
        while (message := self._first()) is not None:
            yield message

    def _first(self) -> list[bytes] | None:
        start = _COUNT.size
        if len(self._bytes) < start:
            return None
        (count,) = _COUNT.unpack_from(self._bytes)
        begin = start + _COUNT.size * count
        if len(self._bytes) < begin:
            return None
        lengths = struct.unpack_from(f"!{count}I", self._bytes, start)
        if len(self._bytes) < begin + sum(lengths):
            return None
        frames = []
        for length in lengths:
            frames.append(bytes(self._bytes[begin : begin + length]))
            begin += length
        del self._bytes[:begin]
        return frames


def read_some(fd: int) -> bytes:
    """What can be read now, waiting for the first byte; empty at the end."""
    return os.read(fd, _READ)
