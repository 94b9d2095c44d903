"""What somebody else brings about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from onboarding.domain.action import Action, Operation
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.params import Names, Params, ResourceName, ServiceId, known, refuse
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.instruction import instruction, values_beside
from onboarding.stages.planners.shown import Shown


class Observe(Params):
    """What to look for in a portal: every user, or a service of every user who ordered it.

    A service nobody orders by itself is looked for at those who ordered another one, ``users_with``.
    """

    resource: ResourceName
    users_with: ServiceId = ""
    service: str = Field("", validate_default=True, description="what the portal calls the service")

    @field_validator("service")
    @classmethod
    def _is_ordered(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("resource") != "service":
            return value
        if not value:
            raise refuse("which service is looked for?")
        if isinstance(info.context, Names) and not info.data.get("users_with"):
            known(value, "service", info.context.services)
        return value


class Confirm(Shown):
    """What is waited for, and where it shows."""

    observe: Observe | None = None


@planner("confirm", Confirm, connectors=("manual", "portal"))
def confirm(task: Task, context: Context, p: Confirm) -> list[Action]:
    """Waits for what a party does after a request; a portal that shows it, by ``observe``, proves it.

    What a portal shows is bound to the answers: another answer is waited for anew.
    """
    if p.observe is None:
        return [instruction(task, values_beside(p, context))]
    if p.observe.resource == "user":
        return [
            _look(task, user, "user", str(user["email"]), {"email": user["email"]}) for user in context.rows("users")
        ]
    service = p.observe.service
    return [
        _look(task, user, "service", f"{user['email']}/{service}", _ordered(service, user, context))
        for user in context.users_with(p.observe.users_with or service)
    ]


def _ordered(service_id: str, user: Mapping[str, Any], context: Context) -> dict[str, JSON]:
    """A user's service as it was ordered: with the plan and, where the service has one, the number (C-43, C-44)."""
    body: dict[str, JSON] = {"user": user["email"], "service": service_id}
    if plan := user.get(f"{service_id.replace('-', '_')}_plan"):
        body["plan"] = plan
    service = context.profile.services.get(service_id)
    if service and service.needs_number and user.get("number"):
        body["number"] = user["number"]
    return body


def _look(task: Task, user: Mapping[str, Any], resource: str, key: str, body: dict[str, JSON]) -> Action:
    domain = str(user["email"]).rpartition("@")[2]
    return Action(
        f"{task.id}/{user['email']}",
        task.id,
        task.connector,
        Operation.ASK,
        resource,
        key,
        f"{task.title}: {full_name(user)}",
        {"company": domain, **body},
    )
