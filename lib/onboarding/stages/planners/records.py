"""Things in portals: made of answers that the profile names, and what users and sites have ordered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from onboarding.domain.action import Action
from onboarding.domain.answer_text import full_name
from onboarding.domain.condition import Where
from onboarding.domain.json import JSON
from onboarding.domain.language import _
from onboarding.domain.params import ColumnsOf, FieldId, Key, Params, QuestionId, ServiceId, TableId, Text
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import create, planner

_NAMED = re.compile(r"\{([^{}]*)\}")


class PortalRecord(Params):
    """What is made of answers, and by which of them it is found again."""

    resource: Text = Field(description="what the portal calls such a thing")
    key: Key
    fields: Mapping[str, FieldId] = Field(min_length=1, description="table of name = question or section id")
    summary: Text = Field("", description="what it is called in the plan; without it the task's title")
    destroys: bool = Field(False, description="its removal destroys what people have in it: two of them decide")


@planner("record", PortalRecord, connectors=("manual", "portal", "mmp"), sets_up=True)
def record(task: Task, context: Context, p: PortalRecord) -> list[Action]:
    """One thing on the outside system, found again by ``key``, with a body made of the answers in ``fields``.

    None while its key is not answered.
    """
    return _actions(task, context, p, "", {})


class PortalRows(PortalRecord):
    """What is made of each row of a table."""

    rows: TableId
    where: Annotated[Where, ColumnsOf("rows")] = Where()


@planner("rows", PortalRows, connectors=("manual", "portal", "mmp"), sets_up=True)
def rows(task: Task, context: Context, p: PortalRows) -> list[Action]:
    """One thing on the outside system for each row of the table ``rows``, of those with ``where`` only.

    Rows whose key is not answered are passed over.
    """
    found = [row for row in context.rows(p.rows) if p.where.fits(row)]
    return [action for row in found for action in _actions(task, context, p, p.rows, row)]


def _actions(task: Task, context: Context, p: PortalRecord, section: str, row: Mapping[str, Any]) -> list[Action]:
    key = _key(p.key, context, section, row)
    if not key:
        return []
    answers = {name: _answer(question, context, section, row) for name, question in p.fields.items()}
    body: dict[str, JSON] = {name: value for name, value in answers.items() if value is not None}
    return [create(task, p.resource, key, f"{p.summary or task.title}: {key}", body)]


def _key(written: str, context: Context, section: str, row: Mapping[str, Any]) -> str:
    """The key with every name replaced by its answer; empty when one of them has none."""
    template = written if "{" in written else f"{{{written}}}"
    answers = {name: _answer(name, context, section, row) for name in _NAMED.findall(template)}
    if any(value is None for value in answers.values()):
        return ""
    return _NAMED.sub(lambda found: str(answers[found.group(1)]), template)


def _answer(name: str, context: Context, section: str, row: Mapping[str, Any]) -> Any:
    """A question's answer, of the row when it is the row's; a section's as a whole, a table's rows as a list."""
    in_section, _, question = name.partition(".")
    if question:
        return row.get(question) if in_section == section else context.answer(name)
    found = row if in_section == section else context.values.get(in_section)
    if isinstance(found, list):
        return [dict(item) for item in found] or None
    return dict(found) if found else None


class OneService(Params):
    """Which service, and its plan unless an answer says another."""

    service: ServiceId
    default_plan: Text = ""


class UserService(OneService):
    """A service of users."""

    plan: QuestionId = Field("", description="question of the users about the plan")


@planner("service", UserService, connectors=("portal",), sets_up=True, destroys=True,
         reads=("company.domain", "users.email", "users.services"), may_read=("users.number",))  # fmt: skip
def service(task: Task, context: Context, p: UserService) -> list[Action]:
    """A ``service`` for every user who ordered it, with the plan answered under ``plan``, else ``default_plan``.

    Composite services count: who ordered one gets what it includes. A service that needs a number carries the user's.
    """
    known = context.profile.services.get(p.service)
    domain = str(context.answer("company.domain") or "")
    column = p.plan.partition(".")[2]
    found = []
    for user in [one for one in context.users_with(p.service) if one.get("email")]:
        email, plan = str(user["email"]), str(user.get(column) or p.default_plan)
        body: dict[str, JSON] = {"company": domain, "user": email, "service": p.service, "plan": plan}
        if known and known.needs_number:
            body["number"] = user.get("number")
        summary = f"{known.title if known else p.service} for {full_name(user)}, plan {plan}"
        found.append(create(task, "service", email, summary, body, f"/{p.service}"))
    return found


class CompanySite(OneService):
    """A service's site of the company."""

    title: QuestionId = Field("", description="question about its title; without an answer the company's name")


@planner("site", CompanySite, connectors=("portal",), sets_up=True, destroys=True, reads=("company.domain",))
def site(task: Task, context: Context, p: CompanySite) -> list[Action]:
    """The company's site of a ``service``, with the title answered under ``title``."""
    domain = str(context.answer("company.domain") or "")
    title = context.answer(p.title) or context.answer("company.name")
    body: dict[str, JSON] = {"company": domain, "service": p.service, "title": title}
    if p.default_plan:
        body["plan"] = p.default_plan
    known = context.profile.services.get(p.service)
    summary = _("{service} site {title}", service=_(known.title if known else p.service), title=title)
    return [create(task, "site", domain, summary, body, f"/{p.service}")]
