"""Cutover: the DNS records that point the customer at the new service (C-62..C-65)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onboarding.domain.action import Action, Operation
from onboarding.domain.json import JSON
from onboarding.domain.task import Task
from onboarding.stages.context import Context


def dns_records(task: Task, context: Context) -> list[Action]:
    """The records of ``about.purpose`` from the profile's editable set, filled in for the customer's domain.

    The set is data because the guide only points at a help page for it (C-65).
    """
    records = records_for(str(task.about.get("purpose") or ""), context)
    body: dict[str, JSON] = {
        "text": task.guide or task.title,
        "values": [[f"{record['type']} {record['name']}", record["value"]] for record in records],
        "evidence": task.evidence,
    }
    return [Action(task.id, task.id, "manual", Operation.ASK, "instruction", task.id, task.title, body)]


def records_for(purpose: str, context: Context) -> list[dict[str, str]]:
    """Type, name and value of each record of one purpose (all purposes when empty), ``{domain}`` filled in."""
    domain = str(context.answer("company.domain") or "")
    listed = context.profile.data.get("dns") or []
    return [
        {name: _filled(record.get(name), domain) for name in ("type", "name", "value")}
        for record in (listed if isinstance(listed, list) else [])
        if isinstance(record, Mapping) and (not purpose or record.get("purpose") == purpose)
    ]


def _filled(value: Any, domain: str) -> str:
    return str(value or "").replace("{domain}", domain).replace("{label}", domain.replace(".", "-"))
