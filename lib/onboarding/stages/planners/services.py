"""What each user ordered, and the company's sites."""

from __future__ import annotations

from pydantic import Field

from onboarding.domain.action import Action, Operation
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.language import say
from onboarding.domain.params import Params, QuestionId, ServiceId, Text
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner


class OneService(Params):
    """Which service, and its plan unless an answer says another."""

    service: ServiceId
    default_plan: Text = ""


class UserService(OneService):
    """A service of users."""

    plan: QuestionId = Field("", description="question of the users about the plan")


@planner(
    "service",
    UserService,
    connectors=("portal",),
    bound=True,
    reads=("company.domain", "users.email", "users.services"),
    may_read=("users.number",),
)
def service(task: Task, context: Context, p: UserService) -> list[Action]:
    """A ``service`` for every user who ordered it, with the plan answered under ``plan``, else ``default_plan``.

    Composite services count: who ordered one gets what it includes. A service that needs a number carries the user's.
    """
    known = context.profile.services.get(p.service)
    domain = str(context.answer("company.domain") or "")
    column = p.plan.partition(".")[2]
    found = []
    for user in context.users_with(p.service):
        email, plan = str(user["email"]), str(user.get(column) or p.default_plan)
        body: dict[str, JSON] = {"company": domain, "user": email, "service": p.service, "plan": plan}
        if known and known.needs_number:
            body["number"] = user.get("number")
        summary = f"{known.title if known else p.service} for {full_name(user)}, plan {plan}"
        key = f"{email}/{p.service}"
        found.append(
            Action(f"{task.id}/{email}", task.id, task.connector, Operation.CREATE, "service", key, summary, body)
        )
    return found


class CompanySite(OneService):
    """A service's site of the company."""

    title: QuestionId = Field("", description="question about its title; without an answer the company's name")


@planner("site", CompanySite, connectors=("portal",), bound=True, reads=("company.domain",))
def site(task: Task, context: Context, p: CompanySite) -> list[Action]:
    """The company's site of a ``service``, with the title answered under ``title``."""
    domain = str(context.answer("company.domain") or "")
    title = context.answer(p.title) or context.answer("company.name")
    body: dict[str, JSON] = {"company": domain, "service": p.service, "title": title}
    if p.default_plan:
        body["plan"] = p.default_plan
    known = context.profile.services.get(p.service)
    summary = say("{service} site {title}", service=say(known.title if known else p.service), title=title)
    key = f"{domain}/{p.service}"
    return [Action(f"{task.id}/{domain}", task.id, task.connector, Operation.CREATE, "site", key, summary, body)]
