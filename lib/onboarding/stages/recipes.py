"""Which recipe turns a task into actions.

A recipe is a pure function ``(task, context) -> actions`` that says what shall be there. It is named by a task's
``action`` in the profile, so that a new provider combines recipes without code.
"""

from __future__ import annotations

from collections.abc import Callable

from onboarding.domain.action import Action
from onboarding.domain.json import digest
from onboarding.domain.task import Task
from onboarding.stages import (
    arrangement,
    by_hand,
    common,
    cutover,
    enable_services,
    gather,
    planned,
    provision,
    record,
    telephony,
)
from onboarding.stages.by_hand import Typed
from onboarding.stages.context import Context

Recipe = Callable[[Task, Context], list[Action]]

RECIPES: dict[str, Recipe] = {
    "manual": common.instruction,
    "check": gather.check,
    "request": common.request,
    "confirm": common.confirm,
    "company": provision.company,
    "users": provision.users,
    "service": enable_services.service,
    "site": enable_services.site,
    "port_orders": telephony.port_orders,
    "new_numbers": telephony.new_numbers,
    "dns_records": cutover.dns_records,
    "record": record.record,
    "rows": record.rows,
    "licences": arrangement.licences,
    "training_classes": arrangement.training_classes,
    "billing": arrangement.billing,
    "contract_report": arrangement.contract_report,
    "present": planned.present,
}

BOUND = frozenset(
    {"request", "present", "company", "users", "service", "site", "port_orders", "new_numbers", "record", "rows"}
)
"""Recipes whose result is bound to the answers: a change of the answers re-opens the task.

So is what others bring about where an outside system shows it (`common.is_seen`).
"""


def wanted(task: Task, context: Context) -> list[Action]:
    """What the task would bring about, before anything was observed."""
    return RECIPES[task.action](task, context)


def typed(task: Task, context: Context) -> Typed:
    """What a person types somewhere to do the task; nothing for requests, which are sent."""
    actions = wanted(task, context)
    if task.connector == "support" or not actions:
        return Typed()
    if len(actions) == 1 and actions[0].resource == "instruction":
        return by_hand.beside(actions[0], common.shown_tables(task, context))
    return by_hand.entered(actions)


def wanted_digest(task: Task, context: Context) -> str:
    """Digest of what the task would bring about; empty for tasks that are not bound to the answers.

    Files that go with a request are not part of it: a corrected sheet alone is no reason to ask once more.
    """
    if task.action not in BOUND and not common.is_seen(task):
        return ""
    return digest([[action.id, common.without_files(action.body)] for action in wanted(task, context)])
