"""The DNS records that point the customer at the new service."""

from __future__ import annotations

from onboarding.domain.action import Action
from onboarding.domain.params import Params, Purpose
from onboarding.domain.task import Task
from onboarding.stages.context import Context
from onboarding.stages.planners import planner
from onboarding.stages.planners.instruction import instruction


class DnsRecords(Params):
    """Which records; without a purpose all of them."""

    purpose: Purpose = ""


@planner("dns_records", DnsRecords, reads=("company.domain",))
def dns_records(task: Task, context: Context, p: DnsRecords) -> list[Action]:
    """A person publishes the records of data.dns that serve ``purpose``, filled in for the customer's domain."""
    records = records_for(p.purpose, context)
    return [instruction(task, ([f"{record['type']} {record['name']}", record["value"]] for record in records))]


def records_for(purpose: str, context: Context) -> list[dict[str, str]]:
    """Type, name and value of each record of one purpose (all purposes when empty), ``{domain}`` filled in."""
    domain = str(context.answer("company.domain") or "")
    return [
        {name: _filled(getattr(record, name), domain) for name in ("type", "name", "value")}
        for record in context.profile.data.dns
        if purpose in ("", record.purpose)
    ]


def _filled(value: str, domain: str) -> str:
    return value.replace("{domain}", domain).replace("{label}", domain.replace(".", "-"))
