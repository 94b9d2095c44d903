"""What the outside systems hold for a customer, and what would be changed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from onboarding.case.case import Case
from onboarding.case.ending import refuse_ending
from onboarding.connectors.base import Connector
from onboarding.connectors.shipped import connect
from onboarding.domain.action import Action, Operation, Plan
from onboarding.domain.json import JSON
from onboarding.domain.sending import BY_MAIL
from onboarding.stages.amendment import as_it_is_out, is_by_mail, worded
from onboarding.stages.context import Context
from onboarding.stages.plan import plan_stage, wanted_actions


def connector(case: Case, name: str) -> Connector:
    if name not in case.connectors:
        case.connectors[name] = connect(name, case.store.layout.outbox, case.customer.is_training)
    return case.connectors[name]


def observe(case: Case, actions: Iterable[Action]) -> dict[str, Mapping[str, JSON] | None]:
    """What the outside systems hold now for each action. Raises Unavailable when one cannot be read."""
    found: dict[str, Mapping[str, JSON] | None] = {}
    by_connector: dict[str, list[Action]] = {}
    for action in actions:
        by_connector.setdefault(action.connector, []).append(action)
    for name, group in by_connector.items():
        found.update(connector(case, name).observe(group))
    return found | _handed_over(case, by_connector.get(BY_MAIL, ()))


def _handed_over(case: Case, requests: Iterable[Action]) -> dict[str, Mapping[str, JSON]]:
    """Of requests those that are out, as they went out: nobody can look them up."""
    context = case.context()
    found = {action.id: as_it_is_out(action, context.known(action.task), context) for action in requests}
    return {name: body for name, body in found.items() if body is not None}


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
    return replace(found, actions=tuple(_worded(action, context) for action in found.actions))


def _worded(action: Action, context: Context) -> Action:
    """A request that is out already, or may be, in the words that change it."""
    task = context.known(action.task)
    is_sent = action.operation in (Operation.CREATE, Operation.CHANGE)
    return worded(action, task, context) if is_sent and is_by_mail(task) else action
