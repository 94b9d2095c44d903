"""A real mail server on loopback that keeps every mail as a file."""

from __future__ import annotations

import asyncio
import socket
import threading
from enum import StrEnum
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from onboarding.files import write_atomically


class MailFault(StrEnum):
    """What can go wrong with the next mails."""

    REFUSE_RECIPIENT = "refuse-recipient"  # 550
    LATER = "later"  # 451 to the content: nothing kept
    DROP_BEFORE = "drop-before"  # the connection is closed before the mail is kept
    DROP_AFTER = "drop-after"  # the mail is kept, the connection closed without an answer


class MailServer:
    """SMTP on 127.0.0.1; mails lie in ``folder`` as 000001.eml and so on, in the order they came.

    The envelope is added as X-Envelope-From and X-Envelope-To. ``fault`` meets all mails while it is set.
    """

    def __init__(self, folder: Path, listening: socket.socket) -> None:
        self._folder = folder
        self._socket = listening
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="sandbox-mail", daemon=True)
        self._ready, self._stopping = threading.Event(), asyncio.Event()
        self.fault: MailFault | None = None

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def mails(self) -> list[Path]:
        """What has come, oldest first."""
        return sorted(self._folder.glob("*.eml"))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        smtp = partial(SMTP, self, enable_SMTPUTF8=True, hostname="sandbox.example", loop=self._loop)
        server = await self._loop.create_server(smtp, sock=self._socket)
        self._ready.set()
        await self._stopping.wait()
        server.close()

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.fault is MailFault.REFUSE_RECIPIENT:
            return "550 5.1.1 There is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.fault is MailFault.LATER:
            return "451 4.3.0 Come again later"
        kept = "" if self.fault is MailFault.DROP_BEFORE else self._keep(envelope)
        is_dropped = self.fault in (MailFault.DROP_BEFORE, MailFault.DROP_AFTER)
        if is_dropped and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return f"250 OK kept as {kept}"

    def _keep(self, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        mails = self.mails()
        path = self._folder / f"{int(mails[-1].stem) + 1 if mails else 1:06d}.eml"
        write_atomically(path, head.encode() + content, is_durable=True)
        return path.name
