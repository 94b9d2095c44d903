"""The company with its administrator, and its users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.action import Action
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.language import _
from onboarding.domain.params import NoParams
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import create, planner

USER_FIELDS = ("email", "first_name", "last_name", "site", "extension", "department")


@planner(
    "company",
    NoParams,
    connectors=("portal",),
    sets_up=True,
    destroys=True,
    reads=("company.name", "company.domain", "administrator"),
)
def company(task: Task, context: Context, p: NoParams) -> list[Action]:
    """The company with the administrator that must be named when it is created.

    A dedicated administrator is nobody of the users, gets no service and no billing line (C-32).
    """
    domain = context.answer("company.domain")
    administrator = administrator_of(context)
    if not domain or not administrator:
        return []
    body: dict[str, JSON] = {"name": context.answer("company.name"), "domain": domain, "administrator": administrator}
    text = _("Company {name} ({domain}) with administrator {email}")
    summary = _(text, name=body["name"], domain=domain, email=administrator["email"])
    return [create(task, "company", domain, summary, body)]


def administrator_of(context: Context) -> dict[str, JSON]:
    """Email, names and whether dedicated; empty while nobody is named."""
    names = ("email", "first_name", "last_name")
    if context.answer("administrator.kind") == "dedicated":
        named = {name: context.answer(f"administrator.{name}") for name in names}
        return {**named, "is_dedicated": True} if all(named.values()) else {}
    email = context.answer("administrator.user")
    user = next((user for user in context.rows("users") if user.get("email") == email), None)
    return {} if user is None else {**{name: user.get(name) for name in names}, "is_dedicated": False}


@planner("users", NoParams, connectors=("portal",), sets_up=True, destroys=True,
         reads=("company.domain", "users.email", "users.first_name", "users.last_name"),
         may_read=("users.site", "users.department", "users.extension"))  # fmt: skip
def users(task: Task, context: Context, p: NoParams) -> list[Action]:
    """Every user of the sheet in its order, found again by e-mail address, which is the user name."""
    domain = str(context.answer("company.domain") or "")
    return [user_action(task, user, domain) for user in context.rows_with("users", "email")]


def user_action(task: Task, user: Mapping[str, Any], domain: str) -> Action:
    email = str(user["email"])
    body: dict[str, JSON] = {"company": domain}
    body |= {name: user[name] for name in USER_FIELDS if user.get(name) is not None}
    return create(task, "user", email, f"User {full_name(user)} ({email})", body)
