"""The example customer of each guide, taken to its end by people who play their part, and its report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from onboarding.answers.answer_files import read_answers
from onboarding.case import planning
from onboarding.case.case import Case
from onboarding.cli.simulation import play
from onboarding.connectors.base import Connector
from onboarding.connectors.shipped import connect
from onboarding.domain.event import noted
from onboarding.domain.history import Customer, Evidence, GateDecision, History, TaskRecord, TaskState
from onboarding.domain.json import digest
from onboarding.domain.question import Kind
from onboarding.engine.agenda import stages_to_run
from onboarding.engine.apply import apply_stage
from onboarding.profile.load import load_profile
from onboarding.report.completion import figures_of
from onboarding.report.figures import Figures, completion_figures
from onboarding.resources import shipped
from onboarding.stages.assessment import assess
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.store.store import Store
from tests.mitel.fake import FakeMmp

BEGUN = datetime(2026, 3, 2, 14, tzinfo=UTC)
GUIDES = {
    "mitel-micloud": Customer("harbor-freight-lines", "Harbor Freight Lines", BEGUN),
    "univoip-teams": Customer("cedar-valley-schools", "Cedar Valley Schools", BEGUN),
    "univoip-officeconnect": Customer("marlow-law", "Marlow & Finch Law", BEGUN),
    "emetrotel": Customer("northwind-clinic", "Northwind Clinic", BEGUN),
}


@dataclass(frozen=True)
class Ended:
    """A customer at its end: what is known, and what the report makes of it."""

    context: Context
    figures: Figures


class Nobody:
    """None of these providers has engineers who do something in a portal of theirs."""


@cache
def ended(profile: str) -> Ended:
    """The customer at its end, played once."""
    fake: Any = FakeMmp()

    def choose(name: str, outbox: Path, is_training: bool = False) -> Connector:
        return fake if name == "mmp" else connect(name, outbox, is_training)

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch, Store.open(Path(folder)) as store:
        patch.setattr(planning, "connect", choose)
        case = opened(store, profile)
        end = play(case, Nobody(), lambda at: run(case), lambda at, what: None)  # type: ignore[arg-type]
        assert end.is_complete, [(view.task.id, view.reasons) for view in end.waiting]
        return Ended(case.context(), figures_of(case))


def opened(store: Store, profile: str) -> Case:
    """The customer with its example answers, on the first day."""
    customer = GUIDES[profile]
    store.create_customer(customer, profile)
    case = Case.open(store, customer.id, BEGUN, "engineer")
    source = shipped("data", "examples", f"{customer.id}.toml")
    case.save_answers(read_answers(load_profile(profile).questionnaire, source).document, source.name)
    return case


def run(case: Case) -> None:
    """Every stage that can move, until none does."""
    for _ in range(20):
        stages = stages_to_run(case, case.progress(), polls=False)
        for stage in stages:
            apply_stage(case, stage, wait=lambda seconds: None)
        if not stages:
            break


@cache
def finished(profile: str) -> Context:
    """The customer with every task done, a paper or what was read back with each: cheap, for tests of the page."""
    with TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        return _all_done(opened(store, profile).context())


def _all_done(found: Context) -> Context:
    at = BEGUN + timedelta(days=60)
    tasks, evidence = {}, []
    for task in found.profile.tasks:
        tasks[task.id] = TaskRecord(task.id, TaskState.DONE, at, task.party, by="somebody", note=noted("noted"))
        if task.action == "rows":
            evidence += [
                Evidence(task.id, at, "we", noted(a.summary), a.key, observed=a.body) for a in desired(task, found)
            ]
        else:
            evidence.append(
                Evidence(task.id, at, "they", noted("said so"), document=digest(task.id), document_name="it.pdf")
            )
    decisions = [
        GateDecision(gate.id, True, "Somebody", role, at, digest(gate.id), "a word")
        for gate in found.profile.gates.values()
        for role in gate.roles
    ]
    return replace(found, at=at, record=History(tasks, decisions, evidence))


def figures_at(found: Context) -> Figures:
    return completion_figures(found, assess(found))


def hostile_guide(profile: str, payload: str) -> tuple[Context, list[str]]:
    """The customer whose every free text is the payload, each with a mark of its own; and those texts."""
    found = finished(profile)
    free = {q.id for q in found.profile.questionnaire.questions() if q.kind in (Kind.TEXT, Kind.LONG_TEXT)}
    marked: dict[str, str] = {}
    for section, kept in found.values.items():
        for row in kept if isinstance(kept, list) else [kept]:
            for name, value in row.items():
                if isinstance(value, str) and f"{section}.{name}" in free:
                    marked.setdefault(value, f"{payload} #{len(marked)}#")
    record = found.record
    evidence = [
        replace(e, by=f"{payload} by", what=noted(payload), document_name=f"{payload}.pdf") for e in record.evidence
    ]
    decisions = [replace(d, by=f"{payload} signer", note=f"{payload} note") for d in record.decisions]
    tasks = {task: replace(kept, by=payload, note=noted(payload)) for task, kept in record.tasks.items()}
    values = {section: _marked(kept, marked) for section, kept in found.values.items()}
    record = replace(record, tasks=tasks, evidence=evidence, decisions=decisions)
    return replace(found, values=values, record=record), list(marked.values())


def _marked(value: Any, marked: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_marked(item, marked) for item in value]
    if isinstance(value, dict):
        return {name: _marked(item, marked) for name, item in value.items()}
    return marked.get(value, value) if isinstance(value, str) else value
