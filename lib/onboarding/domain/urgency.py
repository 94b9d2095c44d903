"""What is to be looked at first, and how tasks are counted: every list and every figure is made by these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onboarding.domain.history import TaskState
from onboarding.domain.task import declared_id

URGENT = (TaskState.REJECTED, TaskState.UNKNOWN, TaskState.WAITING, TaskState.READY, TaskState.BLOCKED)
"""What is open, the first to be looked at first."""

_STUCK = (TaskState.REJECTED, TaskState.UNKNOWN)


def most_urgent(states: Iterable[TaskState]) -> TaskState:
    """Of what is open that which is first to be looked at; done where nothing is."""
    return min(states, key=URGENT.index, default=TaskState.DONE)


def urgency(state: TaskState, due_on: date | None) -> tuple[int, date, int]:
    """To sort by: what was refused or is not known, then what is due the soonest, then what lies with somebody before
    what is ready; last what is held, and after it what is closed.
    """
    place = URGENT.index(state) if state in URGENT else len(URGENT)
    rank = place if state in _STUCK else max(place, URGENT.index(TaskState.READY))
    return rank, due_on or date.max, place


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How many tasks apply, and how many of them are closed."""

    closed: int
    total: int

    @property
    def open(self) -> int:
        return self.total - self.closed


def count_tasks(states: Iterable[tuple[str, TaskState]]) -> TaskCount:
    """The count of tasks (id, state): those of the rows of one are one, closed when all are; what is not needed counts
    for nothing.
    """
    found: dict[str, bool] = {}
    for task, state in states:
        if state is not TaskState.NOT_NEEDED:
            name = declared_id(task)
            found[name] = found.get(name, True) and state.is_closed
    return TaskCount(sum(found.values()), len(found))


def count_lines(ids: Iterable[str]) -> int:
    """How many tasks and gates these ids are for whoever reads of many: those of the rows of one are one."""
    return len({declared_id(name) for name in ids})
