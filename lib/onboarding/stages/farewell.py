"""Once a project has ended: what is to be said to those who were asked for something, and what is taken back.

Whoever has, or may have, a request that nobody wants any more is told so. What was asked for before a hand-over has
been delivered, and is nobody's to withdraw.
"""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.domain.action import Action, Verdict
from onboarding.domain.event import REMOVED, Event
from onboarding.domain.history import Evidence
from onboarding.domain.language import LazyText, _
from onboarding.domain.sending import TAKING_BACK, WITHDRAWAL
from onboarding.domain.task import Task
from onboarding.stages.amendment import withdrawals
from onboarding.stages.context import Context
from onboarding.stages.decision_mail import Asked, to_stop
from onboarding.stages.gate import GateStatus
from onboarding.stages.outgoing import Standing, standings, successor, taking_back


def farewells(context: Context) -> list[Action]:
    """What takes mails out of the outbox, and what withdraws those that are out, or may be; none while it goes on."""
    if context.record.end is None:
        return []
    return [action for name in _names(context) for action in _of(name, context)]


def untold(context: Context) -> Iterator[LazyText]:
    """What is still to be said after the end, to whom and by what means, in a sentence each."""
    for action in farewells(context):
        now = _standing(action.id, action.task, context)
        if action.id.endswith(TAKING_BACK):
            yield _(
                "It waits in the outbox and is not to be sent: {what}.", what=now.waits.summary if now.waits else ""
            )
        else:
            yield _("{who} was asked, and has to be told: {what}.", who=action.body["to"], what=action.summary)
    for name in _names(context) if context.record.end else ():
        for now in standings(name, context).values():
            if _is_doubtful(now):
                yield _("It is not known whether it has arrived; ask them: {what}.", what=now.uncertain[-1].summary)
            if now.waits and now.waits.withdraws and not context.delivers:
                yield _("It waits in the outbox for somebody to send it: {what}.", what=now.waits.summary)


def told(context: Context, by: str) -> Iterator[Evidence]:
    """Lines for the record of each withdrawal that has gone out since the end and is not in it yet."""
    end = context.record.end
    for name, sendings in context.record.sendings.items():
        known = {line.reference for line in context.lines(name)}
        for one in sendings:
            is_late = end is not None and one.intended_at >= end.at
            if is_late and one.withdraws and one.verdict is Verdict.DONE and one.reference not in known:
                what = Event(REMOVED, one.action_id, {"what": one.summary})
                yield Evidence(name, context.at, by, what, one.action_id, one.reference, version=one.version)


def called_off(context: Context) -> set[str]:
    """Gates of which a mail was withdrawn, or taken out of the outbox, because the project had ended."""
    end = context.record.end
    return {
        name
        for name, sendings in context.record.sendings.items()
        if end
        and name in context.profile.gates
        and any(one.intended_at >= end.at and (one.withdraws or one.takes_back) for one in sendings)
    }


def stage_of(name: str, context: Context) -> str:
    """The stage under which something is said about a task or gate; the first of all for what is none any more."""
    task = context.task(name)
    held = (one.stage for one in context.profile.tasks if name in context.gates_of(one))
    return task.stage if task else next(held, context.profile.stages[0].id)


def _names(context: Context) -> list[str]:
    """Tasks and gates of which mails were made, those in whose place another is done as that one."""
    heirs = ((name, successor(name, context)) for name in context.record.sendings)
    return list(dict.fromkeys(heir.id if heir else name for name, heir in heirs))


def _of(name: str, context: Context) -> Iterator[Action]:
    if (task := _task(name, context)) is None:
        gate = context.profile.gates.get(name)
        found = to_stop(name, Asked(), GateStatus(gate) if gate else None, context)
    else:
        found = [*taking_back(name, {}, context), *withdrawals(task, {}, context)]
    for action in found:
        now = _standing(action.id, name, context)
        if not _is_delivered(now, context) and not _is_doubtful(now):
            yield action


def _task(name: str, context: Context) -> Task | None:
    """The task, also one of an earlier edition that this one has not."""
    if task := context.task(name):
        return task
    earlier = (context.under_edition_of(one.version) for one in context.record.sendings[name])
    return next((task for then in earlier if then and (task := then.task(name))), None)


def _standing(action: str, name: str, context: Context) -> Standing:
    return standings(name, context)[action.removesuffix(WITHDRAWAL).removesuffix(TAKING_BACK)]


def _is_doubtful(now: Standing) -> bool:
    """Whether the newest that they may have got withdraws it, and nobody knows."""
    return bool(now.uncertain) and now.uncertain[-1].withdraws


def _is_delivered(now: Standing, context: Context) -> bool:
    """Whether it was asked for before a hand-over."""
    newest = now.waits.intended_at if now.waits else now.at
    return any(newest is not None and newest <= one.at for one in context.record.hand_overs)
