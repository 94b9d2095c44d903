"""Attempts of unknown end, or that were refused: somebody has made sure that they may be made again."""

from __future__ import annotations

from dataclasses import replace

from onboarding.case.case import Case
from onboarding.case.people import people_of, roles_leaving_out
from onboarding.case.work import says, settle
from onboarding.domain.action import Outcome, Verdict
from onboarding.domain.event import Event, noted
from onboarding.domain.history import Evidence, TaskState
from onboarding.domain.task import Gate
from onboarding.errors import InputError
from onboarding.stages.gate import AGAIN
from onboarding.stages.outgoing import standings


def again(case: Case, task_id: str, reason: str) -> list[Evidence]:
    """Somebody has made sure that an unknown or rejected attempt did not happen: it may be sent again.

    Of a gate it is the mail that asks for the decision.
    """
    case.refuse_ended()
    if task_id in case.profile.gates and case.context().task(task_id) is None:
        return [_ask_again(case, case.profile.gates[task_id], reason)]
    task = case.task(task_id)
    current = case.record.tasks.get(task_id)
    if current is None or current.state not in (TaskState.UNKNOWN, TaskState.REJECTED):
        raise InputError("TASK-NOT-UNKNOWN", f"{task.title} is neither unknown nor refused; a run goes on by itself.")
    settle(case, {task_id: Outcome(Verdict.NOT_SENT, message=says(case, reason))})
    why = Event("task.again", task_id, {"why": reason})
    context = case.context()
    trust = not people_of(case, context).has(case.by, roles_leaving_out(task, context))
    line = Evidence(task_id, case.at, case.by, why, entered_by=case.entered_by, is_on_trust=trust)
    record = replace(current, state=TaskState.READY, at=case.at, by=case.by, note=noted(reason))
    case.report([line], [replace(record, entered_by=case.entered_by)], {task_id: current})
    case.note_progress()
    return [line]


def _ask_again(case: Case, gate: Gate, reason: str) -> Evidence:
    if not any(now.uncertain for now in standings(gate.id, case.context()).values()):
        words = f"Of no mail that asks for {gate.title!r} it is unknown whether it arrived; a run asks by itself."
        raise InputError("GATE-NOT-UNKNOWN", words)
    settle(case, {gate.id: Outcome(Verdict.NOT_SENT, message=says(case, reason))})
    what = Event(AGAIN, gate.id, {"why": reason})
    line = Evidence(gate.id, case.at, case.by, what, version=case.context().version, entered_by=case.entered_by)
    case.store.add_evidence(case.customer.id, line)
    case.note_progress()
    return line
