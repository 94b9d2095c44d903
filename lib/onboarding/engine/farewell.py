"""Telling those who were asked for something that the project has ended: once, also where that was cut short."""

from __future__ import annotations

import time
from collections.abc import Iterator

from onboarding.case.case import Case
from onboarding.domain.action import Action
from onboarding.domain.event import MAIL_GONE
from onboarding.domain.json import digest
from onboarding.domain.language import LazyText, _
from onboarding.engine.attempt import Attempts, Wait
from onboarding.engine.settling import settle_mails
from onboarding.errors import Unavailable
from onboarding.stages.farewell import farewells, stage_of, told, untold
from onboarding.store.lock import LOCK_WAIT


def take_leave(case: Case, wait: Wait = time.sleep) -> list[LazyText]:
    """Takes back what waits in the outbox of a project that has ended, and withdraws what is out.

    Returns what is still to be said, and by whom; said again it goes on where it was. Raises Busy CUSTOMER-BUSY.
    """
    with case.store.lock(case.customer.id, wait=LOCK_WAIT):
        settle_mails(case)
        gone = [sentence for action in farewells(case.context()) for sentence in _say(case, action, wait)]
        for line in told(case.context(), case.by):
            case.store.add_evidence(case.customer.id, line)
        case.note_progress()
    return [*gone, *untold(case.context())]


def _say(case: Case, action: Action, wait: Wait) -> Iterator[LazyText]:
    """One of them, and that somebody had moved the mail it was to take back; of what surely went to nobody the list
    says that it has to be said still.
    """
    stage = stage_of(action.task, case.context())
    wanted = digest([action.id, action.body_digest])
    attempts = Attempts.of(case, stage, wanted, wait, lambda connector, problem: None)
    try:
        outcome = attempts.carry_out(action)
    except Unavailable:
        return
    if outcome.message.kind == MAIL_GONE:
        yield _("It was not in the outbox any more; who was sent it has to be told: {what}.", what=action.summary)
