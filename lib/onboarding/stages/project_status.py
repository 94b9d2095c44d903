"""Where every task and gate of one customer stands, as one value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from onboarding.domain.history import End, History, TaskState
from onboarding.domain.task import Gate
from onboarding.domain.urgency import TaskCount, count_tasks, urgency
from onboarding.stages.gate import GateStatus
from onboarding.stages.task_status import ON_HOLD, TaskStatus


@dataclass(frozen=True)
class ProjectStatus:
    """All tasks in the profile's order and all gates by id."""

    tasks: tuple[TaskStatus, ...]
    gates: Mapping[str, GateStatus]
    held_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Closed gates that somebody can open now, each with the tasks that nothing but such gates holds."""
    asked: Mapping[str, datetime] = field(default_factory=dict)
    """When the people of a decision were asked for what is to be decided now, by gate."""
    end: End | None = None
    whole: Mapping[str, TaskStatus] = field(default_factory=dict)
    """How those tasks stand that there are for every row, each as a whole, by the id that the profile has."""
    stopped: Mapping[str, str] = field(default_factory=dict)
    """Decisions whose mails have to be withdrawn, each with a stage whose run does it."""
    starts: Callable[[], Mapping[str, datetime]] = field(default=dict, compare=False, repr=False)
    """Works out when each task could begin or was handed over (`stages.time_tracking`), as soon as somebody asks."""

    def of_stage(self, stage: str) -> tuple[TaskStatus, ...]:
        return tuple(view for view in self.tasks if view.task.stage == stage)

    def task(self, task_id: str) -> TaskStatus:
        """The status of one task, of one for every row as a whole. Raises KeyError."""
        return self._by_id[task_id]

    @cached_property
    def begun(self) -> Mapping[str, datetime]:
        """When each task could begin or was handed over, or will."""
        return self.starts()

    @cached_property
    def _by_id(self) -> Mapping[str, TaskStatus]:
        return {**self.whole, **{view.task.id: view for view in self.tasks}}

    def has(self, task_id: str) -> bool:
        return task_id in self._by_id

    def of_rows(self, task_id: str) -> tuple[TaskStatus, ...]:
        """The tasks of the rows that one of the profile stands for; none of one that is not for every row."""
        return self._of_rows.get(task_id, ())

    @cached_property
    def _of_rows(self) -> Mapping[str, tuple[TaskStatus, ...]]:
        found = defaultdict[str, list[TaskStatus]](list)
        for view in self.tasks:
            if view.task.row:
                found[view.task.row.task].append(view)
        return {name: tuple(views) for name, views in found.items()}

    def open_before(self, gate: Gate) -> tuple[TaskStatus, ...]:
        """Tasks that must be closed before the gate may be decided."""
        return tuple(view for view in self.tasks if view.task.declared in gate.after and not view.state.is_closed)

    def summed(self, stage: str = "") -> tuple[TaskStatus, ...]:
        """The tasks of a stage or of all, those of the rows of one as a whole."""
        found: dict[str, TaskStatus] = {}
        for view in self.of_stage(stage) if stage else self.tasks:
            found.setdefault(view.task.declared, self.whole.get(view.task.declared, view))
        return tuple(found.values())

    def count(self, stage: str = "") -> TaskCount:
        """How many tasks of a stage or of all apply, and how many of them are closed."""
        return count_tasks((view.task.id, view.state) for view in (self.of_stage(stage) if stage else self.tasks))

    def asked_at(self, stage: str) -> set[str]:
        """Ids of the tasks of a stage that somebody was asked for and has not answered."""
        return {view.task.id for view in self.of_stage(stage) if view.state is TaskState.WAITING}

    @property
    def to_decide(self) -> dict[str, str]:
        """Gates that people are asked to decide now, since nothing else holds some task, each with the first one."""
        return {name: held[0] for name, held in self.held_by.items() if self.gates[name].gate.kind == "decision"}

    @property
    def is_complete(self) -> bool:
        """Whether nothing is open but what may outlast the completion."""
        return all(view.state.is_closed or view.task.outlasts for view in self.tasks)

    def hands_over(self, record: History) -> bool:
        """Whether the phase of that record is complete with something that somebody did, and was not handed over."""
        is_done = any(one.state is TaskState.DONE for one in record.tasks.values())
        return self.is_complete and is_done and record.handed_over is None

    @property
    def is_closed(self) -> bool:
        """Whether nothing at all is open."""
        return all(view.state.is_closed for view in self.tasks)

    def is_stage_complete(self, stage: str) -> bool:
        return all(view.state.is_closed for view in self.of_stage(stage))

    @property
    def open_stage(self) -> str:
        """The first stage with an open task; empty when all are closed."""
        return next((view.task.stage for view in self.tasks if not view.state.is_closed), "")

    @property
    def waiting(self) -> tuple[TaskStatus, ...]:
        """Tasks somebody is asked to act on now, the most urgent first."""
        open_now = [view for view in self.tasks if view.state in (*ON_HOLD, TaskState.READY)]
        return tuple(sorted(open_now, key=lambda view: urgency(view.state, view.due_on)))
