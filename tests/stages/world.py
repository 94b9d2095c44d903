"""Small worlds for pure tests: a profile made of a task graph, and the dental group with some of its answers."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st

from onboarding.answers.answer_files import read_answers
from onboarding.answers.check import Checked, check
from onboarding.domain.action import Operation, Plan
from onboarding.domain.condition import Condition
from onboarding.domain.history import Customer, History, TaskRecord, TaskState
from onboarding.domain.question import Kind, Question, Questionnaire, Section
from onboarding.domain.task import STAGES, Gate, Party, Stage, Task
from onboarding.profile.load import load_profile
from onboarding.profile.model import Profile
from onboarding.resources import shipped
from onboarding.stages.context import Context
from tests.calendars import NEW_YORK
from tests.extensions import params

AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
CUSTOMER = Customer("bright-smile", "Bright Smile Dental Group", AT)

Observed = dict[str, Mapping[str, Any] | None]

# --- Task graphs -----------------------------------------------------------------------------------------------------

KINDS = ("none", "port", "new")
SHEET = Questionnaire(
    "graph", "Sheet", "1", (Section("telephony", "Telephony", (Question("telephony.kind", Kind.TEXT, "Kind"),)),)
)


def profile_of(tasks: Iterable[Task], gates: Iterable[Gate] = (), **more: Any) -> Profile:
    """A profile with these tasks; everybody is called by their id."""
    parties = {name: Party(name, name.title(), name) for name in ("reseller", "customer", "provider")}
    stages = tuple(Stage(stage, stage.title()) for stage in STAGES)
    named = {gate.id: gate for gate in gates}
    return Profile(
        "graph", "Graph", "Graph", "a test", parties, stages, tuple(tasks), named, {}, SHEET, **{"country": "US"} | more
    )


@st.composite
def graphs(draw: st.DrawFn) -> Profile:
    """Up to nine tasks of three stages, each after some of the earlier ones, some conditional, some behind gates."""
    gates = [
        Gate("said", "Somebody said yes", "decision", "customer", roles=("customer",), quorum=draw(st.integers(1, 2))),
        Gate("first-closed", "The first task is closed", "check", "reseller", check="tasks-closed",
             params=params("check", "tasks-closed", tasks=["gather.t0"])),
    ]  # fmt: skip
    tasks: list[Task] = []
    stage = 0
    for place in range(draw(st.integers(2, 9))):
        stage = max(stage, draw(st.integers(0, 2)) if place else 0)
        when = draw(st.none() | st.sampled_from(KINDS).map(lambda kind: Condition("is", "telephony.kind", (kind,))))
        party = draw(st.sampled_from(["reseller", "provider"]))
        tasks.append(Task(
            f"{STAGES[stage]}.t{place}", f"Task {place}", STAGES[stage], party,
            after=tuple(draw(st.sets(st.sampled_from([task.id for task in tasks]), max_size=3))) if tasks else (),
            gates=tuple(draw(st.sets(st.sampled_from(["said", "first-closed"])))) if place else (),
            when=when if place else None,
        ))  # fmt: skip
    return profile_of(tasks, gates)


def context_of(profile: Profile, values: Mapping[str, Any], record: History | None = None, **more: Any) -> Context:
    return Context(
        CUSTOMER, profile, values, (), record or History(), AT, **{"version": 1, "calendar": NEW_YORK} | more
    )


# --- The dental group ------------------------------------------------------------------------------------------------


@cache
def chinook() -> Profile:
    return load_profile("chinook")


@cache
def _example() -> dict[str, Any]:
    source = shipped("data", "examples", "bright-smile.toml")
    return dict(read_answers(chinook().questionnaire, source).document)


def example(**sections: Any) -> dict[str, Any]:
    """The group's answers, with whole sections replaced; None leaves one out."""
    found = copy.deepcopy(_example()) | sections
    return {name: value for name, value in found.items() if value is not None}


def delivered(answers: dict[str, Any]) -> dict[str, Any]:
    """The same answers with a number for everybody who waits for a new one, and the day the carriers agreed on."""
    users = [
        {"number": f"+1{user['area_code']}55501{50 + place}", **user} if user.get("area_code") else user
        for place, user in enumerate(answers["users"])
    ]
    orders = [{"foc_on": "2026-03-02", **order} for order in answers.get("port_orders", ())]
    return answers | {"users": users} | ({"port_orders": orders} if orders else {})


def group(answers: Mapping[str, Any], record: History | None = None) -> Context:
    """The group's context with these answers, checked as they would be."""
    checked = check(chinook().questionnaire, answers, date(2026, 3, 2))
    return Context(CUSTOMER, chinook(), checked.values, checked.problems, record or History(), AT, NEW_YORK, version=1)


@st.composite
def groups(draw: st.DrawFn) -> dict[str, Any]:
    """The group with some of its people, each with some services; portal or import; nothing is missing."""
    everybody = st.sampled_from(_example()["users"])
    people = draw(st.lists(everybody, min_size=1, max_size=5, unique_by=lambda user: user["email"]))
    users = []
    for user in people:
        services = draw(st.sets(st.sampled_from(["exchange", "sharepoint", "crm"]), min_size=1))
        plain = {name: user[name] for name in ("email", "first_name", "last_name", "site", "extension")}
        users.append(plain | {"services": sorted(services), "exchange_plan": "Basic", "sharepoint_plan": "Standard"})
    return example(
        users=users, telephony={"kind": "none"}, port_orders=None, port_numbers=None, new_numbers=None,
        provisioning={"mechanism": draw(st.sampled_from(["portal", "import"]))},
        sharepoint={"existing": False, "site_name": "Intranet"}, mail={"existing": False},
        migration={"by": "reseller", "lync_contacts": False},
    )  # fmt: skip


# --- A world that does as planned -------------------------------------------------------------------------------------


def carried_out(plan: Plan, observed: Observed, keep: Iterable[str] = ()) -> Observed:
    """What can be observed once the plan's actions (or only those of ``keep``) have taken effect."""
    ids = set(keep) or {action.id for action in plan.changes}
    done = [action for action in plan.changes if action.id in ids and action.operation is not Operation.ASK]
    return observed | {action.id: dict(action.body) for action in done}


def closed(context: Context, *task_ids: str, state: TaskState = TaskState.DONE) -> Context:
    """These tasks done, with the answers as they are."""
    records = dict(context.record.tasks)
    for task in (one for task_id in task_ids for one in context.made_of(task_id)):
        records[task.id] = TaskRecord(task.id, state, context.at, task.party, version=context.version)
    return replace(context, record=replace(context.record, tasks=records))


def saved(before: Context, answers: Mapping[str, Any], ids: Mapping[str, Sequence[str]] | None = None) -> Context:
    """The customer after a save of these answers, normalised: a version later, with the record as it was."""
    kept = Checked(before.values, (), ids=before.ids)
    return replace(
        before, values=answers, ids=ids or {}, version=before.version + 1,
        past=lambda version: kept if version == before.version or not before.past else before.past(version),
    )  # fmt: skip
