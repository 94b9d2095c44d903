"""Handing one message over to the mail server of the settings, with failures sorted by what is known afterwards."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import ExitStack, closing
from email.message import EmailMessage

from onboarding import settings
from onboarding.connectors.base import own_words
from onboarding.errors import InputError, Rejected, Unavailable

SECONDS = 30.0


class HandoverUnknown(Exception):
    """The message left, and whether the server took it over is not known."""


def hand_over(mail: EmailMessage, sender: str, to: Sequence[str], *, timeout: float = SECONDS) -> str:
    """One attempt; the server's words of acceptance. All recipients are accepted or nothing is sent.

    Raises Unavailable when surely nothing was sent and later may go better, Rejected when the server refuses for
    good, HandoverUnknown when its last answer did not arrive or is none, InputError when a setting cannot be used.
    """
    mode, host, port = check_settings()
    with ExitStack() as stack:
        try:
            server = stack.enter_context(closing(_connected(mode, host, port, sender.rpartition("@")[2], timeout)))
            _log_in(server, mode)
            _announce(server, sender, to)
        except (smtplib.SMTPException, OSError) as error:
            raise _not_sent(error) from None
        return _deliver(server, mail.as_bytes())


def check_settings() -> tuple[str, str, int]:
    """TLS, host and port of the mail server. Raises InputError when one of them cannot be used."""
    mode, host, port = settings.SMTP_TLS.get().lower(), settings.SMTP_HOST.get(), settings.SMTP_PORT.get()
    if mode not in ("starttls", "tls", "none"):
        raise InputError("SMTP-TLS", f"{settings.SMTP_TLS.name} is {own_words(mode)!r}.", "Say starttls, tls or none.")
    if mode == "none" and not settings.is_loopback(host):
        words = f"Mail to {own_words(host)} must be encrypted."
        raise InputError("SMTP-TLS", words, f"Set {settings.SMTP_TLS.name} to starttls.")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise InputError("SMTP-PORT", f"{settings.SMTP_PORT.name} is {own_words(port)!r}.", "Give a port number.")
    return mode, host, int(port)


def _connected(mode: str, host: str, port: int, own_name: str, timeout: float) -> smtplib.SMTP:
    if mode != "tls":
        return smtplib.SMTP(host, port, own_name, timeout=timeout)
    return smtplib.SMTP_SSL(host, port, own_name, timeout=timeout, context=ssl.create_default_context())


def _log_in(server: smtplib.SMTP, mode: str) -> None:
    if mode == "starttls":
        server.starttls(context=ssl.create_default_context())
    if user := settings.SMTP_USER.get():
        password = settings.SMTP_PASSWORD.secret()
        if not (user + password).isascii():
            raise InputError("SMTP-PASSWORD", "User name and password of the mail server may hold only ASCII.")
        server.login(user, password)


def _announce(server: smtplib.SMTP, sender: str, to: Sequence[str]) -> None:
    server.ehlo_or_helo_if_needed()
    code, words = server.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, words, sender)
    for one in to:
        code, words = server.rcpt(one)
        if code not in (250, 251):
            raise smtplib.SMTPRecipientsRefused({one: (code, words)})


def _deliver(server: smtplib.SMTP, content: bytes) -> str:
    try:
        code, words = server.data(content)
    except smtplib.SMTPDataError as error:  # refused before the content left
        raise _refused(error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPException, OSError) as error:
        raise HandoverUnknown(_words(str(error))) from None
    if 400 <= code < 600:
        raise _refused(code, words)
    if code != 250:  # no answer of this protocol: the content has left, and is taken over or not
        raise HandoverUnknown(_words(words))
    return _words(words)


def _not_sent(error: Exception) -> Unavailable | Rejected:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        (code, words), *_ = error.recipients.values()
        return _refused(code, words, ", ".join(error.recipients))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _unavailable(f"it does not accept user name and password ({error.smtp_code}).", "Check the settings.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLError):
        return _unavailable("its certificate or encryption cannot be trusted.", "Have it mended; it is never ignored.")
    return _unavailable(_words(str(error)) or type(error).__name__)


def _refused(code: int, words: bytes | str, whom: str = "") -> Unavailable | Rejected:
    answered = f"{code} {_words(words)}" + (f" ({whom})" if whom else "")
    if 500 <= code < 600:
        return Rejected("SMTP-REFUSED", f"The mail server refused: {answered}")
    return _unavailable(f"it answered {answered}.")


def _unavailable(reason: str, remedy: str = "Run again later.") -> Unavailable:
    host = own_words(settings.SMTP_HOST.get())
    return Unavailable("SMTP-UNAVAILABLE", f"The mail server {host} cannot be used now: {reason}", remedy)


def _words(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return own_words(text, [settings.SMTP_PASSWORD.secret()])
