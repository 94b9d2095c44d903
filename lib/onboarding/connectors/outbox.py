"""The outbox: one file a message, written whole or not at all, never overwritten."""

from __future__ import annotations

import hashlib
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from onboarding.connectors.message import DIGEST_HEADER
from onboarding.errors import StoreError
from onboarding.files import write_atomically


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
            held = message_from_bytes(path.read_bytes(), policy=SMTP)
        except OSError as error:
            raise _unusable(self._folder, error) from None
        return str(held.get(DIGEST_HEADER, "")).split() == [mail[DIGEST_HEADER]]  # a long header comes back folded

    def has(self, ref: str) -> bool:
        """Whether a message lies there under this reference."""
        return self.path(ref).is_file()

    def is_sent(self, ref: str) -> bool:
        """Whether the mail server has taken the message over."""
        return self.path(ref).with_suffix(".sent").is_file()

    def mark_sent(self, ref: str, words: str) -> None:
        """Note that the mail server has taken the message over, and what it said."""
        try:
            self._put(self.path(ref).with_suffix(".sent"), f"{words}\n".encode())
        except OSError as error:
            raise _unusable(self._folder, error) from None

    def take_back(self, ref: str) -> None:
        """Remove a message that surely was not sent, so that nobody takes it for one that was."""
        self.path(ref).unlink(missing_ok=True)

    def _put(self, path: Path, content: bytes) -> bool:
        """False when there is a file already."""
        try:
            write_atomically(path, content, mode=0o600, is_durable=True, is_new=True)
        except FileExistsError:
            return False
        return True


def _unusable(folder: Path, error: OSError) -> StoreError:
    return StoreError("OUTBOX", f"The outbox {folder.name}/ cannot be used: {error.strerror}.", "Check its disk.")
