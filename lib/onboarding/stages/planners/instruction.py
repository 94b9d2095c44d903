"""What a person does or waits for, with what they need beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from onboarding.domain.action import Action, Operation
from onboarding.domain.answer_text import full_name
from onboarding.domain.json import JSON
from onboarding.domain.language import join_and
from onboarding.domain.params import Names, Params, Purpose, ResourceName, ServiceId, known, refuse
from onboarding.domain.task import Task
from onboarding.profile.offer_tables import DnsTable
from onboarding.stages.commercial_terms import LINES, add_on_names, first_invoice_of, licence_advice, reconciled
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.shown import Shown, shown_fields, shown_tables


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

    @model_validator(mode="after")
    def _looks_at_users(self, info: ValidationInfo) -> Observe:
        if isinstance(info.context, Names):
            plan = f"users.{self.service.replace('-', '_')}_plan"
            read = ("users.email", "users.services", "users.number", plan) if self.service else ("users.email",)
            info.context.used |= {name for name in read if name in info.context.questions}
        return self


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
    service = p.observe.service
    if p.observe.resource == "user":
        return [_look(task, user, "user", "", {"email": user["email"]}) for user in context.rows_with("users", "email")]
    users = [user for user in context.users_with(p.observe.users_with or service) if user.get("email")]
    return [_look(task, user, "service", f"/{service}", _ordered(service, user, context)) for user in users]


def _ordered(service_id: str, user: Mapping[str, Any], context: Context) -> dict[str, JSON]:
    """A user's service as it was ordered: with the plan and, where the service has one, the number (C-43, C-44)."""
    body: dict[str, JSON] = {"user": user["email"], "service": service_id}
    if plan := user.get(f"{service_id.replace('-', '_')}_plan"):
        body["plan"] = plan
    service = context.profile.services.get(service_id)
    if service and service.needs_number and user.get("number"):
        body["number"] = user["number"]
    return body


def _look(task: Task, user: Mapping[str, Any], resource: str, tail: str, body: Mapping[str, JSON]) -> Action:
    email, summary = str(user["email"]), f"{task.title}: {full_name(user)}"
    body = {"company": email.rpartition("@")[2], **body}
    name, key = f"{task.id}/{email}", email + tail
    return Action(name, task.id, task.connector, Operation.ASK, resource, key, summary, body)


@planner("billing", Shown)
def billing(task: Task, context: Context, p: Shown) -> list[Action]:
    """A person begins billing; the date of the first invoice, by data.billing, stands beside it."""
    invoice = first_invoice_of(context)
    values = values_beside(p, context)
    if invoice is not None:
        label = "First invoice (forecast)" if invoice.is_forecast else "First invoice"
        values.append([label, invoice.on.isoformat()])
    return [instruction(task, values)]


@planner("contract_report", Shown, reads=LINES)
def contract_report(task: Task, context: Context, p: Shown) -> list[Action]:
    """A person sends the report: contract lines against what is delivered by data.delivery, and the first invoice."""
    lines, invoice, values = reconciled(context), first_invoice_of(context), values_beside(p, context)
    values += [[line.title, f"{line.contracted} contracted, {line.delivered} delivered"] for line in lines]
    values += [[line.title, line.note] for line in lines if line.note]
    if invoice is not None:
        values.append(["First invoice", invoice.on.isoformat()])
    return [instruction(task, values)]


class DnsRecords(Params):
    """Which records; without a purpose all of them."""

    purpose: Purpose = ""


@planner("dns_records", DnsRecords, reads=("company.domain",))
def dns_records(task: Task, context: Context, p: DnsRecords) -> list[Action]:
    """A person publishes the records of data.dns that serve ``purpose``, filled in for the customer's domain."""
    records = records_for(p.purpose, context)
    return [instruction(task, ([f"{record['type']} {record['name']}", record["value"]] for record in records))]


def records_for(purpose: str, context: Context) -> list[dict[str, str]]:
    """Type, name and value of each record of one purpose (all purposes when empty), ``{domain}`` filled in.

    Only those of services that somebody has, and under the name that the customer has answered, where one is asked.
    """
    domain = str(context.answer("company.domain") or "")
    return [
        {"type": one.type, "name": _host(one, domain, context), "value": _filled(one.value, domain)}
        for one in context.profile.data.dns
        if purpose in ("", one.purpose) and (not one.services or any(map(context.users_with, one.services)))
    ]


def _host(record: DnsTable, domain: str, context: Context) -> str:
    answered = context.answer(record.host) if record.host else None
    return str(answered) if answered else _filled(record.name, domain)


def _filled(value: str, domain: str) -> str:
    return value.replace("{domain}", domain).replace("{label}", domain.replace(".", "-"))


@planner("manual", Shown)
def manual(task: Task, context: Context, p: Shown) -> list[Action]:
    """A person does it and brings the proof; the answers in ``fields`` stand beside it, ready to be copied."""
    return [instruction(task, values_beside(p, context))]


def instruction(task: Task, values: Iterable[JSON]) -> Action:
    """The action of a person; ``values`` are [label, value]."""
    body: dict[str, JSON] = {"text": task.guide or task.title, "values": list(values), "evidence": task.evidence}
    return Action(task.id, task.id, "manual", Operation.ASK, "instruction", task.id, task.title, body)


def values_beside(p: Shown, context: Context) -> list[JSON]:
    """[label, value] of the answers beside a task; of a table each row is one, numbered under the table's title."""
    values: list[JSON] = [[label, value] for label, value in shown_fields(p.fields, context)]
    for shown in shown_tables(p, context):
        for place, cells in enumerate(shown["rows"], start=1):
            values.append([f"{shown['title']} {place}", ", ".join(filter(None, cells))])
    return values


class LicenceChanges(Shown):
    """Which changes of licences."""

    step: Literal["add", "remove"] | None = Field(None, description="only what is removed, or only what is added")


@planner("licences", LicenceChanges)
def licences(task: Task, context: Context, p: LicenceChanges) -> list[Action]:
    """A person changes licences; what the rule `licence-covers` calls for stands beside it, user by user.

    With ``step`` only what is to be removed, or to be added.
    """
    values = values_beside(p, context)
    for user, advice in licence_advice(context):
        steps = {"add": advice.add, "remove": advice.remove}
        named = {
            verb: [add_on_names(context, [one]) for one in steps[verb]] for verb in steps if p.step in (None, verb)
        }
        if text := ", then ".join(f"{verb} {join_and(words)}" for verb, words in named.items() if words):
            values.append([full_name(user), text])
    return [instruction(task, values)]
