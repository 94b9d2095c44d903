"""What a no undoes: the tasks that led up to the decision are done anew, and so is every approval given before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from onboarding.domain.event import Event
from onboarding.domain.language import say
from onboarding.domain.record import GateDecision, Record, TaskRecord, TaskState
from onboarding.domain.task import Gate


def counted(gate: Gate, decisions: Iterable[GateDecision]) -> list[GateDecision]:
    """The decisions on ``gate`` that still count, oldest first.

    Where a no re-opens tasks, what was approved before it was approved of something else: only the newest no and
    what follows it count (E-20).
    """
    found = [decision for decision in decisions if decision.gate == gate.id]
    if gate.reopens:
        refusals = [place for place, decision in enumerate(found) if not decision.is_approved]
        found = found[refusals[-1] :] if refusals else found
    return found


def reopened(gate: Gate, record: Record, no: GateDecision) -> list[TaskRecord]:
    """How the tasks of ``gate.reopens`` stand after this no: those that were done are to be done again, and say why.

    What was never done, left out with a reason, or waits on somebody stays as it is.
    """
    note = Event("task.reopened", gate.id, {"who": no.by, "title": say(gate.title), "note": no.note})
    return [
        replace(held, state=TaskState.READY, at=no.at, by=no.by, note=note, due_on=None, reference="")
        for task in gate.reopens
        if (held := record.tasks.get(task)) is not None and held.state is TaskState.DONE
    ]
