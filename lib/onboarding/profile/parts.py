"""Parties, stages, services, gates, tasks, rules and references: from a TOML table to the typed object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from onboarding.domain.catalog import RECIPES
from onboarding.domain.question import Rule
from onboarding.domain.task import (
    STAGES,
    Channel,
    Party,
    Reference,
    Service,
    Stage,
    Task,
)
from onboarding.profile.beside import take_claim, take_procedure
from onboarding.profile.draft import Draft
from onboarding.profile.gates import take_gate
from onboarding.profile.lead import read_lead
from onboarding.profile.source import Table, hint

SIDES = ("customer", "reseller", "provider", "third")
SEVERITIES = ("error", "warning")


def read_parts(table: Table, draft: Draft) -> None:
    """Everything but questions and rules, which may come from other files."""
    draft.title = table.text("title", required=True)
    draft.provider = table.text("provider", required=True)
    draft.origin = table.text("source", required=True)
    draft.runs = table.texts("runs", required=True)
    draft.data = dict(table.mapping("data"))
    for kind, take in _TAKERS.items():
        for name, inside in table.tables(kind):
            draft.places[kind, name] = inside.place
            take(name, inside, draft)
            inside.close()
    for stage, tasks in table.tables("task"):
        _take_tasks(stage, tasks, draft)
    _order_stages(draft)


def _take_party(name: str, table: Table, draft: Draft) -> None:
    draft.parties[name] = Party(
        name,
        table.text("title", name, required=True),
        table.one_of("side", SIDES, "third", required=True),
        table.text("contact"),
        table.flag("inferred"),
        table.texts("contact_roles"),
    )


def _take_stage(name: str, table: Table, draft: Draft) -> None:
    if name not in STAGES:
        draft.report(table.place, f"there is no stage {name!r}; stages are {', '.join(STAGES)}")
    draft.stages.append(
        Stage(
            name,
            table.text("title", name, required=True),
            table.text("purpose"),
            table.texts("gates"),
            table.texts("covers"),
        )
    )


def _order_stages(draft: Draft) -> None:
    written = {stage.id: stage for stage in draft.stages}
    for name in STAGES:
        if name not in written:
            draft.report(draft.place("", ""), f"stage.{name} is missing: every profile names all six stages")
    draft.stages = [written.get(name, Stage(name, name)) for name in STAGES]


def _take_service(name: str, table: Table, draft: Draft) -> None:
    plans = {plan: str(label) for plan, label in table.mapping("plans").items()}
    draft.plan_labels[name] = plans
    draft.services[name] = Service(
        name,
        table.text("title", name, required=True),
        tuple(plans),
        table.texts("includes"),
        table.flag("needs_number"),
        table.flag("billed", True),
        table.texts("covers"),
    )


def _take_tasks(stage: str, table: Table, draft: Draft) -> None:
    if stage not in STAGES:
        draft.report(table.place, f"there is no stage {stage!r}; write [task.<stage>.<verb-noun>]{hint(stage, STAGES)}")
        return
    for name in table.values:
        inside = table.table(name)
        draft.places["task", f"{stage}.{name}"] = inside.place
        _take_task(f"{stage}.{name}", stage, inside, draft)
        inside.close()


def _take_task(name: str, stage: str, table: Table, draft: Draft) -> None:
    action = table.text("action", "manual")
    entry = RECIPES.get(action)
    draft.tasks[name] = Task(
        name,
        table.text("title", name, required=True),
        stage,
        table.text("party", required=True),
        action,
        table.text("connector", entry.connector if entry else "manual"),
        _about(table),
        table.texts("helpers"),
        table.choice("channel", Channel, Channel.EITHER, required=True),
        table.condition(),
        table.text("skip_reason"),
        table.texts("after"),
        table.texts("gates"),
        read_lead(table),
        table.integer("effort_minutes", 0) or 0,
        table.text("evidence", required=True),
        table.text("guide"),
        read_lead(table, "every"),
        table.flag("once"),
        table.flag("irreversible"),
        table.flag("customer_visible", True),
        table.flag("inferred"),
        table.texts("covers"),
        table.text("source"),
    )


def take_rule(name: str, table: Table, draft: Draft) -> None:
    draft.rules[name] = Rule(
        name,
        table.text("check", required=True),
        table.text("message", required=True),
        dict(_about(table)),
        table.condition(),
        table.one_of("severity", SEVERITIES, "error"),
        table.texts("covers"),
        table.text("source"),
    )


def _take_reference(name: str, table: Table, draft: Draft) -> None:
    draft.references.append(
        Reference(
            name,
            table.text("title", name, required=True),
            table.text("text"),
            table.text("url"),
            table.texts("covers"),
        )
    )


def _about(table: Table) -> Mapping[str, Any]:
    return table.mapping("about")


def fill_in_addresses(draft: Draft) -> None:
    """``about.to`` may name a party: its contact is what a request needs."""
    for task in draft.tasks.values():
        party = draft.parties.get(str(task.about.get("to")))
        if party and party.contact:
            draft.tasks[task.id] = replace(task, about={**task.about, "to": party.contact})


_TAKERS: dict[str, Callable[[str, Table, Draft], None]] = {
    "party": _take_party,
    "stage": _take_stage,
    "service": _take_service,
    "gate": take_gate,
    "reference": _take_reference,
    "operation": take_procedure,
    "claim": take_claim,
}
