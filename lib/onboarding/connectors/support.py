"""Requests to the provider's support engineers: a mail in the outbox, sent when a mail server is configured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from onboarding import settings
from onboarding.connectors.mailserver import SECONDS, HandoverUnknown, check_settings, hand_over
from onboarding.connectors.message import address, compose, message_id, recipients
from onboarding.connectors.outbox import Outbox
from onboarding.domain.action import Action, Document, Outcome, Verdict
from onboarding.domain.json import JSON
from onboarding.errors import InputError, Rejected, Unavailable


def _now() -> datetime:
    return datetime.now(UTC)


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
        if settings.SMTP_HOST.is_set:
            check_settings()

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, JSON] | None]:
        """Nothing: what became of a request is told by people."""
        return {}

    def send(self, action: Action, ref: str, documents: Sequence[Document] = ()) -> Outcome:
        """Done once a mail server took it over, pending while it only lies in the outbox.

        The reference is its Message-ID. Rejected when the request cannot be put together: an address that is none, a
        document not filed. Raises Unavailable when the mail server took nothing, StoreError when the outbox cannot be
        written.
        """
        try:
            mail = compose(action, ref, settings.SENDER.get(), self._clock(), documents)
        except InputError as problem:
            return Outcome(Verdict.REJECTED, message=str(problem))
        reference = str(mail["Message-ID"])
        is_new = not self._outbox.has(ref)
        if not self._outbox.put(ref, mail):
            return Outcome(
                Verdict.REJECTED, reference, f"Another request lies in the outbox under the reference {ref}."
            )
        if not settings.SMTP_HOST.is_set:
            return Outcome(Verdict.PENDING, reference, f"The mail waits in the outbox: {self._outbox.path(ref).name}")
        if self._outbox.is_sent(ref):
            return Outcome(Verdict.DONE, reference, "The mail was sent earlier.")
        return self._hand_over(mail, action, ref, is_new=is_new)

    def _hand_over(self, mail: EmailMessage, action: Action, ref: str, *, is_new: bool) -> Outcome:
        reference = str(mail["Message-ID"])
        try:
            words = hand_over(mail, settings.SENDER.get(), recipients(action.body), timeout=self._timeout)
        except HandoverUnknown as lost:
            return Outcome(Verdict.UNKNOWN, reference, f"The mail may or may not have been sent: {lost}")
        except (Rejected, Unavailable, InputError) as refusal:
            if is_new:
                self._outbox.take_back(ref)
            if not isinstance(refusal, Rejected):
                raise
            return Outcome(Verdict.REJECTED, reference, refusal.message)
        self._outbox.mark_sent(ref, words)
        return Outcome(Verdict.DONE, reference, f"The mail was sent: {words}")

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        """Without a mail server: whether the mail lies in the outbox. With one, only a noted success is certain."""
        if not self._outbox.has(ref):
            return None
        reference = message_id(ref, address(settings.SENDER.get()))
        if self._outbox.is_sent(ref):
            return Outcome(Verdict.DONE, reference, "The mail was sent earlier.")
        if not settings.SMTP_HOST.is_set:
            return Outcome(Verdict.PENDING, reference, f"The mail lies in the outbox: {self._outbox.path(ref).name}")
        return Outcome(Verdict.UNKNOWN, reference, "The mail may or may not have been sent; ask the support engineers.")
