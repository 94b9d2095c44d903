"""Requests to the provider's support engineers: a mail in the outbox, sent when a mail server is configured."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from onboarding import settings
from onboarding.connectors.mailserver import SECONDS, HandoverUnknown, check_settings, hand_over
from onboarding.connectors.message import DIGEST_HEADER, compose, content, recipients, sender_of
from onboarding.domain.action import Action, Attachment, Outcome, Verdict
from onboarding.domain.event import MAIL_GONE, Event, error_event
from onboarding.domain.json import JSON
from onboarding.domain.sending import IN_OUTBOX
from onboarding.errors import InputError, Rejected, StoreError, Unavailable
from onboarding.files import write_atomically


def _now() -> datetime:
    return datetime.now(UTC)


def _sender(action: Action) -> str:
    return sender_of(action, settings.SENDER.get())


class SupportConnector:
    """Mail to people: done once a mail server has taken it over, pending while it waits in the outbox for somebody.

    ``outbox`` is the folder of messages; ``clock`` gives the Date of a mail. Raises InputError when a mail server is
    configured in a way that cannot be used.
    """

    name = "support"
    settle = 0.0
    is_manual = False

    def __init__(self, outbox: Path, *, clock: Callable[[], datetime] = _now, timeout: float = SECONDS) -> None:
        self._outbox = Outbox(outbox)
        self._clock = clock
        self._timeout = timeout
        self._delivers = settings.SMTP_HOST.is_set
        if self._delivers:
            check_settings()

    def rehearse(self) -> None:
        """Mail of a customer for training stays in the outbox, unless the server is on this machine."""
        self._delivers = settings.SMTP_HOST.reaches(is_training=True)

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, JSON] | None]:
        """Nothing: what became of a request is reported by people."""
        return {}

    def send(self, action: Action, ref: str, documents: Sequence[Attachment] = ()) -> Outcome:
        """Done once a mail server took it over, pending while it only lies in the outbox.

        The reference is its Message-ID. Rejected when the request cannot be put together: an address that is none, a
        document not filed. Raises Unavailable when the mail server took nothing, StoreError when the outbox cannot be
        written. A mail that is only taken back is out of the outbox; that somebody had moved it before is said.
        """
        if IN_OUTBOX in action.body:
            was_there = self._outbox.take_back(str(action.body[IN_OUTBOX]))
            return Outcome(Verdict.DONE, message=Event("mail.taken-back" if was_there else MAIL_GONE, ref))
        try:
            mail = compose(action, ref, _sender(action), self._clock(), documents)
        except InputError as problem:
            return Outcome(Verdict.REJECTED, message=error_event(problem))
        reference = str(mail["Message-ID"])
        is_new = not self._outbox.has(ref)
        if not self._outbox.put(ref, mail):
            return Outcome(Verdict.REJECTED, reference, Event("mail.other", reference, {"ref": ref}))
        if not self._delivers:
            return Outcome(Verdict.PENDING, reference, self._waits(ref))
        if self._outbox.is_sent(ref):
            return Outcome(Verdict.DONE, reference, Event("mail.sent", ref))
        return self._hand_over(mail, action, ref, is_new=is_new)

    def _hand_over(self, mail: EmailMessage, action: Action, ref: str, *, is_new: bool) -> Outcome:
        reference = str(mail["Message-ID"])
        try:
            words = hand_over(mail, _sender(action), recipients(content(action)), timeout=self._timeout)
        except HandoverUnknown as lost:
            return Outcome(Verdict.UNKNOWN, reference, Event("mail.unknown", ref, {"why": str(lost)}))
        except (Rejected, Unavailable, InputError) as refusal:
            if is_new:
                self._outbox.take_back(ref)
            if not isinstance(refusal, Rejected):
                raise
            return Outcome(Verdict.REJECTED, reference, Event("attempt.refused", ref, {"words": refusal.message}))
        self._outbox.mark_sent(ref, words)
        return Outcome(Verdict.DONE, reference, Event("mail.sent", ref, {"words": words}))

    def _waits(self, ref: str) -> Event:
        return Event("mail.waits", ref, {"file": self._outbox.path(ref).name})

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        """Without a mail server: whether the mail lies in the outbox. With one, only a noted success is certain."""
        if IN_OUTBOX in action.body or not self._outbox.has(ref):
            return None
        reference = self._outbox.reference(ref)
        if self._outbox.is_sent(ref):
            return Outcome(Verdict.DONE, reference, Event("mail.sent", ref))
        if not self._delivers:
            return Outcome(Verdict.PENDING, reference, self._waits(ref))
        return Outcome(Verdict.UNKNOWN, reference, Event("mail.unknown", ref))


class Outbox:
    """A folder of ``.eml`` files; a ``.sent`` file beside one says that the mail server took it over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, ref: str) -> Path:
        """Where the message of a reference lies; different references never share a file."""
        readable = re.sub(r"[^A-Za-z0-9._-]+", "-", ref).strip("-.")[:80]
        return self._folder / f"{readable}-{hashlib.sha256(ref.encode('utf-8', 'replace')).hexdigest()[:12]}.eml"

    def put(self, ref: str, mail: EmailMessage) -> bool:
        """Write the message; False when another content lies there already under this reference.

        Raises StoreError when the folder cannot be written.
        """
        path = self.path(ref)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._put(path, mail.as_bytes()):
                return True
            kept = message_from_bytes(path.read_bytes(), policy=SMTP)
        except OSError as error:
            raise _unusable(self._folder, error) from None
        return str(kept.get(DIGEST_HEADER, "")).split() == [mail[DIGEST_HEADER]]  # a long header comes back folded

    def has(self, ref: str) -> bool:
        """Whether a message lies there under this reference."""
        return self.path(ref).is_file()

    def reference(self, ref: str) -> str:
        """The Message-ID of the message that lies there."""
        try:
            return str(message_from_bytes(self.path(ref).read_bytes(), policy=SMTP)["Message-ID"]).strip()
        except OSError as error:
            raise _unusable(self._folder, error) from None

    def is_sent(self, ref: str) -> bool:
        """Whether the mail server has taken the message over."""
        return self.path(ref).with_suffix(".sent").is_file()

    def mark_sent(self, ref: str, words: str) -> None:
        """Note that the mail server has taken the message over, and what it answered."""
        try:
            self._put(self.path(ref).with_suffix(".sent"), f"{words}\n".encode())
        except OSError as error:
            raise _unusable(self._folder, error) from None

    def take_back(self, ref: str) -> bool:
        """Remove a message that surely was not sent, so that nobody takes it for one that was; whether it was there."""
        try:
            self.path(ref).unlink()
        except FileNotFoundError:
            return False
        return True

    def _put(self, path: Path, content: bytes) -> bool:
        """False when there is a file already."""
        try:
            write_atomically(path, content, mode=0o600, is_durable=True, is_new=True)
        except FileExistsError:
            return False
        return True


def _unusable(folder: Path, error: OSError) -> StoreError:
    return StoreError("OUTBOX", f"The outbox {folder.name}/ cannot be used: {error.strerror}.", "Check its disk.")
