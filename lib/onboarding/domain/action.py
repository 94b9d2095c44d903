"""What will be changed on which outside system, as data that can be shown, digested and approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from onboarding.domain.event import NOTHING, Event
from onboarding.domain.json import JSON, digest


class Operation(StrEnum):
    """What an action does to its resource."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    NO_OP = "no-op"
    ASK = "ask"  # hand over to a person; nothing outside changes by our hand


@dataclass(frozen=True, slots=True)
class Action:
    """One change on one outside system.

    ``id`` is ``<task id>`` or ``<task id>/<key>`` and stable from run to run. ``resource`` and ``key`` are the
    natural key on the outside system (``user``, ``anna@dental.example``). ``body`` is what shall be there,
    ``before`` what was observed (None: nothing). ``summary`` is one line for a person. ``message`` is what is sent
    to people to bring it about, where that is not the body itself. One that ``removes`` wants it not to be there.
    """

    id: str
    task: str
    connector: str
    operation: Operation
    resource: str
    key: str
    summary: str
    body: Mapping[str, JSON] = field(default_factory=dict)
    before: Mapping[str, JSON] | None = None
    message: Mapping[str, JSON] | None = None
    removes: bool = False

    @property
    def body_digest(self) -> str:
        return digest(self.body)

    @property
    def is_change(self) -> bool:
        return self.operation is not Operation.NO_OP

    @property
    def changes(self) -> tuple[tuple[str, JSON, JSON], ...]:
        """(field, old, new) of every field the action would alter."""
        before = self.before or {}
        return tuple((name, before.get(name), value) for name, value in self.body.items() if before.get(name) != value)


@dataclass(frozen=True, slots=True)
class Deferred:
    """A task of the stage that cannot be acted on yet, and why; ``party`` is whom it waits for."""

    task: str
    reason: str
    party: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All actions of one stage for one customer, in the order they must happen.

    Two plans with the same ``digest`` make the same changes to the same observed world; that is what an approval
    is bound to. ``wanted`` covers only what shall be there, so it does not move while a half-applied plan
    is being finished. ``drift`` is what the outside world holds otherwise than it was handed over: it is the customer's
    and left alone.
    """

    customer: str
    stage: str
    actions: tuple[Action, ...]
    deferred: tuple[Deferred, ...] = ()
    drift: tuple[Action, ...] = ()

    @property
    def changes(self) -> tuple[Action, ...]:
        return tuple(action for action in self.actions if action.is_change)

    @property
    def digest(self) -> str:
        changes = ([a.id, a.connector, a.operation.value, a.body, a.before] for a in self.changes)
        return digest([self.customer, self.stage, *changes])

    @property
    def wanted(self) -> str:
        return digest([self.customer, self.stage, *([a.id, a.connector, a.body] for a in self.actions)])


class Verdict(StrEnum):
    """How an attempt ended. `UNKNOWN` is never re-sent by itself; `PENDING` has been handed over to somebody."""

    DONE = "done"
    PENDING = "pending"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NOT_SENT = "not-sent"  # the outside system was out of reach before anything left us


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: verdict, the outside system's own reference, what happened, and what was read back."""

    verdict: Verdict
    reference: str = ""
    message: Event = NOTHING
    observed: Mapping[str, JSON] | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an action or proves it; ``data`` is its content."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
