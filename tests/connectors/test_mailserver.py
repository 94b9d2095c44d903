"""Handing mail over to real mail servers: acceptance, refusal, silence, and which server may be used how."""

from __future__ import annotations

import logging
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult, LoginPassword

from onboarding.connectors.support import SupportConnector
from onboarding.domain.action import Verdict
from onboarding.errors import InputError, Unavailable
from onboarding.sandbox.server import Sandbox
from tests.connectors.test_support import request
from tests.faults.proxy import FaultProxy


@pytest.fixture
def support(sandbox: Sandbox, tmp_path: Path) -> SupportConnector:
    return SupportConnector(tmp_path / "outbox", timeout=10)


def _files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in (folder / "outbox").iterdir())


def test_a_sent_mail_is_done_and_marked(sandbox: Sandbox, support: SupportConnector, tmp_path: Path) -> None:
    """The server takes the mail over once; sending again under the reference sends nothing more."""
    outcome = support.send(request(), "r")
    assert outcome.verdict is Verdict.DONE
    assert support.send(request(), "r").reference == outcome.reference
    assert (len(sandbox.mails()), _files(tmp_path)) == (1, [".eml", ".sent"])
    kept = sandbox.mails()[0].read_bytes()
    assert kept.endswith((tmp_path / "outbox").glob("*.eml").__next__().read_bytes())
    assert b"X-Envelope-To: support@provider.example" in kept
    found = support.look_up(request(), "r")
    assert found is not None
    assert found.verdict is Verdict.DONE


@pytest.mark.parametrize(("fault", "kept"), [("drop-after", 1), ("drop-before", 0)])
def test_a_connection_lost_after_the_content_is_unknown(
    sandbox: Sandbox, support: SupportConnector, tmp_path: Path, fault: str, kept: int
) -> None:
    """Whether the server kept the mail cannot be known, so nothing is marked and the look-up says unknown."""
    sandbox.mail_fault(fault)
    outcome = support.send(request(), "r")
    found = support.look_up(request(), "r")
    assert found is not None
    assert (outcome.verdict, found.verdict) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert (len(sandbox.mails()), _files(tmp_path)) == (kept, [".eml"])
    sandbox.clear_faults()
    assert support.send(request(), "r").verdict is Verdict.DONE  # a person decided so


@pytest.mark.parametrize("answer", ["251 will forward", "200 fine", "354 go on", "nothing of the kind", "000", "650 x"])
def test_an_answer_that_is_none_is_unknown(
    support: SupportConnector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """Once the content has left only a refusal says that it was not taken over: it is never sent again by itself."""

    class Odd(Sink):
        async def handle_DATA(self, *given: Any) -> str:  # noqa: N802 - the name is aiosmtpd's
            return answer

    server = Controller(Odd(), hostname="127.0.0.1", port=_free_port())
    server.start()
    monkeypatch.setenv("ONBOARDING_SMTP_PORT", str(server.port))
    try:
        outcome, found = support.send(request(), "r"), support.look_up(request(), "r")
    finally:
        server.stop()
    assert (outcome.verdict, found and found.verdict) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert _files(tmp_path) == [".eml"]


def test_a_refused_recipient_is_rejected(sandbox: Sandbox, support: SupportConnector, tmp_path: Path) -> None:
    """A mailbox that is not there rejects the request with the server's words, and the outbox claims nothing."""
    sandbox.mail_fault("refuse-recipient")
    outcome = support.send(request(), "r")
    assert outcome.verdict is Verdict.REJECTED
    assert "no such mailbox" in str(outcome.message)
    assert (support.look_up(request(), "r"), _files(tmp_path)) == (None, [])


def test_a_server_that_wants_it_later_took_nothing(sandbox: Sandbox, support: SupportConnector, tmp_path: Path) -> None:
    """A passing refusal is unavailable: surely not sent."""
    sandbox.mail_fault("later")
    with pytest.raises(Unavailable, match="451"):
        support.send(request(), "r")
    assert (support.look_up(request(), "r"), _files(tmp_path)) == (None, [])


@pytest.mark.parametrize("kind", ["closed", "hold", "drop-before"])
def test_a_server_out_of_reach_took_nothing(
    sandbox: Sandbox, support: SupportConnector, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """No connection, no greeting or a connection lost before the content: surely not sent."""
    with FaultProxy(sandbox.smtp_port) as line:
        monkeypatch.setenv("ONBOARDING_SMTP_PORT", str(_free_port() if kind == "closed" else line.port))
        line.spoil(kind, **({"seconds": 3} if kind == "hold" else {}))
        with pytest.raises(Unavailable, match="SMTP-UNAVAILABLE"):
            SupportConnector(support._outbox._folder, timeout=0.5).send(request(), "r")
    assert support.look_up(request(), "r") is None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as current:
        return int(current.getsockname()[1])


class _Server(Controller):
    """aiosmtpd on a port of its own; remembers the passwords it was given."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Sink(), hostname="127.0.0.1", port=_free_port(), **options)


@contextmanager
def _running(monkeypatch: pytest.MonkeyPatch, tls: str, **options: Any) -> Iterator[list[tuple[bytes, bytes]]]:
    logins: list[tuple[bytes, bytes]] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"canary-zqzq", handled=False)

    server = _Server(authenticator=check, **options)
    server.start()
    try:
        names = {"HOST": "localhost", "PORT": str(server.port), "TLS": tls, "USER": "anna", "PASSWORD": "canary-zqzq"}
        for name, value in names.items():
            monkeypatch.setenv(f"ONBOARDING_SMTP_{name}", value)
        yield logins
    finally:
        server.stop()


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_login_happens_only_under_a_trusted_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path], tls: str
) -> None:
    """With the certificate trusted the mail is sent; without, neither password nor mail leaves."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    options = {
        "tls": {"ssl_context": context, "auth_require_tls": False},
        "starttls": {"tls_context": context, "require_starttls": True, "auth_required": True},
    }[tls]
    with _running(monkeypatch, tls, **options) as logins:
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(Unavailable, match="certificate"):
            SupportConnector(tmp_path / "outbox", timeout=10).send(request(), "r")
        assert logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert SupportConnector(tmp_path / "outbox", timeout=10).send(request(), "r").verdict is Verdict.DONE
        assert logins == [(b"anna", b"canary-zqzq")]


@pytest.mark.parametrize("password", ["wrong-canary", "wrong-canäry"])
def test_a_refused_login_names_no_password(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, password: str
) -> None:
    """A refused login is reported without the password, and nothing was sent."""
    caplog.set_level(logging.DEBUG)
    with _running(monkeypatch, "none", auth_require_tls=False):
        monkeypatch.setenv("ONBOARDING_SMTP_PASSWORD", password)
        support = SupportConnector(tmp_path / "outbox", timeout=10)
        with pytest.raises((Unavailable, InputError)) as caught:
            support.send(request(), "r")
    chain, texts = caught.value, [repr(support), repr(vars(support))]
    while chain is not None:
        texts += [str(chain), repr(chain), repr(chain.args), repr(vars(chain))]
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]
    assert "wrong-can" not in "".join(texts + ours)
    assert list((tmp_path / "outbox").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("TLS", "none", "SMTP-TLS"), ("TLS", "maybe", "SMTP-TLS"),
        ("PORT", "smtp", "SMTP-PORT"), ("PORT", "0", "SMTP-PORT"), ("PORT", "70000", "SMTP-PORT"),
    ],
)  # fmt: skip
def test_mail_leaves_this_machine_only_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str
) -> None:
    """Settings that would send in the clear, or nowhere, are refused before anything is written."""
    monkeypatch.setenv("ONBOARDING_SMTP_HOST", "mail.example")
    monkeypatch.setenv(f"ONBOARDING_SMTP_{name}", value)
    with pytest.raises(InputError, match=code):
        SupportConnector(tmp_path / "outbox")


def test_the_outbox_holds_no_secret(sandbox: Sandbox, support: SupportConnector, tmp_path: Path) -> None:
    """No file of the outbox holds a token."""
    support.send(request(), "r")
    current = b"".join(path.read_bytes() for path in (tmp_path / "outbox").iterdir())
    assert os.environ["ONBOARDING_PORTAL_TOKEN"].encode() not in current
