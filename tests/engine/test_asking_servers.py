"""Mail servers that are slow, answer twice, think again or hang up: nobody is asked twice, nobody is forgotten."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from onboarding import settings
from onboarding.case import trying_again
from onboarding.engine.apply import apply_stage
from tests.engine.test_asking import GO, Asked, asked

__all__ = ["asked"]


@dataclass
class Rude:
    """How a server behaves, and what it has taken: ``delay`` seconds before it takes a mail over."""

    delay: float = 0
    is_doubled: bool = False
    ends_doubled: bool = False
    refusals: int = 0
    hangs_up: str = ""
    taken: int = 0
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    """One connection, command by command."""

    def handle(self) -> None:
        rude: Rude = self.server.rude  # type: ignore[attr-defined]
        self._say("220 rude.example", rude.is_doubled)
        while word := self.rfile.readline().split(b" ")[0].strip().upper():
            if word == b"DATA":
                self._say("354 go on", rude.is_doubled)
                if not self._content(rude):
                    return
            elif word == b"QUIT":
                if rude.hangs_up != "quit":
                    self._say("221 bye", rude.is_doubled)
                return
            else:
                self._say("250 rude.example", rude.is_doubled)

    def _content(self, rude: Rude) -> bool:
        """Whether the connection goes on after the content."""
        line = b"-"
        while line and line != b".\r\n":
            line = self.rfile.readline()
        if not line:
            return False  # the other side has hung up
        time.sleep(rude.delay)
        if rude.refusals:
            rude.refusals -= 1
            self._say("451 come again", rude.is_doubled)
            return True
        rude.taken += 1
        if rude.hangs_up == "data":
            return False
        self._say("250 taken", rude.is_doubled or rude.ends_doubled)
        return rude.hangs_up != "after"

    def _say(self, words: str, twice: bool) -> None:
        self.wfile.write(f"{words}\r\n".encode() * (2 if twice else 1))


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Rude], Rude]]:
    """Starts a server that behaves so, and has the settings point at it."""
    started: list[socketserver.ThreadingTCPServer] = []

    def start(rude: Rude) -> Rude:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
        server.daemon_threads = True
        server.rude = rude  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        started.append(server)
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(server.server_address[1])), ("TLS", "none")):
            monkeypatch.setenv(f"ONBOARDING_SMTP_{name}", value)
        return rude

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def run(asked: Asked) -> list[str]:
    """What a run says that it could not do, or does not know."""
    asked.at += timedelta(minutes=1)
    return apply_stage(asked.case, "cutover").troubles


@pytest.mark.parametrize(
    "rude",
    [Rude(delay=5), Rude(ends_doubled=True), Rude(hangs_up="quit"), Rude(hangs_up="after")],
    ids=["slow", "takes it twice", "cut during QUIT", "cut after it took it"],
)
def test_who_was_asked_by_a_slow_or_hasty_server_is_asked_once(
    asked: Asked, serving: Callable[[Rude], Rude], rude: Rude
) -> None:
    """The server has taken the mail over and said so; what it does then changes nothing."""
    serving(rude)
    assert [run(asked) for _ in range(3)] == [[], [], []]
    assert (rude.taken, len(asked.lines("gate.mailed")), len(asked.lines("gate.asked"))) == (1, 1, 1)


def test_who_was_to_be_asked_later_is_asked_later(asked: Asked, serving: Callable[[Rude], Rude]) -> None:
    """The run says that the server could not be used; the next one asks, once."""
    rude = serving(Rude(refusals=1))
    [said] = run(asked)
    assert "451" in said
    assert (rude.taken, asked.lines("gate.asked")) == (0, [])
    assert [run(asked), run(asked)] == [[], []]
    assert (rude.taken, len(asked.lines("gate.mailed"))) == (1, 1)


def test_a_server_that_answers_everything_twice_is_no_server(asked: Asked, serving: Callable[[Rude], Rude]) -> None:
    """Nothing has left before the content may: it is said at every run, and asked once a server keeps to the rules."""
    rude = serving(Rude(is_doubled=True))
    assert all(len(run(asked)) == 1 for _ in range(2))
    assert (rude.taken, asked.lines("gate.asked"), asked.lines("gate.mailed")) == (0, [], [])
    other = serving(Rude())
    assert [run(asked), run(asked)] == [[], []]
    assert (rude.taken, other.taken) == (0, 1)


def test_a_connection_that_is_cut_after_the_content_is_said_until_somebody_knows(
    asked: Asked, serving: Callable[[Rude], Rude]
) -> None:
    """Nobody is asked twice by a program; the other person is asked all the same, and both count as asked."""
    people = asked.store.layout.people
    both = people.read_text(encoding="utf-8").replace('"Max Low"\n', '"Max Low"\nemail = "max@x.example"\n')
    people.write_text(both, encoding="utf-8")
    rude = serving(Rude(hangs_up="data"))
    said = run(asked)
    assert len(said) == 2
    assert all("may or may not have been sent" in one for one in said)
    assert (rude.taken, len(asked.lines("gate.asked"))) == (2, 1)
    assert [len(run(asked)) for _ in range(2)] == [2, 2]
    assert rude.taken == 2
    rude.hangs_up = ""
    assert len(run(asked)) == 2
    trying_again.again(asked.case, GO, "they have none")
    assert [run(asked), run(asked)] == [[], []]
    assert (rude.taken, len(asked.lines("gate.mailed"))) == (4, 2)
    assert settings.SMTP_HOST.is_set
    assert asked.store.verify() == []
