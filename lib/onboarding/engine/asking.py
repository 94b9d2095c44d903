"""Asking people for a decision: once for what is to be decided, and again only when that is something else.

Whoever may decide and has an e-mail address is asked by mail, through the outbox as requests are; everybody else sees
it in the runbook and in the status.
"""

from __future__ import annotations

from onboarding.case.case import Case
from onboarding.case.people import people_of
from onboarding.domain.action import Action, Outcome
from onboarding.domain.people import Person, identity
from onboarding.engine.attempt import TOOK_EFFECT, Attempts, took_effect
from onboarding.errors import InputError, Unavailable
from onboarding.stages.decision_mail import mailed, request_to
from onboarding.stages.gate import MAILED, GateStatus, asking


def ask_people(case: Case, stage: str, attempts: Attempts) -> list[str]:
    """Asks the people whose decision alone holds tasks of the stage, and puts into the record that they are asked.

    Returns why somebody could not be asked by mail; they are asked again the next time.
    """
    context, progress = case.look()
    troubles: list[str] = []
    for name in progress.to_decide:
        held = {task.stage for task_id in progress.held_by[name] if (task := context.task(task_id))}
        if stage in held and name not in progress.asked:
            try:
                refused = _by_mail(case, progress.gates[name], attempts)
            except (Unavailable, InputError) as problem:
                refused = [str(problem)]
            troubles += refused
            if not refused:
                case.store.add_evidence(case.customer.id, asking(progress.gates[name], case.context(), case.by))
    return troubles


def _by_mail(case: Case, status: GateStatus, attempts: Attempts) -> list[str]:
    """Sends the mails that are due; returns what was refused. Raises Unavailable, InputError PEOPLE-FILE."""
    return [
        refusal
        for person in people_of(case, case.context()).may(status.owed_by)
        if (refusal := _send(case, person, status, attempts))
    ]


def _send(case: Case, person: Person, status: GateStatus, attempts: Attempts) -> str:
    context = case.context()
    action = request_to(person, status, context)
    if action is None:
        return ""
    outcome = _cut_short(case, person, status, action) or attempts.carry_out(action)
    if outcome.verdict not in TOOK_EFFECT:
        return f"{action.summary}: {outcome.message}"
    line = mailed(person, status.gate, outcome.reference, context, case.by)
    case.store.add_evidence(case.customer.id, line)
    return ""


def _cut_short(case: Case, person: Person, status: GateStatus, action: Action) -> Outcome | None:
    """How a mail ended that went out with a run which was cut short before it could write the line of it."""
    sent = [entry for entry in case.store.journal(case.customer.id, action.id) if took_effect(entry)]
    lines = case.context().lines(status.gate.id, of_all_phases=True)
    known = [line for line in lines if line.what.kind == MAILED and line.subject == identity(str(person))]
    is_new = len(sent) > len(known) and sent[-1].body_digest == action.body_digest
    return sent[-1].outcome if is_new else None
