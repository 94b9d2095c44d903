"""What became of mails whose sending was cut short, found out before anything is planned."""

from __future__ import annotations

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.domain.action import Action, Operation, Outcome, Verdict
from onboarding.domain.event import Event
from onboarding.domain.sending import BY_MAIL, Sending
from onboarding.stages.planners.mail import REQUEST


def settle_mails(case: Case) -> None:
    """Writes down how they ended, as far as the outbox says; that one was to be taken back is done once more.

    Whether the mail server has taken over what was on its way is then known to be unknown. Under the customer's lock.
    """
    begun = [one for found in case.record.sendings.values() for one in found if one.verdict is None]
    for one in begun:
        if not one.takes_back:
            found = planning.connector(case, BY_MAIL).look_up(_as_action(one), one.ref)
            outcome = found or Outcome(Verdict.NOT_SENT, message=Event("attempt.without-effect", one.ref))
            case.store.conclude(case.customer.id, one.ref, outcome, case.at)


def _as_action(one: Sending) -> Action:
    return Action(one.action_id, one.task, BY_MAIL, Operation.CREATE, REQUEST, one.action_id, one.summary)
