"""Who owes what: tasks as they stand, and in front of them the gates that alone hold one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from onboarding.domain.history import TaskState
from onboarding.domain.language import LazyText, _
from onboarding.stages.gate import GateStatus
from onboarding.stages.project_status import ON_HOLD, ProjectStatus, TaskStatus

OWED = (*ON_HOLD, TaskState.READY)
"""States of what somebody can act on."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A task, or a gate that is all that holds one: a decision people are asked for, a check that does not hold yet.

    ``view`` is the task, or the first one that the gate holds. ``since`` is when it came to stand there, of a decision
    when its people were asked.
    """

    view: TaskStatus
    gate: GateStatus | None = None
    asked_at: datetime | None = None

    @property
    def kind(self) -> str:
        """``task``, ``decision`` or ``check``."""
        return self.gate.gate.kind if self.gate else "task"

    @property
    def id(self) -> str:
        return self.gate.gate.id if self.gate else self.view.task.id

    @property
    def title(self) -> str:
        return self.gate.gate.title if self.gate else self.view.task.title

    @property
    def stage(self) -> str:
        return self.view.task.stage

    @property
    def state(self) -> TaskState:
        return TaskState.WAITING if self.gate else self.view.state

    @property
    def party(self) -> str:
        """Id of the party that owes it."""
        return self.gate.owed_by if self.gate else self.view.waits_for or self.view.task.party

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.gate.missing if self.gate else self.view.reasons

    @property
    def since(self) -> datetime | None:
        return self.asked_at if self.gate else self.view.since

    @property
    def due_on(self) -> date | None:
        return None if self.gate else self.view.due_on

    @property
    def is_inferred(self) -> bool:
        return self.gate is None and self.view.task.is_inferred

    @property
    def named(self) -> str:
        """The title in marks, of a decision with that word."""
        marked = _quoted(self.title)
        return _("the decision {title}", title=marked) if self.kind == "decision" else marked

    def is_overdue(self, on: date) -> bool:
        return self.gate is None and self.view.is_overdue(on)


def listed(progress: ProjectStatus, stage: str = "") -> list[Owed]:
    """Every task of a stage or of all in the profile's order, each gate in front of the first task it alone holds."""
    return list(_listed(progress, stage))


def owed(progress: ProjectStatus, stage: str = "") -> list[Owed]:
    """What somebody can act on now, the most urgent first; never empty while anything is open in the whole project."""
    found = [one for one in listed(progress, stage) if one.state in OWED]
    return sorted(found, key=lambda one: (one.due_on or date.max, one.state is TaskState.READY))


def _listed(progress: ProjectStatus, stage: str) -> Iterator[Owed]:
    shown: set[str] = set()
    said = {reason for view in progress.tasks if view.state in OWED for reason in view.reasons}
    for view in progress.of_stage(stage) if stage else progress.tasks:
        for name, held in progress.held_by.items():
            gate = progress.gates[name]
            is_said = gate.gate.kind == "check" and said.issuperset(gate.missing)
            if view.task.id in held and name not in shown and not is_said:
                shown.add(name)
                yield Owed(view, gate, progress.asked.get(name))
        yield Owed(view)


def _quoted(title: str) -> LazyText:
    """A title in the marks that do not stand in it."""
    return _('"{title}"' if "'" in title else "'{title}'", title=_(title))
