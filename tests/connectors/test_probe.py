"""The reachability probe against ports that are closed, silent, slow, talkative, and good."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from onboarding import settings
from onboarding.connectors.base import Reachability
from onboarding.connectors.probe import probe
from onboarding.errors import InputError
from tests.sandbox.serve import served


@contextmanager
def _listening(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """An address whose one connection is handed to ``talk``."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                talk(line)
                over.wait(5)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/mmp/v1"
        finally:
            over.set()
            thread.join(5)


def _probed(monkeypatch: pytest.MonkeyPatch, url: str, seconds: float = 5.0) -> Reachability:
    monkeypatch.setenv("ONBOARDING_MMP_URL", url)
    return probe(settings.MMP_URL, seconds)


def test_a_good_port_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any status is an answer, and no token is sent."""
    asked: list[str] = []

    def refuses(request: Request) -> Response:
        asked.append(f"{request.method} {request.headers.get('Authorization')}")
        return Response(status=401)

    with served(refuses) as url:
        found = _probed(monkeypatch, url)
    assert (found.is_open, found.answers, "401" in found.words) == (True, True, True)
    assert asked == ["HEAD None"]


def test_a_closed_port_takes_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens: reported as it is, at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    found = _probed(monkeypatch, f"http://127.0.0.1:{port}/")
    assert (found.is_open, found.answers) == (False, False)
    assert found.words


def _drip(line: socket.socket) -> None:
    for _ in range(100):
        try:
            line.sendall(b"H")
        except OSError:
            return
        time.sleep(0.05)


@pytest.mark.parametrize("talk", [lambda line: None, _drip], ids=["silent", "dripping"])
def test_a_hanging_port_is_given_up_in_time(
    monkeypatch: pytest.MonkeyPatch, talk: Callable[[socket.socket], None]
) -> None:
    """A connection that is made and then says nothing, or one letter at a time, ends with the limit."""
    with _listening(talk) as url:
        found = _probed(monkeypatch, url, 0.3)
    assert (found.is_open, found.answers) == (True, False)
    assert "within 0.3 s" in found.words
    assert found.seconds >= 0.3


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH\r\n", b"\x00" * 5000, b""], ids=["another service", "noise", "nothing"]
)
def test_what_is_no_web_server_does_not_answer(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """Something listens, but not what was looked for."""

    def talk(line: socket.socket) -> None:
        with suppress(OSError):  # who has heard enough may have hung up
            line.sendall(said)
            line.shutdown(socket.SHUT_WR)

    with _listening(talk) as url:
        found = _probed(monkeypatch, url)
    assert (found.is_open, found.answers) == (True, False)


def test_an_unknown_certificate_is_no_answer(monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path]) -> None:
    """A host whose certificate nobody vouches for is open and not trusted."""
    with served(lambda request: Response("{}"), certificate) as url:
        found = _probed(monkeypatch, url)
    assert (found.is_open, found.answers, "certificate" in found.words.lower()) == (True, False, True)


def test_only_the_configured_address_is_probed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that may not be used is refused before any connection."""
    with pytest.raises(InputError, match="MMP-URL"):
        _probed(monkeypatch, "http://mmp.example/")
