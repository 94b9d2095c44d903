"""Whether the host of a configured address takes connections and answers, within a time limit."""

from __future__ import annotations

import socket
import ssl
import time

from onboarding.connectors.base import Reachability, own_words
from onboarding.connectors.http import base_url
from onboarding.settings import Setting

SECONDS = 5.0
STATUS_LINE = 1024
"""Bytes in which the first line of an answer must end."""


def probe(address: Setting, seconds: float = SECONDS) -> Reachability:
    """Connects to the host of ``address`` and asks for its first page, all within ``seconds``; nothing is changed.

    No token is sent. Any status is an answer. Raises InputError when the setting holds no usable address.
    """
    url = base_url(address)
    host, port = url.host, url.port or (443 if url.scheme == "https" else 80)
    begin = time.monotonic()
    until = begin + seconds
    is_open = False
    try:
        with socket.create_connection((host, port), timeout=seconds) as line:
            is_open = True
            words = _status(line, host, until, is_secure=url.scheme == "https")
            answers = words.startswith("HTTP/")
    except TimeoutError:
        answers, words = False, f"no {'answer' if is_open else 'connection'} within {seconds:g} s"
    except (OSError, ValueError) as error:
        answers, words = False, own_words(str(error)) or type(error).__name__
    return Reachability(host, port, is_open, answers, words, round(time.monotonic() - begin, 3))


def _status(line: socket.socket, host: str, until: float, *, is_secure: bool) -> str:
    """The first line of the answer. Raises OSError; TimeoutError when it is not there by ``until``."""
    line.settimeout(_left(until))
    talk = ssl.create_default_context().wrap_socket(line, server_hostname=host) if is_secure else line
    try:
        talk.sendall(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("ascii"))
        received = b""
        while b"\n" not in received and len(received) < STATUS_LINE:
            talk.settimeout(_left(until))  # each byte of a slow answer counts against the same limit
            some = talk.recv(STATUS_LINE)
            if not some:
                break
            received += some
    finally:
        if is_secure:
            talk.close()
    return own_words(received.partition(b"\n")[0].decode("latin-1")) or "it closed the connection without an answer"


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
