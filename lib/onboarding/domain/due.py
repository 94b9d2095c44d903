"""What a program can do for a customer, and with whom the work lies otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from onboarding.domain.validity import Validity


@dataclass(frozen=True, slots=True)
class Move:
    """A run of ``stage`` could bring something forward, ``since`` then.

    ``connector`` is empty where the run itself can act; else the outside system which can show what others did.
    """

    stage: str
    since: datetime
    connector: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What could be moved when it was looked at ``at`` that instant, and how long that holds.

    ``waits_for`` are titles of the parties waited for first, by stage; under ``""`` that of the whole project. It is
    empty when everything is closed. ``decided_by`` and ``head`` are what it was worked out from: profile and code
    (`profile.deciding`), and the number of the last record of the customer's audit chain.
    """

    at: datetime
    moves: tuple[Move, ...] = ()
    waits_for: Mapping[str, str] = field(default_factory=dict)
    validity: Validity[datetime] = field(default_factory=Validity)
    decided_by: str = ""
    head: int = 0

    def stands(self, head: int, decided_by: str, now: datetime) -> bool:
        """Whether it holds at that instant, if the record ends there now and profile and code are these."""
        return (self.head, self.decided_by) == (head, decided_by) and self.validity.holds(now)
