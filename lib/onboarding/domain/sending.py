"""Attempts to send a request by mail, as they are remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from onboarding.domain.action import Verdict

BY_MAIL = "support"
"""The connector by which mails go out."""

WITHDRAWAL, TAKING_BACK = "/withdrawal", "/outbox"
"""At the end of the id and key of an action that withdraws another, or takes its mail out of the outbox."""

IN_OUTBOX = "in_outbox"
"""Key of the body of an action that takes a mail back: the reference it lies in the outbox under."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt, made of the answers of ``version`` when ``body_digest`` was what it says.

    ``verdict`` None: it was begun and its end is not known. ``reference`` is the Message-ID, where there is one. One
    that ``is_inherited`` was made for a task of an earlier edition, in whose place this one is done.
    """

    action_id: str
    task: str
    ref: str
    summary: str
    body_digest: str
    version: int
    intended_at: datetime
    verdict: Verdict | None = None
    reference: str = ""
    is_inherited: bool = False

    @property
    def request(self) -> str:
        """Id of the action that it is about, itself or the one it withdraws or takes back."""
        return self.action_id.removesuffix(WITHDRAWAL).removesuffix(TAKING_BACK)

    @property
    def withdraws(self) -> bool:
        return self.action_id.endswith(WITHDRAWAL)

    @property
    def takes_back(self) -> bool:
        return self.action_id.endswith(TAKING_BACK)

    @property
    def is_open(self) -> bool:
        """Whether the other side could have got it, and nobody knows."""
        return self.verdict in (None, Verdict.UNKNOWN)

    @property
    def phase(self) -> int:
        """The phase it was made in, which the reference carries from the second on (`engine.attempt`)."""
        mark = self.ref.split(".")[1]
        return int(mark[1:]) if mark.startswith("p") else 1
