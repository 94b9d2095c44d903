"""Faults that can be switched on: which requests they meet, how often, and what happens then."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from onboarding.errors import InputError


class FaultKind(StrEnum):
    """What goes wrong. The first five before any work is done, the others after it or instead of it."""

    REFUSE = "refuse"  # the connection is closed without an answer
    UNAVAILABLE = "unavailable"  # 503, with Retry-After when given
    TOO_MANY = "too-many"  # 429, with Retry-After when given
    ERROR = "error"  # 500
    TIME_OUT = "time-out"  # kept waiting for ``seconds``, then closed
    DROP_REPLY = "drop-reply"  # the work is done, the connection is closed
    SLOW_REPLY = "slow-reply"  # the work is done, the answer comes after ``seconds``
    ERROR_AFTER = "error-after"  # the work is done, 500 is answered
    LATE = "late"  # the connection is closed, the work is done ``seconds`` later


@dataclass(slots=True)
class Fault:
    """One switch. It meets requests whose path holds ``path`` and whose method is ``method`` (empty: all).

    ``probability`` from 0 to 1 for each of them, at most ``count`` times (None: without end). ``seconds`` is how long
    something waits or is late, ``retry_after`` what 429 and 503 ask for.
    """

    kind: FaultKind
    probability: float = 1.0
    count: int | None = None
    path: str = ""
    method: str = ""
    seconds: float = 60.0
    retry_after: int | None = None
    left: int | None = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.count


class Faults:
    """The switches that are on, in the order they were set; the first that meets a request wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(0)
        self._switches: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._switches.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._switches.clear()

    def seed(self, number: int) -> None:
        """Begin the sequence of chances anew; the same number gives the same sequence."""
        with self._lock:
            self._random = random.Random(number)

    def draw(self, method: str, path: str) -> Fault | None:
        """The fault that meets this request."""
        with self._lock:
            for fault in self._switches:
                is_met = fault.path in path and fault.method in ("", method) and fault.left != 0
                if is_met and self._random.random() < fault.probability:
                    fault.left = None if fault.left is None else fault.left - 1
                    return fault
        return None

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._switches]


def fault_from(fields: Mapping[str, Any]) -> Fault:
    """A switch as it comes over the control interface. Raises InputError."""
    try:
        return Fault(**{**fields, "kind": FaultKind(fields["kind"])})
    except (KeyError, ValueError, TypeError):
        raise InputError("SANDBOX-FAULT", "This is no fault.", f"Give a kind: {', '.join(FaultKind)}.") from None
