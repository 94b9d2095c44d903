"""Enable services: what each user ordered, and the company's sites (C-38..C-49)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.action import Action, Operation
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.language import say
from onboarding.domain.task import Task
from onboarding.stages.context import Context


def service(task: Task, context: Context) -> list[Action]:
    """``about.service`` for every user who ordered it, with the plan found under ``about.plan`` (C-40).

    Composite services count: whoever ordered Total Connect gets Exchange (C-48). Services whose profile entry says
    that they need a number carry the user's number.
    """
    service_id = str(task.about["service"])
    known = context.profile.services.get(service_id)
    domain = str(context.answer("company.domain") or "")
    found = []
    for user in context.users_with(service_id):
        email = str(user["email"])
        body: dict[str, JSON] = {"company": domain, "user": email, "service": service_id, "plan": plan_of(task, user)}
        if known and known.needs_number:
            body["number"] = user.get("number")
        title = known.title if known else service_id
        summary = f"{title} for {full_name(user)}, plan {body['plan']}"
        key = f"{email}/{service_id}"
        found.append(
            Action(f"{task.id}/{email}", task.id, task.connector, Operation.CREATE, "service", key, summary, body)
        )
    return found


def plan_of(task: Task, user: Mapping[str, Any]) -> str:
    """The user's plan for the service: the answer named by ``about.plan``, or ``about.default_plan``."""
    name = str(task.about.get("plan") or "").partition(".")[2]
    return str(user.get(name) or task.about.get("default_plan") or "")


def site(task: Task, context: Context) -> list[Action]:
    """The company's site of ``about.service`` with the title answered under ``about.title`` (C-46)."""
    service_id = str(task.about["service"])
    domain = str(context.answer("company.domain") or "")
    title = context.answer(str(task.about.get("title") or "")) or context.answer("company.name")
    body: dict[str, JSON] = {"company": domain, "service": service_id, "title": title}
    if plan := task.about.get("default_plan"):
        body["plan"] = plan
    key = f"{domain}/{service_id}"
    known = context.profile.services.get(service_id)
    summary = say("{service} site {title}", service=say(known.title if known else service_id), title=title)
    return [Action(f"{task.id}/{domain}", task.id, task.connector, Operation.CREATE, "site", key, summary, body)]
