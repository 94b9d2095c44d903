"""What the outside systems hold for a customer, and what would be changed there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onboarding.case.case import Case
from onboarding.connectors.base import Connector
from onboarding.connectors.shipped import connect
from onboarding.domain.action import Action, Plan, Verdict
from onboarding.domain.json import JSON
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
    """Of requests those that were sent in this phase as they are wanted: nobody can look them up."""
    phase = case.record.phase.number
    journal = case.store.journal(case.customer.id)
    sent = {entry.action_id: entry for entry in journal if _is_handed_over(entry) and _phase(entry) == phase}
    return {
        action.id: action.body
        for action in requests
        if (entry := sent.get(action.id)) is not None and entry.body_digest == action.body_digest
    }


def plan(case: Case, stage: str) -> Plan:
    """What would be changed for this stage now. Raises Unavailable when an outside system cannot be read."""
    context, progress = case.look()
    asked: set[str] = set()
    observed: dict[str, Mapping[str, JSON] | None] = {}
    while actions := [a for a in wanted_actions(stage, context, progress, observed) if a.id not in asked]:
        asked |= {action.id for action in actions}
        observed |= observe(case, actions)
    return plan_stage(stage, context, progress, observed)


def _is_handed_over(entry: JournalEntry) -> bool:
    return entry.outcome is not None and entry.outcome.verdict in (Verdict.DONE, Verdict.PENDING)


def _phase(entry: JournalEntry) -> int:
    """The phase of an attempt, which its reference carries from the second on (`engine.attempt`)."""
    mark = entry.ref.split(".")[1]
    return int(mark[1:]) if mark.startswith("p") else 1
