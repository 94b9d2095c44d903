"""What every outside system looks like to the engine, and how its words are made fit to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from onboarding.domain.action import Action, Attachment, Operation, Outcome
from onboarding.domain.json import JSON
from onboarding.text import one_line, shortened

WORDS = 300
"""Characters of an outside system's own words that are kept."""


class Connector(Protocol):
    """One outside system.

    ``name`` is what profiles call it. ``settle`` is the number of seconds after which a write must be visible to
    a look-up. ``is_manual`` says that a person does the work: nothing is sent and nothing can be read.
    """

    @property
    def name(self) -> str: ...

    @property
    def settle(self) -> float: ...

    @property
    def is_manual(self) -> bool: ...

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, JSON] | None]:
        """Action id -> what is there now under the action's key, in the fields of ``action.body``; None when absent.

        An id that is missing cannot be observed here (a person's work, a request by mail).
        Raises Unavailable when the system cannot be reached, Rejected when it refuses to show.
        """
        ...

    def send(self, action: Action, ref: str, documents: Sequence[Attachment] = ()) -> Outcome:
        """Carry the action out: one attempt, never repeated by itself.

        Raises Unavailable when surely nothing was changed and a later attempt may succeed; every other end is the
        verdict: ``UNKNOWN`` when the request left but its answer did not arrive.
        """
        ...

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        """Whether an earlier attempt under ``ref`` took effect: its outcome, or None when it surely did not.

        ``UNKNOWN`` when this system has no way to tell. Raises Unavailable when it cannot be asked now.
        """
        ...


@dataclass(frozen=True, slots=True)
class RemoteRecord:
    """One thing an outside system holds of a customer.

    ``kind`` says in words what such things are ("users"), ``key`` which one it is, ``amount`` how many it stands for
    (numbers of a range), ``numbers`` the telephone numbers it gives or takes: one, or first and last.
    """

    resource: str
    kind: str
    key: str
    fields: Mapping[str, JSON]
    amount: int = 1
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdminOperation:
    """What a procedure does on an outside system: the parts of an action that only the system's connector knows."""

    operation: Operation
    resource: str
    key: str
    body: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Reachability:
    """What a probe found. ``is_open``: a connection was made; ``answers``: something came that is HTTP."""

    host: str
    port: int
    is_open: bool
    answers: bool
    words: str
    seconds: float


@runtime_checkable
class Manageable(Protocol):
    """A system whose customers can be listed in full, given up, and examined from here."""

    def inventory(self, key: str) -> list[RemoteRecord]:
        """Everything there of the customer with that key; empty when there is none. Raises Unavailable, Rejected."""
        ...

    def admin_operation(self, kind: str, key: str, target: str = "") -> AdminOperation:
        """How a procedure of that kind (`domain.task.PROCEDURE_KINDS`) is done to the customer.

        ``target`` is the key of the one thing it is about. Raises InputError for a kind not known here.
        """
        ...

    def links(self, key: str) -> Mapping[str, bool]:
        """System behind it that the customer rests on -> whether it is connected now. Raises as `inventory`."""
        ...

    def reachability(self) -> Reachability:
        """Whether the system's host takes connections and answers."""
        ...


def own_words(text: str, hidden: Iterable[str] = ()) -> str:
    """An outside system's words, fit to show: ``hidden`` secrets masked, one line, at most `WORDS` characters."""
    for secret in filter(None, hidden):
        text = text.replace(secret, "***")
    return shortened(one_line(text), WORDS)


@runtime_checkable
class Rehearsing(Protocol):
    """A connector that is always on, and can work for a customer for training: nothing leaves this machine then."""

    def rehearse(self) -> None: ...
