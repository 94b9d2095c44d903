"""The removal of what the answers do not name any more where it holds what people have in it: two of them decide.

Each thing is removed by an attempt of its own and proved at once, so that a removal that stops goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable

from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.connectors.base import RemoteRecord
from onboarding.domain.action import Action, Outcome, Verdict
from onboarding.domain.event import REMOVED, Event
from onboarding.domain.history import Evidence
from onboarding.domain.language import join_and
from onboarding.domain.task import Procedure, Task
from onboarding.engine.attempt import TOOK_EFFECT, Attempts
from onboarding.errors import GateClosed, Parked, Rejected
from onboarding.stages.desired import by_hand, is_seen
from onboarding.stages.plan import compare
from onboarding.stages.removal import is_guarded, removals


def unwanted(case: Case, procedure: Procedure) -> list[Action]:
    """What the procedure's outside system still has and nobody wants, what was set up last first.

    Where it cannot be read, all that is known to have been set up. Raises Unavailable when it cannot be reached.
    """
    found = _there(case, procedure, is_guarded)
    held = _held(case, procedure) if found else {}
    return [action for action in found if not _names(action) & held.keys()]


def refuse_held(case: Case, procedure: Procedure) -> None:
    """Raises GateClosed while all that is left is used by what another party has yet to take back."""
    if held := _held(case, procedure):
        what = join_and([str(one.summary) for one in {action.id: action for action in held.values()}.values()])
        words = f"Nothing can be removed yet. It is waited for: {what}."
        raise GateClosed("PROCEDURE-IN-USE", words, "Once they have taken it back, ask for the removal again.")


def _there(case: Case, procedure: Procedure, is_meant: Callable[[Task], bool]) -> list[Action]:
    """What is not wanted any more of such tasks and is there, as far as is known; what was set up last first."""
    context = case.context()
    tasks = [task for task in context.tasks if task.connector == procedure.connector and is_meant(task)]
    actions = [action for task in reversed(tasks) for action in removals(task, context)]
    observed = planning.observe(case, actions)
    return [action for action in actions if action.id not in observed or compare(action, observed[action.id]).is_change]


def _held(case: Case, procedure: Procedure) -> dict[str, Action]:
    """What another party has yet to take back, by the key of that in which it is."""
    return {name: action for action in _there(case, procedure, is_seen) for name in _names(action)}


def _names(action: Action) -> set[str]:
    """Keys of the person it is, or is of."""
    return {str(action.body[name]) for name in ("user", "email") if action.body.get(name)}


def records(case: Case, procedure: Procedure) -> tuple[RemoteRecord, ...]:
    """`unwanted` as the system would list it."""
    return tuple(
        RemoteRecord(action.resource, f"{action.resource.replace('-', ' ')}s", action.key, action.body)
        for action in unwanted(case, procedure)
    )


def remove(case: Case, procedure: Procedure, attempts: Attempts) -> Outcome:
    """Remove all of `unwanted`, one after the other.

    Raises Parked when the end of one is not known, Rejected when the outside system refuses one; what was removed until
    then is proved.
    """
    found = unwanted(case, procedure)
    is_manual = planning.connector(case, procedure.connector).is_manual
    outcome = Outcome(Verdict.DONE)
    for action in found:
        outcome = attempts.carry_out(_asked(case, action) if is_manual else action)
        _refuse_failed(action, outcome)
        what = Event(REMOVED, action.key, {"what": action.summary})
        line = Evidence(
            action.task, case.at, case.by, what, action.key, outcome.reference, version=case.context().version
        )
        case.store.add_evidence(case.customer.id, line)
    return outcome


def release(case: Case, procedure: Procedure) -> None:
    """Names that are gone with what was removed are free for others."""
    for task in case.profile.tasks:
        record = case.record.tasks.get(task.id)
        if record and task.connector == procedure.connector and is_guarded(task):
            case.set_task(record)


def _asked(case: Case, action: Action) -> Action:
    return by_hand(case.task(action.task), [action])


def _refuse_failed(action: Action, outcome: Outcome) -> None:
    if outcome.verdict is Verdict.UNKNOWN:
        words = f"It is not known whether this has happened: {action.summary}. {outcome.message}"
        raise Parked("PROCEDURE-UNKNOWN", words, "Nothing is sent again before that is known. Run it again later.")
    if outcome.verdict not in TOOK_EFFECT:
        raise Rejected("PROCEDURE-REFUSED", f"{action.summary}: {outcome.message}", "The rest was left as it is.")
