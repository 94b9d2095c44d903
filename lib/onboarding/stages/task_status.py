"""How one task stands, and the words for why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from onboarding.domain.history import TaskRecord, TaskState
from onboarding.domain.language import LazyText, _
from onboarding.domain.task import Procedure, Task

NOT_THERE = _("It is not needed any more: what was set up is to be removed.")
NOT_GONE = _("It is not needed any more: the request is to be taken out of the outbox.")
TO_BE_SENT = _("What waits in the outbox, or may not have arrived, is to be sent as it is now.")
OUTDATED = _("What waits in the outbox says what is not wanted any more: do not send it, the next run takes it back.")
CALLED_OFF = _("The request was withdrawn since, or taken out of the outbox: it is to be sent anew.")
NOT_WANTED = _("It is not needed any more: the request that went out is to be withdrawn.")
IN_USE = _("What is not wanted any more is removed once nothing uses it.")
UNUSED = _("What is not wanted any more is to be removed: nothing uses it now.")
_GUARDED = _("What is not wanted any more holds what people have in it: one asks for its removal, another approves it.")
_GUARDED_BY = _(
    "What is not wanted any more holds what people have in it. It goes by the procedure “{procedure}”: one person asks "
    "for it, a second one approves."
)
SETTLED = _("What it asked for is confirmed: a change goes out only when somebody approves it.")

OTHER_EDITION = _("The edition of the profile is another since: what is to be done is not what was done.")
GONE = _("Its row is not among the answers any more.")


def removal_of(procedures: Iterable[Procedure], connector: str) -> Procedure | None:
    """The one of the procedures by which two people remove what is not wanted any more in that outside system."""
    return next((one for one in procedures if (one.kind, one.connector) == ("remove", connector)), None)


def guarded(procedures: Iterable[Procedure], connector: str) -> LazyText:
    """That two people decide on a removal in that outside system, and by which of the procedures."""
    found = removal_of(procedures, connector)
    return _(_GUARDED_BY, procedure=_(found.title)) if found else _GUARDED


def waits_for_two(reason: str) -> bool:
    """Whether that is what two people decide on."""
    return isinstance(reason, LazyText) and reason.template in (_GUARDED.template, _GUARDED_BY.template)


def is_let_be(reasons: Sequence[str]) -> bool:
    """Whether all that is left to do is a removal that no run does: people decide on it, or something uses it still."""
    return len(reasons) == 1 and (reasons[0] == IN_USE or waits_for_two(reasons[0]))


ON_HOLD = (TaskState.WAITING, TaskState.UNKNOWN, TaskState.REJECTED)


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """A task as it stands. ``reasons`` say why it is blocked or what is missing, ``waits_for`` on which party.

    It is due on ``due_on``, a day where that party works, and late from the instant ``late_at``.
    """

    task: Task
    state: TaskState
    reasons: tuple[str, ...] = ()
    waits_for: str = ""
    since: datetime | None = None
    due_on: date | None = None
    record: TaskRecord | None = None
    due_by: time | None = None
    late_at: datetime | None = None

    @property
    def guide(self) -> str:
        """How it is done; of what is to be removed by hand how that is."""
        return self.task.undo if self.task.undo and NOT_THERE in self.reasons else self.task.guide

    def is_overdue(self, at: datetime) -> bool:
        """Whether its day is over at that instant, or the hour it is due by."""
        return self.late_at is not None and not self.state.is_closed and self.late_at <= at

    @property
    def was_late(self) -> bool:
        """Whether it was closed after the day, or the hour, it was promised for."""
        if self.late_at is None or self.record is None:
            return False
        return self.state.is_closed and self.late_at <= self.record.at
