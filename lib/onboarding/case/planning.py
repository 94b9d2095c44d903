"""What the outside systems hold for a customer, and what would be changed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from onboarding.case.case import Case
from onboarding.case.ending import refuse_ending
from onboarding.connectors.base import Connector
from onboarding.connectors.shipped import connect
from onboarding.domain.action import Action, Operation, Plan, Verdict
from onboarding.domain.json import JSON
from onboarding.stages.amendment import WITHDRAWAL, adopted, amended, is_by_mail, replacing, sent
from onboarding.stages.context import Context
from onboarding.stages.plan import plan_stage, wanted_actions
from onboarding.store.values import JournalEntry


def connector(case: Case, name: str) -> Connector:
    if name not in case.connectors:
        case.connectors[name] = connect(name, case.store.layout.outbox)
    return case.connectors[name]


def observe(case: Case, actions: Iterable[Action]) -> dict[str, Mapping[str, JSON] | None]:
    """What the outside systems hold now for each action. Raises Unavailable when one cannot be read."""
    found: dict[str, Mapping[str, JSON] | None] = {}
    by_connector: dict[str, list[Action]] = {}
    for action in actions:
        by_connector.setdefault(action.connector, []).append(action)
    for name, group in by_connector.items():
        found.update(connector(case, name).observe(group))
    return found | (_handed_over(case, by_connector["support"]) if "support" in by_connector else {})


def _handed_over(case: Case, requests: Iterable[Action]) -> dict[str, Mapping[str, JSON]]:
    """Of requests those that are out in this phase, as they went out: nobody can look them up."""
    sent_as, context = _sent(case), case.context()
    found: dict[str, Mapping[str, JSON]] = {}
    for action in requests:
        entry = sent_as.get(action.id)
        task = context.known(action.task)
        if entry is not None and entry.body_digest == action.body_digest:
            found[action.id] = action.body
        elif entry is None and adopted(action, task, context):
            then = sent(action, task, context)
            found[action.id] = then.body if then else action.body
        elif entry is not None and is_by_mail(task) and (then := sent(action, task, context)):
            found[action.id] = then.body
    return found


def _sent(case: Case) -> dict[str, JournalEntry]:
    """The newest attempt at each request that took effect in this phase and was not withdrawn since, by action."""
    since, found = case.record.counts_since, dict[str, JournalEntry]()
    for entry in case.store.journal(case.customer.id):
        if _is_handed_over(entry) and _phase(entry) >= since:
            found.pop(entry.action_id.removesuffix(WITHDRAWAL), None)
            found[entry.action_id] = entry
    return found


def plan(case: Case, stage: str) -> Plan:
    """What would be changed for this stage now.

    Raises Unavailable when an outside system cannot be read, InputError CUSTOMER-ENDED, Parked END-UNKNOWN.
    """
    case.refuse_ended()
    refuse_ending(case)
    context, progress = case.look()
    asked: set[str] = set()
    observed: dict[str, Mapping[str, JSON] | None] = {}
    while actions := [a for a in wanted_actions(stage, context, progress, observed) if a.id not in asked]:
        asked |= {action.id for action in actions}
        observed |= observe(case, actions)
    found = plan_stage(stage, context, progress, observed)
    sent_as = _sent(case) if found.actions else {}
    return replace(found, actions=tuple(_worded(case, action, context, sent_as) for action in found.actions))


def _worded(case: Case, action: Action, context: Context, sent_as: Mapping[str, JournalEntry]) -> Action:
    """A request that is out already in the words that change it."""
    task = context.known(action.task)
    if action.operation not in (Operation.CREATE, Operation.CHANGE) or not is_by_mail(task):
        return action
    entry = sent_as.get(action.id)
    stated = adopted(action, task, context) if entry is None else None
    reference = entry.outcome.reference if entry and entry.outcome else stated.reference if stated else ""
    if action.before is not None:
        return amended(action, action.before, reference, task, context)
    return replacing(action, reference, task, context) if entry else action


def _is_handed_over(entry: JournalEntry) -> bool:
    return entry.outcome is not None and entry.outcome.verdict in (Verdict.DONE, Verdict.PENDING)


def _phase(entry: JournalEntry) -> int:
    """The phase of an attempt, which its reference carries from the second on (`engine.attempt`)."""
    mark = entry.ref.split(".")[1]
    return int(mark[1:]) if mark.startswith("p") else 1
